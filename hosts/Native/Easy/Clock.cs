using System.Diagnostics;

namespace SshCore.Native.Easy;

/// <summary>The clock of level 3: the system's monotonic one.</summary>
internal static class Clock
{
    public static SshInstant Now => new(Stopwatch.GetElapsedTime(0));

    /// <summary>When so many milliseconds have passed; null for a negative number: never.</summary>
    public static SshInstant? In(long milliseconds) => milliseconds < 0 ? null : Now + TimeSpan.FromMilliseconds(milliseconds);
}
