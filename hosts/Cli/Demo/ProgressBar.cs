using System.Diagnostics;
using System.Text;

namespace SshCore.Cli.Demo;

/// <summary>A bar on a terminal; nothing where the output goes elsewhere.</summary>
internal sealed class ProgressBar
{
    private const int Width = 40;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly long _total;
    private readonly bool _isShown = !Console.IsOutputRedirected;
    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _last = TimeSpan.MinValue;

    internal ProgressBar(long total) => _total = Math.Max(total, 1);

    /// <summary>Draws it, not more often than an eye can follow.</summary>
    internal void Show(long done)
    {
        TimeSpan now = Stopwatch.GetElapsedTime(_start);
        if (!_isShown || (done < _total && now - Interval < _last))
        {
            return;
        }

        _last = now;
        int filled = (int)(done * Width / _total);
        double rate = done / Math.Max(now.TotalSeconds, 0.001) / (1 << 20);
        var line = new StringBuilder("\r           [").Append('#', filled).Append(' ', Width - filled).Append("] ");
        line.Append(done * 100 / _total).Append("% ").Append(rate.ToString("F0", System.Globalization.CultureInfo.InvariantCulture)).Append(" MiB/s  ");
        Console.Write(line.ToString());
    }

    /// <summary>Wipes it away.</summary>
    internal void Clear()
    {
        if (_isShown)
        {
            Console.Write("\r" + new string(' ', Width + 40) + "\r");
        }
    }
}
