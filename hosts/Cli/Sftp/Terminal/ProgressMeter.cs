using System.Text;
using System.Threading;
using SshCore.Cli.Unix;

namespace SshCore.Cli.Sftp.Terminal;

/// <summary>
/// Shows one transfer on a terminal, twice a second at most, while we are in its foreground. Told from any thread; between
/// the tellings a timer keeps the line true, so that a stall is seen.
/// </summary>
internal sealed class ProgressMeter : IDisposable
{
    private const double Smoothing = 0.9;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly long _offset;
    private readonly TimeProvider _time;
    private readonly Action<string> _write;
    private readonly Func<int> _width;
    private readonly long _start;
    private readonly ITimer _timer;
    private long _total;
    private long _done;
    private long _shown;
    private long _lastDraw;
    private double _rate;
    private TimeSpan _stalled;
    private bool _isOver;

    /// <summary>Shows the beginning of a transfer.</summary>
    /// <param name="name">What is transferred.</param>
    /// <param name="total">Bytes in all.</param>
    /// <param name="offset">Bytes that are there already.</param>
    /// <param name="write">Takes what goes to the terminal.</param>
    /// <param name="width">The terminal's width, now.</param>
    /// <param name="time">The clock.</param>
    internal ProgressMeter(string name, long total, long offset, Action<string> write, Func<int> width, TimeProvider time)
    {
        _name = name;
        _total = total;
        _offset = _done = _shown = offset;
        _write = write;
        _width = width;
        _time = time;
        _start = _lastDraw = time.GetTimestamp();
        Draw(_start);
        _timer = time.CreateTimer(static state => ((ProgressMeter)state!).OnTimer(), this, Interval, Interval);
    }

    /// <summary>A meter on our terminal.</summary>
    internal static ProgressMeter OnTerminal(string name, long total, long offset) =>
        new(name, total, offset, WriteInForeground, static () => TerminalSize.Columns(1), TimeProvider.System);

    /// <summary>Tells how far it is.</summary>
    internal void Report(long done)
    {
        lock (_gate)
        {
            _done = Math.Max(_done, done);
            _total = Math.Max(_total, _done);
            long now = _time.GetTimestamp();
            if (!_isOver && _time.GetElapsedTime(_lastDraw, now) >= Interval)
            {
                Draw(now);
            }
        }
    }

    /// <summary>Shows the end and leaves the line.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            Draw(_time.GetTimestamp());
            _write("\n");
        }

        _timer.Dispose();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            if (!_isOver && _time.GetElapsedTime(_lastDraw, now) >= Interval / 2)
            {
                Draw(now);
            }
        }
    }

    private void Draw(long now)
    {
        TimeSpan step = _time.GetElapsedTime(_lastDraw, now);
        TimeSpan elapsed = _time.GetElapsedTime(_start, now);
        long moved = _done - _shown;
        if (_isOver || _done >= _total)
        {
            // At the end the rate is that of the whole.
            _rate = (_done - _offset) / Math.Max(elapsed.TotalSeconds, 0.001);
        }
        else if (step > TimeSpan.Zero)
        {
            double current = moved / step.TotalSeconds;
            _rate = _rate == 0 ? current : (_rate * Smoothing) + (current * (1 - Smoothing));
        }

        _stalled = moved > 0 ? TimeSpan.Zero : _stalled + step;
        _shown = _done;
        _lastDraw = now;
        var state = new ProgressState(_done, _total, (long)_rate, elapsed, _stalled);
        _write("\r" + ProgressLine.Format(_name, state, _width()));
    }

    private static void WriteInForeground(string text)
    {
        using var terminal = Descriptor.Borrow(1);
        if (text == "\n" || TerminalSize.IsForeground(1))
        {
            try
            {
                BlockingDescriptor.Write(terminal, Encoding.UTF8.GetBytes(text));
            }
            catch (UnixException)
            {
                // The terminal is gone: the transfer goes on.
            }
        }
    }
}
