using System.Threading;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SshCore.Channels;
using SshCore.Interop;
using SshCore.Security;

namespace SshCore.Hosts;

/// <summary>How a client connects and logs in. Immutable; make a changed copy with <c>with</c>.</summary>
public sealed record SshClientOptions
{
    /// <summary>Options with all defaults: known hosts only, no credentials.</summary>
    public SshClientOptions(string host, int port = SshEndPoint.DefaultPort)
    {
        var endPoint = new SshEndPoint(host, port);
        Host = endPoint.Host;
        Port = endPoint.Port;
    }

    /// <summary>Host name or address, as the user gave it: the host key is looked up by it.</summary>
    public string Host { get; init; }

    /// <summary>The port.</summary>
    public int Port { get; init; }

    /// <summary>The user to log in as; null: connecting only negotiates, log in afterwards.</summary>
    public string? UserName { get; init; }

    /// <summary>What to log in with, in order.</summary>
    public IReadOnlyList<SshCredential> Credentials { get; init; } = [];

    /// <summary>Attempts of one log-in; servers cut off after some. 6 by default.</summary>
    public int TryLimit { get; init; } = 6;

    /// <summary>Which host keys are trusted; by default those in the user's known_hosts file.</summary>
    public SshHostKeyPolicy HostKeyPolicy { get; init; } = KnownHostsPolicy.Default;

    /// <summary>Everything about the protocol: algorithms, limits, rekeying, windows.</summary>
    public SshClientSettings Settings { get; init; } = new(DefaultCrypto.Provider);

    /// <summary>Algorithms in order of preference; null: those of <see cref="Settings"/>.</summary>
    public SshAlgorithmPreferences? Algorithms { get; init; }

    /// <summary>Keeping the connection alive; null: as <see cref="Settings"/> say.</summary>
    public KeepAlive? KeepAlive { get; init; }

    /// <summary>Time for the TCP connection, over all addresses of the host; infinite to leave it to the system. 30 s by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time to the server's identification; null: as the limits of <see cref="Settings"/> say.</summary>
    public TimeSpan? BannerTimeout { get; init; }

    /// <summary>Time to the end of the first key exchange; null: as the limits of <see cref="Settings"/> say.</summary>
    public TimeSpan? HandshakeTimeout { get; init; }

    /// <summary>Time of a log-in; null: as the limits of <see cref="Settings"/> say.</summary>
    public TimeSpan? AuthTimeout { get; init; }

    /// <summary>Called with the text that a server shows before log-in (RFC 4252 §5.4), made printable.</summary>
    public Action<string>? BannerHandler { get; init; }

    /// <summary>
    /// Channel types that the server may open; they are taken by accepting a channel. None by default; and only what was
    /// asked for by a request, such as <c>tcpip-forward</c>, reaches this list at all.
    /// </summary>
    public IReadOnlyList<string> AcceptedChannelTypes { get; init; } = [];

    /// <summary>Answers global requests of the server; null refuses them.</summary>
    public Func<string, ReadOnlyMemory<byte>, SshGlobalReply>? GlobalRequestHandler { get; init; }

    /// <summary>Answers channel requests of the server other than exit-status and exit-signal; null refuses them.</summary>
    public Func<ChannelRequest, bool>? ChannelRequestHandler { get; init; }

    /// <summary>
    /// Where to log; nowhere by default. Secrets are never logged. A logger that takes <see cref="LogLevel.Trace"/> gets the
    /// engine's traces, all or what <see cref="SshSettings.Trace"/> names.
    /// </summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The settings with what was set here.</summary>
    internal SshClientSettings EffectiveSettings()
    {
        var limits = Settings.Limits;
        limits = limits with
        {
            IdentificationTimeout = Bounded(BannerTimeout) ?? limits.IdentificationTimeout,
            HandshakeTimeout = Bounded(HandshakeTimeout) ?? limits.HandshakeTimeout,
            AuthTimeout = Bounded(AuthTimeout) ?? limits.AuthTimeout,
        };
        var algorithms = Algorithms ?? Settings.Algorithms;
        algorithms = algorithms with { HostKeys = HostKeyPolicy.OrderAlgorithms(Host, Port, algorithms.HostKeys) };

        return Settings with
        {
            Limits = limits,
            Algorithms = algorithms,
            KeepAlive = KeepAlive ?? Settings.KeepAlive,
            Trace = Driving.HostLog.TraceAreas(Logger, Settings.Trace),
        };
    }

    private static TimeSpan? Bounded(TimeSpan? time) => time == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : time;
}
