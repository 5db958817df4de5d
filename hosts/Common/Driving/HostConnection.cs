using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;

namespace SshCore.Hosts.Driving;

/// <summary>
/// One connection of a host: the core behind one lock, its events turned into results for those who wait and into
/// questions for the user's code. How bytes move and threads wait is the derived class's matter. User code is never
/// called under the gate.
/// </summary>
internal abstract partial class HostConnection
{
    private readonly Dictionary<ChannelId, SshChannelStream> _channels = [];
    private readonly Dictionary<ChannelId, PendingOpen> _opens = [];
    private readonly Dictionary<ulong, PendingRequest> _requests = [];
    private readonly Dictionary<ulong, HostOperation<SshGlobalReply>> _globals = [];
    private readonly List<HostWaiter> _filled = [];
    private readonly Queue<SshChannelStream> _accepted = new();
    private readonly DecisionScope _loginScope;
    private readonly DecisionScope _globalScope;
    private List<Action<ILogger>>? _logs;
    private HostWaiter? _firstWake;
    private HostWaiter? _lastWake;
    private HostWork? _firstWork;
    private HostWork? _lastWork;
    private HostOperation<bool>? _login;
    private HostOperation<int>? _rekey;
    private IReadOnlyList<string> _tried = [];
    private IReadOnlyList<string>? _allowed;
    private List<string> _succeeded = [];
    private CancellationTokenSource? _ended;
    private bool _isReleased;

    protected HostConnection(SshConnection core, DecisionMaker decisions, ILogger logger)
    {
        Core = core;
        Decisions = decisions;
        Log = logger;
        _loginScope = new(this);
        _globalScope = new(this);
    }

    /// <summary>The one lock: over the core and all state here.</summary>
    public object Gate { get; } = new();

    /// <summary>The engine; touched only under the gate.</summary>
    public SshConnection Core { get; }

    /// <summary>Answers decisions.</summary>
    public DecisionMaker Decisions { get; }

    /// <summary>Where to log.</summary>
    public ILogger Log { get; }

    /// <summary>The first key exchange is done and the host key accepted.</summary>
    public HostOperation<bool> Ready { get; } = new();

    /// <summary>Authentication has succeeded.</summary>
    public HostOperation<bool> LoggedIn { get; } = new();

    /// <summary>The connection has ended: the error is known. Succeeds for every kind of end.</summary>
    public HostOperation<SshError> Ended { get; } = new();

    /// <summary>Nothing more will be sent: all is with the system, DISCONNECT included, or given up.</summary>
    public HostOperation<bool> Drained { get; } = new();

    /// <summary>The byte stream is closed too; nothing of the connection runs any more.</summary>
    public HostOperation<bool> Terminated { get; } = new();

    /// <summary>Who accepts channels of the peer.</summary>
    public WaitQueue Acceptors { get; } = new();

    /// <summary>The user's reason for the end, found before the core knew: an exception of the stream or of a policy.</summary>
    public Exception? Cause { get; private set; }

    /// <summary>Called with the text of a USERAUTH_BANNER, off the gate.</summary>
    public Action<string>? BannerShown { get; set; }

    /// <summary>The last banner; null if none came.</summary>
    public string? Banner { get; private set; }

    /// <summary>The core was disposed: nothing can be asked of it any more.</summary>
    public bool IsCoreGone { get; private set; }

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken EndToken
    {
        get
        {
            lock (Gate)
            {
                if (_ended is null && Ended.IsDone)
                {
                    return new CancellationToken(canceled: true);
                }

                return (_ended ??= new CancellationTokenSource()).Token;
            }
        }
    }

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

    /// <summary>Sessions and other channels whose code runs: the core stays until they have ended.</summary>
    protected int RunningChannels { get; private set; }

    /// <summary>The code of a channel has ended.</summary>
    public void OnRunEnded()
    {
        lock (Gate)
        {
            RunningChannels--;
            ReleaseCoreIfUnusedLocked();
        }
    }

    /// <summary>The connection's owner has no more use for it.</summary>
    public void Release()
    {
        lock (Gate)
        {
            _isReleased = true;
            ReleaseCoreIfUnusedLocked();
        }
    }

    /// <summary>The stream is closed and no I/O runs any more.</summary>
    protected void TerminateLocked()
    {
        Terminated.Succeed(this, true);
        ReleaseCoreIfUnusedLocked();
    }

    private void ReleaseCoreIfUnusedLocked()
    {
        if (_isReleased && RunningChannels == 0 && Terminated.IsDone && !IsCoreGone)
        {
            IsCoreGone = true;
            Core.Dispose();
        }
    }

    /// <summary>Gives a command under the gate, then does what follows from it.</summary>
    public void Command(Action command, SshDecision? answers = null)
    {
        lock (Gate)
        {
            if (answers is null || !answers.IsAnswered)
            {
                command();
            }

            PumpLocked();
        }

        Kick();
    }

    /// <summary>Tells the time, then handles events until there are none.</summary>
    public void PumpLocked()
    {
        if (IsCoreGone)
        {
            return;
        }

        Core.Tick(HostClock.Now);
        while (Core.TryPollEvent(out var e))
        {
            DispatchLocked(e);
        }

        foreach (var reader in _filled)
        {
            SettleLocked(reader);
        }

        _filled.Clear();
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

    /// <summary>User code is to be started after the gate was left.</summary>
    public void StartLocked(HostWork work)
    {
        work.Next = null;
        RunningChannels += work.IsLong ? 1 : 0;
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
    private void LogLocked(LogLevel level, Action<ILogger> write)
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

    /// <summary>The stream failed: ends the connection with this as its cause, unless it has ended already.</summary>
    protected void AbortLocked(Exception cause)
    {
        if (Core.Error is null)
        {
            Cause ??= cause;
        }

        // After an end it still drops the output, which nobody can send any more.
        Core.Abort(cause.Message);
        PumpLocked();
    }

    /// <summary>User code threw instead of deciding. What concerns the whole connection becomes its cause.</summary>
    public void OnDecisionFailed(in SshEvent e, Exception exception)
    {
        if (e.Kind is SshEventKind.HostKeyOffered or SshEventKind.HostSignatureNeeded or SshEventKind.GexGroupNeeded
            or SshEventKind.AuthMethodNeeded or SshEventKind.SignatureNeeded or SshEventKind.PromptsReceived or SshEventKind.PasswordChangeNeeded)
        {
            SetCause(exception);
        }
    }

    /// <summary>Remembers an exception that explains the end that will follow from it.</summary>
    public void SetCause(Exception cause)
    {
        lock (Gate)
        {
            if (Core.Error is null)
            {
                Cause ??= cause;
            }
        }
    }

    /// <summary>The exception for whoever uses the connection after its end.</summary>
    public Exception MakeEndException()
    {
        var error = Core.Error ?? new SshError(SshErrorKind.LocalDisconnect, "The connection is closed.");
        return error.Kind switch
        {
            SshErrorKind.HostKeyRejected when Cause is SshHostKeyException refused => refused,
            SshErrorKind.AuthenticationFailed => new SshAuthenticationException(error, _tried, _allowed, Cause) { Succeeded = [.. _succeeded] },
            _ => new SshConnectionException(error, Cause),
        };
    }

    /// <summary>Throws if the connection has ended.</summary>
    public void ThrowIfEndedLocked()
    {
        if (Core.Error is not null)
        {
            throw MakeEndException();
        }
    }
}
