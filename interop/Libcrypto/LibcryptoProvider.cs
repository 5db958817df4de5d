using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>
/// OpenSSL's libcrypto.so.3, called directly where a kept context is faster than the in-box classes, and for what those
/// lack. Where the library is not found it supports nothing.
/// </summary>
public sealed class LibcryptoProvider : SshCryptoProvider
{
    private static bool HasDigests => DigestFunctions.Find(Primitive.Sha1) is not null
        && DigestFunctions.Find(Primitive.Sha256) is not null && DigestFunctions.Find(Primitive.Sha512) is not null;

    /// <summary>Whether the library was found on this machine.</summary>
    public static bool IsAvailable => Library.IsAvailable;

    /// <inheritdoc/>
    public override string Name => "libcrypto";

    /// <summary>The system's generator, from a pool.</summary>
    public override RandomSource Random => SystemRandom.Instance;

    /// <inheritdoc/>
    public override bool Supports(Primitive primitive) => Library.IsAvailable && primitive switch
    {
        >= Primitive.Md5 and <= Primitive.HmacSha512 => DigestFunctions.Find(primitive) is not null,
        Primitive.AesCtr => Fetched.AesCtr(16) != 0,
        Primitive.AesCbc => Fetched.AesCbc(16) != 0,
        Primitive.AesGcm => Fetched.AesGcm(16) != 0,
        Primitive.TripleDesCbc => Fetched.TripleDesCbc != 0,
        Primitive.ChaCha20Poly1305 => Fetched.ChaCha20 != 0 && Fetched.Poly1305 != 0,
        Primitive.X25519 => X25519Agreement.IsAvailable,
        Primitive.Ed25519 => Ed25519Signatures.IsAvailable,
        Primitive.DiffieHellman => true,
        >= Primitive.EcdhP256 and <= Primitive.EcdhP521 => Curve.IsAvailable,
        >= Primitive.EcdsaP256 and <= Primitive.EcdsaP521 => Curve.IsAvailable && HasDigests,
        Primitive.Rsa => RsaSignatures.IsAvailable && HasDigests,
        _ => false,
    };

    /// <inheritdoc/>
    public override SshHash CreateHash(Primitive hash) =>
        hash <= Primitive.Sha512 && Digest(hash) is { } functions ? new DigestHash(functions) : base.CreateHash(hash);

    /// <inheritdoc/>
    public override SshMac CreateMac(Primitive mac, ReadOnlySpan<byte> key) =>
        mac is >= Primitive.HmacMd5 and <= Primitive.HmacSha512 && Digest(mac) is { } functions
            ? new DigestMac(functions, key)
            : base.CreateMac(mac, key);

    /// <inheritdoc/>
    public override SshCipher CreateCipher(Primitive cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt) =>
        !Supports(cipher) ? base.CreateCipher(cipher, key, iv, encrypt) : cipher switch
        {
            Primitive.AesCtr => new EvpCipher(Fetched.AesCtr(key.Length), key, iv, 16, encrypt),
            Primitive.AesCbc => new EvpCipher(Fetched.AesCbc(key.Length), key, iv, 16, encrypt),
            Primitive.TripleDesCbc => new EvpCipher(Fetched.TripleDesCbc, key, iv, 8, encrypt),
            _ => base.CreateCipher(cipher, key, iv, encrypt),
        };

    /// <inheritdoc/>
    public override SshAead CreateAead(Primitive aead, ReadOnlySpan<byte> key) =>
        aead == Primitive.AesGcm && Supports(aead) ? new GcmAead(key) : base.CreateAead(aead, key);

    /// <inheritdoc/>
    public override SshChaChaPoly CreateChaChaPoly(ReadOnlySpan<byte> key) =>
        Supports(Primitive.ChaCha20Poly1305) ? new ChaChaPoly(key) : base.CreateChaChaPoly(key);

    /// <inheritdoc/>
    public override SshKeyAgreement CreateKeyAgreement(Primitive agreement, RandomSource random) =>
        !Supports(agreement) ? base.CreateKeyAgreement(agreement, random)
        : agreement == Primitive.X25519 ? new X25519Agreement(random)
        : new EcdhAgreement(agreement, random);

    /// <inheritdoc/>
    public override SshKeyAgreement CreateDiffieHellman(ReadOnlySpan<byte> prime, ReadOnlySpan<byte> generator, int privateBits, RandomSource random) =>
        Supports(Primitive.DiffieHellman)
            ? new DiffieHellmanAgreement(prime, generator, privateBits, random)
            : base.CreateDiffieHellman(prime, generator, privateBits, random);

    /// <inheritdoc/>
    public override bool IsSafePrime(ReadOnlySpan<byte> number) =>
        Supports(Primitive.DiffieHellman) ? SafePrime.Test(number, Random) : base.IsSafePrime(number);

    /// <inheritdoc/>
    public override bool VerifyEd25519(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        Supports(Primitive.Ed25519)
            ? Ed25519Signatures.Verify(publicKey, data, signature)
            : base.VerifyEd25519(publicKey, data, signature);

    /// <inheritdoc/>
    public override SshSigner CreateEd25519Signer(ReadOnlySpan<byte> seed) =>
        Supports(Primitive.Ed25519) ? new Ed25519Signatures(seed) : base.CreateEd25519Signer(seed);

    /// <inheritdoc/>
    public override byte[] Ed25519PublicKey(ReadOnlySpan<byte> seed)
    {
        if (!Supports(Primitive.Ed25519))
        {
            return base.Ed25519PublicKey(seed);
        }

        using var signer = new Ed25519Signatures(seed);
        return signer.PublicKey();
    }

    /// <inheritdoc/>
    public override bool VerifyEcdsa(Primitive curve, ReadOnlySpan<byte> point, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        Supports(curve)
            ? EcdsaSignatures.Verify(curve, point, hash, data, signature)
            : base.VerifyEcdsa(curve, point, hash, data, signature);

    /// <inheritdoc/>
    public override bool VerifyRsa(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        Supports(Primitive.Rsa)
            ? RsaSignatures.Verify(modulus, exponent, hash, data, signature)
            : base.VerifyRsa(modulus, exponent, hash, data, signature);

    /// <inheritdoc/>
    public override bool IsValidPoint(Primitive curve, ReadOnlySpan<byte> point)
    {
        if (!Supports(curve))
        {
            return base.IsValidPoint(curve, point);
        }

        using var read = Curve.Of(curve).ReadPoint(point);
        return read is not null;
    }

    /// <inheritdoc/>
    public override SshSigner CreateEcdsaSigner(Primitive curve, ReadOnlySpan<byte> scalar) =>
        Supports(curve) ? new EcdsaSignatures(curve, scalar) : base.CreateEcdsaSigner(curve, scalar);

    /// <inheritdoc/>
    public override byte[] EcdsaPublicPoint(Primitive curve, ReadOnlySpan<byte> scalar) =>
        Supports(curve) ? EcdsaSignatures.PublicPoint(curve, scalar) : base.EcdsaPublicPoint(curve, scalar);

    /// <inheritdoc/>
    public override SshSigner CreateRsaSigner(RsaPrivateParameters key) =>
        Supports(Primitive.Rsa) ? new RsaSignatures(key) : base.CreateRsaSigner(key);

    /// <inheritdoc/>
    public override byte[] GenerateEcdsaScalar(Primitive curve, RandomSource random) =>
        Supports(curve) ? Curve.Of(curve).NewScalar(random) : base.GenerateEcdsaScalar(curve, random);

    /// <summary>A fresh key from libcrypto's own generator.</summary>
    public override RsaPrivateParameters GenerateRsa(int bits, RandomSource random) =>
        Supports(Primitive.Rsa) ? RsaSignatures.Generate(bits) : base.GenerateRsa(bits, random);

    private static DigestFunctions? Digest(Primitive primitive) => Library.IsAvailable ? DigestFunctions.Find(primitive) : null;
}
