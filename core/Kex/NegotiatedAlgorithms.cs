namespace SshCore.Kex;

/// <summary>The names one key exchange agreed on. "In" and "out" are seen from this side.</summary>
public sealed record NegotiatedAlgorithms
{
    /// <summary>Key exchange method.</summary>
    public required string KeyExchange { get; init; }
    /// <summary>Host key signature algorithm.</summary>
    public required string HostKey { get; init; }
    /// <summary>Cipher of what we receive.</summary>
    public required string CipherIn { get; init; }
    /// <summary>Cipher of what we send.</summary>
    public required string CipherOut { get; init; }
    /// <summary>MAC of what we receive; empty where the cipher authenticates.</summary>
    public required string MacIn { get; init; }
    /// <summary>MAC of what we send; empty where the cipher authenticates.</summary>
    public required string MacOut { get; init; }
    /// <summary>Compression of what we receive.</summary>
    public required string CompressionIn { get; init; }
    /// <summary>Compression of what we send.</summary>
    public required string CompressionOut { get; init; }
    /// <summary>True if both sides follow the strict key exchange of OpenSSH (PROTOCOL §1.10).</summary>
    public required bool StrictKex { get; init; }
    /// <summary>Legacy names in use, for example <c>ssh-rsa</c> or <c>hmac-sha1</c>; empty as a rule.</summary>
    public required IReadOnlyList<string> Legacy { get; init; }
}
