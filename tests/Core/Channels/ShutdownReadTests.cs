using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Tests.Core.Channels;

/// <summary>A host that reads no more: its peer is not held up by that.</summary>
[TestFixture(false)]
[TestFixture(true)]
internal sealed class ShutdownReadTests(bool server)
{
    [Test]
    public void What_is_unread_is_dropped_and_credited([Values] bool manual)
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession(manual: manual);
        for (int i = 0; i < 32; i++)
        {
            rig.On(i % 2 == 0 ? Peer.Data(id, 32 * 1024) : Peer.Extended(id, 1, new byte[32 * 1024]));
        }

        var e = rig.Port.NextEvent();
        if (manual)
        {
            rig[id].Read(new byte[1000]); // read and not consumed: it is owed as well
        }

        rig.ExpectSent();
        rig[id].ShutdownRead();
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Numbers(MessageId.ChannelWindowAdjust, ChannelRig.Theirs, 1024 * 1024)));
        Assert.That(rig[id].Available(), Is.Zero);
        Assert.That(rig[id].Available(DataStream.Error), Is.Zero);
        Assert.That(rig[id].Read(new byte[10]), Is.Zero);
        Assert.That(rig.Table.Borrow(e).IsEmpty);
    }

    [Test]
    public void The_peer_can_go_on_writing_for_ever([Values] bool manual)
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession(manual: manual);
        rig[id].ShutdownRead();
        long credit = 2 * 1024 * 1024;
        for (int i = 0; i < 1000; i++)
        {
            credit -= 32 * 1024;
            Assert.That(credit, Is.GreaterThanOrEqualTo(0), "the peer would have to wait");
            rig.On(i % 2 == 0 ? Peer.Data(id, 32 * 1024) : Peer.Extended(id, 1, new byte[32 * 1024]));
            while (rig.Port.Sent.Count > 0)
            {
                var reader = new SshReader(rig.Port.NextSent().AsSpan(5));
                credit += reader.ReadUInt32();
            }
        }

        rig.ExpectQuiet();
    }

    [Test]
    public void The_window_still_bounds_the_peer()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig[id].ShutdownRead();
        rig.On(Peer.Data(id, 32769));
        rig.ExpectEnd(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void Eof_requests_and_close_are_still_told()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig[id].ShutdownRead();
        rig[id].ShutdownRead();
        rig.On(Peer.Data(id, 10));
        rig.On(Peer.Request(id, "eow@openssh.com", false));
        rig.On(Peer.Eof(id));
        rig.On(Peer.Close(id));
        rig.ExpectEvents(SshEventKind.EndOfWrite, SshEventKind.ChannelEof, SshEventKind.ChannelClosed);
        rig.ExpectSent(MessageId.ChannelClose);
    }

    [Test]
    public void Writing_goes_on()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig[id].ShutdownRead();
        Assert.That(rig[id].Write([1, 2, 3]), Is.EqualTo(3));
        rig.ExpectSent(MessageId.ChannelData);
    }

    [Test]
    public void Consume_does_nothing_any_more()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession(manual: true);
        rig.On(Peer.Data(id, 1000));
        rig[id].Read(new byte[1000]);
        rig[id].ShutdownRead();
        rig[id].Consume(1000);
        rig.ExpectSent();
        Assert.That(rig.Port.Error, Is.Null);
    }

    [Test]
    public void It_may_come_before_the_confirmation()
    {
        var rig = new ChannelRig(server: false);
        var id = rig.Table.Open(new ChannelOpen("session"));
        rig[id].ShutdownRead();
        rig.On(Peer.Confirm(id, ChannelRig.Theirs));
        rig.On(Peer.Data(id, 10));
        rig.ExpectEvents(SshEventKind.ChannelOpened);
    }

    [Test]
    public void On_a_closed_channel_it_gives_the_unread_data_up()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Peer.Data(id, 10));
        rig.On(Peer.Close(id));
        Assert.That(rig.Table.Count, Is.EqualTo(1));
        rig[id].ShutdownRead();
        Assert.That(rig.Table.Count, Is.Zero);
        rig[id].ShutdownRead();
    }
}
