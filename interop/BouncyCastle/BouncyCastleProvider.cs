using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>
/// Every primitive, portable, from BouncyCastle's lightweight classes. Made with a seeded source it is reproducible: keys,
/// nonces and encapsulations come from the source alone, and ECDSA's k is that of RFC 6979.
/// </summary>
/// <remarks>
/// BouncyCastle keeps private numbers in immutable objects: those are dropped, not zeroed, on disposal. Without AES
/// instructions its AES works by tables. Prefer another provider where there is one.
/// </remarks>
public sealed class BouncyCastleProvider : SshCryptoProvider
{
    /// <summary>A provider over <paramref name="random"/>, or over the system's generator if that is null.</summary>
    public BouncyCastleProvider(RandomSource? random = null) => Random = random ?? SystemRandom.Instance;

    /// <inheritdoc/>
    public override string Name => "bouncycastle";

    /// <inheritdoc/>
    public override RandomSource Random { get; }

    /// <inheritdoc/>
    public override bool Supports(Primitive primitive) => primitive is >= Primitive.Md5 and <= Primitive.BcryptPbkdf;

    /// <inheritdoc/>
    public override SshHash CreateHash(Primitive hash) => new BouncyHash(hash);

    /// <inheritdoc/>
    public override SshMac CreateMac(Primitive mac, ReadOnlySpan<byte> key) => new BouncyMac(mac, key);

    /// <inheritdoc/>
    public override SshCipher CreateCipher(Primitive cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt) => cipher switch
    {
        Primitive.AesCtr => new CtrCipher(key, iv),
        Primitive.AesCbc => CbcCipher.Aes(key, iv, encrypt),
        Primitive.TripleDesCbc => CbcCipher.TripleDes(key, iv, encrypt),
        _ => base.CreateCipher(cipher, key, iv, encrypt),
    };

    /// <inheritdoc/>
    public override SshAead CreateAead(Primitive aead, ReadOnlySpan<byte> key) =>
        aead == Primitive.AesGcm ? new GcmAead(key) : base.CreateAead(aead, key);

    /// <inheritdoc/>
    public override SshChaChaPoly CreateChaChaPoly(ReadOnlySpan<byte> key) => new ChaChaPoly(key);

    /// <inheritdoc/>
    public override SshKeyAgreement CreateKeyAgreement(Primitive agreement, RandomSource random) =>
        agreement == Primitive.X25519 ? new X25519Agreement(random) : new EcdhAgreement(agreement, random);

    /// <inheritdoc/>
    public override SshKeyAgreement CreateDiffieHellman(ReadOnlySpan<byte> prime, ReadOnlySpan<byte> generator, int privateBits, RandomSource random) =>
        new DiffieHellmanAgreement(prime, generator, privateBits, random);

    /// <inheritdoc/>
    public override bool IsSafePrime(ReadOnlySpan<byte> number) => SafePrime.Test(number, Random);

    /// <inheritdoc/>
    public override SshKemKeyPair CreateKemKeyPair(Primitive kem, RandomSource random) => kem switch
    {
        Primitive.MlKem768 => new MlKem(random),
        Primitive.Sntrup761 => new Sntrup(random),
        _ => base.CreateKemKeyPair(kem, random),
    };

    /// <inheritdoc/>
    public override bool TryEncapsulate(Primitive kem, ReadOnlySpan<byte> publicKey, RandomSource random, out byte[] ciphertext, SecretBytes secret) => kem switch
    {
        Primitive.MlKem768 => MlKem.TryEncapsulate(publicKey, random, out ciphertext, secret),
        Primitive.Sntrup761 => Sntrup.TryEncapsulate(publicKey, random, out ciphertext, secret),
        _ => base.TryEncapsulate(kem, publicKey, random, out ciphertext, secret),
    };

    /// <inheritdoc/>
    public override bool VerifyEd25519(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        Ed25519Signatures.Verify(publicKey, data, signature);

    /// <inheritdoc/>
    public override bool VerifyEcdsa(Primitive curve, ReadOnlySpan<byte> point, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        EcdsaSignatures.Verify(curve, point, hash, data, signature);

    /// <inheritdoc/>
    public override bool VerifyRsa(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        RsaSignatures.Verify(modulus, exponent, hash, data, signature);

    /// <inheritdoc/>
    public override bool IsValidPoint(Primitive curve, ReadOnlySpan<byte> point) => Curve.Of(curve).ReadPoint(point) is not null;

    /// <inheritdoc/>
    public override SshSigner CreateEd25519Signer(ReadOnlySpan<byte> seed) => new Ed25519Signatures(seed);

    /// <inheritdoc/>
    public override byte[] Ed25519PublicKey(ReadOnlySpan<byte> seed)
    {
        using var signer = new Ed25519Signatures(seed);
        return signer.PublicKey;
    }

    /// <inheritdoc/>
    public override SshSigner CreateEcdsaSigner(Primitive curve, ReadOnlySpan<byte> scalar) => new EcdsaSignatures(curve, scalar);

    /// <inheritdoc/>
    public override byte[] EcdsaPublicPoint(Primitive curve, ReadOnlySpan<byte> scalar)
    {
        var c = Curve.Of(curve);
        return c.PublicPoint(c.ReadScalar(scalar));
    }

    /// <inheritdoc/>
    public override SshSigner CreateRsaSigner(RsaPrivateParameters key) => new RsaSignatures(key, Random);

    /// <inheritdoc/>
    public override byte[] GenerateEcdsaScalar(Primitive curve, RandomSource random) => Curve.Of(curve).NewScalar(random);

    /// <inheritdoc/>
    public override RsaPrivateParameters GenerateRsa(int bits, RandomSource random) => RsaSignatures.Generate(bits, random);

    /// <inheritdoc/>
    public override void BcryptPbkdf(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int rounds, Span<byte> destination) =>
        BcryptKdf.Derive(password, salt, rounds, destination);
}
