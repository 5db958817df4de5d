namespace SshCore.Config;

/// <summary>The marker before the names of a known_hosts line.</summary>
public enum KnownHostsMarker
{
    /// <summary>None: the key is the host's.</summary>
    None,
    /// <summary><c>@cert-authority</c>: the key signs certificates of these hosts.</summary>
    CertAuthority,
    /// <summary><c>@revoked</c>: the key must not be accepted for these hosts.</summary>
    Revoked,
}
