using SshCore.Auth;
using SshCore.Errors;
using SshCore.Wire;

namespace SshCore;

/// <summary>The server's side of a connection.</summary>
public sealed class SshServerConnection : SshConnection
{
    private readonly ServerAuth _auth;

    /// <summary>Starts: our identification and KEXINIT are in the output at once.</summary>
    /// <exception cref="ArgumentNullException">The settings or a part of them is null.</exception>
    /// <exception cref="SshUsageException">A setting is out of range, or nothing can be negotiated with them.</exception>
    public SshServerConnection(SshServerSettings settings)
        : base(settings, isServer: true)
    {
        _auth = new ServerAuth(this);
        SendHello();
    }

    /// <summary>The user who logged in; null before.</summary>
    public string? UserName => _auth.IsAuthenticated ? _auth.UserName : null;

    private protected override bool AuthSucceeded => _auth.IsAuthenticated;

    private protected override SshInstant? AuthNextTimeout => _auth.NextTimeout;

    private protected override void OnAuthMessage(MessageId id, ReadOnlySpan<byte> payload) => _auth.On(id, payload);

    private protected override void OnServerSigAlgs(IReadOnlyList<string> names)
    {
        // Only servers announce them.
    }

    private protected override void OnFirstKeys()
    {
        // The client asks for the service.
    }

    private protected override void OnClockStarted(SshInstant now) => _auth.StartClock(now);

    private protected override void AuthTick(SshInstant now) => _auth.Tick(now);

    private protected override void AuthLapse() => _auth.Lapse();
}
