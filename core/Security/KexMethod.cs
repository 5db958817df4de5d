using System.Linq;

namespace SshCore.Security;

/// <summary>The shape of a key exchange method's messages.</summary>
public enum KexKind
{
    /// <summary>ECDH (RFC 5656, RFC 8731): public values as strings, the secret as an mpint.</summary>
    Ecdh,
    /// <summary>A KEM joined with X25519 (sntrup761x25519-sha512, mlkem768x25519-sha256): the secret as a string.</summary>
    Hybrid,
    /// <summary>A fixed finite-field group (RFC 4253 §8, RFC 8268).</summary>
    FixedGroup,
    /// <summary>Group exchange (RFC 4419).</summary>
    GroupExchange,
}

/// <summary>A key exchange method by its SSH name.</summary>
public sealed class KexMethod
{
    /// <summary>All methods; OpenSSH's order of preference.</summary>
    public static IReadOnlyList<KexMethod> All { get; } =
    [
        new("mlkem768x25519-sha256", KexKind.Hybrid, Primitive.Sha256, Primitive.X25519, Primitive.MlKem768),
        new("sntrup761x25519-sha512", KexKind.Hybrid, Primitive.Sha512, Primitive.X25519, Primitive.Sntrup761),
        new("sntrup761x25519-sha512@openssh.com", KexKind.Hybrid, Primitive.Sha512, Primitive.X25519, Primitive.Sntrup761),
        new("curve25519-sha256", KexKind.Ecdh, Primitive.Sha256, Primitive.X25519),
        new("curve25519-sha256@libssh.org", KexKind.Ecdh, Primitive.Sha256, Primitive.X25519),
        new("ecdh-sha2-nistp256", KexKind.Ecdh, Primitive.Sha256, Primitive.EcdhP256),
        new("ecdh-sha2-nistp384", KexKind.Ecdh, Primitive.Sha384, Primitive.EcdhP384),
        new("ecdh-sha2-nistp521", KexKind.Ecdh, Primitive.Sha512, Primitive.EcdhP521),
        new("diffie-hellman-group-exchange-sha256", KexKind.GroupExchange, Primitive.Sha256, Primitive.DiffieHellman),
        new("diffie-hellman-group16-sha512", KexKind.FixedGroup, Primitive.Sha512, Primitive.DiffieHellman) { Group = 16 },
        new("diffie-hellman-group18-sha512", KexKind.FixedGroup, Primitive.Sha512, Primitive.DiffieHellman) { Group = 18 },
        new("diffie-hellman-group14-sha256", KexKind.FixedGroup, Primitive.Sha256, Primitive.DiffieHellman) { Group = 14 },
    ];

    private KexMethod(string name, KexKind kind, Primitive hash, Primitive agreement, Primitive? kem = null)
    {
        Name = name;
        Kind = kind;
        Hash = hash;
        Agreement = agreement;
        Kem = kem;
    }

    /// <summary>SSH name.</summary>
    public string Name { get; }

    /// <summary>Shape of the messages.</summary>
    public KexKind Kind { get; }

    /// <summary>Hash of the exchange and of the key derivation.</summary>
    public Primitive Hash { get; }

    /// <summary>The Diffie-Hellman part.</summary>
    public Primitive Agreement { get; }

    /// <summary>The key encapsulation part of a hybrid.</summary>
    public Primitive? Kem { get; }

    /// <summary>Number of a fixed MODP group (RFC 3526), or 0.</summary>
    public int Group { get; private init; }

    /// <summary>Whether it is off until allowed by name.</summary>
    public bool IsLegacy { get; private init; }

    /// <summary>The method of that name, or null.</summary>
    public static KexMethod? Find(string name) => All.FirstOrDefault(method => method.Name == name);
}
