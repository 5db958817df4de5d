using System.Linq;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Messages;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Tests.Core.Fakes;

/// <summary>
/// A connection for one layer: keeps what the layer sends and raises, ends when it is failed, and has time and room as
/// the test says.
/// </summary>
internal sealed class FakePort : IConnectionPort
{
    private readonly SshWriter _writer = new();
    private byte[] _data = [];
    private bool _begun;

    public FakePort(bool isServer, SshSettings settings)
    {
        IsServer = isServer;
        Settings = settings;
    }

    public bool IsServer { get; }
    public SshSettings Settings { get; }
    public SshCryptoProvider Crypto => Settings.Crypto;
    public RandomSource Random => Settings.Random ?? Settings.Crypto.Random;
    public SshInstant Now { get; set; }
    public bool IsClosing { get; set; }
    public byte[] Session { get; set; } = [1, 2, 3, 4];
    public ReadOnlySpan<byte> SessionId => Session;

    /// <summary>Room for data; every data packet takes its payload from it.</summary>
    public int DataRoom { get; set; } = 1 << 30;

    /// <summary>Whether data packets are kept in <see cref="Sent"/>; without it nothing is allocated for them.</summary>
    public bool KeepsData { get; set; } = true;

    /// <summary>Payloads in the order sent, data packets included.</summary>
    public Queue<byte[]> Sent { get; } = new();

    /// <summary>Events in the order raised, decisions included.</summary>
    public Queue<SshEvent> Events { get; } = new(64);

    /// <summary>Data bytes sent, headers included, whether they were kept or not.</summary>
    public long DataSent { get; private set; }

    /// <summary>The first error.</summary>
    public SshError? Error { get; private set; }

    public SshWriter Begin(MessageId id)
    {
        Require(!_begun, "a message is begun already");
        Require(!IsClosing, "a message is sent on an ended connection");
        _begun = true;
        _writer.Clear();
        _writer.WriteByte((byte)id);
        return _writer;
    }

    public void Send()
    {
        Require(_begun, "no message is begun");
        _begun = false;
        OutputMark++;
        Sent.Enqueue(_writer.ToArray());
    }

    public long OutputMark { get; private set; }

    public Span<byte> BeginData(int payloadLength) => LendData(payloadLength).Span;

    public Memory<byte> LendData(int payloadLength)
    {
        Require(DataRoom > 0, "there is no room for data");
        Require(!_begun, "a message is begun already");
        if (payloadLength > _data.Length)
        {
            _data = new byte[Math.Max(payloadLength, 64 * 1024)];
        }

        return _data.AsMemory(0, payloadLength);
    }

    public void SendData(int payloadLength)
    {
        Require(!IsClosing, "data is sent on an ended connection");
        DataRoom = Math.Max(DataRoom - payloadLength, 0);
        DataSent += payloadLength;
        OutputMark++;
        if (KeepsData)
        {
            Sent.Enqueue(_data.AsSpan(0, payloadLength).ToArray());
        }
    }

    public void Raise(in SshEvent e) => Events.Enqueue(e);

    public void Ask(SshEventKind kind, SshDecision decision, ChannelId channel = default)
    {
        decision.Deadline = Now + Settings.Limits.DecisionTimeout;
        Events.Enqueue(new SshEvent(kind, channel, body: decision));
    }

    public void AdmitCommand()
    {
        // As many as a test likes.
    }

    public bool Traces(SshTraceAreas area) => (Settings.Trace & area) != 0;

    public void Trace(SshTraceAreas area, string text)
    {
        if (Traces(area))
        {
            Events.Enqueue(new SshEvent(SshEventKind.Trace, body: new Traced(area, text)));
        }
    }

    public void Fail(SshError error)
    {
        Error ??= error;
        IsClosing = true;
    }

    /// <summary>The next message sent; fails the test if there is none.</summary>
    public byte[] NextSent()
    {
        Require(Sent.Count > 0, "nothing was sent");
        return Sent.Dequeue();
    }

    /// <summary>The next event; fails the test if there is none.</summary>
    public SshEvent NextEvent()
    {
        Require(Events.Count > 0, "nothing was raised");
        return Events.Dequeue();
    }

    /// <summary>The body of the next event, which must be of this type.</summary>
    public T Next<T>()
        where T : SshEventBody
    {
        var e = NextEvent();
        return e.Body as T ?? throw new InvalidOperationException($"expected {typeof(T).Name}, got {e}");
    }

    /// <summary>The first bytes of all that was sent, as message numbers; empties the list.</summary>
    public MessageId[] TakeSentIds()
    {
        var ids = Sent.Select(m => (MessageId)m[0]).ToArray();
        Sent.Clear();
        return ids;
    }

    /// <summary>The kinds of all that was raised; empties the list.</summary>
    public SshEventKind[] TakeEventKinds()
    {
        var kinds = Events.Select(e => e.Kind).ToArray();
        Events.Clear();
        return kinds;
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException(what);
        }
    }
}
