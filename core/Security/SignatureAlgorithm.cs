using System.Diagnostics.CodeAnalysis;

namespace SshCore.Security;

/// <summary>
/// A public key signature algorithm as it is negotiated by name: which key type it needs, which primitive and hash it
/// runs. Several algorithms can share a key type: an <c>ssh-rsa</c> key signs with three (RFC 8332 §3).
/// </summary>
public sealed class SignatureAlgorithm
{
    private SignatureAlgorithm(string name, string keyType, Primitive primitive, Primitive hash, bool isLegacy = false)
    {
        Name = name;
        KeyType = keyType;
        Primitive = primitive;
        Hash = hash;
        IsLegacy = isLegacy;
    }

    /// <summary>Ed25519 (RFC 8709).</summary>
    public static SignatureAlgorithm Ed25519 { get; } = new("ssh-ed25519", "ssh-ed25519", Primitive.Ed25519, Primitive.Sha512);

    /// <summary>ECDSA over NIST P-256 with SHA-256 (RFC 5656 §3.1).</summary>
    public static SignatureAlgorithm EcdsaP256 { get; } =
        new("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", Primitive.EcdsaP256, Primitive.Sha256);

    /// <summary>ECDSA over NIST P-384 with SHA-384 (RFC 5656 §3.1).</summary>
    public static SignatureAlgorithm EcdsaP384 { get; } =
        new("ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384", Primitive.EcdsaP384, Primitive.Sha384);

    /// <summary>ECDSA over NIST P-521 with SHA-512 (RFC 5656 §3.1).</summary>
    public static SignatureAlgorithm EcdsaP521 { get; } =
        new("ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521", Primitive.EcdsaP521, Primitive.Sha512);

    /// <summary>RSA with SHA-512 (RFC 8332).</summary>
    public static SignatureAlgorithm RsaSha512 { get; } = new("rsa-sha2-512", "ssh-rsa", Primitive.Rsa, Primitive.Sha512);

    /// <summary>RSA with SHA-256 (RFC 8332).</summary>
    public static SignatureAlgorithm RsaSha256 { get; } = new("rsa-sha2-256", "ssh-rsa", Primitive.Rsa, Primitive.Sha256);

    /// <summary>RSA with SHA-1 (RFC 4253 §6.6): only where it was enabled by name.</summary>
    public static SignatureAlgorithm RsaSha1Legacy { get; } = new("ssh-rsa", "ssh-rsa", Primitive.Rsa, Primitive.Sha1, isLegacy: true);

    /// <summary>All algorithms, the preferred first.</summary>
    public static IReadOnlyList<SignatureAlgorithm> All { get; } =
        [Ed25519, EcdsaP256, EcdsaP384, EcdsaP521, RsaSha512, RsaSha256, RsaSha1Legacy];

    /// <summary>The name in negotiation and in the signature blob.</summary>
    public string Name { get; }

    /// <summary>The type name inside the public key blob.</summary>
    public string KeyType { get; }

    /// <summary>The primitive that a provider needs to sign or verify.</summary>
    public Primitive Primitive { get; }

    /// <summary>The hash that the signature is over.</summary>
    public Primitive Hash { get; }

    /// <summary>True for an algorithm that is never offered unless it was enabled by name.</summary>
    public bool IsLegacy { get; }

    /// <summary>The algorithm of that name, or null.</summary>
    public static SignatureAlgorithm? Find(string name) => TryFind(name, out var algorithm) ? algorithm : null;

    /// <summary>Finds the algorithm that is called <paramref name="name"/>.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out SignatureAlgorithm? algorithm)
    {
        foreach (var candidate in All)
        {
            if (string.Equals(candidate.Name, name, StringComparison.Ordinal))
            {
                algorithm = candidate;
                return true;
            }
        }

        algorithm = null;
        return false;
    }

    /// <summary>The algorithms that a key of type <paramref name="keyType"/> can sign with, the preferred first; empty for an unknown type.</summary>
    public static IReadOnlyList<SignatureAlgorithm> ForKeyType(string keyType)
    {
        var found = new List<SignatureAlgorithm>();
        foreach (var candidate in All)
        {
            if (string.Equals(candidate.KeyType, keyType, StringComparison.Ordinal))
            {
                found.Add(candidate);
            }
        }

        return found;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
