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
internal abstract partial class HostConnection : HostDriver
{
    private readonly Dictionary<ChannelId, SshChannelStream> _channels = [];
    private readonly Dictionary<ChannelId, PendingOpen> _opens = [];
    private readonly Dictionary<ulong, PendingRequest> _requests = [];
    private readonly Dictionary<ulong, HostOperation<SshGlobalReply>> _globals = [];
    private readonly Queue<SshChannelStream> _accepted = new();
    private readonly DecisionScope _loginScope;
    private readonly DecisionScope _globalScope;
    private HostOperation<bool>? _login;
    private HostOperation<int>? _rekey;
    private IReadOnlyList<string> _tried = [];
    private IReadOnlyList<string>? _allowed;
    private List<string> _succeeded = [];
    private CancellationTokenSource? _ended;
    private bool _isReleased;

    protected HostConnection(SshConnection core, DecisionMaker decisions, ILogger logger)
        : base(logger)
    {
        Core = core;
        Decisions = decisions;
        _loginScope = new(this);
        _globalScope = new(this);
    }

    /// <summary>The engine; touched only under the gate.</summary>
    public SshConnection Core { get; }

    /// <summary>Answers decisions.</summary>
    public DecisionMaker Decisions { get; }

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

    /// <summary>An exception of our own ended it: a bug, not the peer and not the stream.</summary>
    public bool HasCrashed { get; protected set; }

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

    /// <summary>
    /// Lets go of the byte stream without ending it for others who have it, and sends nothing; see
    /// <see cref="SshClientBase.Abandon"/>.
    /// </summary>
    public abstract void Abandon();

    /// <summary>Ends the core without output, as part of <see cref="Abandon"/>.</summary>
    protected void AbandonLocked()
    {
        if (!IsCoreGone)
        {
            Core.Abort("This process has given up its copy of the connection.");
            PumpLocked();
        }

        Drained.Succeed(this, true);
        _isReleased = true;
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
    public override void PumpLocked()
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

        SettleFilledLocked();
    }

    public override void StartLocked(HostWork work)
    {
        RunningChannels += work.IsLong ? 1 : 0;
        base.StartLocked(work);
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

    public override Exception MakeEndException()
    {
        var error = Core.Error ?? new SshError(SshErrorKind.LocalDisconnect, "The connection is closed.");
        return error.Kind switch
        {
            SshErrorKind.HostKeyRejected when Cause is SshHostKeyException refused => refused,
            SshErrorKind.AuthenticationFailed => new SshAuthenticationException(error, _tried, _allowed, Cause) { Succeeded = [.. _succeeded] },
            _ => new SshConnectionException(error, Cause),
        };
    }

    public override void ThrowIfEndedLocked()
    {
        if (Core.Error is not null)
        {
            throw MakeEndException();
        }
    }
}
