using System.Diagnostics;

namespace SshCore.Hosts;

/// <summary>The monotonic clock of this process as the core's instants.</summary>
public static class HostClock
{
    private static readonly double TicksPerCount = (double)TimeSpan.TicksPerSecond / Stopwatch.Frequency;

    /// <summary>Now, counted from an origin that is the same for the whole process.</summary>
    public static SshInstant Now => new(new TimeSpan((long)(Stopwatch.GetTimestamp() * TicksPerCount)));
}
