using SshCore.Errors;

namespace SshCore.Scp;

/// <summary>
/// The sending end of the old scp protocol (<c>scp -f</c>, or the client that sends). One entry at a time: begin it, wait
/// for <see cref="ScpEventKind.Accepted"/> or <see cref="ScpEventKind.Refused"/>, write a file's bytes, end it, wait for
/// <see cref="ScpEventKind.Done"/>.
/// </summary>
public sealed class ScpSource : ScpMachine
{
    private State _state = State.Greeting;
    private ScpEntry? _entry;
    private bool _isDirectory;
    private long _left;

    /// <summary>A source that waits for the sink's first word.</summary>
    public ScpSource(ScpLimits? limits = null)
        : base(limits)
    {
    }

    private enum State
    {
        Greeting,
        Idle,
        TimesSent,
        EntrySent,
        Data,
        FileEnded,
        DirectoryEnded,
    }

    /// <summary>True if the next entry may begin.</summary>
    public bool IsIdle => _state == State.Idle && !IsEnded;

    /// <summary>Bytes of the current file that are still to be written.</summary>
    public long Remaining => _left;

    /// <summary>Directories that are open.</summary>
    public int Depth { get; private set; }

    /// <summary>Offers a file.</summary>
    /// <exception cref="SshUsageException">Another entry is under way, or the sink is not ready.</exception>
    /// <exception cref="ArgumentException">The name, mode or size is impossible.</exception>
    public void BeginFile(ScpEntry entry) => Begin(entry, isDirectory: false);

    /// <summary>Offers a directory; once accepted, what begins is in it until <see cref="EndDirectory"/>.</summary>
    /// <exception cref="SshUsageException">Another entry is under way, or the sink is not ready.</exception>
    /// <exception cref="ArgumentException">The name or mode is impossible, or a size is given.</exception>
    public void BeginDirectory(ScpEntry entry) => Begin(entry, isDirectory: true);

    /// <summary>Takes bytes of the accepted file.</summary>
    /// <returns>Bytes taken, never more than <see cref="Remaining"/>; 0 while too much is unsent.</returns>
    /// <exception cref="SshUsageException">No file is accepted.</exception>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (IsEnded)
        {
            return 0;
        }

        RequireData();
        int count = (int)Math.Min(Math.Min(bytes.Length, _left), Math.Max(0, Limits.QueuedOutput - QueuedLength));
        SendBytes(bytes.Slice(0, count));
        _left -= count;
        return count;
    }

    /// <summary>
    /// Ends the accepted file, whose bytes are all written. <paramref name="error"/> says why they are not what the file
    /// holds: what could not be read was made up, as the size was announced.
    /// </summary>
    /// <exception cref="SshUsageException">No file is accepted, or bytes are missing.</exception>
    public void EndFile(string? error = null)
    {
        if (IsEnded)
        {
            return;
        }

        RequireData();
        if (_left > 0)
        {
            throw new SshUsageException($"{_left} bytes of the file have not been written.");
        }

        _state = State.FileEnded;
        if (error is null)
        {
            SendByte(Ok);
        }
        else
        {
            SendMessage(WarningMark, error);
        }
    }

    /// <summary>Ends the innermost directory.</summary>
    /// <exception cref="SshUsageException">There is none, or an entry is under way.</exception>
    public void EndDirectory()
    {
        if (IsEnded)
        {
            return;
        }

        RequireIdle();
        if (Depth == 0)
        {
            throw new SshUsageException("No directory is open.");
        }

        Depth--;
        _state = State.DirectoryEnded;
        SendBytes("E\n"u8);
    }

    /// <summary>Tells the sink of something that can't be sent, instead of an entry.</summary>
    /// <exception cref="SshUsageException">An entry is under way, or the sink is not ready.</exception>
    public void Warn(string message)
    {
        if (IsEnded)
        {
            return;
        }

        RequireIdle();
        SendMessage(WarningMark, message ?? throw new ArgumentNullException(nameof(message)));
    }

    // Not even while it writes a file: a sink that is gone can't say that it has it.
    private protected override bool IsWaitingForHost => false;

    private protected override bool MayEnd => _state == State.Idle && Depth == 0;

    private protected override bool TryAdvance(out ScpEvent e)
    {
        e = default;
        while (!IsEnded && _state is not (State.Idle or State.Data) && TryTakeReply(out string? refusal))
        {
            if (refusal is not null && _state != State.Greeting && !TryCountWarning())
            {
                return false;
            }

            switch (_state)
            {
                case State.Greeting:
                    if (refusal is not null)
                    {
                        End(new SshError(SshErrorKind.PeerDisconnected, refusal));
                        return false;
                    }

                    _state = State.Idle;
                    e = new ScpEvent(ScpEventKind.Ready);
                    return true;
                case State.TimesSent when refusal is null:
                    SendEntry();
                    break;
                case State.TimesSent or State.EntrySent when refusal is not null:
                    _state = State.Idle;
                    e = new ScpEvent(ScpEventKind.Refused, _entry, refusal);
                    return true;
                case State.EntrySent:
                    Depth += _isDirectory ? 1 : 0;
                    _state = _isDirectory ? State.Idle : State.Data;
                    _left = _isDirectory ? 0 : _entry!.Size;
                    e = new ScpEvent(ScpEventKind.Accepted, _entry);
                    return true;
                default:
                    ScpEntry? done = _state == State.FileEnded ? _entry : null;
                    _state = State.Idle;
                    e = new ScpEvent(ScpEventKind.Done, done, refusal);
                    return true;
            }
        }

        return false;
    }

    private void Begin(ScpEntry entry, bool isDirectory)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (!ScpEntry.IsName(entry.Name.Span) || entry.Mode is < 0 or > 0xFFF || entry.Size < 0 || (isDirectory && entry.Size != 0))
        {
            throw new ArgumentException("An entry needs a plain name, a mode up to 7777 (octal) and a size.", nameof(entry));
        }

        if (IsEnded)
        {
            return;
        }

        RequireIdle();
        _entry = entry;
        _isDirectory = isDirectory;
        if (entry.Times is { } times)
        {
            _state = State.TimesSent;
            SendBytes(ScpLine.Times(times));
        }
        else
        {
            SendEntry();
        }
    }

    private void SendEntry()
    {
        _state = State.EntrySent;
        SendBytes(ScpLine.Entry(_isDirectory ? 'D' : 'C', _entry!));
    }

    /// <summary>Takes one reply: a 0, or a message. What begins otherwise is no reply but, say, a shell's complaint.</summary>
    private bool TryTakeReply(out string? refusal)
    {
        refusal = null;
        if (!TryPeekByte(out byte mark))
        {
            return false;
        }

        if (mark == Ok)
        {
            Skip(1);
            return true;
        }

        if (!TryTakeLine(out var line))
        {
            return false;
        }

        refusal = TextOf(mark is WarningMark or FatalMark ? line.Slice(1) : line);
        if (mark != WarningMark)
        {
            End(new SshError(mark == FatalMark ? SshErrorKind.PeerDisconnected : SshErrorKind.InvalidMessage, refusal));
            return false;
        }

        return true;
    }

    private void RequireIdle()
    {
        if (_state != State.Idle)
        {
            throw new SshUsageException("The sink has not answered yet.");
        }
    }

    private void RequireData()
    {
        if (_state != State.Data)
        {
            throw new SshUsageException("No file is accepted.");
        }
    }
}
