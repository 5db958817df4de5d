namespace SshCore.Security;

/// <summary>The mathematical primitives that the core asks a provider for.</summary>
public enum Primitive
{
    /// <summary>MD5 (fingerprints and old PEM only).</summary>
    Md5,
    /// <summary>SHA-1.</summary>
    Sha1,
    /// <summary>SHA-256.</summary>
    Sha256,
    /// <summary>SHA-384.</summary>
    Sha384,
    /// <summary>SHA-512.</summary>
    Sha512,
    /// <summary>HMAC over MD5.</summary>
    HmacMd5,
    /// <summary>HMAC over SHA-1.</summary>
    HmacSha1,
    /// <summary>HMAC over SHA-256.</summary>
    HmacSha256,
    /// <summary>HMAC over SHA-384.</summary>
    HmacSha384,
    /// <summary>HMAC over SHA-512.</summary>
    HmacSha512,
    /// <summary>AES in counter mode (RFC 4344 §4), 128, 192 or 256 bit.</summary>
    AesCtr,
    /// <summary>AES in CBC mode without padding.</summary>
    AesCbc,
    /// <summary>Triple DES in CBC mode without padding.</summary>
    TripleDesCbc,
    /// <summary>AES-GCM with 12-byte nonce and 16-byte tag.</summary>
    AesGcm,
    /// <summary>The two-key ChaCha20-Poly1305 of OpenSSH (PROTOCOL.chacha20poly1305).</summary>
    ChaCha20Poly1305,
    /// <summary>X25519 (RFC 7748).</summary>
    X25519,
    /// <summary>ECDH over NIST P-256.</summary>
    EcdhP256,
    /// <summary>ECDH over NIST P-384.</summary>
    EcdhP384,
    /// <summary>ECDH over NIST P-521.</summary>
    EcdhP521,
    /// <summary>Finite-field Diffie-Hellman over a given safe prime.</summary>
    DiffieHellman,
    /// <summary>ML-KEM-768 (FIPS 203).</summary>
    MlKem768,
    /// <summary>Streamlined NTRU Prime sntrup761.</summary>
    Sntrup761,
    /// <summary>Ed25519 (RFC 8032).</summary>
    Ed25519,
    /// <summary>ECDSA over NIST P-256.</summary>
    EcdsaP256,
    /// <summary>ECDSA over NIST P-384.</summary>
    EcdsaP384,
    /// <summary>ECDSA over NIST P-521.</summary>
    EcdsaP521,
    /// <summary>RSASSA-PKCS1-v1_5.</summary>
    Rsa,
    /// <summary>bcrypt_pbkdf, the key derivation of openssh-key-v1.</summary>
    BcryptPbkdf,
}
