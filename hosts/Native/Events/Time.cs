namespace SshCore.Native.Events;

/// <summary>Points in time outside: microseconds since an origin that the caller chooses.</summary>
internal static class Time
{
    public const ulong Never = ulong.MaxValue;

    public static ulong Microseconds(SshInstant? instant) => instant is { } at
        ? (ulong)Math.Max(0, (at.SinceOrigin.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond)
        : Never;
}
