using SshCore.Errors;

namespace SshCore.Auth;

/// <summary>
/// Counts what a client does before it is authenticated. The counts belong to the connection: neither another user name
/// nor a partial success sets them back.
/// </summary>
internal sealed class AuthCounter
{
    private readonly SshLimits _limits;
    private int _services;
    private int _probes;
    private int _failures;

    public AuthCounter(SshLimits limits) => _limits = limits;

    /// <summary>USERAUTH_REQUESTs so far.</summary>
    public int Requests { get; private set; }

    /// <summary>Counts a SERVICE_REQUEST; some clients send one before each attempt.</summary>
    public SshError? Service() =>
        ++_services > _limits.AuthRequests ? AuthErrors.Limit("Too many service requests", _limits.AuthRequests, _services) : null;

    /// <summary>Counts a USERAUTH_REQUEST of any outcome.</summary>
    public SshError? Request() =>
        ++Requests > _limits.AuthRequests ? AuthErrors.Limit("Too many authentication requests", _limits.AuthRequests, Requests) : null;

    /// <summary>Counts a public key query.</summary>
    public SshError? Probe() =>
        ++_probes > _limits.KeyProbes ? AuthErrors.Limit("Too many public key queries", _limits.KeyProbes, _probes) : null;

    /// <summary>Counts a failed attempt; the one that reaches the limit ends the connection.</summary>
    public SshError? Failure() =>
        ++_failures >= _limits.AuthFailures ? AuthErrors.TooManyFailures(_failures) : null;
}
