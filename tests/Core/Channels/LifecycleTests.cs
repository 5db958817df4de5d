using System.Linq;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Tests.Core.Channels;

[TestFixture(false)]
[TestFixture(true)]
public sealed class LifecycleTests(bool server)
{
    [Test]
    public void The_peers_close_is_answered_and_ends_the_channel()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Peer.Close(id));
        var reader = new SshReader(rig.Port.NextSent());
        Assert.That(reader.ReadByte(), Is.EqualTo((byte)MessageId.ChannelClose));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(ChannelRig.Theirs));
        rig.ExpectEvents(SshEventKind.ChannelClosed);
        Assert.That(rig[id].IsOpen, Is.False);
        Assert.That(rig[id].IsEof, Is.True);
        Assert.That(rig.Table.Count, Is.Zero);
    }

    [Test]
    public void Our_close_waits_for_the_peers_and_drops_what_still_comes()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig[id].Close();
        rig[id].Close();
        rig.ExpectSent(MessageId.ChannelClose);
        Assert.That(rig[id].IsOpen, Is.True);
        rig.On(Peer.Data(id, 30_000));
        rig.On(Peer.Extended(id, 1, new byte[100]));
        rig.On(Peer.Adjust(id, 5));
        rig.On(Peer.Eof(id));
        rig.On(Peer.Request(id, "shell", true));
        rig.ExpectQuiet();
        Assert.That(rig[id].Available(), Is.Zero);
        rig.On(Peer.Close(id));
        rig.ExpectSent();
        rig.ExpectEvents(SshEventKind.ChannelClosed);
        Assert.That(rig.Table.Count, Is.Zero);
    }

    [Test]
    public void Data_after_our_close_gets_no_credit_and_stays_within_the_window()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig[id].Close();
        rig.Port.Sent.Clear();
        for (int i = 0; i < 64; i++)
        {
            rig.On(Peer.Data(id, 32 * 1024));
        }

        rig.ExpectQuiet();
        rig.On(Peer.Data(id, 1));
        rig.ExpectEnd(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void Eof_is_told_once_and_writing_goes_on()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Peer.Eof(id));
        rig.On(Peer.Eof(id));
        rig.ExpectEvents(SshEventKind.ChannelEof);
        Assert.That(rig[id].IsEof);
        Assert.That(rig[id].Write(new byte[10]), Is.EqualTo(10));
        rig.ExpectSent(MessageId.ChannelData);
    }

    [Test]
    public void Our_eof_is_sent_once_and_ends_writing_but_not_requests()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig[id].SendEof();
        rig[id].SendEof();
        rig[id].Request(new ExitStatusRequest(3));
        rig.ExpectSent(MessageId.ChannelEof, MessageId.ChannelRequest);
        Assert.That(() => rig[id].Write(new byte[1]), Throws.TypeOf<SshUsageException>());
        Assert.That(rig[id].WriteRoom, Is.Zero);
        rig.On(Peer.Data(id, 5));
        rig.ExpectEvents(SshEventKind.ChannelData);
    }

    [Test]
    public void Adjusts_and_requests_after_eof_are_legal()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Peer.Eof(id));
        rig.On(Peer.Adjust(id, 5));
        rig.On(Peer.Request(id, "unknown@x", false));
        Assert.That(rig.Port.Error, Is.Null);
    }

    [Test]
    public void Every_order_of_both_sides_eof_and_close_ends_alike()
    {
        string[] steps = ["our eof", "our close", "their eof", "their close"];
        int orders = 0;
        foreach (var order in Permutations(steps))
        {
            if (Array.IndexOf(order, "their eof") > Array.IndexOf(order, "their close"))
            {
                continue; // the peer may not do that
            }

            orders++;
            var rig = new ChannelRig(server);
            var id = rig.OpenSession();
            foreach (string step in order)
            {
                switch (step)
                {
                    case "our eof":
                        rig[id].SendEof();
                        break;
                    case "our close":
                        rig[id].Close();
                        break;
                    case "their eof":
                        rig.On(Peer.Eof(id));
                        break;
                    default:
                        rig.On(Peer.Close(id));
                        break;
                }
            }

            string name = string.Join(", ", order);
            var sent = rig.Port.TakeSentIds();
            var events = rig.Port.TakeEventKinds();
            Assert.That(rig.Port.Error, Is.Null, name);
            Assert.That(sent.Count(m => m == MessageId.ChannelClose), Is.EqualTo(1), name);
            Assert.That(sent.Last(), Is.EqualTo(MessageId.ChannelClose), name + ": nothing follows our CLOSE");
            Assert.That(events.Count(k => k == SshEventKind.ChannelClosed), Is.EqualTo(1), name);
            Assert.That(events.Last(), Is.EqualTo(SshEventKind.ChannelClosed), name);
            Assert.That(rig.Table.IsIdle, name);
        }

        Assert.That(orders, Is.EqualTo(12));
    }

    [Test]
    public void Unread_data_outlives_the_close_and_then_the_channel_is_gone()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Peer.Data(id, [1, 2, 3]));
        rig.On(Peer.Extended(id, 1, [4]));
        rig.On(Peer.Close(id));
        Assert.That(rig[id].IsOpen, Is.False);
        Assert.That(rig.Table.Count, Is.EqualTo(1));
        Assert.That(rig[id].Available(), Is.EqualTo(3));
        Assert.That(rig.ReadAll(id), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(rig.ReadAll(id, DataStream.Error), Is.EqualTo(new byte[] { 4 }));
        Assert.That(rig.Table.Count, Is.Zero);
        Assert.That(rig.Port.TakeSentIds(), Is.EqualTo(new[] { MessageId.ChannelClose }), "no credit for a closed channel");
    }

    [Test]
    public void Closing_a_closed_channel_gives_up_its_unread_data()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Peer.Data(id, 100));
        rig.On(Peer.Close(id));
        rig[id].Close();
        Assert.That(rig.Table.Count, Is.Zero);
        Assert.That(rig[id].Read(new byte[10]), Is.Zero);
    }

    [Test]
    public void A_channel_that_is_gone_does_nothing()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Peer.Close(id));
        rig.Port.Sent.Clear();
        rig.Port.Events.Clear();
        var channel = rig[id];
        Assert.That(channel.Write(new byte[10]), Is.Zero);
        Assert.That(channel.TryReserve(10, out _), Is.False);
        Assert.That(channel.Read(new byte[10]), Is.Zero);
        Assert.That(channel.Available(), Is.Zero);
        Assert.That(channel.WriteRoom, Is.Zero);
        Assert.That(channel.Request(new ShellRequest()), Is.EqualTo(default(ChannelRequestId)));
        channel.Consume(5);
        channel.SendEof();
        channel.Close();
        Assert.That(channel.IsOpen, Is.False);
        Assert.That(channel.IsEof, Is.True);
        rig.ExpectQuiet();
    }

    [Test]
    public void Requests_of_ours_that_the_close_leaves_unanswered_have_failed()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        var first = rig[id].Request(new RawChannelRequest("a"));
        var second = rig[id].Request(new RawChannelRequest("b"));
        rig[id].Request(new RawChannelRequest("c") { WantReply = false });
        rig.On(Peer.Success(id));
        rig.On(Peer.Close(id));
        var reply = rig.Port.Next<RequestReplied>();
        Assert.That((reply.Id, reply.Success), Is.EqualTo((first, true)));
        reply = rig.Port.Next<RequestReplied>();
        Assert.That((reply.Id, reply.Success), Is.EqualTo((second, false)));
        rig.ExpectEvents(SshEventKind.ChannelClosed);
    }

    [Test]
    public void The_end_of_the_connection_is_told_to_everything_that_waits()
    {
        var rig = new ChannelRig(server);
        var open = rig.OpenSession();
        rig[open].Request(new RawChannelRequest("a"));
        rig.On(Peer.Request(open, "ask@us", true));
        var asked = server ? rig.Port.Next<ChannelRequested>() : null;
        var unread = rig.OpenSession();
        rig.On(Peer.Data(unread, [1, 2]));
        rig.Port.Events.Clear();
        var opening = rig.Table.Open(new ChannelOpen("x"));
        rig.Table.SendGlobal(new GlobalRequest("g"));
        rig.Table.SendKeepAlive();
        rig.On(Peer.Global("ask@us", true));
        var global = rig.Port.Next<GlobalRequested>();
        rig.Port.Sent.Clear();
        rig.Port.IsClosing = true;

        rig.Table.Lapse();
        var events = rig.Port.Events.Select(e => (e.Kind, e.Channel)).ToArray();
        Assert.That(events, Is.EqualTo(new[]
        {
            (SshEventKind.RequestReplied, open), (SshEventKind.ChannelClosed, open), (SshEventKind.ChannelClosed, unread),
            (SshEventKind.ChannelRefused, opening), (SshEventKind.GlobalReplied, default),
        }));
        asked?.Accept();
        global.Accept();
        Assert.That(rig.Port.Sent, Is.Empty);
        Assert.That(rig[open].Write(new byte[1]), Is.Zero);
        Assert.That(rig.ReadAll(unread), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(rig.Table.IsIdle);
        Assert.That(rig.Table.NextTimeout, Is.Null);
        rig.Port.Events.Clear();
        rig.Table.Lapse();
        Assert.That(rig.Port.Events, Is.Empty);
    }

    [Test]
    public void A_channel_describes_itself()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession(window: 500);
        rig.On(Peer.Data(id, 5));
        rig[id].SendEof();
        Assert.That(rig[id].ToString(), Is.EqualTo("channel 0 (session): Open, EOF sent; window in 2097147, out 500; 5 bytes unread"));
        rig[id].Close();
        rig.On(Peer.Close(id));
        Assert.That(rig[id].ToString(), Is.EqualTo("channel 0: gone"));
    }

    private static IEnumerable<string[]> Permutations(string[] items) =>
        items.Length == 1
            ? [items]
            : items.SelectMany(first => Permutations(items.Where(i => i != first).ToArray()).Select(rest => (string[])[first, .. rest]));
}
