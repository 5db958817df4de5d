using NUnit.Framework;
using SshCore.Sftp;
using SshCore.Wire;

namespace SshCore.Tests.Core.Sftp;

public sealed class DownloadTests
{
    private const int Chunk = 261_120;

    [Test]
    public void Reads_the_whole_file([Values(0, 1, 4096, Chunk - 1, Chunk, Chunk + 1, 3_000_000)] int length, [Values] bool inOrder, [Values] bool limits)
    {
        using var rig = Rig(length);
        rig.Server.HasLimits = limits;
        rig.Server.ReadLimit = limits ? Chunk : 32 * 1024;
        var download = rig.Machine.Download("/file", new SftpDownloadOptions { InOrder = inOrder });
        rig.Run();
        AssertWhole(rig, download);
        Assert.That(download.Attributes!.Value.Size, Is.EqualTo((ulong)length));
        Assert.That(rig.Server.Requests.FindAll(r => r == SftpMessageType.Close), Has.Count.EqualTo(1));
    }

    [Test]
    public void Input_in_single_bytes_gives_the_same()
    {
        using var rig = Rig(300_000);
        rig.Chunk = 1;
        var download = rig.Machine.Download("/file");
        rig.Run();
        AssertWhole(rig, download);
    }

    [Test]
    public void A_small_file_of_known_size_costs_one_read()
    {
        using var rig = Rig(4096);
        var download = rig.Machine.Download("/file", new SftpDownloadOptions { ExpectedSize = 4096 });
        rig.Run();
        AssertWhole(rig, download);
        Assert.That(rig.Server.Requests, Is.EqualTo(new[] { SftpMessageType.Init, SftpMessageType.Extended, SftpMessageType.Open, SftpMessageType.Read, SftpMessageType.Close }));
    }

    [TestCase(1000, 5000ul)] // shorter than told
    [TestCase(5_000_000, 1000ul)] // longer
    [TestCase(5_000_000, 0ul)] // as in /proc
    [TestCase(100_000, (ulong)long.MaxValue)]
    [TestCase(100_000, ulong.MaxValue)]
    public void The_size_that_is_told_is_only_a_hint(int length, ulong told)
    {
        using var rig = Rig(length);
        rig.Server.SizeTold = told;
        var download = rig.Machine.Download("/file");
        rig.Run();
        AssertWhole(rig, download);
    }

    [TestCase(1)]
    [TestCase(1000)]
    [TestCase(100_000)]
    public void Short_replies_are_filled_up(int most)
    {
        using var rig = Rig(most == 1 ? 2000 : 700_000);
        rig.Server.Intercept = (type, id, message) =>
        {
            if (type != SftpMessageType.Read)
            {
                return false;
            }

            var (offset, length) = ReadOf(message);
            rig.Server.Reply(offset >= (ulong)rig.Server.FileLength ? ClientRig.Status(id, 1)
                : ClientRig.Data(id, rig.Server.File.AsSpan((int)offset, Math.Min(Math.Min(most, length), rig.Server.FileLength - (int)offset))));
            return true;
        };
        var download = rig.Machine.Download("/file", new SftpDownloadOptions { InOrder = true });
        rig.Run();
        AssertWhole(rig, download);
    }

    [Test]
    public void Replies_in_any_order_come_in_order_if_asked([Values] bool inOrder, [Values(1ul, 2ul, 3ul)] ulong seed)
    {
        using var rig = Rig(6_000_000);
        var random = new Random((int)seed);
        var held = new List<byte[]>();
        rig.Server.Intercept = (type, id, message) =>
        {
            if (type != SftpMessageType.Read)
            {
                return false;
            }

            held.Add(message);
            return true;
        };
        var download = rig.Machine.Download("/file", new SftpDownloadOptions { InOrder = inOrder });
        for (int i = 0; i < 1000 && rig.Ended.Count == 0; i++)
        {
            rig.Run();
            if (held.Count > 0)
            {
                int at = random.Next(held.Count);
                var message = held[at];
                held.RemoveAt(at);
                var (offset, length) = ReadOf(message);
                uint id = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1));
                rig.Server.Reply(offset >= 6_000_000 ? ClientRig.Status(id, 1)
                    : ClientRig.Data(id, rig.Server.File.AsSpan((int)offset, Math.Min(length, 6_000_000 - (int)offset))));
            }
        }

        AssertWhole(rig, download);
        var sorted = new List<ulong>(rig.Offsets);
        sorted.Sort();
        Assert.That(System.Linq.Enumerable.SequenceEqual(rig.Offsets, sorted), Is.EqualTo(inOrder));
    }

    [Test]
    public void A_file_that_is_cut_while_read_ends_where_it_was_cut()
    {
        using var rig = Rig(6_000_000);
        int reads = 0;
        rig.Server.Intercept = (type, _, _) =>
        {
            if (type == SftpMessageType.Read && ++reads == 4)
            {
                rig.Server.FileLength = 900_000;
            }

            return false;
        };
        var download = rig.Machine.Download("/file", new SftpDownloadOptions { InOrder = true });
        rig.Run();
        Assert.That(rig.Ended, Is.EqualTo(new[] { download }));
        Assert.That(download.Failure, Is.Null);
        Assert.That(download.Length, Is.EqualTo(900_000));
        Assert.That(rig.Target, Is.EqualTo(rig.Server.File.AsSpan(0, 900_000).ToArray()));
    }

    [Test]
    public void A_file_that_grows_while_read_is_read_to_its_end()
    {
        using var rig = Rig(6_000_000);
        rig.Server.FileLength = 500_000;
        rig.Server.Intercept = (type, _, _) =>
        {
            if (type == SftpMessageType.Read)
            {
                rig.Server.FileLength = Math.Min(rig.Server.FileLength + 700_000, 6_000_000);
            }

            return false;
        };
        var download = rig.Machine.Download("/file");
        rig.Run();
        AssertWhole(rig, download);
    }

    [Test]
    public void Resumes_and_stops_where_it_is_told()
    {
        using var rig = Rig(3_000_000);
        var download = rig.Machine.Download("/file", new SftpDownloadOptions { Offset = 1_234_567, Length = 1_000_001 });
        rig.Run();
        Assert.That(rig.Ended, Is.EqualTo(new[] { download }));
        Assert.That(download.Length, Is.EqualTo(1_000_001));
        Assert.That(rig.Target.AsSpan(1_234_567).SequenceEqual(rig.Server.File.AsSpan(1_234_567, 1_000_001)), Is.True);

        // Behind the end, and nothing at all.
        var behind = rig.Machine.Download("/file", new SftpDownloadOptions { Offset = 5_000_000 });
        var nothing = rig.Machine.Download("/file", new SftpDownloadOptions { Length = 0 });
        rig.Run();
        Assert.That(rig.Ended, Is.EquivalentTo(new SftpTransfer[] { download, behind, nothing }));
        Assert.That(behind.Length, Is.Zero);
        Assert.That(nothing.Length, Is.Zero);
    }

    [Test]
    public void Refusals_fail_it([Values(SftpMessageType.Open, SftpMessageType.Read)] SftpMessageType refused, [Values(2u, 3u, 4u, 8u, 99u)] uint code)
    {
        using var rig = Rig(2_000_000);
        int count = 0;
        rig.Server.Intercept = (type, id, _) =>
        {
            if (type != refused || (refused == SftpMessageType.Read && ++count < 3))
            {
                return false;
            }

            rig.Server.Reply(ClientRig.Status(id, code, "why"));
            return true;
        };
        var download = rig.Machine.Download("/file", state: "mine");
        rig.Run();
        Assert.That(rig.Ended, Is.EqualTo(new[] { download }));
        Assert.That(download.State, Is.EqualTo("mine"));
        Assert.That(download.Failure!.Code, Is.EqualTo((SftpStatusCode)code));
        Assert.That(download.Failure.Message, Is.EqualTo("why"));
        Assert.That(download.Failure.Request, Is.EqualTo(refused == SftpMessageType.Open ? SftpRequestKind.Open : SftpRequestKind.Read));
        Assert.That(download.Failure.Offset, Is.EqualTo(refused == SftpMessageType.Open ? 0ul : 2ul * Chunk));
        Assert.That(rig.Server.Requests.Contains(SftpMessageType.Close), Is.EqualTo(refused == SftpMessageType.Read));
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
    }

    [Test]
    public void A_cancelled_one_ends_at_once_closes_and_swallows([Values(0, 1, 2, 3)] int after)
    {
        using var rig = Rig(6_000_000);
        var download = rig.Machine.Download("/file");
        int seen = 0;
        rig.OnReply = reply =>
        {
            if (reply.Kind == SftpReplyKind.TransferData && ++seen == after)
            {
                download.Cancel();
            }
        };
        if (after == 0)
        {
            rig.Send();
            download.Cancel();
        }

        rig.Run();
        Assert.That(rig.Ended, Is.EqualTo(new[] { download }));
        Assert.That(download.IsCancelled, Is.True);
        Assert.That(rig.Offsets, Has.Count.EqualTo(after));
        Assert.That(rig.Server.Requests.FindAll(r => r == SftpMessageType.Close), Has.Count.EqualTo(1));
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
        Assert.That(rig.Machine.ReadsInFlight, Is.Zero);
    }

    [Test]
    public void The_end_of_the_session_fails_it()
    {
        using var rig = Rig(6_000_000);
        var download = rig.Machine.Download("/file");
        rig.OnReply = reply =>
        {
            if (reply.Kind == SftpReplyKind.TransferData)
            {
                rig.Machine.Abort("gone");
            }
        };
        rig.Run();
        Assert.That(rig.Ended, Is.EqualTo(new[] { download }));
        Assert.That(download.Failure!.Code, Is.EqualTo(SftpStatusCode.ConnectionLost));
        Assert.That(rig.Others[^1].Kind, Is.EqualTo(SftpReplyKind.Ended));
    }

    [Test]
    public void Never_more_in_flight_than_the_window()
    {
        using var rig = new TransferRig(limits: new SftpLimits { TransferWindow = 1_000_000 });
        rig.Server.Hold(TransferRig.Random(9_000_000));
        var first = rig.Machine.Download("/file", new SftpDownloadOptions { InOrder = true });
        var second = rig.Machine.Download("/file", new SftpDownloadOptions { InOrder = true });
        rig.Run();
        Assert.That(rig.Ended, Has.Count.EqualTo(2));
        Assert.That(first.Failure ?? second.Failure, Is.Null);
        Assert.That(rig.Most, Is.InRange(1_000_000, 1_000_000 + Chunk), "full, and a READ more at most");
    }

    [Test]
    public void Downloads_in_order_hold_no_more_than_the_window_together()
    {
        const int Window = 1_000_000;
        using var rig = new TransferRig(limits: new SftpLimits { TransferWindow = Window });
        rig.Server.Hold(TransferRig.Random(5_000_000));
        var first = new List<byte[]>();
        rig.Server.Intercept = (type, _, message) =>
        {
            if (type == SftpMessageType.Read && ReadOf(message).Offset == 0)
            {
                first.Add(message);
                return true;
            }

            return false;
        };
        for (int i = 0; i < 3; i++)
        {
            rig.Machine.Download("/file", new SftpDownloadOptions { InOrder = true, ExpectedSize = 5_000_000 });
        }

        rig.Run();
        Assert.That(rig.Offsets, Is.Empty, "the first bytes of all are missing");
        Assert.That(rig.Machine.HeldBytes + rig.Machine.ReadsInFlight, Is.InRange(Window, Window + (3 * Chunk)));
        rig.Server.Intercept = null;
        foreach (byte[] message in first)
        {
            rig.Server.Take(ClientRig.Frame(message));
        }

        rig.Run();
        Assert.That(rig.Ended, Has.Count.EqualTo(3));
        Assert.That(rig.Ended.TrueForAll(t => t.Failure is null && t.BytesDone == 5_000_000), Is.True);
        Assert.That(rig.Machine.HeldBytes, Is.Zero);
    }

    [Test]
    public void Sixty_four_files_at_once_take_turns()
    {
        using var rig = Rig(100_000);
        var downloads = new List<SftpDownload>();
        for (int i = 0; i < 64; i++)
        {
            downloads.Add(rig.Machine.Download("/file", new SftpDownloadOptions { ExpectedSize = 100_000 }));
        }

        rig.Run();
        Assert.That(rig.Ended, Is.EquivalentTo(downloads));
        Assert.That(downloads.TrueForAll(d => d.Failure is null && d.Length == 100_000), Is.True);
        Assert.That(rig.Server.Requests.FindAll(r => r == SftpMessageType.Read), Has.Count.EqualTo(64));
    }

    [Test]
    public void An_open_file_stays_open()
    {
        using var rig = Rig(700_000);
        rig.Run();
        var download = rig.Machine.Download(new SftpHandle("mine"u8));
        rig.Run();
        AssertWhole(rig, download);
        Assert.That(rig.Server.Requests, Does.Contain(SftpMessageType.FStat));
        Assert.That(rig.Server.Requests, Does.Not.Contain(SftpMessageType.Close));
    }

    [Test]
    public void Data_without_bytes_is_an_end_and_no_loop()
    {
        using var rig = Rig(700_000);
        rig.Server.Intercept = (type, id, _) =>
        {
            if (type == SftpMessageType.Read)
            {
                rig.Server.Reply(ClientRig.Data(id, default));
                return true;
            }

            return false;
        };
        var download = rig.Machine.Download("/file");
        rig.Run();
        Assert.That(rig.Ended, Is.EqualTo(new[] { download }));
        Assert.That(download.Length, Is.Zero);
    }

    [Test]
    public void A_server_that_allows_a_byte_a_read_costs_no_more_than_the_bound_of_requests()
    {
        using var rig = Rig(30_000);
        rig.Server.ReadLimit = 1;
        var download = rig.Machine.Download("/file");
        int most = 0;
        rig.OnReply = _ => most = Math.Max(most, rig.Machine.PendingRequests);
        rig.Run();
        AssertWhole(rig, download);
        Assert.That(most, Is.InRange(SftpLimits.Default.PendingRequests / 2, SftpLimits.Default.PendingRequests));
    }

    [Test]
    public void One_that_is_given_up_leaves_its_window_to_the_others([Values] bool cancelled)
    {
        using var rig = new ClientRig(new SftpLimits { TransferWindow = 2000 });
        rig.Sent();
        rig.Say(ClientRig.Version(3));
        rig.Poll(SftpReplyKind.Version);
        var options = new SftpDownloadOptions { ExpectedSize = 1_000_000, ReadLength = 1000 };
        var first = rig.Machine.Download(new SftpHandle("a"u8), options);
        rig.Machine.Download(new SftpHandle("b"u8), options);
        var sent = rig.Sent();
        Assert.That(sent, Has.Count.EqualTo(2), "the first has the whole window");
        if (cancelled)
        {
            first.Cancel();
        }

        foreach (byte[] message in sent)
        {
            rig.Say(ClientRig.Status(IdOf(message), 4));
        }

        rig.Poll(SftpReplyKind.TransferEnded);
        while (rig.Machine.TryPoll(out _))
        {
        }

        Assert.That(rig.Sent(), Has.Count.EqualTo(2));
        Assert.That(rig.Machine.ReadsInFlight, Is.EqualTo(2000));
    }

    [Test]
    public void Requests_of_the_host_that_are_answered_make_room_for_reads()
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

        rig.Machine.Download(new SftpHandle("a"u8), new SftpDownloadOptions { ExpectedSize = 1000 });
        Assert.That(rig.Sent(), Has.Count.EqualTo(4), "others wait for their replies");
        foreach (uint id in ids)
        {
            rig.Say(ClientRig.Status(id, 2));
            rig.Poll(SftpReplyKind.Status);
        }

        Assert.That(rig.Sent(), Has.Count.EqualTo(1));
    }

    // The server answers READs that it has not taken, a byte each: their ids can be told in advance.
    [Test]
    public void Short_answers_do_not_make_unsent_requests_without_bound([Values] bool full)
    {
        const int Unsent = 4096;
        using var rig = new ClientRig(new SftpLimits { QueuedOutput = Unsent });
        rig.Sent();
        rig.Say(ClientRig.Version(3));
        rig.Poll(SftpReplyKind.Version);
        const ulong Size = 20_000;
        var handle = new byte[SftpHandle.MaxLength];
        var download = rig.Machine.Download(new SftpHandle(handle), new SftpDownloadOptions { ExpectedSize = Size, ReadLength = full ? 1 : 1000 });
        uint id = 0;
        for (int i = 0; i < 2000 && rig.Machine.PendingRequests > 0; i++)
        {
            rig.Say(ClientRig.Data(++id, [1]));
            while (rig.Machine.TryPoll(out _))
            {
            }
        }

        Assert.That(rig.Machine.Error, Is.Null);
        Assert.That(rig.Machine.PendingRequests, Is.Zero, "nothing more is asked for before something leaves");
        Assert.That(id * 284, Is.InRange(Unsent, Unsent + 600));

        // Once they leave, it goes on to its end.
        var sent = rig.Sent();
        while (sent.Count > 0)
        {
            foreach (byte[] message in sent)
            {
                if (IdOf(message) <= id)
                {
                    continue; // answered before it left
                }

                var (offset, length) = ReadOf(message);
                ulong count = Math.Min((ulong)length, offset < Size ? Size - offset : 0);
                rig.Say(count == 0 ? ClientRig.Status(IdOf(message), 1) : ClientRig.Data(IdOf(message), new byte[count]));
                while (rig.Machine.TryPoll(out _))
                {
                }
            }

            sent = rig.Sent();
        }

        Assert.That(rig.Machine.Error, Is.Null);
        Assert.That(download.IsEnded, Is.True);
        Assert.That(download.BytesDone, Is.EqualTo(Size));
    }

    // What is held in pieces of a byte must cost what its bytes cost.
    [Test]
    public void Short_answers_that_are_held_cost_their_bytes()
    {
        using var rig = new ClientRig();
        rig.Sent();
        rig.Say(ClientRig.Version(3));
        rig.Poll(SftpReplyKind.Version);
        rig.Machine.Download(new SftpHandle("a"u8), new SftpDownloadOptions { ExpectedSize = 60_000, ReadLength = 30_000, InOrder = true });
        var sent = rig.Sent();
        uint id = IdOf(sent[1]);
        var piece = ClientRig.Frame(ClientRig.Data(0, [1]));
        long before = 0;
        bool said = false;
        for (int i = 0; i < 20_000; i++)
        {
            if (i == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(piece.AsSpan(5), id);
            rig.Machine.Receive(piece);
            said |= rig.Machine.TryPoll(out _);
            id = i == 0 ? IdOf(rig.Sent()[0]) : id + 1;
            while (rig.Machine.HasOutput)
            {
                rig.Machine.AdvanceOutput(rig.Machine.PeekOutput().Length);
            }
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(19_000));
        Assert.That(said, Is.False);
        Assert.That(rig.Machine.HeldBytes, Is.EqualTo(20_000));
    }

    private static uint IdOf(byte[] message) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1));

    private static TransferRig Rig(int length)
    {
        var rig = new TransferRig();
        rig.Server.Hold(TransferRig.Random(length));
        return rig;
    }

    private static (ulong Offset, int Length) ReadOf(byte[] message)
    {
        var reader = new SshReader(message);
        reader.ReadByte();
        reader.ReadUInt32();
        reader.ReadString();
        return (reader.ReadUInt64(), (int)reader.ReadUInt32());
    }

    private static void AssertWhole(TransferRig rig, SftpDownload download)
    {
        Assert.That(rig.Machine.Error, Is.Null);
        Assert.That(rig.Ended, Is.EqualTo(new[] { download }));
        Assert.That(download.Failure, Is.Null);
        Assert.That(download.Length, Is.EqualTo((ulong)rig.Server.FileLength));
        Assert.That(download.BytesDone, Is.EqualTo(download.Length));
        Assert.That(rig.Target.AsSpan().SequenceEqual(rig.Server.File.AsSpan(0, rig.Server.FileLength)), Is.True);
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
        Assert.That(rig.Machine.ReadsInFlight, Is.Zero);
        Assert.That(rig.Machine.Transfers, Is.Zero);
    }
}
