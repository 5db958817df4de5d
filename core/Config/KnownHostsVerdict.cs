namespace SshCore.Config;

/// <summary>What known_hosts says about a host and its key.</summary>
public enum KnownHostsVerdict
{
    /// <summary>This very key is recorded for the host.</summary>
    Trusted,
    /// <summary>No key is recorded for the host.</summary>
    Unknown,
    /// <summary>Other keys are recorded for the host, and this one is not: perhaps an attack.</summary>
    Changed,
    /// <summary>The key is marked as revoked for the host.</summary>
    Revoked,
}
