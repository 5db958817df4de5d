using NUnit.Framework;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Memory;
using SshCore.TestKit;

namespace SshCore.Tests.Core.Pair;

/// <summary>One side's application: sends a known stream, checks that it gets the other's, and logs its events.</summary>
internal sealed class PairSide(SshConnection connection, PairPlan plan)
{
    // What both sides send: random, so any shift of it shows.
    private static readonly byte[] Stream = MakeStream(4 * 1024 * 1024);

    private int _sent;
    private bool _rekeyed;

    public List<SshEvent> Events { get; } = [];

    public ChannelId Channel { get; private set; }

    public int Received { get; private set; }

    public bool EofSeen { get; private set; }

    public bool ClosedSeen { get; private set; }

    /// <summary>Gets each event after the application.</summary>
    public Action<SshEvent>? Also { get; set; }

    public int CountOf(SshEventKind kind) => Events.FindAll(e => e.Kind == kind).Count;

    public void On(SshEvent e)
    {
        Events.Add(e);
        switch (e.Kind)
        {
            case SshEventKind.OpenRequested:
                AcceptAll.Answer(e);
                Channel = ((OpenRequested)e.Body!).Id;
                Write();
                break;
            case SshEventKind.ChannelOpened:
                Channel = e.Channel;
                Write();
                break;
            case SshEventKind.ChannelData:
                Read(e);
                break;
            case SshEventKind.ChannelWritable:
                Write();
                break;
            case SshEventKind.ChannelEof:
                EofSeen = true;
                CloseWhenDone();
                break;
            case SshEventKind.ChannelClosed:
                ClosedSeen = true;
                break;
            case SshEventKind.Authenticated when !connection.IsServer:
                connection.OpenChannel(ChannelOpen.Session());
                break;
            default:
                AcceptAll.Answer(e);
                break;
        }

        Also?.Invoke(e);
    }

    private void Write()
    {
        var channel = connection.Channel(Channel);
        while (_sent < plan.Bytes)
        {
            int taken = channel.Write(Stream.AsSpan(_sent, Math.Min(plan.Bytes - _sent, 256 * 1024)));
            if (taken == 0)
            {
                return;
            }

            _sent += taken;
        }

        channel.SendEof();
        CloseWhenDone();
    }

    private void Read(SshEvent e)
    {
        while (connection.BorrowData(e) is { IsEmpty: false } data)
        {
            if (!data.Span.SequenceEqual(Stream.AsSpan(Received, data.Length)))
            {
                throw new AssertionException($"The data differ at or after {Received}.");
            }

            Received += data.Length;
        }

        if (plan.Rekeys && !_rekeyed && Received >= plan.Bytes / 3 * (connection.IsServer ? 2 : 1))
        {
            _rekeyed = true;
            connection.StartRekey();
        }

        CloseWhenDone();
    }

    private void CloseWhenDone()
    {
        if (EofSeen && _sent == plan.Bytes)
        {
            connection.Channel(Channel).Close();
        }
    }

    private static byte[] MakeStream(int length)
    {
        var stream = new byte[length];
        new SeededRandom(123).Fill(stream);
        return stream;
    }
}
