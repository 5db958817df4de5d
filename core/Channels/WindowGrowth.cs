namespace SshCore.Channels;

/// <summary>
/// Decides when a receive window doubles (design note 0010): a whole window was taken within
/// <see cref="Period"/>, and the reader keeps up. Depends on nothing but the credit returned and the time told.
/// </summary>
internal struct WindowGrowth
{
    /// <summary>A sender that fills the window more than once in this time is held back by it on a path as long.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private bool _measures;
    private SshInstant _start;
    private ulong _returned;

    /// <summary>What the window has grown by so far.</summary>
    public uint Total { get; private set; }

    /// <summary>The window grew for another reason.</summary>
    public void Add(uint count) => Total += count;

    /// <summary>Counts credit that is about to be returned.</summary>
    /// <param name="count">Bytes just taken.</param>
    /// <param name="window">The window before they are returned.</param>
    /// <param name="most">How much it may still grow.</param>
    /// <param name="now">The time.</param>
    /// <returns>Bytes to add to the window; 0 for none.</returns>
    public uint Taken(uint count, in LocalWindow window, uint most, SshInstant now)
    {
        if (!_measures)
        {
            _measures = true;
            _start = now;
        }

        _returned += count;
        if (_returned < window.Size)
        {
            return 0;
        }

        bool grows = now - _start <= Period && window.Unread - count <= window.Size / 4;
        _returned = 0;
        _start = now;
        uint extra = grows ? Math.Min(window.Size, most) : 0;
        Total += extra;
        return extra;
    }
}
