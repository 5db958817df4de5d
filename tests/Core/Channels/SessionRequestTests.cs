using System.Linq;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Tests.Core.Channels;

/// <summary>What a server makes of the requests of its client.</summary>
public sealed class SessionRequestTests
{
    private static readonly SshLimits Limits = SshLimits.Default;

    [Test]
    public void A_pty_request_arrives_with_all_its_fields()
    {
        var (rig, id) = Session();
        var modes = new TerminalModes([new((byte)TerminalMode.ECHO, 0), new((byte)TerminalMode.OSPEED, 38400)]);
        var pty = Ask<PtyRequest>(rig, id, new PtyRequest("xterm-256color", new PtySize(120, 40, 1200, 800), modes));
        Assert.That(pty.Terminal, Is.EqualTo("xterm-256color"));
        Assert.That(pty.Size, Is.EqualTo(new PtySize(120, 40, 1200, 800)));
        Assert.That(pty.Modes.Modes, Is.EqualTo(modes.Modes));
        Assert.That(pty.WantReply, Is.True);
    }

    [Test]
    public void The_default_pty_is_vt100_80_by_24()
    {
        var pty = new PtyRequest();
        Assert.That((pty.Terminal, pty.Size, pty.Modes.Modes.Count), Is.EqualTo(("vt100", new PtySize(80, 24), 0)));
    }

    [Test]
    public void Every_typed_request_arrives_as_itself()
    {
        var (rig, id) = Session();
        Assert.That(Ask<EnvRequest>(rig, id, new EnvRequest("LANG", "ü=1")), Has.Property("Name").EqualTo("LANG").And.Property("Value").EqualTo("ü=1"));
        Assert.That(Ask<ShellRequest>(rig, id, new ShellRequest(), accept: false), Is.Not.Null);
        Assert.That(Ask<SubsystemRequest>(rig, id, new SubsystemRequest("sftp"), accept: false).Name, Is.EqualTo("sftp"));
        Assert.That(Ask<ExecRequest>(rig, id, new ExecRequest(new byte[] { 0xff, 0x41 })).CommandBytes.ToArray(), Is.EqualTo(new byte[] { 0xff, 0x41 }));
        Assert.That(Ask<WindowChangeRequest>(rig, id, new WindowChangeRequest(new PtySize(1, 2, 3, 4))).Size, Is.EqualTo(new PtySize(1, 2, 3, 4)));
        Assert.That(Ask<SignalRequest>(rig, id, new SignalRequest("TERM")).Name, Is.EqualTo("TERM"));
        Assert.That(Ask<BreakRequest>(rig, id, new BreakRequest(750)).Milliseconds, Is.EqualTo(750));
        var raw = Ask<RawChannelRequest>(rig, id, new RawChannelRequest("x11-req", new byte[] { 1, 2 }));
        Assert.That((raw.Type, raw.Data.ToArray()), Is.EqualTo(("x11-req", new byte[] { 1, 2 })));
    }

    [Test]
    public void Requests_that_never_want_a_reply_say_so_on_the_wire()
    {
        foreach (ChannelRequest request in new ChannelRequest[]
        {
            new WindowChangeRequest(default), new SignalRequest("INT"), new XonXoffRequest(true), new ExitStatusRequest(1),
            new ExitSignalRequest("KILL"), new EndOfWriteRequest(),
        })
        {
            Assert.That(request.WantReply, Is.False, request.Type);
        }
    }

    [TestCase(true, MessageId.ChannelSuccess)]
    [TestCase(false, MessageId.ChannelFailure)]
    public void The_hosts_answer_is_the_reply(bool accept, MessageId reply)
    {
        var (rig, id) = Session();
        rig.On(Peer.Request(id, new ExecRequest("ls")));
        rig.ExpectSent();
        Answer(rig, accept);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Numbers(reply, ChannelRig.Theirs)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Without_want_reply_there_is_none(bool accept)
    {
        var (rig, id) = Session();
        rig.On(Peer.Request(id, new ExecRequest("ls") { WantReply = false }));
        Answer(rig, accept);
        rig.On(Peer.Request(id, new ExecRequest("a\0b") { WantReply = false }));
        rig.ExpectQuiet();
    }

    [Test]
    public void Replies_leave_in_the_order_of_the_requests_whatever_the_order_of_the_answers()
    {
        var (rig, id) = Session();
        rig.On(Peer.Request(id, new EnvRequest("A", "1")));
        rig.On(Peer.Request(id, new EnvRequest("", "invalid")));
        rig.On(Peer.Request(id, new ShellRequest()));
        var env = rig.Port.Next<ChannelRequested>();
        rig.Port.Next<ChannelRequested>().Accept();
        rig.ExpectSent();
        env.Accept();
        rig.ExpectSent(MessageId.ChannelSuccess, MessageId.ChannelFailure, MessageId.ChannelSuccess);
    }

    [Test]
    public void One_program_runs_on_a_session()
    {
        var (rig, id) = Session();
        rig.On(Peer.Request(id, new SubsystemRequest("x")));
        Answer(rig, accept: false);
        rig.ExpectSent(MessageId.ChannelFailure);
        rig.On(Peer.Request(id, new ExecRequest("ls")));
        rig.On(Peer.Request(id, new ShellRequest()));
        Answer(rig, accept: true);
        rig.ExpectSent(MessageId.ChannelSuccess, MessageId.ChannelFailure);
        foreach (ChannelRequest late in new ChannelRequest[] { new ShellRequest(), new ExecRequest("a"), new SubsystemRequest("b"), new PtyRequest(), new EnvRequest("A", "B") })
        {
            rig.On(Peer.Request(id, late));
            rig.ExpectSent(MessageId.ChannelFailure);
        }

        rig.ExpectQuiet();
    }

    [Test]
    public void One_terminal_is_on_a_session()
    {
        var (rig, id) = Session();
        rig.On(Peer.Request(id, new PtyRequest()));
        Answer(rig, accept: false);
        rig.On(Peer.Request(id, new PtyRequest()));
        Answer(rig, accept: true);
        rig.On(Peer.Request(id, new PtyRequest()));
        rig.ExpectEvents();
        rig.ExpectSent(MessageId.ChannelFailure, MessageId.ChannelSuccess, MessageId.ChannelFailure);
    }

    private static IEnumerable<TestCaseData> OutOfBounds()
    {
        yield return Case("NUL in a variable's name", new EnvRequest("A\0", "1"));
        yield return Case("= in a variable's name", new EnvRequest("A=", "1"));
        yield return Case("a variable without name", new EnvRequest("", "1"));
        yield return Case("NUL in a variable's value", new EnvRequest("A", "1\0"));
        yield return Case("NUL in a command", new ExecRequest("a\0b"));
        yield return Case("NUL in a subsystem", new SubsystemRequest("a\0"));
        yield return Case("control byte in a subsystem", new SubsystemRequest("a\u001b"));
        yield return Case("no subsystem", new SubsystemRequest(""));
        yield return Case("NUL in a terminal", new PtyRequest("vt\0"));
        yield return Case("escape in a terminal", new PtyRequest("vt\u001b[2J"));
        yield return Case("a wide terminal", new PtyRequest(size: new PtySize(65536, 1)));
        yield return Case("a high terminal", new PtyRequest(size: new PtySize(1, 65536)));
        yield return Case("many pixels", new PtyRequest(size: new PtySize(1, 1, 65536)));
        yield return Case("many pixel rows", new PtyRequest(size: new PtySize(1, 1, 1, uint.MaxValue)));
        yield return Case("a wide window", new WindowChangeRequest(new PtySize(65536, 1)) { WantReply = true });
        yield return Case("no signal", new SignalRequest("") { WantReply = true });
        yield return Case("a signal with a slash", new SignalRequest("../x") { WantReply = true });
        yield return Case("a long signal", new SignalRequest(new string('A', 65)) { WantReply = true });
        yield return Case("a long terminal", new PtyRequest(new string('a', 257)));
        yield return Case("a long command", new ExecRequest(new byte[(128 * 1024) + 1].Select(_ => (byte)'a').ToArray()));
        yield return Case("a long subsystem", new SubsystemRequest(new string('a', (128 * 1024) + 1)));
        yield return new TestCaseData(Peer.Request(default, "pty-req", true, Pty(new byte[4097]))).SetArgDisplayNames("many modes");
        yield return new TestCaseData(Peer.Request(default, "pty-req", true, Pty([53, 0, 0]))).SetArgDisplayNames("cut modes");
        yield return new TestCaseData(Peer.Request(default, "env", true, w => { w.WriteString([0xff]); w.WriteString("a"); })).SetArgDisplayNames("a name not UTF-8");
        static TestCaseData Case(string name, ChannelRequest request) => new TestCaseData(Peer.Request(default, request)).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(OutOfBounds))]
    public void Values_out_of_bounds_fail_without_asking(byte[] request)
    {
        var (rig, id) = Session();
        Readdress(request, id);
        rig.On(request);
        rig.ExpectSent(MessageId.ChannelFailure);
        rig.ExpectQuiet();
    }

    private static IEnumerable<TestCaseData> AtTheBound()
    {
        yield return Case("the widest terminal", new PtyRequest(new string('a', 256), new PtySize(65535, 65535, 65535, 65535)));
        yield return Case("no terminal name", new PtyRequest("", new PtySize(0, 0)));
        yield return Case("the longest command", new ExecRequest(new byte[128 * 1024].Select(_ => (byte)'a').ToArray()));
        yield return Case("the longest subsystem", new SubsystemRequest(new string('a', 128 * 1024)));
        yield return Case("an empty command", new ExecRequest(""));
        yield return Case("the largest variable", new EnvRequest("A", new string('a', (32 * 1024) - 1)));
        yield return Case("a private signal", new SignalRequest("USR1@example.com") { WantReply = true });
        yield return new TestCaseData(Peer.Request(default, "pty-req", true, Pty(new byte[4096]))).SetArgDisplayNames("the most modes");
        yield return new TestCaseData(Peer.Request(default, "pty-req", true, Pty([]))).SetArgDisplayNames("no modes at all");
        static TestCaseData Case(string name, ChannelRequest request) => new TestCaseData(Peer.Request(default, request)).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(AtTheBound))]
    public void Values_at_the_bound_reach_the_host(byte[] request)
    {
        var (rig, id) = Session();
        Readdress(request, id);
        rig.On(request);
        Assert.That(rig.Port.Error, Is.Null);
        Answer(rig, accept: true);
        rig.ExpectSent(MessageId.ChannelSuccess);
    }

    [Test]
    public void The_environment_is_bounded_in_variables()
    {
        var (rig, id) = Session();
        for (int i = 0; i < Limits.EnvironmentVariables; i++)
        {
            rig.On(Peer.Request(id, new EnvRequest("A" + i, "")));
            Answer(rig, accept: true);
        }

        rig.Port.Sent.Clear();
        rig.On(Peer.Request(id, new EnvRequest("B", "")));
        rig.ExpectSent(MessageId.ChannelFailure);
        rig.ExpectQuiet();
    }

    [Test]
    public void The_environment_is_bounded_in_bytes_and_refused_variables_do_not_count()
    {
        var (rig, id) = Session();
        rig.On(Peer.Request(id, new EnvRequest("A", new string('a', 30_000))));
        Answer(rig, accept: false);
        rig.On(Peer.Request(id, new EnvRequest("A", new string('a', 30_000))));
        Answer(rig, accept: true);
        rig.On(Peer.Request(id, new EnvRequest("B", new string('a', 32 * 1024 - 30_001 - 1))));
        Answer(rig, accept: true);
        rig.Port.Sent.Clear();
        rig.On(Peer.Request(id, new EnvRequest("C", "")));
        rig.ExpectSent(MessageId.ChannelFailure);
    }

    [Test]
    public void Requests_that_wait_are_bounded_and_the_next_fails_in_its_place()
    {
        var (rig, id) = Session();
        for (int i = 0; i < Limits.PendingRequests; i++)
        {
            rig.On(Peer.Request(id, "ask@us", true));
        }

        rig.On(Peer.Request(id, "ask@us", true));
        rig.On(Peer.Request(id, "ask@us", false));
        Assert.That(rig.Port.Events, Has.Count.EqualTo(Limits.PendingRequests));
        rig.ExpectSent();
        while (rig.Port.Events.Count > 0)
        {
            Answer(rig, accept: true);
        }

        Assert.That(rig.Port.TakeSentIds(), Is.EqualTo(Enumerable.Repeat(MessageId.ChannelSuccess, 64).Append(MessageId.ChannelFailure)));
        rig.On(Peer.Request(id, "ask@us", true));
        rig.ExpectEvents(SshEventKind.ChannelRequested);
    }

    [Test]
    public void Bytes_that_wait_are_bounded_over_the_whole_connection()
    {
        var rig = new ChannelRig(server: true, SshLimits.Default with { PendingRequestBytes = 1000 });
        var id = rig.OpenSession();
        rig.On(Peer.Request(id, "ask@us", true, w => w.WriteBytes(new byte[400])));
        rig.On(Peer.Global("ask@us", true, new byte[400]));
        rig.On(Peer.Open("ask@us", 4, data: new byte[200]));
        rig.ExpectSent();
        rig.On(Peer.Open("ask@us", 5, data: new byte[1]));
        rig.ExpectSent(MessageId.ChannelOpenFailure);
        rig.On(Peer.Request(id, "ask@us", true, w => w.WriteBytes(new byte[1])));
        rig.On(Peer.Global("ask@us", true, new byte[1]));
        rig.Port.Next<ChannelRequested>().Deny();
        rig.Port.Next<GlobalRequested>().Deny();
        rig.ExpectSent(MessageId.ChannelFailure, MessageId.ChannelFailure, MessageId.RequestFailure, MessageId.RequestFailure);
        rig.Port.Next<OpenRequested>().Deny();
        rig.On(Peer.Open("ask@us", 5, data: new byte[1000]));
        rig.ExpectEvents(SshEventKind.OpenRequested);
        rig.ExpectSent(MessageId.ChannelOpenFailure);
    }

    [Test]
    public void Bytes_of_a_channel_that_closes_are_free_again()
    {
        var rig = new ChannelRig(server: true, SshLimits.Default with { PendingRequestBytes = 1000 });
        for (int i = 0; i < 5; i++)
        {
            var id = rig.OpenSession();
            rig.On(Peer.Request(id, "ask@us", true, w => w.WriteBytes(new byte[1000])));
            rig.ExpectEvents(SshEventKind.ChannelRequested);
            if (i % 2 == 0)
            {
                rig[id].Close();
            }

            rig.On(Peer.Close(id));
            rig.Port.Events.Clear();
        }
    }

    [Test]
    public void Replies_owed_behind_a_slow_host_are_bounded()
    {
        var rig = new ChannelRig(server: true, SshLimits.Default with { QueuedControlPackets = 10 });
        var id = rig.OpenSession();
        rig.On(Peer.Request(id, new ShellRequest()));
        for (int i = 0; i < 9; i++)
        {
            rig.On(Peer.Request(id, new ShellRequest()));
        }

        Assert.That(rig.Port.Error, Is.Null);
        rig.On(Peer.Request(id, new ShellRequest()));
        rig.ExpectEnd(SshErrorKind.LimitExceeded);
    }

    [Test]
    public void On_channels_that_are_no_sessions_nothing_is_a_session_request()
    {
        var rig = new ChannelRig(server: true);
        rig.On(Peer.Open("direct-tcpip", 1));
        rig.Port.Next<OpenRequested>().Accept();
        var id = rig.Confirmed();
        rig.On(Peer.Request(id, new ExecRequest("ls")));
        Assert.That(rig.Port.Next<ChannelRequested>().Request, Is.TypeOf<RawChannelRequest>());
    }

    [Test]
    public void Keepalives_fail_at_once_and_end_of_write_is_an_event()
    {
        var (rig, id) = Session();
        rig.On(Peer.Request(id, "keepalive@openssh.com", true));
        rig.ExpectSent(MessageId.ChannelFailure);
        rig.On(Peer.Request(id, new EndOfWriteRequest()));
        rig.On(Peer.Request(id, new EndOfWriteRequest()));
        rig.ExpectEvents(SshEventKind.EndOfWrite);
        Assert.That(rig[id].Write(new byte[5]), Is.EqualTo(5), "it ends reading there, not writing here");
    }

    [Test]
    public void A_request_that_expires_fails()
    {
        var (rig, id) = Session();
        rig.On(Peer.Request(id, new ShellRequest()));
        rig.Port.Next<ChannelRequested>().Expire();
        rig.ExpectSent(MessageId.ChannelFailure);
        rig.On(Peer.Request(id, new ShellRequest()));
        rig.ExpectEvents(SshEventKind.ChannelRequested);
    }

    [Test]
    public void A_second_answer_is_a_usage_error()
    {
        var (rig, id) = Session();
        rig.On(Peer.Request(id, new ShellRequest()));
        var decision = rig.Port.Next<ChannelRequested>();
        decision.Accept();
        Assert.That(decision.Deny, Throws.TypeOf<SshUsageException>());
    }

    [Test]
    public void Undecided_opens_lapse_with_the_connection()
    {
        var rig = new ChannelRig(server: true);
        rig.On(Peer.Open("session", 1));
        var decision = rig.Port.Next<OpenRequested>();
        rig.Port.IsClosing = true;
        rig.Table.Lapse();
        decision.Accept();
        rig.Port.IsClosing = false;
        rig.ExpectQuiet();
        Assert.That(rig.Table.IsIdle);
    }

    [Test]
    public void Decisions_lapse_with_their_channel()
    {
        foreach (bool ours in new[] { true, false })
        {
            var rig = new ChannelRig(server: true);
            var id = rig.OpenSession();
            rig.On(Peer.Request(id, new ShellRequest()));
            var decision = rig.Port.Next<ChannelRequested>();
            if (ours)
            {
                rig[id].Close();
            }
            else
            {
                rig.On(Peer.Close(id));
            }

            rig.Port.Sent.Clear();
            decision.Accept();
            rig.ExpectSent();
        }
    }

    private static (ChannelRig Rig, ChannelId Id) Session()
    {
        var rig = new ChannelRig(server: true);
        return (rig, rig.OpenSession());
    }

    private static T Ask<T>(ChannelRig rig, ChannelId id, ChannelRequest request, bool accept = true)
        where T : ChannelRequest
    {
        rig.On(Peer.Request(id, request));
        var e = rig.Port.NextEvent();
        Assert.That(e.Channel, Is.EqualTo(id));
        var decision = (ChannelRequested)e.Body!;
        Assert.That(decision.WantReply, Is.EqualTo(request.WantReply));
        Assert.That(decision.Deadline, Is.Not.Null);
        if (accept)
        {
            decision.Accept();
        }
        else
        {
            decision.Deny();
        }

        Assert.That(decision.Request, Is.TypeOf<T>());
        return (T)decision.Request;
    }

    private static void Answer(ChannelRig rig, bool accept)
    {
        var decision = rig.Port.Next<ChannelRequested>();
        if (accept)
        {
            decision.Accept();
        }
        else
        {
            decision.Deny();
        }
    }

    private static Action<SshWriter> Pty(byte[] modes) => w =>
    {
        w.WriteString("vt100");
        w.WriteUInt32(80);
        w.WriteUInt32(24);
        w.WriteUInt32(0);
        w.WriteUInt32(0);
        w.WriteString(modes);
    };

    /// <summary>The cases are made before there is a channel.</summary>
    private static void Readdress(byte[] message, ChannelId id) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), id.LocalNumber);
}
