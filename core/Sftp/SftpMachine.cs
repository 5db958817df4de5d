using SshCore.Buffers;
using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Sftp;

/// <summary>
/// One end of SFTP version 3 (draft-ietf-secsh-filexfer-02) without I/O: bytes in, time in, events out, bytes out, over a
/// channel, a pipe or anything else that keeps order. Used by one thread at a time; never throws on bytes of the peer.
/// </summary>
public abstract class SftpMachine : IDisposable
{
    /// <summary>Length field and type byte.</summary>
    private protected const int HeaderLength = 5;

    private readonly ReceiveBuffer _received = new();
    private readonly SendQueue _output = new();
    private readonly SshWriter _scratch = new();
    private long _mayLeave = long.MaxValue;
    private int _borrowed;
    private bool _endReceived;

    private protected SftpMachine(SftpLimits limits) => Limits = limits;

    /// <summary>The bounds in force.</summary>
    public SftpLimits Limits { get; }

    /// <summary>False: leave bytes in the stream; there is unsent output, unpolled or unanswered work first, or the end has come.</summary>
    public bool WantsInput => !_endReceived && Error is null && !IsHeldBack && _received.Length < Limits.MessageLength + HeaderLength;

    /// <summary>True if a poll would give something.</summary>
    public bool HasWork => HasEvents || (Error is null && !_received.IsLeased && !IsHeldBack && HasMessage);

    /// <summary>Tells the time. Monotonic; late, extra or missing ticks are harmless.</summary>
    public void Tick(SshInstant now)
    {
        if (now > Now)
        {
            Now = now;
        }
    }

    /// <summary>Leases memory of the machine's own to read into, at least 1 byte. One lease at a time.</summary>
    public Memory<byte> GetReceiveBuffer()
    {
        ReleaseBorrowed();
        return _received.Lease(NeededBytes());
    }

    /// <summary>Ends the lease with <paramref name="count"/> bytes filled; 0 is allowed.</summary>
    /// <exception cref="SshUsageException">There is no lease.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The lease is shorter.</exception>
    public void CommitReceived(int count)
    {
        _received.Commit(count);
        if (Error is not null)
        {
            _received.Skip(_received.Length);
        }
    }

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

    /// <summary>The peer closed the stream: whole messages that are buffered are still handled, then the machine ends.</summary>
    public void ReceiveEnd() => _endReceived = true;

    /// <summary>True if <see cref="PeekOutput"/> has bytes.</summary>
    public bool HasOutput => Math.Min(_output.Length, _mayLeave) > 0;

    /// <summary>The next bytes to send; never moved while peeked, more may come behind them.</summary>
    public ReadOnlyMemory<byte> PeekOutput()
    {
        var bytes = _output.Peek();
        return bytes.Length > _mayLeave ? bytes.Slice(0, (int)_mayLeave) : bytes;
    }

    /// <summary>Drops the first <paramref name="count"/> bytes of the output: they were sent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes are waiting.</exception>
    public void AdvanceOutput(int count)
    {
        if (Error is null || _output.Length > 0)
        {
            _output.Advance(count);
            if (_mayLeave != long.MaxValue)
            {
                _mayLeave -= count;
            }

            OnOutputAdvanced();
        }
    }

    /// <summary>Why it ended; null while it lives.</summary>
    public SshError? Error { get; private set; }

    /// <summary>True if it ended because the peer closed the stream, and not inside a message.</summary>
    public bool ClosedByPeer { get; private set; }

    /// <summary>The host's own I/O failed, or the channel is gone: ends with this as the error; nothing more is sent.</summary>
    public void Abort(string reason)
    {
        End(new SshError(SshErrorKind.HostFailure, reason));
        _output.Dispose();
    }

    /// <summary>Gives all buffers back.</summary>
    public void Dispose()
    {
        Abort("The SFTP session was disposed.");
        _received.Dispose();
        _borrowed = 0;
        _scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Bytes that the peer may send because they were asked for: a channel's window should not be in their way.</summary>
    internal virtual long WantedWindow => 0;

    /// <summary>The time that the host told last.</summary>
    private protected SshInstant Now { get; private set; }

    /// <summary>False while more work than the limits allow waits for the host.</summary>
    private protected abstract bool TakesMessages { get; }

    /// <summary>
    /// Whether input waits while <see cref="SftpLimits.QueuedOutput"/> is unsent: right where the input makes the output, but
    /// where the output is the host's own, both ends could wait for each other.
    /// </summary>
    private protected virtual bool StopsAtQueuedOutput => true;

    /// <summary>True while events wait that need no further message.</summary>
    private protected abstract bool HasEvents { get; }

    /// <summary>Output was sent.</summary>
    private protected virtual void OnOutputAdvanced()
    {
    }

    /// <summary>True while answers are owed: the end of the input waits for them.</summary>
    private protected virtual bool HoldsEnd => false;

    /// <summary>The machine has ended; called once.</summary>
    private protected abstract void OnEnded(SshError error);

    /// <summary>Takes the next whole message, type byte first; valid until the next call, poll or lease.</summary>
    private protected bool TryTakeMessage(out ReadOnlyMemory<byte> message)
    {
        ReleaseBorrowed();
        message = default;
        if (Error is not null || IsHeldBack || _received.IsLeased)
        {
            return false;
        }

        int length = MessageLength();
        if (Error is not null || length < 0 || _received.Length < 4 + length)
        {
            EndIfInputEnded();
            return false;
        }

        message = _received.Slice(4, length);
        _borrowed = 4 + length;
        return true;
    }

    /// <summary>Leaves the message that was taken last where it is: the next take gives it again.</summary>
    private protected void PutBack() => _borrowed = 0;

    /// <summary>Unsent bytes.</summary>
    private protected long QueuedBytes => _output.Length;

    /// <summary>Changes with every byte that is queued or sent.</summary>
    private protected long OutputMark => _output.Appended + _output.Advanced;

    /// <summary>Begins a small message in the scratch writer; nothing goes out before <see cref="Send"/>.</summary>
    private protected SshWriter BeginMessage(SftpMessageType type, uint id)
    {
        _scratch.Clear();
        _scratch.WriteUInt32(0);
        _scratch.WriteByte((byte)type);
        _scratch.WriteUInt32(id);
        return _scratch;
    }

    /// <summary>Queues the message begun last.</summary>
    private protected void Send()
    {
        int length = _scratch.Length;
        var room = ReserveOutput(length);
        _scratch.WrittenSpan.CopyTo(room);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(room, (uint)length - 4);
        CommitOutput(length);
    }

    /// <summary>Contiguous room in the output for a whole message, length field included, to be built in place.</summary>
    private protected Span<byte> ReserveOutput(int length) => _output.Reserve(length);

    /// <summary>As <see cref="ReserveOutput"/>, for a host that keeps the room for a while.</summary>
    private protected Memory<byte> LendOutput(int length) => _output.Lend(length);

    /// <summary>As <see cref="ReserveOutput"/>, for room that is filled while output is sent: it stays where it is until it is committed.</summary>
    private protected Memory<byte> ReserveFixedOutput(int length) => _output.Hold(length);

    /// <summary>Queues what was built in the reserved room.</summary>
    private protected void CommitOutput(int length) => _output.Commit(length);

    /// <summary>Ends with this error unless it has ended already; what was queued can still be sent.</summary>
    private protected void End(SshError error)
    {
        if (Error is null)
        {
            Error = error;
            OnEnded(error);
        }
    }

    /// <summary>Only what is queued now may leave until <see cref="ReleaseOutput"/>; what is queued later waits behind it.</summary>
    private protected void HoldOutput() => _mayLeave = _output.Length;

    /// <summary>Ends <see cref="HoldOutput"/>: what <paramref name="sendFirst"/> queues goes before what was held.</summary>
    private protected void ReleaseOutput(Action sendFirst)
    {
        var held = new List<byte[]>();
        while (_mayLeave == 0 && _output.Length > 0)
        {
            var bytes = _output.Peek();
            held.Add(bytes.ToArray());
            _output.Advance(bytes.Length);
        }

        _mayLeave = long.MaxValue;
        sendFirst();
        foreach (byte[] bytes in held)
        {
            bytes.CopyTo(_output.Reserve(bytes.Length));
            _output.Commit(bytes.Length);
        }
    }

    private bool IsHeldBack => !TakesMessages || (StopsAtQueuedOutput && _output.Length >= Limits.QueuedOutput);

    // A whole message, a length that ends the session, or the end of the stream.
    private bool HasMessage
    {
        get
        {
            int length = _received.Length - _borrowed;
            bool ends = _endReceived && !HoldsEnd;
            if (ends || length < 4)
            {
                return ends;
            }

            uint announced = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(_received.Unread.Slice(_borrowed));
            return announced < 1 || announced > (uint)Limits.MessageLength || announced + 4 <= (uint)length;
        }
    }

    private void ReleaseBorrowed()
    {
        if (_borrowed > 0)
        {
            _received.Skip(_borrowed);
            _borrowed = 0;
        }
    }

    // The length is judged before its bytes are waited for or given room.
    private int MessageLength()
    {
        if (_received.Length < 4)
        {
            return -1;
        }

        uint length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(_received.Unread);
        if (length < 1 || length > (uint)Limits.MessageLength)
        {
            End(new SshError(SshErrorKind.InvalidMessage, "An SFTP message has an impossible length.", $"1 to {Limits.MessageLength} bytes", $"{length}"));
            return -1;
        }

        return (int)length;
    }

    private int NeededBytes()
    {
        int length = MessageLength();
        return length < 0 ? HeaderLength : 4 + length;
    }

    private void EndIfInputEnded()
    {
        if (_endReceived && Error is null && !HoldsEnd)
        {
            ClosedByPeer = _received.Length == 0;
            End(_received.Length == 0
                ? new SshError(SshErrorKind.ConnectionLost, "The peer closed the SFTP stream.")
                : new SshError(SshErrorKind.ConnectionLost, "The SFTP stream ended inside a message.", Expected: "a whole message", Got: $"{_received.Length} bytes of one"));
        }
    }
}
