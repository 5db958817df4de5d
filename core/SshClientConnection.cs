using SshCore.Auth;
using SshCore.Errors;
using SshCore.Keys;
using SshCore.Wire;

namespace SshCore;

/// <summary>The client's side of a connection.</summary>
public sealed class SshClientConnection : SshConnection
{
    private readonly ClientAuth _auth;
    private string? _waitingUser;
    private bool _keyed;

    /// <summary>
    /// Starts: our identification and KEXINIT are in the output at once. The first <see cref="SshConnection.Tick"/> sets the
    /// clock that the deadlines count from.
    /// </summary>
    /// <exception cref="ArgumentNullException">The settings or a part of them is null.</exception>
    /// <exception cref="SshUsageException">A setting is out of range, or nothing can be negotiated with them.</exception>
    public SshClientConnection(SshClientSettings settings)
        : base(settings, isServer: false)
    {
        _auth = new ClientAuth(this);
        SendHello();
    }

    /// <summary>The server's host key; null before it was accepted.</summary>
    public SshPublicKey? HostKey => KexHostKey;

    /// <summary>The server's server-sig-algs (RFC 8308 §3.1); null if it sent none.</summary>
    public IReadOnlyList<string>? ServerSigAlgs { get; private set; }

    /// <summary>The user who logged in; null before.</summary>
    public string? UserName => _auth.IsAuthenticated ? _auth.UserName : null;

    /// <summary>
    /// Logs in as <paramref name="userName"/>: AuthMethodNeeded follows once the server has accepted the service. May be
    /// called before the first key exchange is done; the service request then leaves together with NEWKEYS.
    /// </summary>
    /// <exception cref="ArgumentException">The user name is longer than <see cref="SshLimits.UserNameLength"/> bytes of UTF-8.</exception>
    /// <exception cref="SshUsageException">A log-in is under way or has succeeded, or the connection has ended.</exception>
    public void Authenticate(string userName)
    {
        _auth.CheckUserName(userName);
        if (Error is not null)
        {
            throw new SshUsageException("The connection has ended: " + Error);
        }

        if (_waitingUser is not null)
        {
            throw new SshUsageException("A log-in is under way.");
        }

        if (_keyed)
        {
            _auth.Begin(userName);
        }
        else
        {
            _waitingUser = userName;
        }
    }

    private protected override bool AuthSucceeded => _auth.IsAuthenticated;

    private protected override SshInstant? AuthNextTimeout => _auth.NextTimeout;

    private protected override void OnAuthMessage(MessageId id, ReadOnlySpan<byte> payload) => _auth.On(id, payload);

    private protected override void OnServerSigAlgs(IReadOnlyList<string> names)
    {
        ServerSigAlgs = names;
        _auth.OnServerSigAlgs(names);
    }

    private protected override void OnFirstKeys()
    {
        _keyed = true;
        if (_waitingUser is { } user)
        {
            _waitingUser = null;
            _auth.Begin(user);
        }
    }

    private protected override void OnClockStarted(SshInstant now) => _auth.StartClock(now);

    private protected override void AuthTick(SshInstant now) => _auth.Tick(now);

    private protected override void AuthLapse() => _auth.Lapse();
}
