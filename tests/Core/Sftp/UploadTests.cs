using NUnit.Framework;
using SshCore.Sftp;
using SshCore.Wire;

namespace SshCore.Tests.Core.Sftp;

public sealed class UploadTests
{
    [Test]
    public void Writes_the_whole_file([Values(0, 1, 4096, 261_120, 5_000_000)] int length, [Values] bool limits)
    {
        using var rig = new TransferRig { Source = TransferRig.Random(length) };
        rig.Server.HasLimits = limits;
        var upload = rig.Machine.Upload("/file");
        rig.Run();
        Assert.That(rig.Ended, Is.EqualTo(new[] { upload }));
        Assert.That(upload.Failure, Is.Null);
        Assert.That(upload.BytesDone, Is.EqualTo((ulong)length));
        Assert.That(rig.Server.File.AsSpan(0, rig.Server.FileLength).SequenceEqual(rig.Source), Is.True);
        Assert.That(rig.Server.Requests[^1], Is.EqualTo(SftpMessageType.Close));
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
    }

    [Test]
    public void A_small_file_costs_two_round_trips()
    {
        using var rig = new TransferRig { Source = TransferRig.Random(4096) };
        rig.Run();
        int trips = 0;
        rig.Machine.Upload("/file", new SftpUploadOptions { FinalAttributes = new SftpAttributes { Permissions = 0x1a4 } });
        while (rig.Ended.Count == 0 && trips < 10)
        {
            rig.Send();
            trips++;
            rig.Deliver(int.MaxValue);
        }

        Assert.That(trips, Is.EqualTo(2));
        Assert.That(rig.Server.Requests.GetRange(2, 4), Is.EqualTo(new[] { SftpMessageType.Open, SftpMessageType.Write, SftpMessageType.FSetStat, SftpMessageType.Close }));
    }

    [Test]
    public void A_late_write_error_is_told_with_its_offset()
    {
        using var rig = new TransferRig { Source = TransferRig.Random(3_000_000) };
        var held = new List<(uint Id, ulong Offset)>();
        rig.Server.Intercept = (type, id, message) =>
        {
            if (type != SftpMessageType.Write)
            {
                return false;
            }

            var reader = new SshReader(message);
            reader.ReadByte();
            reader.ReadUInt32();
            reader.ReadString();
            held.Add((id, reader.ReadUInt64()));
            return true;
        };
        var upload = rig.Machine.Upload("/file");
        rig.Run();
        Assert.That(held, Has.Count.EqualTo(12), "all are on the way, and the close too");

        // From the last to the first, each one from the fifth on refused.
        for (int i = held.Count - 1; i >= 0; i--)
        {
            Assert.That(rig.Ended, Is.Empty);
            rig.Server.Reply(ClientRig.Status(held[i].Id, i >= 4 ? 4u : 0, "disk full"));
            rig.Run();
        }

        Assert.That(rig.Ended, Is.EqualTo(new[] { upload }));
        Assert.That(upload.Failure, Is.EqualTo(new SftpTransferFailure(SftpRequestKind.Write, SftpStatusCode.Failure, "disk full", held[4].Offset)));
        Assert.That(upload.BytesDone, Is.EqualTo(held[4].Offset));
        Assert.That(rig.Server.Requests.FindAll(r => r == SftpMessageType.Close), Has.Count.EqualTo(1));
    }

    [TestCase(SftpMessageType.Open)]
    [TestCase(SftpMessageType.Write)]
    [TestCase(SftpMessageType.FSetStat)]
    [TestCase(SftpMessageType.Close)]
    public void A_refusal_of_each_request_fails_it(SftpMessageType refused)
    {
        using var rig = new TransferRig { Source = TransferRig.Random(30_000_000) };
        rig.Server.Intercept = (type, id, _) =>
        {
            if (type != refused)
            {
                return false;
            }

            rig.Server.Reply(ClientRig.Status(id, 3, "no"));
            return true;
        };
        var upload = rig.Machine.Upload("/file", new SftpUploadOptions { FinalAttributes = new SftpAttributes { AccessTime = 1, ModifyTime = 2 } });
        rig.Run();
        Assert.That(rig.Ended, Is.EqualTo(new[] { upload }));
        Assert.That(upload.Failure!.Code, Is.EqualTo(SftpStatusCode.PermissionDenied));
        Assert.That(upload.Failure.Request.ToString(), Is.EqualTo(refused.ToString()));
        Assert.That(rig.Server.Requests.FindAll(r => r == SftpMessageType.Close), Has.Count.EqualTo(refused == SftpMessageType.Open ? 0 : 1));
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
        Assert.That(upload.Position, refused == SftpMessageType.Write ? Is.LessThan(30_000_000) : Is.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void Stops_at_its_window_and_goes_on_when_answered()
    {
        using var rig = new TransferRig(limits: new SftpLimits { TransferWindow = 1_000_000 }) { Source = TransferRig.Random(5_000_000) };
        rig.Server.ReadLimit = 100_000;
        long most = 0;
        rig.Server.Intercept = (type, _, _) =>
        {
            most = Math.Max(most, rig.Machine.PendingRequests);
            return false;
        };
        var upload = rig.Machine.Upload("/file");
        rig.OnReply = _ => most = Math.Max(most, upload.BytesInFlight);
        rig.Run();
        Assert.That(upload.Failure, Is.Null);
        Assert.That(upload.BytesDone, Is.EqualTo(5_000_000));
        Assert.That(most, Is.InRange(700_000, 1_000_000 + 261_120));
    }

    [Test]
    public void Unsent_output_is_bounded_and_nothing_is_lost()
    {
        using var rig = new TransferRig { Source = TransferRig.Random(5_000_000) };
        rig.Run();
        var upload = rig.Machine.Upload("/file");
        rig.Send();
        rig.Deliver(int.MaxValue);
        Assert.That(upload.Position, Is.InRange(1024 * 1024, (1024 * 1024) + 261_120));
        rig.Run();
        Assert.That(upload.BytesDone, Is.EqualTo(5_000_000));
    }

    [Test]
    public void Resumes_leaves_holes_and_sets_the_size()
    {
        using var rig = new TransferRig();
        rig.Server.Hold([1, 2, 3, 4, 5]);
        rig.Run();
        SftpAttributes? set = null;
        rig.Server.Intercept = (type, _, message) =>
        {
            if (type == SftpMessageType.FSetStat)
            {
                var reader = new SshReader(message);
                reader.ReadBytes(5);
                reader.ReadString();
                set = SftpAttributes.Read(ref reader);
            }

            return false;
        };
        var upload = rig.Machine.Upload("/file", new SftpUploadOptions { Offset = 5, Flags = SftpOpenFlags.Write });
        rig.OnReply = reply =>
        {
            if (reply.Kind == SftpReplyKind.TransferRoom && upload.Position == 5)
            {
                Assert.That(upload.Write([6, 7]), Is.EqualTo(2));
                upload.Skip(100);
                Assert.That(upload.Write([8]), Is.EqualTo(1));
                upload.Skip(50);
                upload.Complete();
            }
        };
        rig.Run();
        Assert.That(upload.Failure, Is.Null);
        Assert.That(rig.Server.File.AsSpan(0, 7).ToArray(), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 6, 7 }));
        Assert.That(rig.Server.File[107], Is.EqualTo(8));
        Assert.That(set!.Value.Size, Is.EqualTo(158));
    }

    [Test]
    public void A_cancelled_one_ends_at_once([Values] bool whileOpening)
    {
        using var rig = new TransferRig { Source = TransferRig.Random(5_000_000) };
        rig.Run();
        var upload = rig.Machine.Upload("/file");
        rig.Send();
        if (!whileOpening)
        {
            rig.Deliver(int.MaxValue);
        }

        upload.Cancel();
        Assert.That(upload.TryReserve(1, out _), Is.False);
        rig.Poll();
        Assert.That(rig.Ended, Is.EqualTo(new[] { upload }));
        rig.Run();
        Assert.That(rig.Ended, Has.Count.EqualTo(1));
        Assert.That(rig.Server.Requests[^1], Is.EqualTo(SftpMessageType.Close));
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
    }

    [Test]
    public void Half_a_pair_of_attributes_is_refused_at_the_start()
    {
        using var rig = new TransferRig();
        var half = new SftpAttributes { ModifyTime = 1 };
        Assert.That(() => rig.Machine.Upload("/file", new SftpUploadOptions { FinalAttributes = half }), Throws.ArgumentException);
        Assert.That(() => rig.Machine.Upload("/file", new SftpUploadOptions { Attributes = half }), Throws.ArgumentException);
        Assert.That(rig.Machine.Transfers, Is.Zero);
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
    }

    [Test]
    public void Many_at_once_all_get_room()
    {
        using var rig = new TransferRig { Source = TransferRig.Random(3_000_000) };
        var uploads = new List<SftpUpload>();
        for (int i = 0; i < 20; i++)
        {
            uploads.Add(rig.Machine.Upload("/file"));
        }

        rig.Run();
        Assert.That(rig.Ended, Is.EquivalentTo(uploads));
        Assert.That(uploads.TrueForAll(u => u.Failure is null && u.BytesDone == 3_000_000), Is.True);
    }

    [Test]
    public void Requests_of_the_host_that_are_answered_make_room()
    {
        using var rig = new ClientRig(new SftpLimits { PendingRequests = 6 });
        rig.Sent();
        rig.Say(ClientRig.Version(3));
        rig.Poll(SftpReplyKind.Version);
        var ids = new List<uint>();
        for (int i = 0; i < 4; i++)
        {
            ids.Add(rig.Machine.Stat("/a").Number);
        }

        var upload = rig.Machine.Upload(new SftpHandle("a"u8));
        Assert.That(upload.TryReserve(1, out _), Is.False);
        Assert.That(rig.Sent(), Has.Count.EqualTo(4));
        foreach (uint id in ids)
        {
            rig.Say(ClientRig.Status(id, 2));
        }

        var kinds = new List<SftpReplyKind>();
        while (rig.Machine.TryPoll(out var reply))
        {
            kinds.Add(reply.Kind);
        }

        Assert.That(kinds, Does.Contain(SftpReplyKind.TransferRoom));
    }
}
