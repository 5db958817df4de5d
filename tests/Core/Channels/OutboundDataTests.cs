using System.Linq;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Tests.Core.Channels;

[TestFixture(false)]
[TestFixture(true)]
public sealed class OutboundDataTests(bool server)
{
    [Test]
    public void A_write_is_one_data_message_to_the_peers_number()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        Assert.That(rig[id].Write([1, 2, 3]), Is.EqualTo(3));
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Data(new ChannelId(ChannelRig.Theirs), [1, 2, 3])));
        Assert.That(rig[id].Write([4], DataStream.Error), Is.EqualTo(1));
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Extended(new ChannelId(ChannelRig.Theirs), 1, [4])));
    }

    [Test]
    public void A_long_write_is_split_at_the_peers_packet_size()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession(window: 100, packet: 30);
        var data = Enumerable.Range(0, 200).Select(i => (byte)i).ToArray();
        Assert.That(rig[id].Write(data), Is.EqualTo(100));
        Assert.That(Lengths(rig), Is.EqualTo(new[] { 30, 30, 30, 10 }));
    }

    [Test]
    public void A_packet_holds_32_KiB_at_most()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession(window: uint.MaxValue, packet: uint.MaxValue);
        Assert.That(rig[id].Write(new byte[100_000]), Is.EqualTo(100_000));
        Assert.That(Lengths(rig), Is.EqualTo(new[] { 32768, 32768, 32768, 1696 }));
    }

    [Test]
    public void A_write_ends_with_the_window_and_is_told_when_it_opens()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession(window: 10);
        Assert.That(rig[id].Write(new byte[15]), Is.EqualTo(10));
        Assert.That(rig[id].Write(new byte[5]), Is.Zero);
        rig.ExpectEvents();
        rig.On(Peer.Adjust(id, 0));
        rig.ExpectEvents();
        rig.On(Peer.Adjust(id, 3));
        rig.ExpectEvents(SshEventKind.ChannelWritable);
        Assert.That(rig[id].WriteRoom, Is.EqualTo(3));
        rig.On(Peer.Adjust(id, 3));
        rig.ExpectEvents();
        Assert.That(rig[id].Write(new byte[6]), Is.EqualTo(6));
        rig.On(Peer.Adjust(id, 3));
        rig.ExpectEvents();
    }

    [Test]
    public void A_write_ends_with_the_room_and_is_told_when_there_is_more()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.Port.DataRoom = 0;
        Assert.That(rig[id].Write(new byte[15]), Is.Zero);
        Assert.That(rig[id].WriteRoom, Is.Zero);
        rig.On(Peer.Adjust(id, 100));
        rig.Table.OnOutputReady();
        rig.ExpectEvents();
        rig.Port.DataRoom = 100;
        rig.Table.OnOutputReady();
        rig.ExpectEvents(SshEventKind.ChannelWritable);
        rig.Table.OnOutputReady();
        rig.ExpectEvents();
        Assert.That(rig[id].WriteRoom, Is.EqualTo(100));
    }

    [Test]
    public void A_channel_without_window_waits_for_its_window_not_for_room()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession(window: 0);
        Assert.That(rig[id].Write(new byte[1]), Is.Zero);
        rig.Table.OnOutputReady();
        rig.ExpectEvents();
        rig.Port.DataRoom = 0;
        rig.On(Peer.Adjust(id, 1));
        rig.ExpectEvents();
        rig.Port.DataRoom = 10;
        rig.Table.OnOutputReady();
        rig.ExpectEvents(SshEventKind.ChannelWritable);
    }

    [Test]
    public void Writers_take_turns()
    {
        var rig = new ChannelRig(server) { Port = { KeepsData = false } };
        var ids = Enumerable.Range(0, 3).Select(_ => rig.OpenSession(window: uint.MaxValue)).ToArray();
        var written = new int[3];
        rig.Port.DataRoom = 0;
        foreach (var id in ids)
        {
            rig[id].Write(new byte[1000]);
        }

        for (int round = 0; round < 30; round++)
        {
            rig.Port.DataRoom = 100;
            rig.Table.OnOutputReady();
            while (rig.Port.Events.Count > 0)
            {
                var e = rig.Port.NextEvent();
                Assert.That(e.Kind, Is.EqualTo(SshEventKind.ChannelWritable));
                written[Array.IndexOf(ids, e.Channel)] += rig[e.Channel].Write(new byte[1000]);
            }
        }

        Assert.That(written.Max() - written.Min(), Is.LessThanOrEqualTo(200), string.Join(" ", written));
    }

    [Test]
    public void Nothing_waits_on_a_channel_that_has_ended_or_sent_eof()
    {
        var rig = new ChannelRig(server);
        var eof = rig.OpenSession(window: 0);
        var closing = rig.OpenSession(window: 0);
        var closed = rig.OpenSession(window: 0);
        foreach (var id in new[] { eof, closing, closed })
        {
            rig[id].Write(new byte[1]);
        }

        rig[eof].SendEof();
        rig[closing].Close();
        rig.On(Peer.Adjust(eof, 5));
        rig.On(Peer.Adjust(closing, 5));
        rig.On(Peer.Close(closed));
        rig.Port.Events.Clear();
        rig.Table.OnOutputReady();
        rig.ExpectEvents();
    }

    [Test]
    public void A_write_before_the_confirmation_is_told_when_it_can_go()
    {
        var rig = new ChannelRig(server);
        var id = rig.Table.Open(new ChannelOpen("x"));
        Assert.That(rig[id].Write(new byte[1]), Is.Zero);
        rig.On(Peer.Confirm(id, 1));
        rig.ExpectEvents(SshEventKind.ChannelOpened, SshEventKind.ChannelWritable);
    }

    [Test]
    public void The_window_adds_up_to_its_largest_and_ends_the_connection_beyond()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession(window: uint.MaxValue - 1);
        rig.On(Peer.Adjust(id, 1));
        Assert.That(rig.Port.Error, Is.Null);
        rig.On(Peer.Adjust(id, 1));
        rig.ExpectEnd(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void A_reservation_is_filled_in_place_and_sends_what_is_committed()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession(window: 10, packet: 8);
        Assert.That(rig[id].TryReserve(100, out var slot, DataStream.Error), Is.True);
        Assert.That(slot.Span.Length, Is.EqualTo(8));
        slot.Span[0] = 5;
        slot.Span[1] = 6;
        slot.Commit(2);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Extended(new ChannelId(ChannelRig.Theirs), 1, [5, 6])));
        Assert.That(rig[id].WriteRoom, Is.EqualTo(8));

        Assert.That(rig[id].TryReserve(3, out slot), Is.True);
        slot.Commit(0);
        rig.ExpectSent();
        Assert.That(rig[id].WriteRoom, Is.EqualTo(8));

        Assert.That(rig[id].TryReserve(8, out slot), Is.True);
        slot.Span.Fill(7);
        slot.Commit(8);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Data(new ChannelId(ChannelRig.Theirs), [7, 7, 7, 7, 7, 7, 7, 7])));
        Assert.That(rig[id].TryReserve(1, out _), Is.False);
        rig.On(Peer.Adjust(id, 1));
        rig.ExpectEvents(SshEventKind.ChannelWritable);
    }

    [Test]
    public void Misuse_of_a_reservation_is_told()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        Assert.That(() => rig[id].TryReserve(0, out _), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => rig.Table.CommitReservation(0), Throws.TypeOf<SshUsageException>());
        Assert.That(rig[id].TryReserve(5, out _), Is.True);
        Assert.That(() => rig.Table.CommitReservation(6), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => rig.Table.CommitReservation(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        rig.Table.CommitReservation(5);
        Assert.That(() => rig.Table.CommitReservation(5), Throws.TypeOf<SshUsageException>());
        rig[id].SendEof();
        Assert.That(() => rig[id].TryReserve(5, out _), Throws.TypeOf<SshUsageException>());
    }

    [Test]
    public void A_reservation_is_gone_once_the_connection_sends_something_else()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        Assert.That(rig[id].TryReserve(5, out _), Is.True);
        Assert.That(rig[id].Write([1]), Is.EqualTo(1));
        Assert.That(() => rig.Table.CommitReservation(5), Throws.TypeOf<SshUsageException>());
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Data(new ChannelId(ChannelRig.Theirs), [1])));
        rig.ExpectSent();
    }

    [Test]
    public void A_packet_size_of_1_ends_with_the_room()
    {
        var rig = new ChannelRig(server) { Port = { DataRoom = 1000 } };
        var id = rig.OpenSession(window: uint.MaxValue, packet: 1);
        Assert.That(rig[id].Write(new byte[100_000]), Is.EqualTo(100), "each byte costs ten of the room");
    }

    private static int[] Lengths(ChannelRig rig)
    {
        var lengths = rig.Port.Sent.Select(m =>
        {
            var reader = new SshReader(m);
            reader.ReadByte();
            reader.ReadUInt32();
            return reader.ReadString().Length;
        }).ToArray();
        rig.Port.Sent.Clear();
        return lengths;
    }
}
