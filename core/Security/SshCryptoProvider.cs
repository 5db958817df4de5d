using SshCore.Buffers;

namespace SshCore.Security;

/// <summary>
/// What does the maths. Providers live in <c>interop</c>; each says which primitives it has, and may be asked only for
/// those: everything else throws <see cref="NotSupportedException"/>. Providers are thread-safe, the objects they make
/// are not. No method throws on bytes that come from a peer.
/// </summary>
public abstract class SshCryptoProvider
{
    /// <summary>A short name for reports: <c>bcl</c>, <c>bouncycastle</c>, <c>libcrypto</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether this provider has <paramref name="primitive"/> on this machine.</summary>
    public abstract bool Supports(Primitive primitive);

    /// <summary>The provider that serves <paramref name="primitive"/>: itself, or a part of a composed provider.</summary>
    public virtual SshCryptoProvider? Serving(Primitive primitive) => Supports(primitive) ? this : null;

    /// <summary>The provider's random source: cryptographic unless the provider was made with a seed.</summary>
    public abstract RandomSource Random { get; }

    /// <summary>A hash: one of Md5 to Sha512.</summary>
    public virtual SshHash CreateHash(Primitive hash) => throw Missing(hash);

    /// <summary>An HMAC: one of HmacMd5 to HmacSha512.</summary>
    public virtual SshMac CreateMac(Primitive mac, ReadOnlySpan<byte> key) => throw Missing(mac);

    /// <summary>AesCtr, AesCbc or TripleDesCbc for one direction.</summary>
    public virtual SshCipher CreateCipher(Primitive cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt) => throw Missing(cipher);

    /// <summary>AesGcm.</summary>
    public virtual SshAead CreateAead(Primitive aead, ReadOnlySpan<byte> key) => throw Missing(aead);

    /// <summary>The AEAD of OpenSSH with its 64-byte key.</summary>
    public virtual SshChaChaPoly CreateChaChaPoly(ReadOnlySpan<byte> key) => throw Missing(Primitive.ChaCha20Poly1305);

    /// <summary>
    /// A fresh key pair: X25519 or EcdhP256 to EcdhP521. Providers whose library takes no random source use their own.
    /// </summary>
    public virtual SshKeyAgreement CreateKeyAgreement(Primitive agreement, RandomSource random) => throw Missing(agreement);

    /// <summary>
    /// A fresh finite-field key pair. <paramref name="privateBits"/> is the length of the private exponent.
    /// </summary>
    public virtual SshKeyAgreement CreateDiffieHellman(ReadOnlySpan<byte> prime, ReadOnlySpan<byte> generator, int privateBits, RandomSource random) =>
        throw Missing(Primitive.DiffieHellman);

    /// <summary>Whether <paramref name="number"/> and (number-1)/2 are both prime, to a probability fit for keys.</summary>
    public virtual bool IsSafePrime(ReadOnlySpan<byte> number) => throw Missing(Primitive.DiffieHellman);

    /// <summary>A fresh key pair: MlKem768 or Sntrup761.</summary>
    public virtual SshKemKeyPair CreateKemKeyPair(Primitive kem, RandomSource random) => throw Missing(kem);

    /// <summary>
    /// Encapsulates to <paramref name="publicKey"/>. False for a key of the wrong length or, for ML-KEM, one that is not
    /// canonical (FIPS 203 §7.2).
    /// </summary>
    public virtual bool TryEncapsulate(Primitive kem, ReadOnlySpan<byte> publicKey, RandomSource random, out byte[] ciphertext, SecretBytes secret) =>
        throw Missing(kem);

    /// <summary>Verifies a 64-byte Ed25519 signature; S ≥ L is refused (RFC 8032 §5.1.7).</summary>
    public virtual bool VerifyEd25519(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        throw Missing(Primitive.Ed25519);

    /// <summary>Verifies r ‖ s, each in the field's length, under an uncompressed point.</summary>
    public virtual bool VerifyEcdsa(Primitive curve, ReadOnlySpan<byte> point, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        throw Missing(curve);

    /// <summary>Verifies RSASSA-PKCS1-v1_5; the signature has exactly the modulus' length.</summary>
    public virtual bool VerifyRsa(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        throw Missing(Primitive.Rsa);

    /// <summary>Whether <paramref name="point"/> is an uncompressed point on the curve and not at infinity.</summary>
    public virtual bool IsValidPoint(Primitive curve, ReadOnlySpan<byte> point) => throw Missing(curve);

    /// <summary>A signer from the 32-byte seed.</summary>
    public virtual SshSigner CreateEd25519Signer(ReadOnlySpan<byte> seed) => throw Missing(Primitive.Ed25519);

    /// <summary>The public key of a 32-byte seed.</summary>
    public virtual byte[] Ed25519PublicKey(ReadOnlySpan<byte> seed) => throw Missing(Primitive.Ed25519);

    /// <summary>A signer from the private scalar (unsigned big-endian) of EcdsaP256 to EcdsaP521.</summary>
    /// <exception cref="ArgumentException">The scalar is outside 1..n-1.</exception>
    public virtual SshSigner CreateEcdsaSigner(Primitive curve, ReadOnlySpan<byte> scalar) => throw Missing(curve);

    /// <summary>The uncompressed public point of a private scalar.</summary>
    /// <exception cref="ArgumentException">The scalar is outside 1..n-1.</exception>
    public virtual byte[] EcdsaPublicPoint(Primitive curve, ReadOnlySpan<byte> scalar) => throw Missing(curve);

    /// <summary>A signer from an RSA private key; the numbers are copied.</summary>
    /// <exception cref="ArgumentException">The numbers do not make a key.</exception>
    public virtual SshSigner CreateRsaSigner(RsaPrivateParameters key) => throw Missing(Primitive.Rsa);

    /// <summary>
    /// A fresh private scalar for EcdsaP256 to EcdsaP521, in the field's length. Providers that cannot take a random source
    /// use their own.
    /// </summary>
    public virtual byte[] GenerateEcdsaScalar(Primitive curve, RandomSource random) => throw Missing(curve);

    /// <summary>A fresh RSA key with e = 65537. Providers that cannot take a random source use their own.</summary>
    public virtual RsaPrivateParameters GenerateRsa(int bits, RandomSource random) => throw Missing(Primitive.Rsa);

    /// <summary>bcrypt_pbkdf as openssh-key-v1 uses it.</summary>
    public virtual void BcryptPbkdf(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int rounds, Span<byte> destination) =>
        throw Missing(Primitive.BcryptPbkdf);

    private NotSupportedException Missing(Primitive primitive) => new($"The crypto provider '{Name}' has no {primitive}.");
}
