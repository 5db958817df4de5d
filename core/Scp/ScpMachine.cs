using SshCore.Buffers;
using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Scp;

/// <summary>
/// One end of the protocol of rcp and the old scp, without I/O: bytes in, events out, bytes out. There is no document but
/// the programs: lines that begin with T, C, D and E go one way, and each is answered by a 0, or by 1 (go on) or 2 (the
/// end) and a message. Used by one thread at a time; never throws on bytes of the peer.
/// </summary>
public abstract class ScpMachine : IDisposable
{
    private protected const byte Ok = 0;
    private protected const byte WarningMark = 1;
    private protected const byte FatalMark = 2;

    private readonly ReceiveBuffer _received = new();
    private readonly SendQueue _output = new();
    private int _borrowed;
    private int _warnings;
    private bool _endReceived;
    private bool _closedTold;

    private protected ScpMachine(ScpLimits? limits) => Limits = limits ?? ScpLimits.Default;

    /// <summary>The bounds in force.</summary>
    public ScpLimits Limits { get; }

    /// <summary>Why it ended; null while it lives, and after an orderly end.</summary>
    public SshError? Error { get; private set; }

    /// <summary>True once it has ended, orderly or not.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>False: leave bytes in the stream; there is unpolled or unanswered work or unsent output first, or the end has come.</summary>
    public bool WantsInput => !_endReceived && !IsEnded && _received.Length <= Limits.LineLength && _output.Length < Limits.QueuedOutput;

    /// <summary>Leases memory of the machine's own to read into, at least 1 byte. One lease at a time.</summary>
    public Memory<byte> GetReceiveBuffer()
    {
        ReleaseBorrowed();
        return _received.Lease(1);
    }

    /// <summary>Ends the lease with <paramref name="count"/> bytes filled; 0 is allowed.</summary>
    /// <exception cref="SshUsageException">There is no lease.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The lease is shorter.</exception>
    public void CommitReceived(int count) => _received.Commit(count);

    /// <summary>Copies bytes in instead of leasing.</summary>
    /// <returns>Bytes taken: fewer than given when <see cref="WantsInput"/> is false or turns so.</returns>
    public int Receive(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        while (taken < bytes.Length && WantsInput)
        {
            var room = GetReceiveBuffer().Span;
            int count = Math.Min(room.Length, bytes.Length - taken);
            bytes.Slice(taken, count).CopyTo(room);
            CommitReceived(count);
            taken += count;
        }

        return taken;
    }

    /// <summary>The peer closed the stream: what is buffered is still handled, then the machine ends.</summary>
    public void ReceiveEnd() => _endReceived = true;

    /// <summary>Handles received bytes until one event appears or nothing more can be done.</summary>
    public bool TryPollEvent(out ScpEvent e)
    {
        ReleaseBorrowed();
        if (!IsEnded && !_received.IsLeased && TryAdvance(out e))
        {
            return true;
        }

        if (!IsEnded && _endReceived && !IsWaitingForHost)
        {
            EndWithInput();
        }

        e = new ScpEvent(ScpEventKind.Closed);
        bool tell = IsEnded && !_closedTold;
        _closedTold |= tell;
        return tell;
    }

    /// <summary>True if <see cref="PeekOutput"/> has bytes.</summary>
    public bool HasOutput => _output.Length > 0;

    /// <summary>The next bytes to send; never moved while peeked, more may come behind them.</summary>
    public ReadOnlyMemory<byte> PeekOutput() => _output.Peek();

    /// <summary>Drops the first <paramref name="count"/> bytes of the output: they were sent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes are waiting.</exception>
    public void AdvanceOutput(int count) => _output.Advance(count);

    /// <summary>This side can't go on: the peer is told why, and the machine ends with this as the error.</summary>
    public void Abort(string reason) => Fail(new SshError(SshErrorKind.HostFailure, reason ?? throw new ArgumentNullException(nameof(reason))));

    /// <summary>Gives all buffers back.</summary>
    public void Dispose()
    {
        IsEnded = true;
        _output.Dispose();
        _received.Dispose();
        _borrowed = 0;
        GC.SuppressFinalize(this);
    }

    /// <summary>Handles what was received; true with an event.</summary>
    private protected abstract bool TryAdvance(out ScpEvent e);

    /// <summary>True while an answer or bytes of the host are due, so that an end of input can wait.</summary>
    private protected abstract bool IsWaitingForHost { get; }

    /// <summary>Whether the peer may end here.</summary>
    private protected abstract bool MayEnd { get; }

    private protected int ReceivedLength => _received.Length;

    private protected long QueuedLength => _output.Length;

    private protected bool TryPeekByte(out byte first)
    {
        bool has = _received.Length > 0;
        first = has ? _received.Unread[0] : (byte)0;
        return has;
    }

    private protected void Skip(int count) => _received.Skip(count);

    /// <summary>Lends received bytes to the host until the next poll.</summary>
    private protected ReadOnlyMemory<byte> Borrow(int count)
    {
        _borrowed = count;
        return _received.Slice(0, count);
    }

    /// <summary>Takes a line, its mark included and its line feed not; ends the machine if there is none within the limit.</summary>
    private protected bool TryTakeLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        int end = _received.Unread.IndexOf((byte)'\n');
        if (end > Limits.LineLength || (end < 0 && _received.Length > Limits.LineLength))
        {
            Fail(new SshError(SshErrorKind.LimitExceeded, "A line of the peer is too long", $"{Limits.LineLength} bytes"));
            return false;
        }

        if (end < 0)
        {
            return false;
        }

        line = _received.Unread.Slice(0, end);
        _received.Skip(end + 1);
        return true;
    }

    /// <summary>Counts a message of the peer.</summary>
    private protected bool TryCountWarning()
    {
        if (_warnings == Limits.Warnings)
        {
            Fail(new SshError(SshErrorKind.LimitExceeded, "The peer has too many complaints", $"{Limits.Warnings}"));
            return false;
        }

        _warnings++;
        return true;
    }

    private protected static string TextOf(ReadOnlySpan<byte> message) => Utf8.Printable(Utf8.Decode(message));

    private protected void SendByte(byte value)
    {
        _output.Reserve(1)[0] = value;
        _output.Commit(1);
    }

    private protected void SendBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            bytes.CopyTo(_output.Reserve(bytes.Length));
            _output.Commit(bytes.Length);
        }
    }

    /// <summary>Sends a message as old programs show it, in one line.</summary>
    private protected void SendMessage(byte mark, string message)
    {
        SendByte(mark);
        SendBytes(Utf8.Bytes("scp: " + Utf8.Printable(message, maxLength: 1024) + "\n"));
    }

    /// <summary>Ends with an error of the peer's; it is told.</summary>
    private protected void Fail(SshError error)
    {
        if (!IsEnded)
        {
            SendMessage(FatalMark, error.Message);
            End(error);
        }
    }

    private protected void End(SshError? error)
    {
        if (!IsEnded)
        {
            Error = error;
            IsEnded = true;
        }
    }

    private void EndWithInput() => End(MayEnd && _received.Length == 0
        ? null
        : new SshError(SshErrorKind.ConnectionLost, "The peer stopped in the middle of a transfer"));

    private void ReleaseBorrowed()
    {
        _received.Skip(_borrowed);
        _borrowed = 0;
    }
}
