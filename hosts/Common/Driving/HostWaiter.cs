using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using SshCore.Channels;

namespace SshCore.Hosts.Driving;

/// <summary>
/// One caller that waits for something on a connection or another driver, by await or by blocking. What it waits for is settled under the
/// connection's gate; it is woken after the gate was left. A waiter can be used again once its result was taken.
/// </summary>
internal sealed class HostWaiter : IValueTaskSource<int>, IValueTaskSource
{
    private static readonly Action<object?, CancellationToken> Cancelled = static (state, token) => ((HostWaiter)state!).Cancel(token);

    private readonly HostDriver _driver;
    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private bool _isBlocking;
    private bool _isWoken;
    private bool _isNudged;

    public HostWaiter(HostDriver driver) => _driver = driver;

    /// <summary>The next one of the queue it is in, or of the list of those to wake.</summary>
    public HostWaiter? Next { get; set; }

    /// <summary>Where it waits; null once it does not.</summary>
    public WaitQueue? Queue { get; set; }

    /// <summary>Settled: it has left its queue and will be woken.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Why it failed; null if it did not.</summary>
    public Exception? Error { get; set; }

    /// <summary>A reader's memory: filled by the thread that receives.</summary>
    public Memory<byte> Destination { get; set; }

    /// <summary>A writer's rest: taken by the thread that makes room.</summary>
    public ReadOnlyMemory<byte> Source { get; set; }

    /// <summary>The stream it reads or writes; for a reader of any stream the one that had data.</summary>
    public DataStream Stream { get; set; }

    /// <summary>Bytes read or taken.</summary>
    public int Count { get; set; }

    /// <summary>Whether it is a writer.</summary>
    public bool IsWriter { get; set; }

    /// <summary>The channel that keeps it for the next use; null if it is used once.</summary>
    public SshChannelStream? Home { get; set; }

    /// <summary>Memory over a caller's span for as long as the caller blocks.</summary>
    public PinnedSpan? Pinned { get; set; }

    /// <summary>Waits by await. Called once, after the gate was left.</summary>
    public ValueTask<int> AsValueTask(CancellationToken token)
    {
        short version = _source.Version;
        _driver.OnAwaited(this);
        Register(token);
        return new ValueTask<int>(this, version);
    }

    /// <summary>Waits by await, for those who want no count.</summary>
    public ValueTask AsPlainValueTask(CancellationToken token)
    {
        short version = _source.Version;
        _driver.OnAwaited(this);
        Register(token);
        return new ValueTask(this, version);
    }

    private void Register(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            _token = token;
#if NETSTANDARD2_0
            _registration = token.UnsafeRegister(static state => ((HostWaiter)state!).Cancel(((HostWaiter)state!)._token), this);
#else
            _registration = token.UnsafeRegister(Cancelled, this);
#endif
        }
    }

    /// <summary>From now on it is woken by a pulse instead of a continuation.</summary>
    public void MakeBlocking() => _isBlocking = true;

    /// <summary>Blocks until it is woken; false when the time has run out. Negative: for ever.</summary>
    public bool WaitForPulse(TimeSpan timeout)
    {
        lock (this)
        {
            if (timeout < TimeSpan.Zero)
            {
                while (!_isWoken)
                {
                    Monitor.Wait(this);
                }

                return true;
            }

            var end = HostClock.Now + timeout;
            while (!_isWoken)
            {
                var left = end - HostClock.Now;
                if (left <= TimeSpan.Zero || !Monitor.Wait(this, left < MaxWait ? left : MaxWait))
                {
                    if (!_isWoken && HostClock.Now >= end)
                    {
                        return false;
                    }
                }
            }

            return true;
        }
    }

    /// <summary>Blocks until it is woken or nudged, at most that long.</summary>
    public void WaitForNudge(TimeSpan timeout)
    {
        lock (this)
        {
            if (!_isWoken && !_isNudged && timeout > TimeSpan.Zero)
            {
                Monitor.Wait(this, timeout < MaxWait ? timeout : MaxWait);
            }

            _isNudged = false;
        }
    }

    /// <summary>Tells a blocked caller that it may be its turn to receive.</summary>
    public void Nudge()
    {
        lock (this)
        {
            _isNudged = true;
            Monitor.Pulse(this);
        }
    }

    /// <summary>Wakes whoever waits; never under the gate.</summary>
    /// <param name="inline">Runs the continuation on this thread.</param>
    public void Wake(bool inline)
    {
        if (_isBlocking)
        {
            lock (this)
            {
                _isWoken = true;
                Monitor.Pulse(this);
            }

            return;
        }

        _source.RunContinuationsAsynchronously = !inline;
        if (Error is { } error)
        {
            _source.SetException(error);
        }
        else
        {
            _source.SetResult(Count);
        }
    }

    /// <summary>The result for a blocking caller, after it was woken.</summary>
    public int TakeResult()
    {
        int count = Count;
        var error = Error;
        Recycle();
        return error is null ? count : throw error;
    }

    /// <summary>Makes it fit for another use.</summary>
    public void Recycle()
    {
        Error = null;
        Destination = default;
        Source = default;
        Count = 0;
        IsSettled = false;
        _isBlocking = false;
        _isWoken = false;
        _isNudged = false;
        _source.Reset();
        Home?.TakeBack(this);
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        _registration.Dispose();
        _registration = default;
        _token = default;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            Recycle();
        }
    }

    void IValueTaskSource.GetResult(short token) => ((IValueTaskSource<int>)this).GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    // Monitor.Wait takes at most int.MaxValue milliseconds.
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    private void Cancel(CancellationToken token)
    {
        lock (_driver.Gate)
        {
            if (IsSettled)
            {
                return;
            }

            Queue?.Remove(this);
            IsSettled = true;
            Error = IsWriter ? new SshWriteCanceledException(Count, token) : new OperationCanceledException(token);
        }

        Wake(inline: false);
    }
}
