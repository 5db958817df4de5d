using NUnit.Framework;
using SshCore.Errors;
using SshCore.Sftp;

namespace SshCore.Tests.Core.Sftp;

/// <summary>Bounds, each at its limit and one behind it, and what no honest server sends.</summary>
public sealed class ClientHostileTests
{
    [Test]
    public void More_data_than_asked_for_ends_the_session([Values(100, 101)] int length)
    {
        using var rig = ClientRig.Started();
        var id = rig.Machine.Read(new SftpHandle("h"u8), 0, 100);
        rig.Say(ClientRig.Data(id.Number, new byte[length]));
        rig.Machine.TryPoll(out var reply);
        Assert.That(reply.Kind, Is.EqualTo(length == 100 ? SftpReplyKind.Data : SftpReplyKind.Abandoned));
    }

    [Test]
    public void Message_length_is_judged_before_its_bytes_come([Values(0u, 1u, 1000u, 1001u, uint.MaxValue)] uint length)
    {
        using var rig = new ClientRig(new SftpLimits { MessageLength = 1000 });
        var head = new byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(head, length);
        rig.Machine.Receive(head);
        bool polled = rig.Machine.TryPoll(out _);
        Assert.That(polled, Is.EqualTo(length is 0 or > 1000));
        Assert.That(rig.Machine.Error is null, Is.EqualTo(length is not (0 or > 1000)));
    }

    [Test]
    public void A_handle_has_256_bytes_at_most([Values(0, 256, 257)] int length)
    {
        using var rig = ClientRig.Started();
        var id = rig.Machine.Open("/a", SftpOpenFlags.Read);
        rig.Say(ClientRig.Reply(SftpMessageType.Handle, id.Number, w => w.WriteString(new byte[length])));
        rig.Machine.TryPoll(out var reply);
        Assert.That(reply.Kind, Is.EqualTo(length <= 256 ? SftpReplyKind.Handle : SftpReplyKind.Abandoned));
        Assert.That(() => new SftpHandle(new byte[257]), Throws.ArgumentException);
    }

    [Test]
    public void Names_are_bounded_by_count_and_length([Values(0, 8, 9)] int count, [Values(16, 17)] int length)
    {
        using var rig = new ClientRig(new SftpLimits { NamesPerReply = 8, PathLength = 16 });
        rig.Sent();
        rig.Say(ClientRig.Version(3));
        rig.Poll(SftpReplyKind.Version);
        var id = rig.Machine.ReadDirectory(new SftpHandle("h"u8));
        rig.Say(ClientRig.Reply(SftpMessageType.Name, id.Number, w =>
        {
            w.WriteUInt32((uint)count);
            for (int i = 0; i < count; i++)
            {
                w.WriteString(new string('x', length));
                w.WriteString("");
                w.WriteUInt32(0);
            }
        }));
        rig.Machine.TryPoll(out var reply);
        bool good = count <= 8 && (length <= 16 || count == 0);
        Assert.That(reply.Kind, Is.EqualTo(good ? SftpReplyKind.Names : SftpReplyKind.Abandoned));
        Assert.That(reply.Names, Has.Count.EqualTo(good ? count : 0));
        Assert.That(() => rig.Machine.Stat(new string('x', 17)), Throws.InstanceOf<Exception>());
    }

    [Test]
    public void An_announced_count_without_its_bytes_costs_nothing()
    {
        using var rig = new ClientRig(new SftpLimits { NamesPerReply = int.MaxValue });
        rig.Sent();
        rig.Say(ClientRig.Version(3));
        rig.Poll(SftpReplyKind.Version);
        var id = rig.Machine.ReadDirectory(new SftpHandle("h"u8));
        rig.Say(ClientRig.Reply(SftpMessageType.Name, id.Number, w => w.WriteUInt32(int.MaxValue)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        rig.Poll(SftpReplyKind.Abandoned);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10_000));
    }

    [Test]
    public void One_path_is_one_path([Values(0u, 2u)] uint count)
    {
        using var rig = ClientRig.Started();
        var id = rig.Machine.RealPath(".");
        rig.Say(ClientRig.Reply(SftpMessageType.Name, id.Number, w =>
        {
            w.WriteUInt32(count);
            for (uint i = 0; i < count; i++)
            {
                w.WriteString("/");
                w.WriteString("/");
                w.WriteUInt32(0);
            }
        }));
        rig.Poll(SftpReplyKind.Abandoned);
        Assert.That(rig.Machine.Error!.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
    }

    [Test]
    public void Extensions_are_counted([Values(64, 65)] int count)
    {
        using var rig = new ClientRig();
        rig.Sent();
        rig.Say(ClientRig.Version(3, System.Linq.Enumerable.ToArray(System.Linq.Enumerable.Select(System.Linq.Enumerable.Range(0, count), i => $"e{i}"))));
        rig.Machine.TryPoll(out var reply);
        Assert.That(reply.Kind, Is.EqualTo(count == 64 ? SftpReplyKind.Version : SftpReplyKind.Ended));
    }

    [Test]
    public void Extended_attributes_are_counted_and_unknown_flags_refused([Values(0u, 32u, 33u, 0x10u)] uint what)
    {
        using var rig = ClientRig.Started();
        var id = rig.Machine.Stat("/a");
        rig.Say(ClientRig.Reply(SftpMessageType.Attributes, id.Number, w =>
        {
            w.WriteUInt32(what == 0x10 ? 0x10 : 0x80000000);
            if (what != 0x10)
            {
                w.WriteUInt32(what);
                for (uint i = 0; i < what; i++)
                {
                    w.WriteString("n");
                    w.WriteString("v");
                }
            }
        }));
        rig.Machine.TryPoll(out var reply);
        Assert.That(reply.Kind, Is.EqualTo(what is 0 or 32 ? SftpReplyKind.Attributes : SftpReplyKind.Abandoned));
    }

    [Test]
    public void Waiting_requests_are_counted()
    {
        using var machine = new SftpClientMachine(new SftpLimits { PendingRequests = 3 });
        machine.Stat("/a");
        machine.Stat("/b");
        machine.Stat("/c");
        Assert.That(() => machine.Stat("/d"), Throws.TypeOf<SshUsageException>());
    }

    [Test]
    public void Anything_but_version_first_ends_the_session()
    {
        for (int type = 0; type < 256; type++)
        {
            if (type == (int)SftpMessageType.Version)
            {
                continue;
            }

            using var rig = new ClientRig();
            rig.Machine.Stat("/a");
            rig.Sent();
            rig.Say(ClientRig.Reply((SftpMessageType)type, 3, w => w.WriteUInt32(0)));
            rig.Poll(SftpReplyKind.Abandoned);
            Assert.That(rig.Machine.Error!.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
            Assert.That(rig.Sent(), Is.Empty, "what was held is not sent");
        }

        using var twice = ClientRig.Started();
        twice.Say(ClientRig.Version(3));
        twice.Poll(SftpReplyKind.Ended);
    }

    [Test]
    public void Version_is_cut_at_every_byte()
    {
        var whole = ClientRig.Version(3, "abc");
        for (int cut = 0; cut < whole.Length; cut++)
        {
            using var rig = new ClientRig();
            rig.Sent();
            rig.Say(whole.AsSpan(0, cut).ToArray());
            rig.Machine.TryPoll(out var reply);
            Assert.That(reply.Kind, Is.EqualTo(cut == 5 ? SftpReplyKind.Version : SftpReplyKind.Ended), $"{cut} bytes");
        }
    }

    [TestCase(0ul, 0ul, 32 * 1024)] // nothing said
    [TestCase(0ul, 1ul, 1)]
    [TestCase(0ul, ulong.MaxValue, 255 * 1024)]
    [TestCase(1ul, ulong.MaxValue, 1)]
    [TestCase(1023ul, 0ul, 1)]
    [TestCase(1025ul, 500ul, 1)]
    [TestCase(34000ul, ulong.MaxValue, 34000 - 1024)]
    [TestCase(262144ul, 261120ul, 261120)] // OpenSSH
    [TestCase(ulong.MaxValue, 0ul, 255 * 1024)]
    [TestCase(ulong.MaxValue, ulong.MaxValue, 255 * 1024)]
    public void Limits_of_any_size_leave_usable_lengths(ulong packet, ulong data, int usable)
    {
        using var rig = ClientRig.Started();
        var id = rig.Machine.AskLimits();
        rig.Say(ClientRig.Reply(SftpMessageType.ExtendedReply, id.Number, w =>
        {
            w.WriteUInt64(packet);
            w.WriteUInt64(data);
            w.WriteUInt64(data);
            w.WriteUInt64(0);
        }));
        rig.Poll(SftpReplyKind.Limits);
        Assert.That(rig.Machine.ReadLength, Is.EqualTo(usable));
        Assert.That(rig.Machine.WriteLength, Is.EqualTo(usable));
    }

    [Test]
    public void Callers_mistakes_throw_and_change_nothing()
    {
        using var rig = ClientRig.Started();
        var handle = new SftpHandle("h"u8);
        Assert.That(() => rig.Machine.Stat("/a\0b"), Throws.ArgumentException);
        Assert.That(() => rig.Machine.Rename("/a", new string('x', 16 * 1024 + 1)), Throws.ArgumentException);
        Assert.That(() => rig.Machine.Read(handle, 0, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => rig.Machine.Read(handle, 0, (255 * 1024) + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => rig.Machine.TryReserveWrite(handle, 0, 0, out _), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => rig.Machine.Extended("x", new byte[(32 * 1024) + 1]), Throws.ArgumentException);
        Assert.That(() => rig.Machine.Close(null!), Throws.ArgumentNullException);
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
        Assert.That(rig.Sent(), Is.Empty);

        // A reservation is gone when something else was sent.
        Assert.That(() =>
        {
            rig.Machine.TryReserveWrite(handle, 0, 10, out var room);
            rig.Machine.Stat("/a");
            room.Commit(10);
        }, Throws.TypeOf<SshUsageException>());
        Assert.That(() =>
        {
            rig.Machine.TryReserveWrite(handle, 0, 10, out var room);
            room.Commit(5);
            room.Commit(5);
        }, Throws.TypeOf<SshUsageException>());
        Assert.That(rig.Sent(), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_half_pair_of_attributes_is_refused_and_nothing_is_sent()
    {
        using var rig = ClientRig.Started();
        Assert.That(() => rig.Machine.SetStat("/a", new SftpAttributes { UserId = 1 }), Throws.ArgumentException);
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
        rig.Machine.Stat("/b");
        Assert.That(rig.Sent(), Has.Count.EqualTo(1));
    }
}
