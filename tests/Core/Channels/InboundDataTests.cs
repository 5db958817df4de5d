using System.Linq;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Tests.Core.Channels;

[TestFixture(false)]
[TestFixture(true)]
public sealed class InboundDataTests(bool server)
{
    [Test]
    public void Borrowing_gives_the_slice_of_the_packet_itself()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        var message = Peer.Data(id, [1, 2, 3]);
        rig.On(message);
        var e = rig.Port.NextEvent();
        Assert.That((e.Kind, e.Channel, e.Length, e.Stream), Is.EqualTo((SshEventKind.ChannelData, id, 3, DataStream.Standard)));
        var slice = rig.Table.Borrow(e);
        Assert.That(slice.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        message[^1] = 9;
        Assert.That(slice.Span[2], Is.EqualTo(9), "no copy was made");
        Assert.That(rig.Table.Borrow(e).IsEmpty);
        Assert.That(rig[id].Available(), Is.Zero);
    }

    [Test]
    public void What_is_not_taken_spills_and_comes_first_next_time()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        var message = Peer.Data(id, [1, 2, 3]);
        rig.On(message);
        rig.On(Peer.Data(id, [4]));
        Array.Clear(message);
        rig.Port.NextEvent();
        var e = rig.Port.NextEvent();
        Assert.That(rig[id].Available(), Is.EqualTo(4));
        Assert.That(rig.Table.Borrow(e).ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(rig.Table.Borrow(e).ToArray(), Is.EqualTo(new byte[] { 4 }));
        Assert.That(rig.Table.Borrow(e).IsEmpty);
        rig.Table.ReleaseBorrowed();
        Assert.That(rig[id].Available(), Is.Zero);
    }

    [Test]
    public void A_packet_read_in_part_keeps_the_rest()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Peer.Data(id, [1, 2, 3, 4, 5]));
        var two = new byte[2];
        Assert.That(rig[id].Read(two), Is.EqualTo(2));
        rig.Table.ReleaseBorrowed();
        Assert.That(rig[id].Read(two), Is.EqualTo(2));
        Assert.That(two, Is.EqualTo(new byte[] { 3, 4 }));
        Assert.That(rig.ReadAll(id), Is.EqualTo(new byte[] { 5 }));
    }

    [Test]
    public void The_two_streams_and_the_channels_do_not_mix()
    {
        var rig = new ChannelRig(server);
        var one = rig.OpenSession();
        var two = rig.OpenSession();
        rig.On(Peer.Data(one, [1]));
        rig.On(Peer.Extended(one, 1, [2]));
        rig.On(Peer.Data(two, [3]));
        Assert.That(rig.Port.Events.Select(e => (e.Channel, e.Stream)),
            Is.EqualTo(new[] { (one, DataStream.Standard), (one, DataStream.Error), (two, DataStream.Standard) }));
        Assert.That(rig.ReadAll(two), Is.EqualTo(new byte[] { 3 }));
        Assert.That(rig.ReadAll(one, DataStream.Error), Is.EqualTo(new byte[] { 2 }));
        Assert.That(rig.ReadAll(one), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public void Credit_returns_from_half_a_window_when_data_is_taken()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        for (int i = 0; i < 40; i++)
        {
            rig.On(Peer.Data(id, 32 * 1024));
        }

        rig.ExpectSent();
        var part = new byte[1024 * 1024 - 1];
        rig[id].Read(part);
        rig.ExpectSent();
        rig[id].Read(part.AsSpan(0, 1));
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Numbers(MessageId.ChannelWindowAdjust, ChannelRig.Theirs, 1024 * 1024)));
    }

    [Test]
    public void An_unread_channel_stops_its_own_peer_only()
    {
        var rig = new ChannelRig(server);
        var unread = rig.OpenSession();
        var read = rig.OpenSession();
        for (int i = 0; i < 64; i++)
        {
            rig.On(Peer.Data(unread, 32 * 1024));
        }

        for (int i = 0; i < 640; i++)
        {
            rig.On(Peer.Data(read, 32 * 1024));
            Assert.That(rig.Table.Borrow(new SshEvent(SshEventKind.ChannelData, read)).Length, Is.EqualTo(32 * 1024));
        }

        Assert.That(rig.Port.Error, Is.Null);
        Assert.That(rig[unread].Available(), Is.EqualTo(2 * 1024 * 1024));
        rig.On(Peer.Data(unread, 1));
        rig.ExpectEnd(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void The_window_is_shared_by_both_streams_and_exact()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        for (int i = 0; i < 63; i++)
        {
            rig.On(i % 2 == 0 ? Peer.Data(id, 32 * 1024) : Peer.Extended(id, 1, new byte[32 * 1024]));
        }

        rig.On(Peer.Extended(id, 1, new byte[(32 * 1024) - 1]));
        rig.On(Peer.Data(id, 1));
        Assert.That(rig.Port.Error, Is.Null);
        rig.On(Peer.Extended(id, 1, new byte[1]));
        rig.ExpectEnd(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void A_packet_may_be_as_large_as_announced_and_no_larger()
    {
        foreach (bool extended in new[] { false, true })
        {
            var rig = new ChannelRig(server);
            var id = rig.OpenSession();
            rig.On(extended ? Peer.Extended(id, 1, new byte[32768]) : Peer.Data(id, 32768));
            Assert.That(rig.Port.Error, Is.Null);
            rig.On(extended ? Peer.Extended(id, 1, new byte[32769]) : Peer.Data(id, 32769));
            rig.ExpectEnd(SshErrorKind.ProtocolViolation);
        }
    }

    [Test]
    public void Empty_data_is_no_event()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Peer.Data(id, 0));
        rig.On(Peer.Extended(id, 1, []));
        rig.ExpectQuiet();
    }

    [TestCase(0u)]
    [TestCase(2u)]
    [TestCase(uint.MaxValue)]
    public void Extended_data_of_other_types_is_dropped_and_its_credit_returned(uint type)
    {
        foreach (bool manual in new[] { false, true })
        {
            var rig = new ChannelRig(server);
            var id = rig.OpenSession(manual: manual);
            for (int i = 0; i < 32; i++)
            {
                rig.On(Peer.Extended(id, type, new byte[32 * 1024]));
            }

            rig.ExpectEvents();
            Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Numbers(MessageId.ChannelWindowAdjust, ChannelRig.Theirs, 1024 * 1024)));
            Assert.That(rig[id].Available(), Is.Zero);
            Assert.That(rig[id].Available(DataStream.Error), Is.Zero);
        }
    }

    [Test]
    public void A_manual_window_returns_what_was_consumed_only()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession(manual: true);
        for (int i = 0; i < 64; i++)
        {
            rig.On(Peer.Data(id, 32 * 1024));
        }

        Assert.That(() => rig[id].Consume(1), Throws.TypeOf<ArgumentOutOfRangeException>(), "nothing was read");
        rig[id].Read(new byte[1_500_000]);
        rig.ExpectSent();
        Assert.That(() => rig[id].Consume(1_500_001), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => rig[id].Consume(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        rig[id].Consume(1_048_575);
        rig.ExpectSent();
        rig[id].Consume(1);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(Peer.Numbers(MessageId.ChannelWindowAdjust, ChannelRig.Theirs, 1_048_576)));
        Assert.That(() => rig[id].Consume(1_500_000 - 1_048_576 + 1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Consume_is_for_manual_windows()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        Assert.That(() => rig[id].Consume(0), Throws.TypeOf<SshUsageException>());
    }

    [Test]
    public void Reading_after_eof_sends_no_credit()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        for (int i = 0; i < 64; i++)
        {
            rig.On(Peer.Data(id, 32 * 1024));
        }

        rig.On(Peer.Eof(id));
        Assert.That(rig[id].Read(new byte[3_000_000]), Is.EqualTo(2 * 1024 * 1024));
        rig.ExpectSent();
    }

    [Test]
    public void A_window_grows_with_a_reader_that_keeps_up_to_the_limit_and_is_shared()
    {
        var limits = SshLimits.Default with { LargestWindow = 8 * 1024 * 1024 };
        var rig = new ChannelRig(server, limits, grow: true);
        var id = rig.OpenSession();
        long sent = 0, credit = 2 * 1024 * 1024;
        for (int i = 0; i < 2000; i++)
        {
            rig.On(Peer.Data(id, 32 * 1024));
            sent += 32 * 1024;
            rig.Table.Borrow(rig.Port.NextEvent());
            credit += TakeCredit(rig);
        }

        Assert.That(rig.Port.Error, Is.Null);
        Assert.That(credit - sent, Is.GreaterThan(4 * 1024 * 1024).And.LessThanOrEqualTo(8 * 1024 * 1024));

        // 6 MiB of growth are taken; a second channel gets the other 2.
        var other = rig.OpenSession();
        sent = 0;
        credit = 2 * 1024 * 1024;
        for (int i = 0; i < 2000; i++)
        {
            rig.On(Peer.Data(other, 32 * 1024));
            sent += 32 * 1024;
            rig.Table.Borrow(rig.Port.NextEvent());
            credit += TakeCredit(rig);
        }

        Assert.That(credit - sent, Is.GreaterThan(2 * 1024 * 1024).And.LessThanOrEqualTo(4 * 1024 * 1024));
    }

    [Test]
    public void A_window_does_not_grow_when_the_reader_lags_or_it_is_not_wanted()
    {
        foreach (bool grow in new[] { true, false })
        {
            var rig = new ChannelRig(server, grow: grow);
            var id = rig.OpenSession();
            long credit = 2 * 1024 * 1024, sent = 0;
            var half = new byte[1024 * 1024];
            for (int i = 0; i < 100; i++)
            {
                while (credit - sent >= 32 * 1024)
                {
                    rig.On(Peer.Data(id, 32 * 1024));
                    sent += 32 * 1024;
                }

                rig[id].Read(half);
                credit += TakeCredit(rig);
            }

            Assert.That(rig.Port.Error, Is.Null);
            Assert.That(credit - sent, Is.LessThanOrEqualTo(1024 * 1024));
        }
    }

    [Test]
    public void Borrowed_memory_of_a_spill_stays_until_the_next_poll()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Peer.Data(id, Enumerable.Repeat((byte)1, 5000).ToArray()));
        rig.Table.ReleaseBorrowed();
        var e = rig.Port.NextEvent();
        var first = rig.Table.Borrow(e);
        rig.Table.On(MessageId.ChannelData, Peer.Data(id, Enumerable.Repeat((byte)2, 5000).ToArray()));
        rig[id].Read(new byte[2500]);
        Assert.That(first.ToArray(), Is.All.EqualTo(1));
        rig.Table.ReleaseBorrowed();
        Assert.That(rig.ReadAll(id), Has.Length.EqualTo(2500));
    }

    [Test]
    public void Returning_the_buffers_forgets_unread_data()
    {
        var rig = new ChannelRig(server);
        var id = rig.OpenSession();
        rig.On(Peer.Data(id, 5000));
        rig.Table.ReturnBuffers();
        Assert.That(rig[id].Available(), Is.Zero);
    }

    private static long TakeCredit(ChannelRig rig)
    {
        long credit = 0;
        while (rig.Port.Sent.Count > 0)
        {
            var reader = new SshReader(rig.Port.NextSent());
            Assert.That(reader.ReadByte(), Is.EqualTo((byte)MessageId.ChannelWindowAdjust));
            reader.ReadUInt32();
            credit += reader.ReadUInt32();
        }

        return credit;
    }
}
