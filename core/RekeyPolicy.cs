namespace SshCore;

/// <summary>
/// When this side starts a key exchange by itself; whichever limit is reached first in either direction. Ciphers have
/// limits of their own that count as well (RFC 4344 §3).
/// </summary>
public sealed record RekeyPolicy
{
    /// <summary>1 GiB, 2³¹ packets, one hour.</summary>
    public static RekeyPolicy Default { get; } = new();

    /// <summary>Bytes under one key, at least 16.</summary>
    public long Bytes { get; init; } = 1L << 30;

    /// <summary>Packets under one key; RFC 4344 §3.1 wants a rekey before 2³², and above 2³¹ counts as 2³¹; at least 16.</summary>
    public long Packets { get; init; } = 1L << 31;

    /// <summary>Age of a key; null for no limit, else at least a second.</summary>
    public TimeSpan? Age { get; init; } = TimeSpan.FromHours(1);
}
