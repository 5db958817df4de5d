namespace SshCore.Channels;

/// <summary>
/// Our receive window of one channel (RFC 4254 §5.2) as arithmetic. What the peer may send, what waits unread and what
/// was taken but not yet returned add up to <see cref="Size"/>.
/// </summary>
internal struct LocalWindow
{
    private uint _owed;

    /// <summary>A window that was announced in the open or its confirmation.</summary>
    public LocalWindow(uint size)
    {
        Size = size;
        Available = size;
    }

    /// <summary>Bytes that may be outstanding and unread together.</summary>
    public uint Size { get; private set; }

    /// <summary>Bytes that the peer may still send.</summary>
    public uint Available { get; private set; }

    /// <summary>Bytes received that were not returned yet: unread, or taken but still below half a window.</summary>
    public readonly uint Used => Size - Available;

    /// <summary>Bytes received that nobody has taken.</summary>
    public readonly uint Unread => Size - Available - _owed;

    /// <summary>Counts received data. False if the peer had no credit for it; nothing changes then.</summary>
    public bool TryReceive(uint count)
    {
        if (count > Available)
        {
            return false;
        }

        Available -= count;
        return true;
    }

    /// <summary>
    /// Counts data as taken: at most <see cref="Unread"/>. From half a window on all that is owed is returned at once.
    /// </summary>
    /// <returns>The WINDOW_ADJUST to send; 0 for none yet.</returns>
    public uint Return(uint count)
    {
        _owed += count;
        if (_owed == 0 || _owed < Size / 2)
        {
            return 0;
        }

        uint credit = _owed;
        _owed = 0;
        Available += credit;
        return credit;
    }

    /// <summary>Returns all that is owed, however little.</summary>
    public uint ReturnAll()
    {
        uint credit = _owed;
        _owed = 0;
        Available += credit;
        return credit;
    }

    /// <summary>Makes the window larger; the peer hears of it with the next WINDOW_ADJUST.</summary>
    public void Grow(uint count)
    {
        Size += count;
        _owed += count;
    }
}
