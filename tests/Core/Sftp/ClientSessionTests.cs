using NUnit.Framework;
using SshCore.Errors;
using SshCore.Sftp;

namespace SshCore.Tests.Core.Sftp;

public sealed class ClientSessionTests
{
    [Test]
    public void Init_leaves_alone_and_requests_follow_version()
    {
        using var rig = new ClientRig();
        rig.Machine.Stat("/a");
        var first = rig.Sent();
        Assert.That(first, Has.Count.EqualTo(1));
        Assert.That(first[0], Is.EqualTo(new byte[] { 1, 0, 0, 0, 3 }));
        Assert.That(rig.Machine.IsReady, Is.False);

        rig.Say(ClientRig.Version(3, "x@example.org"));
        rig.Poll(SftpReplyKind.Version);
        Assert.That(rig.Machine.IsReady, Is.True);
        Assert.That(rig.Machine.Supports("x@example.org"), Is.True);
        Assert.That(rig.Machine.Extensions[0].Data.ToArray(), Is.EqualTo("1"u8.ToArray()));
        var second = rig.Sent();
        Assert.That(second, Has.Count.EqualTo(1));
        Assert.That(second[0][0], Is.EqualTo((byte)SftpMessageType.Stat));
    }

    [TestCase(0u, SshErrorKind.Incompatible)]
    [TestCase(2u, SshErrorKind.Incompatible)]
    [TestCase(4u, SshErrorKind.ProtocolViolation)]
    public void Another_version_ends_the_session(uint version, SshErrorKind kind)
    {
        using var rig = new ClientRig();
        rig.Sent();
        rig.Say(ClientRig.Version(version));
        rig.Poll(SftpReplyKind.Ended);
        Assert.That(rig.Machine.Error!.Kind, Is.EqualTo(kind));
    }

    [Test]
    public void Limits_are_asked_for_behind_version_and_used()
    {
        using var rig = ClientRig.Started(SftpExtensionNames.Limits);
        var asked = rig.Sent()[0];
        Assert.That(asked[0], Is.EqualTo((byte)SftpMessageType.Extended));
        Assert.That(rig.Machine.ReadLength, Is.EqualTo(32 * 1024));
        uint id = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(asked.AsSpan(1));
        rig.Say(ClientRig.Reply(SftpMessageType.ExtendedReply, id, w =>
        {
            w.WriteUInt64(262144);
            w.WriteUInt64(261120);
            w.WriteUInt64(100_000);
            w.WriteUInt64(1019);
        }));
        var reply = rig.Poll(SftpReplyKind.Limits);
        Assert.That(reply.State, Is.Null);
        Assert.That(rig.Machine.ReadLength, Is.EqualTo(261120));
        Assert.That(rig.Machine.WriteLength, Is.EqualTo(100_000));
        Assert.That(rig.Machine.ServerLimits.OpenHandles, Is.EqualTo(1019));
    }

    [Test]
    public void Replies_bring_the_state_of_their_request_in_any_order()
    {
        using var rig = ClientRig.Started();
        object a = new(), b = new();
        var first = rig.Machine.Open("/a", SftpOpenFlags.Read, default, a);
        var second = rig.Machine.Stat("/b", b);
        Assert.That(rig.Machine.PendingRequests, Is.EqualTo(2));
        rig.Say(ClientRig.Status(second.Number, 2, "no such file", "en"));
        rig.Say(ClientRig.Handle(first.Number, "h1"));
        var error = rig.Poll(SftpReplyKind.Status);
        Assert.That(error.State, Is.SameAs(b));
        Assert.That(error.Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
        Assert.That(error.Message, Is.EqualTo("no such file"));
        Assert.That(error.Language, Is.EqualTo("en"));
        var opened = rig.Poll(SftpReplyKind.Handle);
        Assert.That(opened.State, Is.SameAs(a));
        Assert.That(opened.Handle, Is.EqualTo(new SftpHandle("h1"u8)));
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
    }

    [Test]
    public void The_end_abandons_what_waits()
    {
        using var rig = ClientRig.Started();
        rig.Machine.Stat("/a", "a");
        rig.Machine.Stat("/b", "b");
        rig.Machine.ReceiveEnd();
        Assert.That(rig.Machine.HasWork, Is.True);
        Assert.That(rig.Poll(SftpReplyKind.Abandoned).State, Is.EqualTo("a"));
        Assert.That(rig.Poll(SftpReplyKind.Abandoned).State, Is.EqualTo("b"));
        rig.Poll(SftpReplyKind.Ended);
        Assert.That(rig.Machine.Error!.Kind, Is.EqualTo(SshErrorKind.ConnectionLost));
        Assert.That(rig.Machine.TryPoll(out _), Is.False);
        Assert.That(() => rig.Machine.Stat("/c"), Throws.TypeOf<SshUsageException>());
    }

    [Test]
    public void A_write_is_filled_in_place()
    {
        using var rig = ClientRig.Started();
        var handle = new SftpHandle("abcd"u8);
        Assert.That(rig.Machine.TryReserveWrite(handle, 7, 100_000, out var room, "w"), Is.True);
        Assert.That(room.Span.Length, Is.EqualTo(32 * 1024));
        room.Span.Slice(0, 3).Fill(9);
        var id = room.Commit(3);
        var sent = rig.Sent()[0];
        Assert.That(sent, Is.EqualTo(new byte[] { 6, 0, 0, 0, (byte)id.Number, 0, 0, 0, 4, 97, 98, 99, 100, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 3, 9, 9, 9 }));
        rig.Say(ClientRig.Status(id.Number, 0, "Success"));
        Assert.That(rig.Poll(SftpReplyKind.Status).State, Is.EqualTo("w"));
    }
}
