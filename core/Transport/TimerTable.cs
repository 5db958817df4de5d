namespace SshCore.Transport;

/// <summary>The connection's own deadlines.</summary>
internal enum TimerKind
{
    Identification,
    Handshake,
    Rekey,
    RekeyAge,
    KeepAlive,
    StalledOutput,
    Close,
}

/// <summary>One deadline per kind and their minimum.</summary>
internal sealed class TimerTable
{
    private readonly SshInstant?[] _due = new SshInstant?[(int)TimerKind.Close + 1];

    public SshInstant? Next
    {
        get
        {
            SshInstant? next = null;
            foreach (var due in _due)
            {
                next = Earlier(next, due);
            }

            return next;
        }
    }

    public static SshInstant? Earlier(SshInstant? a, SshInstant? b) =>
        a is null ? b : b is null ? a : a.Value < b.Value ? a : b;

    public bool IsSet(TimerKind kind) => _due[(int)kind] is not null;

    public void Set(TimerKind kind, SshInstant due) => _due[(int)kind] = due;

    public void Clear(TimerKind kind) => _due[(int)kind] = null;

    public void ClearAll() => Array.Clear(_due, 0, _due.Length);

    /// <summary>Moves every deadline.</summary>
    public void Shift(TimeSpan time)
    {
        for (int i = 0; i < _due.Length; i++)
        {
            _due[i] = _due[i] is { } due ? due + time : null;
        }
    }

    /// <summary>Whether the deadline has passed; if so it is cleared.</summary>
    public bool TryFire(TimerKind kind, SshInstant now)
    {
        if (_due[(int)kind] is not { } due || due > now)
        {
            return false;
        }

        _due[(int)kind] = null;
        return true;
    }
}
