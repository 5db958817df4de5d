using System.Linq;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Events;
using SshCore.TestKit;

namespace SshCore.Tests.Core.Channels;

/// <summary>Two tables against each other under random operations: nothing is lost, reordered, stuck or refused.</summary>
public sealed class ChannelPairTests
{
    private const int Channels = 4;

    [Test]
    public void Data_arrives_whole_in_both_directions_and_on_both_streams([Range(1, 12)] int seed)
    {
        var random = new SeededRandom((ulong)seed);
        bool manual = seed % 3 == 0;
        var client = new Side(new ChannelRig(server: false, grow: seed % 2 == 0), random, manual);
        var server = new Side(new ChannelRig(server: true, grow: seed % 2 == 0), random, manual);
        for (int i = 0; i < Channels; i++)
        {
            client.Rig.Table.Open(new ChannelOpen("session") { ManualWindow = manual, WindowSize = (uint)(32 * 1024 * (1 + random.Next(4))), MaxPacketSize = 4096 });
        }

        int steps = 0;
        while (!(client.IsDone && server.IsDone))
        {
            Assert.That(++steps, Is.LessThan(200_000), "stuck");
            var (from, to) = random.Next(2) == 0 ? (client, server) : (server, client);
            switch (random.Next(4))
            {
                case 0:
                    Deliver(from, to, random.Next(8));
                    break;
                case 1:
                    from.Write();
                    break;
                case 2:
                    from.Read();
                    break;
                default:
                    from.Rig.Port.DataRoom = random.Next(100_000);
                    from.Rig.Table.OnOutputReady();
                    from.Poll();
                    break;
            }

            Assert.That(client.Rig.Port.Error, Is.Null);
            Assert.That(server.Rig.Port.Error, Is.Null);
        }

        Assert.That(client.Rig.Table.IsIdle);
        Assert.That(server.Rig.Table.IsIdle);
        Assert.That(client.Rig.Port.Sent, Is.Empty);
        Assert.That(server.Rig.Port.Sent, Is.Empty);
    }

    private static void Deliver(Side from, Side to, int count)
    {
        for (; count > 0 && from.Rig.Port.Sent.Count > 0; count--)
        {
            to.Rig.On(from.Rig.Port.Sent.Dequeue());
            to.Poll();
        }
    }

    private sealed class Side(ChannelRig rig, SeededRandom random, bool manual)
    {
        private const int Total = 300_000;
        private readonly List<Ends> _channels = [];

        public ChannelRig Rig { get; } = rig;

        public bool IsDone => _channels.Count == Channels && _channels.All(c => c.Closed);

        public void Poll()
        {
            while (Rig.Port.Events.Count > 0)
            {
                var e = Rig.Port.NextEvent();
                switch (e.Kind)
                {
                    case SshEventKind.OpenRequested:
                        ((OpenRequested)e.Body!).Accept(windowSize: 40_000, manualWindow: manual);
                        _channels.Add(new Ends(e.Channel, manual));
                        break;
                    case SshEventKind.ChannelOpened:
                        _channels.Add(new Ends(e.Channel, manual));
                        break;
                    case SshEventKind.ChannelData when random.Next(2) == 0:
                        var channel = Find(e.Channel);
                        var bytes = Rig.Table.Borrow(e);
                        channel.Check(bytes.Span, e.Stream);
                        Consume(channel, bytes.Length);
                        break;
                    case SshEventKind.ChannelEof:
                        Find(e.Channel).Eof = true;
                        break;
                    case SshEventKind.ChannelClosed:
                        channel = Find(e.Channel);
                        Drain(channel);
                        Assert.That(channel.Received, Is.EqualTo(new long[] { Total, Total }));
                        channel.Closed = true;
                        break;
                }
            }
        }

        public void Write()
        {
            foreach (var channel in _channels.Where(c => !c.EofSent))
            {
                var stream = (DataStream)random.Next(2);
                var data = new byte[Math.Min(random.Next(20_000), Total - channel.Written[(int)stream])];
                for (int i = 0; i < data.Length; i++)
                {
                    data[i] = Ends.At(channel.Written[(int)stream] + i, stream);
                }

                int taken = 0;
                if (random.Next(3) > 0)
                {
                    taken = Rig[channel.Id].Write(data, stream);
                }
                else if (data.Length > 0 && Rig[channel.Id].TryReserve(data.Length, out var slot, stream))
                {
                    taken = Math.Min(random.Next(slot.Span.Length + 1), slot.Span.Length);
                    data.AsSpan(0, taken).CopyTo(slot.Span);
                    slot.Commit(taken);
                }

                channel.Written[(int)stream] += taken;
                if (channel.Written.All(w => w == Total))
                {
                    Rig[channel.Id].SendEof();
                    channel.EofSent = true;
                }
            }
        }

        public void Read()
        {
            foreach (var channel in _channels.Where(c => !c.Closed))
            {
                var part = new byte[1 + random.Next(30_000)];
                var stream = (DataStream)random.Next(2);
                int count = Rig[channel.Id].Read(part, stream);
                channel.Check(part.AsSpan(0, count), stream);
                Consume(channel, count);
                if (channel.Eof && channel.EofSent && channel.Received.All(r => r == Total))
                {
                    Rig[channel.Id].Close();
                }
            }
        }

        private void Drain(Ends channel)
        {
            channel.Check(Rig.ReadAll(channel.Id), DataStream.Standard);
            channel.Check(Rig.ReadAll(channel.Id, DataStream.Error), DataStream.Error);
        }

        private void Consume(Ends channel, int count)
        {
            if (count > 0 && channel.Manual)
            {
                Rig[channel.Id].Consume(count);
            }
        }

        private Ends Find(ChannelId id) => _channels.Single(c => c.Id == id);
    }

    private sealed class Ends(ChannelId id, bool manual)
    {
        public ChannelId Id { get; } = id;
        public bool Manual { get; } = manual;
        public int[] Written { get; } = [0, 0];
        public long[] Received { get; } = [0, 0];
        public bool EofSent { get; set; }
        public bool Eof { get; set; }
        public bool Closed { get; set; }

        public static byte At(long position, DataStream stream) => (byte)((position * 7) + (position >> 8) + (int)stream);

        public void Check(ReadOnlySpan<byte> bytes, DataStream stream)
        {
            foreach (byte b in bytes)
            {
                if (b != At(Received[(int)stream]++, stream))
                {
                    Assert.Fail($"{stream} differs at {Received[(int)stream] - 1}");
                }
            }
        }
    }
}
