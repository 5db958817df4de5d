using System.Threading;

namespace SshCore.Cli.Sftp.Files;

/// <summary>Holds a transfer to a rate, as -l asks.</summary>
internal sealed class RateLimiter
{
    private readonly double _bytesPerSecond;
    private readonly TimeProvider _time;
    private readonly Action<TimeSpan> _sleep;
    private long _start;
    private double _bytes;

    /// <summary>A limit in Kbit/s.</summary>
    internal RateLimiter(long kilobits, TimeProvider time, Action<TimeSpan> sleep)
    {
        _bytesPerSecond = kilobits * 1024.0 / 8;
        _time = time;
        _sleep = sleep;
        _start = time.GetTimestamp();
    }

    /// <summary>The limit of the command line; null for none.</summary>
    internal static RateLimiter? Of(long? kilobits) => kilobits is { } limit ? new RateLimiter(limit, TimeProvider.System, Thread.Sleep) : null;

    /// <summary>Bytes to move in one step, so that the line is used evenly.</summary>
    internal int Step => (int)Math.Clamp(_bytesPerSecond / 10, 1024, 256 * 1024);

    /// <summary>Counts bytes that were moved, and waits until they may have been.</summary>
    internal void Moved(int bytes)
    {
        _bytes += bytes;
        TimeSpan due = TimeSpan.FromSeconds(_bytes / _bytesPerSecond);
        TimeSpan passed = _time.GetElapsedTime(_start);
        if (due > passed)
        {
            _sleep(due - passed);
        }
        else if (passed - due > TimeSpan.FromSeconds(1))
        {
            // What was not used up is not saved for later.
            _start = _time.GetTimestamp();
            _bytes = 0;
        }
    }
}
