using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Tests.Core.Channels;

public sealed class OpeningTests
{
    [Test]
    public void Our_open_carries_type_number_window_packet_size_and_data()
    {
        var rig = new ChannelRig(server: false);
        var id = rig.Table.Open(new ChannelOpen("direct-tcpip", new byte[] { 5, 6 }) { WindowSize = 100_000, MaxPacketSize = 5000 });
        var reader = new SshReader(rig.Port.NextSent());
        Assert.That(reader.ReadByte(), Is.EqualTo((byte)MessageId.ChannelOpen));
        Assert.That(reader.ReadName(), Is.EqualTo("direct-tcpip"));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(id.LocalNumber));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(100_000));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(5000));
        Assert.That(reader.Remaining.ToArray(), Is.EqualTo(new byte[] { 5, 6 }));
        Assert.That(rig[id].IsOpen);
        Assert.That(rig[id].IsEof, Is.False);
    }

    [Test]
    public void Defaults_are_2_MiB_and_32_KiB_as_Paramikos()
    {
        var rig = new ChannelRig(server: false);
        rig.Table.Open(ChannelOpen.Session());
        var reader = new SshReader(rig.Port.NextSent());
        reader.ReadByte();
        reader.ReadString();
        reader.ReadUInt32();
        Assert.That(reader.ReadUInt32(), Is.EqualTo(2097152));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(32768));
    }

    [TestCase(0u, 0u, 32768u, 4096u)]
    [TestCase(uint.MaxValue, uint.MaxValue, uint.MaxValue, 131072u)]
    public void Sizes_out_of_bounds_become_the_nearest(uint window, uint packet, uint sentWindow, uint sentPacket)
    {
        var rig = new ChannelRig(server: false);
        rig.Table.Open(new ChannelOpen("session") { WindowSize = window, MaxPacketSize = packet });
        var reader = new SshReader(rig.Port.NextSent());
        reader.ReadByte();
        reader.ReadString();
        reader.ReadUInt32();
        Assert.That(reader.ReadUInt32(), Is.EqualTo(sentWindow));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(sentPacket));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_confirmation_opens_our_channel(bool server)
    {
        var rig = new ChannelRig(server);
        var id = rig.Table.Open(new ChannelOpen("x@y"));
        rig.On([.. Peer.Confirm(id, 9, 50, 20), 1, 2, 3]);
        var e = rig.Port.NextEvent();
        Assert.That(e.Kind, Is.EqualTo(SshEventKind.ChannelOpened));
        Assert.That(e.Channel, Is.EqualTo(id));
        Assert.That(((ChannelOpened)e.Body!).Data.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(rig[id].WriteRoom, Is.EqualTo(50));
    }

    [TestCase(4u, ChannelOpenFailure.ResourceShortage)]
    [TestCase(0u, ChannelOpenFailure.AdministrativelyProhibited)]
    [TestCase(0xfe000001u, (ChannelOpenFailure)0xfe000001u)]
    public void A_failure_ends_our_channel(uint reason, ChannelOpenFailure expected)
    {
        var rig = new ChannelRig(server: false);
        var id = rig.Table.Open(ChannelOpen.Session());
        rig.On(Peer.Refuse(id, reason, "no\u001b[2J"));
        var refused = rig.Port.Next<ChannelRefused>();
        Assert.That(refused.Reason, Is.EqualTo(expected));
        Assert.That(refused.Description, Is.EqualTo("no?[2J"));
        Assert.That(rig[id].IsOpen, Is.False);
        Assert.That(rig.Table.Count, Is.Zero);
        Assert.That(rig[id].Write(new byte[1]), Is.Zero);
    }

    [Test]
    public void The_peers_open_waits_for_the_host_and_blocks_nothing_else()
    {
        var rig = new ChannelRig(server: true);
        rig.On(Peer.Open("session", 5, data: [1, 2]));
        rig.On(Peer.Open("session", 6));
        var first = rig.Port.Next<OpenRequested>();
        var second = rig.Port.Next<OpenRequested>();
        Assert.That(first.ChannelType, Is.EqualTo("session"));
        Assert.That(first.Data.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(first.Deadline, Is.Not.Null);
        rig.ExpectSent();

        second.Accept(windowSize: 70_000, maxPacketSize: 6000);
        var reader = new SshReader(rig.Port.NextSent());
        Assert.That(reader.ReadByte(), Is.EqualTo((byte)MessageId.ChannelOpenConfirmation));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(6));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(second.Id.LocalNumber));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(70_000));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(6000));
        Assert.That(reader.IsComplete);

        first.Refuse(ChannelOpenFailure.ConnectFailed, "down");
        reader = new SshReader(rig.Port.NextSent());
        Assert.That(reader.ReadByte(), Is.EqualTo((byte)MessageId.ChannelOpenFailure));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(5));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(2));
        Assert.That(reader.ReadText(), Is.EqualTo("down"));
        Assert.That(reader.ReadText(), Is.Empty);
        Assert.That(reader.IsComplete);
        Assert.That(rig[second.Id].IsOpen);
        Assert.That(rig[first.Id].IsOpen, Is.False);
    }

    [Test]
    public void An_open_that_expires_is_refused_and_a_late_answer_has_no_effect()
    {
        var rig = new ChannelRig(server: true);
        rig.On(Peer.Open("session", 5));
        var decision = rig.Port.Next<OpenRequested>();
        decision.Expire();
        rig.ExpectSent(MessageId.ChannelOpenFailure);
        decision.Accept();
        rig.ExpectQuiet();
        Assert.That(rig.Table.Count, Is.Zero);
    }

    [Test]
    public void Closing_an_undecided_open_refuses_it()
    {
        var rig = new ChannelRig(server: true);
        rig.On(Peer.Open("session", 5));
        rig[rig.Port.Next<OpenRequested>().Id].Close();
        rig.ExpectSent(MessageId.ChannelOpenFailure);
        Assert.That(rig.Table.IsIdle);
    }

    [Test]
    public void A_server_asks_its_host_about_every_type()
    {
        var rig = new ChannelRig(server: true);
        foreach (string type in new[] { "session", "direct-tcpip", "x11", "anything@example.com" })
        {
            rig.On(Peer.Open(type, 1));
            Assert.That(rig.Port.Next<OpenRequested>().ChannelType, Is.EqualTo(type));
        }
    }

    [TestCase("session", 1u)]
    [TestCase("x11", 1u)]
    [TestCase("auth-agent@openssh.com", 1u)]
    [TestCase("forwarded-tcpip", 1u)]
    [TestCase("forwarded-streamlocal@openssh.com", 1u)]
    [TestCase("direct-tcpip", 3u)]
    [TestCase("anything@example.com", 3u)]
    public void A_client_refuses_what_it_did_not_ask_for(string type, uint reason)
    {
        var rig = new ChannelRig(server: false);
        rig.OpenSession();
        rig.On(Peer.Open(type, 3));
        var reader = new SshReader(rig.Port.NextSent());
        Assert.That(reader.ReadByte(), Is.EqualTo((byte)MessageId.ChannelOpenFailure));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(3));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(reason));
        rig.ExpectQuiet();
    }

    [Test]
    public void A_forward_lives_from_its_request_to_its_cancellation()
    {
        var rig = new ChannelRig(server: false);
        rig.Table.SendGlobal(new GlobalRequest("tcpip-forward"));
        rig.On(Peer.GlobalSuccess());
        rig.Port.Events.Clear();
        Assert.That(IsAsked(rig, "forwarded-tcpip"), Is.True);
        Assert.That(IsAsked(rig, "x11"), Is.False);
        Assert.That(IsAsked(rig, "session"), Is.False);
        rig.Table.SendGlobal(new GlobalRequest("cancel-tcpip-forward"));
        Assert.That(IsAsked(rig, "forwarded-tcpip"), Is.False);
        rig.On(Peer.GlobalFailure());
        rig.Port.Events.Clear();
        Assert.That(IsAsked(rig, "forwarded-tcpip"), Is.True, "the server did not cancel it");
    }

    [Test]
    public void A_refused_forward_never_lives()
    {
        var rig = new ChannelRig(server: false);
        rig.Table.SendGlobal(new GlobalRequest("tcpip-forward"));
        rig.On(Peer.GlobalFailure());
        rig.Port.Events.Clear();
        Assert.That(IsAsked(rig, "forwarded-tcpip"), Is.False);
    }

    [TestCase("x11-req", "x11")]
    [TestCase("auth-agent-req@openssh.com", "auth-agent@openssh.com")]
    public void What_belongs_to_a_session_ends_with_it(string request, string type)
    {
        foreach (bool wantReply in new[] { true, false })
        {
            var rig = new ChannelRig(server: false);
            var id = rig.OpenSession();
            rig[id].Request(new RawChannelRequest(request) { WantReply = wantReply });
            Assert.That(IsAsked(rig, type), Is.True);
            if (wantReply)
            {
                rig.On(Peer.Success(id));
                rig.Port.Events.Clear();
                Assert.That(IsAsked(rig, type), Is.True);
            }

            rig.On(Peer.Close(id));
            rig.Port.Events.Clear();
            Assert.That(IsAsked(rig, type), Is.False);
        }
    }

    [Test]
    public void What_a_session_was_refused_is_not_asked_for()
    {
        var rig = new ChannelRig(server: false);
        var id = rig.OpenSession();
        rig[id].Request(new RawChannelRequest("x11-req"));
        rig.On(Peer.Failure(id));
        rig.Port.Events.Clear();
        Assert.That(IsAsked(rig, "x11"), Is.False);
        rig[id].Request(new RawChannelRequest("x11-req"));
        rig.On(Peer.Close(id));
        rig.Port.Events.Clear();
        Assert.That(IsAsked(rig, "x11"), Is.False);
    }

    [Test]
    public void No_more_sessions_is_honoured()
    {
        var rig = new ChannelRig(server: true);
        rig.On(Peer.Global("no-more-sessions@openssh.com", true));
        rig.ExpectSent(MessageId.RequestSuccess);
        rig.ExpectEvents();
        rig.On(Peer.Open("direct-tcpip", 1));
        rig.ExpectEvents(SshEventKind.OpenRequested);
        rig.On(Peer.Open("session", 2));
        rig.ExpectEnd(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void A_packet_size_of_0_is_refused_in_an_open_and_ends_in_a_confirmation()
    {
        var rig = new ChannelRig(server: true);
        rig.On(Peer.Open("session", 1, 1000, 0));
        rig.ExpectSent(MessageId.ChannelOpenFailure);
        rig.ExpectQuiet();

        var id = rig.Table.Open(new ChannelOpen("x"));
        rig.On(Peer.Confirm(id, 1, 1000, 0));
        rig.ExpectEnd(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void An_open_without_answer_is_given_up_and_a_late_confirmation_is_closed_unheard()
    {
        var rig = new ChannelRig(server: false, SshLimits.Default with { ChannelOpenTimeout = TimeSpan.FromSeconds(10) });
        var first = rig.Table.Open(ChannelOpen.Session());
        rig.Port.Now = At(4);
        var second = rig.Table.Open(ChannelOpen.Session());
        Assert.That(rig.Table.NextTimeout, Is.EqualTo(At(10)));
        rig.Table.Tick(At(9.9));
        Assert.That(rig.Port.Events, Is.Empty);
        rig.Table.Tick(At(10));
        var e = rig.Port.NextEvent();
        Assert.That(e.Channel, Is.EqualTo(first));
        Assert.That(((ChannelRefused)e.Body!).Reason, Is.EqualTo(ChannelOpenFailure.None));
        Assert.That(rig[first].IsOpen, Is.False);
        Assert.That(rig.Table.NextTimeout, Is.EqualTo(At(14)));
        rig.On(Peer.Confirm(second, 8));
        rig.ExpectEvents(SshEventKind.ChannelOpened);
        Assert.That(rig.Table.NextTimeout, Is.Null);
        rig.Port.Sent.Clear();

        rig.On(Peer.Confirm(first, 9));
        rig.ExpectSent(MessageId.ChannelClose);
        rig.On(Peer.Data(first, 10));
        rig.On(Peer.Request(first, "exit-status", false, w => w.WriteUInt32(1)));
        rig.On(Peer.Close(first));
        rig.ExpectQuiet();
        Assert.That(rig.Table.Count, Is.EqualTo(1));
    }

    [Test]
    public void An_open_closed_by_the_host_and_then_refused_is_told_once()
    {
        var rig = new ChannelRig(server: false);
        var id = rig.Table.Open(ChannelOpen.Session());
        rig[id].Close();
        rig[id].Close();
        rig.ExpectEvents(SshEventKind.ChannelRefused);
        rig.On(Peer.Refuse(id));
        rig.ExpectEvents();
        Assert.That(rig.Table.IsIdle);
        Assert.That(rig.Port.Error, Is.Null);
    }

    [Test]
    public void Ids_are_not_reused()
    {
        var rig = new ChannelRig(server: false);
        var seen = new HashSet<ChannelId>();
        for (int i = 0; i < 1000; i++)
        {
            var id = rig.OpenSession();
            Assert.That(seen.Add(id));
            rig.On(Peer.Close(id));
            Assert.That(rig.Table.Count, Is.Zero);
        }
    }

    [Test]
    public void Mistakes_of_the_host_are_usage_errors()
    {
        var rig = new ChannelRig(server: false);
        var opening = rig.Table.Open(ChannelOpen.Session());
        Assert.That(() => rig[default].Close(), Throws.TypeOf<SshUsageException>());
        Assert.That(() => rig[new ChannelId(1)].Close(), Throws.TypeOf<SshUsageException>());
        Assert.That(() => rig[opening].SendEof(), Throws.TypeOf<SshUsageException>());
        Assert.That(() => rig[opening].Request(new ShellRequest()), Throws.TypeOf<SshUsageException>());
        Assert.That(() => rig.Table.Open(new ChannelOpen("a b")), Throws.ArgumentException);
        Assert.That(() => rig.Table.Open(new ChannelOpen("")), Throws.ArgumentException);
        Assert.That(() => rig.Table.Open(new ChannelOpen(new string('a', 65))), Throws.ArgumentException);
        Assert.That(() => rig.Table.Open(new ChannelOpen("a", new byte[300_000])), Throws.ArgumentException);
        rig.Port.IsClosing = true;
        Assert.That(() => rig.Table.Open(ChannelOpen.Session()), Throws.TypeOf<SshUsageException>());
        Assert.That(() => rig.Table.SendGlobal(new GlobalRequest("a")), Throws.TypeOf<SshUsageException>());
    }

    private static bool IsAsked(ChannelRig rig, string type)
    {
        rig.On(Peer.Open(type, 50));
        if (rig.Port.Events.Count == 0)
        {
            return false;
        }

        rig.Port.Next<OpenRequested>().Deny();
        return true;
    }

    private static SshInstant At(double seconds) => new(TimeSpan.FromSeconds(seconds));
}
