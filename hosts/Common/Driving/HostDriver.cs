using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace SshCore.Hosts.Driving;

/// <summary>
/// What waiting needs, whatever is waited for: one lock over a machine of the core and all that belongs to it, waiters
/// that are settled under the lock and woken after it was left, and code of the user that starts then too. How bytes move
/// and threads wait is the derived class's matter.
/// </summary>
internal abstract class HostDriver
{
    private readonly List<HostWaiter> _filled = [];
    private List<Action<ILogger>>? _logs;
    private HostWaiter? _firstWake;
    private HostWaiter? _lastWake;
    private HostWork? _firstWork;
    private HostWork? _lastWork;

    protected HostDriver(ILogger logger) => Log = logger;

    /// <summary>The one lock: over the machine and all state around it.</summary>
    public object Gate { get; } = new();

    /// <summary>Where to log.</summary>
    public ILogger Log { get; }

    /// <summary>Sends what there is, wakes and starts whom the last commands concern. Never under the gate.</summary>
    public abstract void Kick();

    /// <summary>Blocks the caller until the waiter is woken; false if the time ran out first. Negative: for ever.</summary>
    public virtual bool Block(HostWaiter waiter, TimeSpan timeout)
    {
        Kick();
        return waiter.WaitForPulse(timeout);
    }

    /// <summary>As <see cref="Kick"/> for a caller that may wait that long for its data to leave; negative: for ever.</summary>
    public virtual void KickWriter(TimeSpan timeout) => Kick();

    /// <summary>Somebody waits by await, so on no thread of its own.</summary>
    public virtual void OnAwaited(HostWaiter waiter)
    {
    }

    /// <summary>True if <see cref="Kick"/> has something to do.</summary>
    public abstract bool NeedsKickLocked { get; }

    /// <summary>Starts user code on a thread of its own or of the pool. Never under the gate.</summary>
    protected abstract void Start(HostWork work);

    /// <summary>Tells the time, then handles events until there are none.</summary>
    public abstract void PumpLocked();

    /// <summary>The exception for whoever uses it after its end.</summary>
    public abstract Exception MakeEndException();

    /// <summary>Throws if it has ended.</summary>
    public abstract void ThrowIfEndedLocked();

    /// <summary>Waits by await. A cancelled wait abandons the operation.</summary>
    public async ValueTask<T> WaitAsync<T>(HostOperation<T> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        HostWaiter waiter;
        lock (Gate)
        {
            if (operation.IsDone)
            {
                return operation.GetResult();
            }

            waiter = new HostWaiter(this);
            operation.Waiters.Add(waiter);
        }

        try
        {
            await waiter.AsValueTask(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            operation.IsAbandoned = true;
            throw;
        }

        return operation.GetResult();
    }

    /// <summary>Waits by blocking. A wait that timed out abandons the operation. Negative: for ever.</summary>
    /// <exception cref="SshTimeoutException">The time ran out; <paramref name="what"/> says what for.</exception>
    public T Wait<T>(HostOperation<T> operation, TimeSpan timeout, string what)
    {
        HostWaiter waiter;
        lock (Gate)
        {
            if (operation.IsDone)
            {
                return operation.GetResult();
            }

            waiter = new HostWaiter(this);
            waiter.MakeBlocking();
            operation.Waiters.Add(waiter);
        }

        if (!Block(waiter, timeout) && !TryKeep(waiter))
        {
            operation.IsAbandoned = true;
            throw new SshTimeoutException($"{what} took longer than {timeout}.");
        }

        return operation.GetResult();
    }

    /// <summary>After a time-out: true if the waiter was settled meanwhile, else it waits no longer.</summary>
    public bool TryKeep(HostWaiter waiter)
    {
        lock (Gate)
        {
            if (waiter.IsSettled)
            {
                return true;
            }

            waiter.Queue?.Remove(waiter);
            waiter.IsSettled = true;
            return false;
        }
    }

    /// <summary>Takes a waiter out of its queue; it will be woken after the gate was left.</summary>
    public void SettleLocked(HostWaiter waiter)
    {
        if (waiter.IsSettled)
        {
            return;
        }

        waiter.Queue?.Remove(waiter);
        waiter.IsSettled = true;
        waiter.Next = null;
        if (_lastWake is null)
        {
            _firstWake = waiter;
        }
        else
        {
            _lastWake.Next = waiter;
        }

        _lastWake = waiter;
    }

    /// <summary>A reader got its first bytes: it is woken at the end of the pump, when no more can come.</summary>
    public void AddFilledLocked(HostWaiter reader) => _filled.Add(reader);

    /// <summary>The pump has handled all that there was: nothing more comes for those that got something.</summary>
    protected void SettleFilledLocked()
    {
        foreach (var reader in _filled)
        {
            SettleLocked(reader);
        }

        _filled.Clear();
    }

    /// <summary>User code is to be started after the gate was left.</summary>
    public virtual void StartLocked(HostWork work)
    {
        work.Next = null;
        if (_lastWork is null)
        {
            _firstWork = work;
        }
        else
        {
            _lastWork.Next = work;
        }

        _lastWork = work;
    }

    /// <summary>Something is to be logged after the gate was left: a logger is code of the user too.</summary>
    protected void LogLocked(LogLevel level, Action<ILogger> write)
    {
        if (Log.IsEnabled(level))
        {
            (_logs ??= []).Add(write);
        }
    }

    /// <summary>Whether somebody is to be woken or started.</summary>
    protected bool HasDeliveriesLocked => _firstWake is not null || _firstWork is not null || _logs is not null;

    /// <summary>Takes the list of those to wake, linked by <see cref="HostWaiter.Next"/>, and of what to start.</summary>
    protected Deliveries TakeDeliveriesLocked()
    {
        var taken = new Deliveries(_firstWake, _firstWork, _logs);
        _logs = null;
        _firstWake = _lastWake = null;
        _firstWork = _lastWork = null;
        return taken;
    }

    /// <summary>Wakes and starts; with <paramref name="inline"/> the last continuation runs on this thread.</summary>
    protected void Deliver(in Deliveries deliveries, bool inline)
    {
        StartAll(deliveries);
        WakeAll(deliveries, inline);
    }

    /// <summary>Starts the user's code.</summary>
    protected void StartAll(in Deliveries deliveries)
    {
        if (deliveries.Logs is { } logs)
        {
            foreach (var write in logs)
            {
                write(Log);
            }
        }

        for (var work = deliveries.Work; work is not null;)
        {
            var next = work.Next;
            work.Next = null;
            Start(work);
            work = next;
        }
    }

    /// <summary>Wakes who waits; with <paramref name="inline"/> the last continuation runs on this thread.</summary>
    protected static void WakeAll(in Deliveries deliveries, bool inline)
    {
        for (var waiter = deliveries.Wakes; waiter is not null;)
        {
            var next = waiter.Next;
            waiter.Next = null;
            waiter.Wake(inline && next is null);
            waiter = next;
        }
    }

    /// <summary>What to do after the gate was left.</summary>
    protected readonly struct Deliveries
    {
        public Deliveries(HostWaiter? wakes, HostWork? work, List<Action<ILogger>>? logs)
        {
            Wakes = wakes;
            Work = work;
            Logs = logs;
        }

        public List<Action<ILogger>>? Logs { get; }

        public HostWaiter? Wakes { get; }

        public HostWork? Work { get; }

        public bool IsEmpty => Wakes is null && Work is null && Logs is null;
    }
}
