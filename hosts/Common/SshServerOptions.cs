using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Hosts;

/// <summary>How a server listens and what it offers. Immutable; make a changed copy with <c>with</c>.</summary>
public sealed record SshServerOptions
{
    private readonly Func<SshEndPoint, SshServerPolicy> _policy;

    /// <summary>One policy for all connections, and host keys, one per key type.</summary>
    public SshServerOptions(SshServerPolicy policy, params IReadOnlyList<SshPrivateKey> hostKeys)
        : this(_ => policy, SettingsFor(hostKeys))
    {
        ArgumentNullException.ThrowIfNull(policy);
    }

    /// <summary>A policy of its own for each connection, made when it comes from the client's end point, and all settings.</summary>
    public SshServerOptions(Func<SshEndPoint, SshServerPolicy> policy, SshServerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(settings);
        _policy = policy;
        Settings = settings;
    }

    /// <summary>Everything about the protocol: host keys, algorithms, limits, banner.</summary>
    public SshServerSettings Settings { get; init; }

    /// <summary>What a listener allows before log-in, and how it treats sources that misbehave.</summary>
    public SshListenerLimits ListenerLimits { get; init; } = SshListenerLimits.Default;

    /// <summary>Connections that the system queues before they are accepted.</summary>
    public int Backlog { get; init; } = 128;

    /// <summary>
    /// Where to log; nowhere by default. Secrets are never logged. A logger that takes <see cref="LogLevel.Trace"/> gets the
    /// engine's traces, all or what <see cref="SshSettings.Trace"/> names.
    /// </summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The settings with what was set here.</summary>
    internal SshServerSettings EffectiveSettings()
    {
        var trace = Driving.HostLog.TraceAreas(Logger, Settings.Trace);
        return trace == Settings.Trace ? Settings : Settings with { Trace = trace };
    }

    internal SshServerPolicy PolicyFor(SshEndPoint client) => _policy(client);

    private static SshServerSettings SettingsFor(IReadOnlyList<SshPrivateKey> keys)
    {
        var hostKeys = new List<SshHostKey>();
        foreach (var key in keys)
        {
            hostKeys.Add(new(key));
        }

        return new(DefaultCrypto.Provider, hostKeys);
    }
}
