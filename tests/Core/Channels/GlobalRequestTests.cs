using System.Linq;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Tests.Core.Channels;

[TestFixture(false)]
[TestFixture(true)]
public sealed class GlobalRequestTests(bool server)
{
    [Test]
    public void A_request_and_its_replies_in_order()
    {
        var rig = new ChannelRig(server);
        var first = rig.Table.SendGlobal(new GlobalRequest("a@x", new byte[] { 1, 2 }));
        rig.Table.SendGlobal(new GlobalRequest("b@x", wantReply: false));
        var second = rig.Table.SendGlobal(new GlobalRequest("c@x"));
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Global("a@x", true, [1, 2])));
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Global("b@x", false)));
        rig.On(Peer.GlobalSuccess(7, 8));
        rig.On(Peer.GlobalFailure());
        var reply = rig.Port.Next<GlobalReplied>();
        Assert.That((reply.Id, reply.Success, reply.Data.ToArray()), Is.EqualTo((first, true, new byte[] { 7, 8 })));
        reply = rig.Port.Next<GlobalReplied>();
        Assert.That((reply.Id, reply.Success, reply.Data.Length), Is.EqualTo((second, false, 0)));
    }

    [Test]
    public void The_peers_requests_are_decisions_and_their_replies_keep_the_order()
    {
        var rig = new ChannelRig(server);
        rig.On(Peer.Global("a@x", true, [1]));
        rig.On(Peer.Global("keepalive@openssh.com", true));
        rig.On(Peer.Global("b@x", false, [2]));
        rig.On(Peer.Global("c@x", true));
        var a = rig.Port.Next<GlobalRequested>();
        var b = rig.Port.Next<GlobalRequested>();
        var c = rig.Port.Next<GlobalRequested>();
        Assert.That((a.Name, a.WantReply, a.Data.ToArray()), Is.EqualTo(("a@x", true, new byte[] { 1 })));
        Assert.That((b.Name, b.WantReply, b.Data.ToArray()), Is.EqualTo(("b@x", false, new byte[] { 2 })));
        c.Accept(new byte[] { 9 });
        b.Accept(new byte[] { 8 });
        rig.ExpectSent();
        a.Deny();
        Assert.That(rig.Port.Sent, Is.EqualTo(new[] { Peer.GlobalFailure(), Peer.GlobalFailure(), Peer.GlobalSuccess(9) }));
    }

    [Test]
    public void A_keepalive_of_the_peer_is_answered_without_asking()
    {
        var rig = new ChannelRig(server);
        rig.On(Peer.Global("keepalive@openssh.com", true));
        rig.ExpectSent(MessageId.RequestFailure);
        rig.On(Peer.Global("keepalive@openssh.com", false));
        rig.ExpectQuiet();
    }

    [Test]
    public void Our_keepalives_raise_nothing_and_any_reply_shows_that_the_peer_lives()
    {
        var rig = new ChannelRig(server);
        rig.Table.SendKeepAlive();
        var request = rig.Table.SendGlobal(new GlobalRequest("a@x"));
        rig.Table.SendKeepAlive();
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Global("keepalive@openssh.com", true)));
        Assert.That(rig.Table.UnansweredKeepAlives, Is.EqualTo(2));
        rig.On(Peer.GlobalFailure());
        Assert.That(rig.Table.UnansweredKeepAlives, Is.Zero);
        rig.ExpectEvents();
        rig.On(Peer.GlobalSuccess());
        Assert.That(rig.Port.Next<GlobalReplied>().Id, Is.EqualTo(request));
        rig.On(Peer.GlobalSuccess());
        rig.ExpectEvents();
        Assert.That(rig.Table.IsIdle);
    }

    [Test]
    public void Replies_without_a_request_end_the_connection()
    {
        foreach (bool success in new[] { true, false })
        {
            var rig = new ChannelRig(server);
            rig.Table.SendGlobal(new GlobalRequest("a@x", wantReply: false));
            rig.On(success ? Peer.GlobalSuccess() : Peer.GlobalFailure());
            rig.ExpectEnd(SshErrorKind.ProtocolViolation);
        }
    }

    [Test]
    public void Requests_that_wait_are_bounded()
    {
        var rig = new ChannelRig(server);
        for (int i = 0; i < SshLimits.Default.PendingRequests; i++)
        {
            rig.On(Peer.Global("a@x", i % 2 == 0));
        }

        Assert.That(rig.Port.Events, Has.Count.EqualTo(64));
        rig.On(Peer.Global("a@x", true));
        rig.On(Peer.Global("a@x", false));
        Assert.That(rig.Port.Events, Has.Count.EqualTo(64));
        while (rig.Port.Events.Count > 0)
        {
            rig.Port.Next<GlobalRequested>().Accept();
        }

        Assert.That(rig.Port.TakeSentIds(), Is.EqualTo(Enumerable.Repeat(MessageId.RequestSuccess, 32).Append(MessageId.RequestFailure)));
    }

    [Test]
    public void Replies_owed_behind_a_slow_host_are_bounded()
    {
        var rig = new ChannelRig(server, SshLimits.Default with { QueuedControlPackets = 10 });
        rig.On(Peer.Global("a@x", true));
        for (int i = 0; i < 9; i++)
        {
            rig.On(Peer.Global("keepalive@openssh.com", true));
        }

        Assert.That(rig.Port.Error, Is.Null);
        rig.On(Peer.Global("keepalive@openssh.com", true));
        rig.ExpectEnd(SshErrorKind.LimitExceeded);
    }

    [Test]
    public void Names_are_checked_both_ways()
    {
        var rig = new ChannelRig(server);
        Assert.That(() => rig.Table.SendGlobal(new GlobalRequest("a\n")), Throws.ArgumentException);
        Assert.That(() => rig.Table.SendGlobal(new GlobalRequest("a", new byte[300_000])), Throws.ArgumentException);
        rig.On(Peer.Global("a\n", true));
        rig.ExpectEnd(SshErrorKind.InvalidMessage);
    }

    [Test]
    public void No_more_sessions_is_a_servers_matter()
    {
        var rig = new ChannelRig(server);
        rig.On(Peer.Global("no-more-sessions@openssh.com", false));
        rig.ExpectEvents(server ? [] : [SshEventKind.GlobalRequested]);
        rig.ExpectSent();
    }
}
