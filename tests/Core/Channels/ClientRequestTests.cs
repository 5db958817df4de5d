using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Tests.Core.Channels;

/// <summary>What a client sends on a session, and what it makes of the server's requests.</summary>
public sealed class ClientRequestTests
{
    private ChannelRig _rig = null!;
    private ChannelId _id;

    [SetUp]
    public void Open()
    {
        _rig = new ChannelRig(server: false);
        _id = _rig.OpenSession();
    }

    [Test]
    public void A_request_carries_recipient_type_want_reply_and_data()
    {
        _rig[_id].Request(new ExecRequest("ls -l"));
        var reader = new SshReader(_rig.Port.NextSent());
        Assert.That(reader.ReadByte(), Is.EqualTo((byte)MessageId.ChannelRequest));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(ChannelRig.Theirs));
        Assert.That(reader.ReadName(), Is.EqualTo("exec"));
        Assert.That(reader.ReadBoolean(), Is.True);
        Assert.That(reader.ReadText(), Is.EqualTo("ls -l"));
        Assert.That(reader.IsComplete);
    }

    [Test]
    public void Replies_are_matched_in_order()
    {
        var first = _rig[_id].Request(new EnvRequest("A", "1"));
        _rig[_id].Request(new WindowChangeRequest(default));
        var second = _rig[_id].Request(new ShellRequest());
        _rig.On(Peer.Failure(_id));
        _rig.On(Peer.Success(_id));
        var reply = _rig.Port.Next<RequestReplied>();
        Assert.That((reply.Id, reply.Success), Is.EqualTo((first, false)));
        reply = _rig.Port.Next<RequestReplied>();
        Assert.That((reply.Id, reply.Success), Is.EqualTo((second, true)));
        Assert.That(first, Is.Not.EqualTo(default(ChannelRequestId)));
    }

    [TestCase(0u)]
    [TestCase(255u)]
    [TestCase(uint.MaxValue)]
    public void The_exit_status_is_an_event(uint status)
    {
        _rig.On(Peer.Request(_id, new ExitStatusRequest(status)));
        Assert.That(_rig.Port.Next<ExitStatus>().Status, Is.EqualTo(status));
        _rig.ExpectQuiet();
    }

    [Test]
    public void The_exit_signal_is_an_event_with_printable_text()
    {
        _rig.On(Peer.Request(_id, new ExitSignalRequest("SEGV", true, "oh\u001b[1m no", "en")));
        var signal = _rig.Port.Next<ExitSignal>();
        Assert.That((signal.Name, signal.CoreDumped, signal.Message, signal.Language), Is.EqualTo(("SEGV", true, "oh?[1m no", "en")));
        _rig.ExpectQuiet();
    }

    [Test]
    public void The_first_exit_counts()
    {
        _rig.On(Peer.Request(_id, new ExitStatusRequest(1)));
        _rig.On(Peer.Request(_id, new ExitStatusRequest(0)));
        _rig.On(Peer.Request(_id, new ExitSignalRequest("KILL")));
        _rig.On(Peer.Request(_id, new ExitSignalRequest("TERM")));
        Assert.That(_rig.Port.Next<ExitStatus>().Status, Is.EqualTo(1));
        Assert.That(_rig.Port.Next<ExitSignal>().Name, Is.EqualTo("KILL"));
        _rig.ExpectQuiet();
    }

    [TestCase("")]
    [TestCase("TERM;rm")]
    [TestCase("A\0")]
    public void An_exit_signal_without_a_proper_name_is_none(string name)
    {
        _rig.On(Peer.Request(_id, new ExitSignalRequest(name) { WantReply = true }));
        _rig.ExpectSent(MessageId.ChannelFailure);
        _rig.ExpectQuiet();
    }

    [Test]
    public void Exit_eof_and_close_arrive_in_whatever_order()
    {
        byte[] status = Peer.Request(_id, new ExitStatusRequest(7));
        foreach (bool eofFirst in new[] { true, false })
        {
            var rig = new ChannelRig(server: false);
            var id = rig.OpenSession();
            rig.On(eofFirst ? Peer.Eof(id) : status);
            rig.On(eofFirst ? status : Peer.Eof(id));
            rig.On(Peer.Close(id));
            Assert.That(rig.Port.TakeEventKinds(), Is.EquivalentTo(new[] { SshEventKind.ChannelEof, SshEventKind.ExitStatus, SshEventKind.ChannelClosed }));
            Assert.That(rig.Port.Error, Is.Null);
        }
    }

    [Test]
    public void The_exit_status_is_told_even_after_our_close()
    {
        _rig[_id].Close();
        _rig.Port.Sent.Clear();
        _rig.On(Peer.Request(_id, new ExitStatusRequest(7) { WantReply = true }));
        _rig.ExpectEvents(SshEventKind.ExitStatus);
        _rig.ExpectSent();
    }

    [Test]
    public void A_close_without_exit_status_tells_none()
    {
        _rig.On(Peer.Close(_id));
        _rig.ExpectEvents(SshEventKind.ChannelClosed);
    }

    [Test]
    public void End_of_write_and_xon_xoff_are_told()
    {
        _rig.On(Peer.Request(_id, new EndOfWriteRequest()));
        _rig.ExpectEvents(SshEventKind.EndOfWrite);
        _rig.On(Peer.Request(_id, new XonXoffRequest(true)));
        var asked = _rig.Port.Next<ChannelRequested>();
        Assert.That(((XonXoffRequest)asked.Request).ClientCanDo, Is.True);
        asked.Accept();
        _rig.ExpectQuiet();
    }

    [TestCase("keepalive@openssh.com")]
    [TestCase("shell")]
    [TestCase("exec")]
    [TestCase("pty-req")]
    [TestCase("unknown@example.com")]
    public void What_a_server_may_not_ask_fails_without_asking(string type)
    {
        _rig.On(Peer.Request(_id, type, true));
        _rig.ExpectSent(MessageId.ChannelFailure);
        _rig.On(Peer.Request(_id, type, false));
        _rig.ExpectQuiet();
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Replies_without_a_request_end_the_connection(bool success)
    {
        _rig[_id].Request(new WindowChangeRequest(default));
        _rig.On(success ? Peer.Success(_id) : Peer.Failure(_id));
        _rig.ExpectEnd(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void What_the_host_cannot_send_is_an_argument_error()
    {
        Assert.That(() => _rig[_id].Request(new RawChannelRequest("a b")), Throws.ArgumentException);
        Assert.That(() => _rig[_id].Request(new RawChannelRequest("a", new byte[300_000])), Throws.ArgumentException);
        _rig.ExpectQuiet();
    }
}
