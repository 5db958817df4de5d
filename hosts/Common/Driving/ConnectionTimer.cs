using System.Threading;

namespace SshCore.Hosts.Driving;

/// <summary>Calls a connection back when its next deadline comes. Guarded by the gate, except that it fires on the pool.</summary>
internal sealed class ConnectionTimer : IDisposable
{
    private const long MaxDelay = 24L * 60 * 60 * 1000;

    private readonly HostDriver _driver;
    private readonly Action _onDue;
    private Timer? _timer;
    private SshInstant? _armed;
    private bool _isDisposed;

    public ConnectionTimer(HostDriver driver, Action onDue)
    {
        _driver = driver;
        _onDue = onDue;
    }

    /// <summary>Makes sure that it fires at that time. A later one than it is armed for changes nothing: it will be armed anew when it fires.</summary>
    public void ArmLocked(SshInstant? due)
    {
        if (_isDisposed || due is not { } at || (_armed is { } armed && armed <= at))
        {
            return;
        }

        _armed = at;
        var delay = at - HostClock.Now;

        // Rounded up: a timer that fires early would find nothing due and start again.
        long milliseconds = delay <= TimeSpan.Zero ? 0 : Math.Min((long)Math.Ceiling(delay.TotalMilliseconds), MaxDelay);
        if (_timer is not null)
        {
            _timer.Change(milliseconds, Timeout.Infinite);
            return;
        }

        // The context of whoever happens to arm it first is none of the timer's business.
        bool restore = !ExecutionContext.IsFlowSuppressed();
        if (restore)
        {
            ExecutionContext.SuppressFlow();
        }

        try
        {
            _timer = new Timer(static t => ((ConnectionTimer)t!).Fire(), this, milliseconds, Timeout.Infinite);
        }
        finally
        {
            if (restore)
            {
                ExecutionContext.RestoreFlow();
            }
        }
    }

    /// <summary>
    /// It need not fire any more. Worth a call before a deadline that seldom comes: each firing wakes a thread of the pool,
    /// which then looks for more work for a while.
    /// </summary>
    public void DisarmLocked()
    {
        if (_armed is not null && !_isDisposed)
        {
            _armed = null;
            _timer!.Change(Timeout.Infinite, Timeout.Infinite);
        }
    }

    /// <summary>Under the gate too.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _timer?.Dispose();
    }

    /// <summary>The earlier of two instants, if there is one.</summary>
    public static SshInstant? Earlier(SshInstant? a, SshInstant? b) => a is null ? b : b is null || a < b ? a : b;

    private void Fire()
    {
        lock (_driver.Gate)
        {
            _armed = null;
        }

        _onDue();
    }
}
