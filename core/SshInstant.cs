namespace SshCore;

/// <summary>
/// A point on the host's monotonic clock, in ticks of 100 ns from an origin of the host's choice. The core has no other
/// clock: it knows the time that the host last passed to <c>Tick</c>.
/// </summary>
public readonly struct SshInstant : IEquatable<SshInstant>, IComparable<SshInstant>
{
    /// <summary>The instant <paramref name="sinceOrigin"/> after the origin.</summary>
    public SshInstant(TimeSpan sinceOrigin) => SinceOrigin = sinceOrigin;

    /// <summary>Time since the origin.</summary>
    public TimeSpan SinceOrigin { get; }

    /// <summary>The instant <paramref name="time"/> later; the far future where that overflows.</summary>
    public static SshInstant operator +(SshInstant instant, TimeSpan time) =>
        instant.SinceOrigin > TimeSpan.Zero && time > TimeSpan.MaxValue - instant.SinceOrigin ? new(TimeSpan.MaxValue) : new(instant.SinceOrigin + time);

    /// <summary>The time from <paramref name="earlier"/> to <paramref name="later"/>.</summary>
    public static TimeSpan operator -(SshInstant later, SshInstant earlier) => later.SinceOrigin - earlier.SinceOrigin;

    /// <summary>True if <paramref name="a"/> is before <paramref name="b"/>.</summary>
    public static bool operator <(SshInstant a, SshInstant b) => a.SinceOrigin < b.SinceOrigin;

    /// <summary>True if <paramref name="a"/> is after <paramref name="b"/>.</summary>
    public static bool operator >(SshInstant a, SshInstant b) => a.SinceOrigin > b.SinceOrigin;

    /// <summary>True if <paramref name="a"/> is not after <paramref name="b"/>.</summary>
    public static bool operator <=(SshInstant a, SshInstant b) => a.SinceOrigin <= b.SinceOrigin;

    /// <summary>True if <paramref name="a"/> is not before <paramref name="b"/>.</summary>
    public static bool operator >=(SshInstant a, SshInstant b) => a.SinceOrigin >= b.SinceOrigin;

    /// <summary>Equality by time.</summary>
    public static bool operator ==(SshInstant a, SshInstant b) => a.Equals(b);

    /// <summary>Inequality by time.</summary>
    public static bool operator !=(SshInstant a, SshInstant b) => !a.Equals(b);

    /// <inheritdoc/>
    public int CompareTo(SshInstant other) => SinceOrigin.CompareTo(other.SinceOrigin);

    /// <inheritdoc/>
    public bool Equals(SshInstant other) => SinceOrigin == other.SinceOrigin;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SshInstant other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => SinceOrigin.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => SinceOrigin.ToString();
}
