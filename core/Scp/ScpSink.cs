using SshCore.Config;
using SshCore.Errors;

namespace SshCore.Scp;

/// <summary>
/// The receiving end of the old scp protocol (<c>scp -t</c>, or the client that fetches). Each offer and each end is a
/// decision: <see cref="Accept"/> or <see cref="Refuse"/>. Names are checked before the host sees them: one that is not a
/// plain name, or that nobody asked for, ends the session (CVE-2018-20685, CVE-2019-6111).
/// </summary>
public sealed class ScpSink : ScpMachine
{
    private readonly ScpSinkOptions _options;
    private State _state = State.Line;
    private ScpEntry? _entry;
    private ScpTimes? _times;
    private long _left;
    private int _entries;
    private bool _heard;

    /// <summary>A sink that tells the source to begin.</summary>
    public ScpSink(ScpSinkOptions? options = null, ScpLimits? limits = null)
        : base(limits)
    {
        _options = options ?? new ScpSinkOptions();
        SendByte(Ok);
    }

    private enum State
    {
        Line,
        FileOffered,
        Data,
        DataStatus,
        FileEnded,
        DirectoryOffered,
        DirectoryEnded,
    }

    /// <summary>Directories that are open.</summary>
    public int Depth { get; private set; }

    /// <summary>Bytes of the current file that have not come yet.</summary>
    public long Remaining => _left;

    /// <summary>
    /// Answers the last offer or end: go on. The bytes of an accepted file must be taken even if they can't be written;
    /// then its end is refused.
    /// </summary>
    /// <exception cref="SshUsageException">Nothing is to be answered.</exception>
    public void Accept() => Answer(null);

    /// <summary>Answers the last offer or end: it could not be done. The source goes on with what comes next.</summary>
    /// <exception cref="SshUsageException">Nothing is to be answered.</exception>
    public void Refuse(string message) => Answer(message ?? throw new ArgumentNullException(nameof(message)));

    private protected override bool IsWaitingForHost => _state is State.FileOffered or State.FileEnded or State.DirectoryOffered or State.DirectoryEnded;

    private protected override bool MayEnd => _state == State.Line && Depth == 0 && _times is null;

    private protected override bool TryAdvance(out ScpEvent e)
    {
        e = default;
        while (!IsEnded && ReceivedLength > 0)
        {
            switch (_state)
            {
                case State.Line:
                    if (!TryTakeLine(out var line))
                    {
                        return false;
                    }

                    if (TryReadLine(line, out e))
                    {
                        return true;
                    }

                    break;
                case State.Data:
                    int count = (int)Math.Min(ReceivedLength, _left);
                    _left -= count;
                    _state = _left == 0 ? State.DataStatus : State.Data;
                    e = new ScpEvent(ScpEventKind.Data, _entry, null, Borrow(count));
                    return true;
                case State.DataStatus:
                    return TryReadStatus(out e);
                default:
                    return false;
            }
        }

        return false;
    }

    private void Answer(string? refusal)
    {
        if (!IsWaitingForHost)
        {
            throw new SshUsageException("There is no offer or end to answer.");
        }

        if (IsEnded)
        {
            return;
        }

        if (refusal is null)
        {
            SendByte(Ok);
        }
        else
        {
            SendMessage(WarningMark, refusal);
        }

        bool accepted = refusal is null;
        Depth += _state == State.DirectoryOffered && accepted ? 1 : _state == State.DirectoryEnded ? -1 : 0;
        bool expectsData = _state == State.FileOffered && accepted;
        _left = expectsData ? _entry!.Size : 0;
        _state = !expectsData ? State.Line : _left > 0 ? State.Data : State.DataStatus;
    }

    private bool TryReadLine(ReadOnlySpan<byte> line, out ScpEvent e)
    {
        e = default;
        byte mark = line.IsEmpty ? (byte)0 : line[0];
        switch (mark)
        {
            case WarningMark:
                e = new ScpEvent(ScpEventKind.Warning, null, TextOf(line.Slice(1)));
                return TryCountWarning();
            case FatalMark:
                End(new SshError(SshErrorKind.PeerDisconnected, TextOf(line.Slice(1))));
                return false;
            case (byte)'T' when _times is null:
                if (!ScpLine.TryReadTimes(line, out var times))
                {
                    return Malformed(line, "seconds and microseconds of two times");
                }

                _times = times;
                _heard = true;
                SendByte(Ok);
                return false;
            case (byte)'C' or (byte)'D':
                return TryOffer(line, mark == (byte)'D', out e);
            case (byte)'E' when line.Length == 1 && Depth > 0 && _times is null:
                _state = State.DirectoryEnded;
                e = new ScpEvent(ScpEventKind.DirectoryEnded);
                return true;
            default:
                return Malformed(line, "a line of T, C, D or E");
        }
    }

    private bool TryOffer(ReadOnlySpan<byte> line, bool isDirectory, out ScpEvent e)
    {
        e = default;
        if (!ScpLine.TryReadEntry(line, _times, out var entry))
        {
            return Malformed(line, "mode, size and name");
        }

        _heard = true;
        if (!ScpEntry.IsName(entry.Name.Span))
        {
            return Violation("The source sent an unexpected file name", "a plain name", entry);
        }

        if (isDirectory && !_options.Recursive)
        {
            return Violation("The source sent a directory that was not asked for", null, entry);
        }

        if (Depth == 0 && !IsExpected(entry.Name.Span))
        {
            return Violation("The source sent a file name that does not match the request", null, entry);
        }

        if (Depth == 0 && ++_entries > _options.MaxEntries)
        {
            return Violation("The source sent more than was asked for", null, entry);
        }

        if (isDirectory && Depth == Limits.Depth)
        {
            Fail(new SshError(SshErrorKind.LimitExceeded, "Directories are nested too deeply", $"{Limits.Depth}"));
            return false;
        }

        _times = null;
        _entry = isDirectory ? entry with { Size = 0 } : entry;
        _state = isDirectory ? State.DirectoryOffered : State.FileOffered;
        e = new ScpEvent(isDirectory ? ScpEventKind.DirectoryOffered : ScpEventKind.FileOffered, _entry);
        return true;
    }

    /// <summary>Behind a file's bytes: a 0, or why they are not the whole file.</summary>
    private bool TryReadStatus(out ScpEvent e)
    {
        e = default;
        string? text = null;
        _ = TryPeekByte(out byte mark);
        if (mark == Ok)
        {
            Skip(1);
        }
        else if (!TryTakeLine(out var line))
        {
            return false;
        }
        else if (mark != WarningMark)
        {
            End(mark == FatalMark
                ? new SshError(SshErrorKind.PeerDisconnected, TextOf(line.Slice(1)))
                : new SshError(SshErrorKind.InvalidMessage, "There is no status behind a file", "0, 1 or 2", TextOf(line)));
            return false;
        }
        else
        {
            text = TextOf(line.Slice(1));
        }

        _state = State.FileEnded;
        e = new ScpEvent(ScpEventKind.FileEnded, _entry, text);
        return text is null || TryCountWarning();
    }

    private bool IsExpected(ReadOnlySpan<byte> name)
    {
        if (_options.ExpectedNames is not { } patterns)
        {
            return true;
        }

        foreach (var pattern in patterns)
        {
            if (FileGlob.IsMatch(name, pattern.Span))
            {
                return true;
            }
        }

        return false;
    }

    private bool Malformed(ReadOnlySpan<byte> line, string expected)
    {
        // What comes before the first record is what a shell says, for example that there is no scp.
        if (_heard)
        {
            Fail(new SshError(SshErrorKind.InvalidMessage, "A control line does not parse", expected, TextOf(line)));
        }
        else
        {
            Fail(new SshError(SshErrorKind.InvalidMessage, TextOf(line)));
        }

        return false;
    }

    private bool Violation(string message, string? expected, ScpEntry entry)
    {
        Fail(new SshError(SshErrorKind.ProtocolViolation, message, expected, TextOf(entry.Name.Span)));
        return false;
    }
}
