namespace SshCore.Hosts;

/// <summary>What a listener allows to connections that have not logged in, and to sources that misbehave.</summary>
public sealed record SshListenerLimits
{
    /// <summary>The defaults.</summary>
    public static SshListenerLimits Default { get; } = new();

    /// <summary>Connections before log-in at once, from all sources.</summary>
    public int HalfOpen { get; init; } = 100;
    /// <summary>Connections before log-in at once from one source.</summary>
    public int HalfOpenPerSource { get; init; } = 10;
    /// <summary>Connections at once in any state; 0 for no limit.</summary>
    public int Connections { get; init; }
    /// <summary>Bits of an IPv4 address that make a source.</summary>
    public int SourceBits4 { get; init; } = 32;
    /// <summary>Bits of an IPv6 address that make a source.</summary>
    public int SourceBits6 { get; init; } = 56;

    /// <summary>Penalty for a connection that made this side fail.</summary>
    public TimeSpan CrashPenalty { get; init; } = TimeSpan.FromSeconds(90);
    /// <summary>Penalty for not logging in within the time.</summary>
    public TimeSpan GracePenalty { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Penalty for log-ins that failed.</summary>
    public TimeSpan AuthPenalty { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>Penalty for leaving without an attempt to log in.</summary>
    public TimeSpan NoAuthPenalty { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>Penalties add up; a source is refused once they reach this, until they have passed.</summary>
    public TimeSpan PenaltyThreshold { get; init; } = TimeSpan.FromSeconds(15);
    /// <summary>Penalties add up to at most this.</summary>
    public TimeSpan LargestPenalty { get; init; } = TimeSpan.FromMinutes(10);
    /// <summary>Sources with penalties that are remembered; the ones that end first make room.</summary>
    public int PenalisedSources { get; init; } = 65_536;
}
