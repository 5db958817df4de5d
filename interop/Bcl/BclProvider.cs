using System.Security.Cryptography;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>
/// What is in the box: <c>System.Security.Cryptography</c>, which is OpenSSL, CNG or CryptoKit underneath, and AES-CTR by
/// the processor's instructions. It has no X25519, Ed25519, ChaCha20 in OpenSSH's form, finite-field groups or sntrup761.
/// </summary>
public sealed class BclProvider : SshCryptoProvider
{
    /// <inheritdoc/>
    public override string Name => "bcl";

    /// <summary>The system's generator, from a pool.</summary>
    public override RandomSource Random => SystemRandom.Instance;

    /// <inheritdoc/>
    public override bool Supports(Primitive primitive) => primitive switch
    {
        >= Primitive.Md5 and <= Primitive.TripleDesCbc => true,
        Primitive.AesGcm => AesGcm.IsSupported,
        >= Primitive.EcdhP256 and <= Primitive.EcdhP521 => true,
        >= Primitive.EcdsaP256 and <= Primitive.Rsa => true,
        Primitive.MlKem768 => MLKem.IsSupported,
        _ => false,
    };

    /// <inheritdoc/>
    public override SshHash CreateHash(Primitive hash) => new BclHash(hash);

    /// <inheritdoc/>
    public override SshMac CreateMac(Primitive mac, ReadOnlySpan<byte> key) => new BclMac(mac, key);

    /// <inheritdoc/>
    public override SshCipher CreateCipher(Primitive cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt) => cipher switch
    {
        Primitive.AesCtr => NativeCtrCipher.IsSupported ? new NativeCtrCipher(key, iv) : new TransformCtrCipher(key, iv),
        Primitive.AesCbc => new CbcCipher(Aes.Create(), key, iv, encrypt),
        Primitive.TripleDesCbc => new CbcCipher(TripleDES.Create(), key, iv, encrypt),
        _ => base.CreateCipher(cipher, key, iv, encrypt),
    };

    /// <inheritdoc/>
    public override SshAead CreateAead(Primitive aead, ReadOnlySpan<byte> key) =>
        Supports(aead) && aead == Primitive.AesGcm ? new GcmAead(key) : base.CreateAead(aead, key);

    /// <inheritdoc/>
    public override SshKeyAgreement CreateKeyAgreement(Primitive agreement, RandomSource random) =>
        agreement == Primitive.X25519 ? base.CreateKeyAgreement(agreement, random) : new EcdhAgreement(agreement);

    /// <inheritdoc/>
    public override SshKemKeyPair CreateKemKeyPair(Primitive kem, RandomSource random) =>
        kem == Primitive.MlKem768 && Supports(kem) ? new MlKem(random) : base.CreateKemKeyPair(kem, random);

    /// <inheritdoc/>
    public override bool TryEncapsulate(Primitive kem, ReadOnlySpan<byte> publicKey, RandomSource random, out byte[] ciphertext, SecretBytes secret) =>
        kem == Primitive.MlKem768 && Supports(kem)
            ? MlKem.TryEncapsulate(publicKey, out ciphertext, secret)
            : base.TryEncapsulate(kem, publicKey, random, out ciphertext, secret);

    /// <inheritdoc/>
    public override bool VerifyEcdsa(Primitive curve, ReadOnlySpan<byte> point, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        EcdsaSignatures.Verify(curve, point, hash, data, signature);

    /// <inheritdoc/>
    public override bool VerifyRsa(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        RsaSignatures.Verify(modulus, exponent, hash, data, signature);

    /// <inheritdoc/>
    public override bool IsValidPoint(Primitive curve, ReadOnlySpan<byte> point) => EcdsaSignatures.IsValidPoint(curve, point);

    /// <inheritdoc/>
    public override SshSigner CreateEcdsaSigner(Primitive curve, ReadOnlySpan<byte> scalar) => new EcdsaSignatures(curve, scalar);

    /// <inheritdoc/>
    public override byte[] EcdsaPublicPoint(Primitive curve, ReadOnlySpan<byte> scalar) => EcdsaSignatures.PublicPoint(curve, scalar);

    /// <inheritdoc/>
    public override SshSigner CreateRsaSigner(RsaPrivateParameters key) => new RsaSignatures(key);

    /// <summary>A fresh scalar from the platform's own generator.</summary>
    public override byte[] GenerateEcdsaScalar(Primitive curve, RandomSource random) => EcdsaSignatures.NewScalar(curve);

    /// <summary>A fresh key from the platform's own generator.</summary>
    public override RsaPrivateParameters GenerateRsa(int bits, RandomSource random) => RsaSignatures.Generate(bits);
}
