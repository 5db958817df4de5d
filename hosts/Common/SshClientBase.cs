using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Hosts.Driving;
using SshCore.Kex;
using SshCore.Keys;

namespace SshCore.Hosts;

/// <summary>What the clients of all hosts have in common: what is known of the connection, and commands without an answer.</summary>
public abstract class SshClientBase
{
    private readonly HostConnection _connection;
    private readonly ClientDecisions _decisions;
    private readonly SshClientOptions _options;

    private protected SshClientBase(SshClientOptions options, HostConnection connection, ClientDecisions decisions, SshEndPoint remote)
    {
        _options = options;
        _connection = connection;
        _decisions = decisions;
        RemoteEndPoint = remote;
    }

    /// <summary>The options it was made with.</summary>
    public SshClientOptions Options => _options;

    /// <summary>Where the server is; <see cref="SshEndPoint.Unknown"/> over a stream.</summary>
    public SshEndPoint RemoteEndPoint { get; }

    /// <summary>True until the connection has ended.</summary>
    public bool IsConnected => Locked(static c => c.Core.Error is null);

    /// <summary>True between a successful log-in and the end.</summary>
    public bool IsAuthenticated => Locked(static c => c.Core.IsAuthenticated);

    /// <summary>Why it ended; null while it lives. The first reason counts.</summary>
    public SshError? Error => Locked(static c => c.Core.Error);

    /// <summary>The user who is logged in; null before.</summary>
    public string? UserName => Locked(static c => ((SshClientConnection)c.Core).UserName);

    /// <summary>The algorithms in use.</summary>
    public NegotiatedAlgorithms? Algorithms => Locked(static c => c.Core.Algorithms);

    /// <summary>The server's host key; null before it was verified.</summary>
    public SshPublicKey? HostKey => Locked(static c => ((SshClientConnection)c.Core).HostKey);

    /// <summary>The server's identification line; null before it came.</summary>
    public string? ServerIdentification => Locked(static c => c.Core.PeerIdentification);

    /// <summary>The server's text before log-in, made printable; null if it sent none.</summary>
    public string? Banner => _connection.Banner;

    /// <summary>The session identifier (RFC 4253 §7.2).</summary>
    public ReadOnlyMemory<byte> SessionId => Locked(static c => c.Core.SessionId);

    /// <summary>Cancelled, a moment after, when the connection ends.</summary>
    public CancellationToken EndToken => _connection.EndToken;

    /// <summary>
    /// How the connection is kept alive; at first as the options say. A change holds from now on: the interval starts again,
    /// and requests that are unanswered no longer count.
    /// </summary>
    /// <exception cref="SshUsageException">A value is negative.</exception>
    public KeepAlive KeepAlive
    {
        get => Locked(static c => c.Core.KeepAlive);
        set
        {
            lock (_connection.Gate)
            {
                _connection.Core.KeepAlive = value;
            }

            _connection.Kick(); // what waits for the next deadline learns of it
        }
    }

    private protected HostConnection Connection => _connection;

    /// <summary>
    /// Sends IGNORE with that many random bytes (RFC 4253 §11.2), 0 to 32 KiB, as noise or to keep alive; null: 10 to 41.
    /// </summary>
    public void SendIgnore(int? byteCount = null)
    {
        if (byteCount is not { } count)
        {
            Span<byte> random = stackalloc byte[1];
            _options.Settings.Crypto.Random.Fill(random);
            count = 10 + (random[0] % 32);
        }

        CommandOpen(c => c.Core.SendIgnore(count));
    }

    /// <summary>
    /// Gives up this process's copy of the connection without ending it for another process that has the socket too, as after
    /// a fork: closes the descriptor alone, sends nothing, and forgets the keys. Whoever waits learns that the connection was
    /// given up (<see cref="Errors.SshErrorKind.HostFailure"/>). A stream is left open, for its owner to close; a read of it
    /// that is under way still takes what comes. Use no connection in two processes: only one of them can know its state.
    /// </summary>
    /// <exception cref="System.Net.Sockets.SocketException">The system has no free descriptor, one of which this takes for a moment: nothing has happened.</exception>
    public void Abandon() => _connection.Abandon();

    /// <summary>Sends DEBUG (RFC 4253 §11.3).</summary>
    public void SendDebug(string message, bool alwaysDisplay = false) => CommandOpen(c => c.Core.SendDebug(message, alwaysDisplay));

    /// <summary>Where, as whom and in which state; for logs and debuggers.</summary>
    public override string ToString()
    {
        string state = Error is { } error ? $"ended: {error.Kind}" : UserName is { } user ? $"logged in as {user}" : "not logged in";
        return $"{new SshEndPoint(_options.Host, _options.Port)} ({state}, {Algorithms?.CipherOut ?? "no keys"}, {_connection.OpenChannels} channels)";
    }

    private protected HostOperation<bool> BeginLogin(string userName, IReadOnlyList<SshCredential> credentials, out LoginPlan plan)
    {
        plan = new LoginPlan(userName, credentials, _options.TryLimit, _connection.Log);
        lock (_connection.Gate)
        {
            _decisions.Plan = plan;
            _connection.LoginName = userName;
        }

        return _connection.BeginLogin(userName);
    }

    /// <summary>
    /// A log-in has failed. A server that cut off because of it, as most do after some attempts, has refused the log-in; and
    /// the failure gets a cause if a credential could not be used.
    /// </summary>
    private protected static Exception Explain(SshException failure, LoginPlan plan) => failure switch
    {
        SshConnectionException { Error.Kind: SshErrorKind.PeerDisconnected } when plan.Tried.Count > 0 =>
            new SshAuthenticationException(failure.Error, plan.Tried, plan.Allowed, plan.Problem) { Succeeded = plan.Succeeded },
        SshAuthenticationException { InnerException: null } refused when plan.Problem is not null =>
            new SshAuthenticationException(refused.Error, refused.Tried, refused.Allowed, plan.Problem) { Succeeded = refused.Succeeded },
        _ => failure,
    };

    private protected PendingOpen BeginOpen(ChannelOpen open) =>
        open.Type == "session"
            ? _connection.BeginOpen(open, static (c, id) => new SshSession(c, id))
            : _connection.BeginOpen(open, (c, id) => new SshChannelStream(c, id, open.Type));

    private void CommandOpen(Action<HostConnection> command)
    {
        lock (_connection.Gate)
        {
            _connection.ThrowIfEndedLocked();
            command(_connection);
        }

        _connection.Kick();
    }

    private T Locked<T>(Func<HostConnection, T> read)
    {
        lock (_connection.Gate)
        {
            return read(_connection);
        }
    }
}
