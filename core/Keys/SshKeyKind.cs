namespace SshCore.Keys;

/// <summary>The kinds of key that can be generated.</summary>
public enum SshKeyKind
{
    /// <summary>Ed25519: the kind to take unless something forbids it.</summary>
    Ed25519,
    /// <summary>ECDSA over NIST P-256.</summary>
    EcdsaP256,
    /// <summary>ECDSA over NIST P-384.</summary>
    EcdsaP384,
    /// <summary>ECDSA over NIST P-521.</summary>
    EcdsaP521,
    /// <summary>RSA.</summary>
    Rsa,
}
