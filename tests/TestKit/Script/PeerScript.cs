using SshCore.Errors;
using SshCore.Events;
using SshCore.Memory;
using SshCore.Wire;

namespace SshCore.TestKit;

/// <summary>
/// A scripted peer that speaks raw SSH to one connection, the subject, in virtual time. It can do the whole honest
/// handshake, and stop and do something else at any step. It answers the subject's decisions with <see cref="AcceptAll"/>
/// unless <see cref="OnEvent"/> says otherwise. Expectations throw <see cref="PeerScriptException"/>.
/// </summary>
public sealed partial class PeerScript : IDisposable
{
    private readonly List<byte> _output = [];
    private int _parsed;
    private bool _sawClosed;

    public PeerScript(SshConnection subject, PeerScriptOptions options)
    {
        Subject = subject;
        Options = options;
        Exchange = new ScriptExchange(options.Crypto, options.Random);
        subject.Tick(Now);
        Pump();
    }

    public SshConnection Subject { get; }

    public PeerScriptOptions Options { get; }

    /// <summary>The script plays the server: the subject is a client.</summary>
    public bool IsServer => Subject is SshClientConnection;

    public SshInstant Now { get; private set; }

    /// <summary>All events of the subject so far.</summary>
    public List<SshEvent> Events { get; } = [];

    /// <summary>Gets each event instead of <see cref="AcceptAll"/>.</summary>
    public Action<SshEvent>? OnEvent { get; set; }

    /// <summary>Gets what the script is about to send: lines and sealed packets, each in one piece.</summary>
    public Action<byte[]>? OnSend { get; set; }

    /// <summary>While false the script does not read: the subject's output stays where it is.</summary>
    public bool Reads { get; set; } = true;

    /// <summary>Bytes that the subject sent and the script has read.</summary>
    public int OutputLength => _output.Count;

    /// <summary>Bytes that the subject has taken.</summary>
    public long BytesSent { get; private set; }

    /// <summary>What the subject sent from that position on, as it was on the wire.</summary>
    public byte[] Output(int start) => [.. _output[start..]];

    /// <summary>Why the subject ended; null while it lives.</summary>
    public SshError? Error => Events.Find(e => e.Kind == SshEventKind.Closed).Body is Closed closed ? closed.Error : null;

    /// <summary>Sends bytes as they are. What the subject does not take is lost, as it would be after its end.</summary>
    /// <returns>Bytes taken.</returns>
    public int SendRaw(ReadOnlySpan<byte> bytes)
    {
        OnSend?.Invoke(bytes.ToArray());
        int sent = 0;
        int chunk = Options.Chunk ?? int.MaxValue;
        while (sent < bytes.Length)
        {
            int count = Math.Min(bytes.Length - sent, chunk);
            int taken = Subject.WantsInput ? Subject.Receive(bytes.Slice(sent, count)) : 0;
            sent += taken;
            BytesSent += taken;
            bool progress = Pump();
            if (taken == 0 && !progress)
            {
                break;
            }
        }

        return sent;
    }

    /// <summary>Sends a line with CR LF.</summary>
    public void SendLine(string line) => SendRaw(Utf8.Bytes(line + "\r\n"));

    /// <summary>Closes the stream towards the subject.</summary>
    public void EndStream()
    {
        Subject.ReceiveEnd();
        Pump();
    }

    /// <summary>Lets virtual time pass, firing the subject's timers at their moments.</summary>
    public void Advance(TimeSpan time)
    {
        var end = Now + time;
        int rounds = 0;
        while (Subject.NextTimeout is { } next && next <= end)
        {
            if (++rounds > 100_000)
            {
                throw new PeerScriptException($"NextTimeout stays at {next}.");
            }

            Now = next > Now ? next : Now;
            Subject.Tick(Now);
            Pump();
        }

        Now = end;
        Subject.Tick(Now);
        Pump();
    }

    /// <summary>Polls the subject dry and reads its output. False if there was nothing.</summary>
    public bool Pump()
    {
        bool progress = false;
        while (PumpOnce())
        {
            progress = true;
        }

        return progress;
    }

    private bool PumpOnce()
    {
        bool progress = false;
        while (Subject.TryPollEvent(out var e))
        {
            progress = true;
            if (_sawClosed)
            {
                throw new PeerScriptException($"The subject raised {e} after Closed.");
            }

            _sawClosed = e.Kind == SshEventKind.Closed;
            Events.Add(e);
            if (OnEvent is { } handler)
            {
                handler(e);
            }
            else
            {
                AcceptAll.Answer(e);
            }
        }

        while (Reads && Subject.HasOutput)
        {
            progress = true;
            var output = Subject.PeekOutput();
            _output.AddRange(output.ToArray());
            Subject.AdvanceOutput(output.Length);
        }

        return progress;
    }

    /// <summary>The last event of that kind and its body.</summary>
    public T ExpectEvent<T>(SshEventKind kind)
        where T : SshEventBody
    {
        var found = Events.FindLast(e => e.Kind == kind);
        return found.Body as T ?? throw new PeerScriptException($"There is no event {kind}; there are: {string.Join(", ", Events)}.");
    }

    public bool HasEvent(SshEventKind kind) => Events.Exists(e => e.Kind == kind);

    public int CountEvents(SshEventKind kind) => Events.FindAll(e => e.Kind == kind).Count;

    /// <summary>
    /// Expects that the subject has ended, once, with that kind of error and, as the last thing it sent, the DISCONNECT that
    /// belongs to it, and that nothing has any effect any more.
    /// </summary>
    /// <param name="kind">The kind of error.</param>
    /// <param name="reason">The reason in DISCONNECT; null for the one that belongs to the kind.</param>
    /// <param name="disconnect">False if it cannot or must not say DISCONNECT.</param>
    public SshError ExpectClosed(SshErrorKind kind, DisconnectReason? reason = null, bool disconnect = true)
    {
        Pump();
        var error = Error ?? throw new PeerScriptException($"The subject has not ended; events: {string.Join(", ", Events)}.");
        if (error.Kind != kind)
        {
            throw new PeerScriptException($"The subject ended with {error.Kind} ({error}), expected is {kind}.");
        }

        if (Subject.Error != error || error.Message.Length == 0)
        {
            throw new PeerScriptException($"Error is {Subject.Error}, Closed says {error}.");
        }

        if (disconnect)
        {
            ExpectDisconnect(reason ?? error.Reason);
        }

        int length = _output.Count;
        int events = Events.Count;
        SendRaw(new byte[64]);
        if (Reads && _output.Count != length)
        {
            throw new PeerScriptException("The subject sends something after its DISCONNECT.");
        }

        if (Reads && !Subject.IsFinished)
        {
            throw new PeerScriptException("The subject has ended, all was polled and sent, and still it is not finished.");
        }

        return events == Events.Count ? error : throw new PeerScriptException("There are events after Closed.");
    }

    /// <summary>Expects that the last message of the subject is DISCONNECT with that reason.</summary>
    public void ExpectDisconnect(DisconnectReason reason)
    {
        byte[]? last = null;
        while (TryNext() is { } payload)
        {
            if (last is { Length: > 0 } && last[0] == (byte)MessageId.Disconnect)
            {
                throw new PeerScriptException($"The subject sent message {payload[0]} after DISCONNECT.");
            }

            last = payload;
        }

        if (last is null || last[0] != (byte)MessageId.Disconnect)
        {
            throw new PeerScriptException($"The last message is {(last is null ? "none" : last[0])}, expected is DISCONNECT.");
        }

        var reader = new SshReader(last.AsSpan(1));
        var sent = (DisconnectReason)reader.ReadUInt32();
        reader.ReadText();
        reader.ReadText();
        if (!reader.IsComplete || sent != reason)
        {
            throw new PeerScriptException($"DISCONNECT says {sent}, expected is {reason}.");
        }
    }

    public void Dispose()
    {
        _in.Dispose();
        _out.Dispose();
        Subject.Dispose();
    }
}
