using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop;

/// <summary>Several providers as one: each primitive is served by the first, in a given order, that supports it.</summary>
public sealed class ComposedProvider : SshCryptoProvider
{
    private readonly SshCryptoProvider?[] _serving;

    /// <summary>Composes <paramref name="providers"/>, the first that supports a primitive serving it.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public ComposedProvider(params SshCryptoProvider[] providers)
        : this(providers, _ => providers)
    {
    }

    internal ComposedProvider(SshCryptoProvider[] providers, Func<Primitive, SshCryptoProvider[]> order)
    {
        if (providers.Length == 0)
        {
            throw new ArgumentException("At least one provider is needed.", nameof(providers));
        }

        Random = providers[0].Random;
        Name = string.Join("+", Array.ConvertAll(providers, p => p.Name));
        _serving = new SshCryptoProvider?[(int)Primitive.BcryptPbkdf + 1];
        for (int i = 0; i < _serving.Length; i++)
        {
            var primitive = (Primitive)i;
            _serving[i] = Array.Find(order(primitive), p => p.Supports(primitive));
        }
    }

    /// <summary>The parts' names, joined by plus signs.</summary>
    public override string Name { get; }

    /// <summary>The first part's source.</summary>
    public override RandomSource Random { get; }

    /// <inheritdoc/>
    public override bool Supports(Primitive primitive) => Serving(primitive) is not null;

    /// <inheritdoc/>
    public override SshCryptoProvider? Serving(Primitive primitive) =>
        (uint)primitive < (uint)_serving.Length ? _serving[(int)primitive] : null;

    /// <inheritdoc/>
    public override SshHash CreateHash(Primitive hash) => For(hash).CreateHash(hash);

    /// <inheritdoc/>
    public override SshMac CreateMac(Primitive mac, ReadOnlySpan<byte> key) => For(mac).CreateMac(mac, key);

    /// <inheritdoc/>
    public override SshCipher CreateCipher(Primitive cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt) =>
        For(cipher).CreateCipher(cipher, key, iv, encrypt);

    /// <inheritdoc/>
    public override SshAead CreateAead(Primitive aead, ReadOnlySpan<byte> key) => For(aead).CreateAead(aead, key);

    /// <inheritdoc/>
    public override SshChaChaPoly CreateChaChaPoly(ReadOnlySpan<byte> key) => For(Primitive.ChaCha20Poly1305).CreateChaChaPoly(key);

    /// <inheritdoc/>
    public override SshKeyAgreement CreateKeyAgreement(Primitive agreement, RandomSource random) =>
        For(agreement).CreateKeyAgreement(agreement, random);

    /// <inheritdoc/>
    public override SshKeyAgreement CreateDiffieHellman(ReadOnlySpan<byte> prime, ReadOnlySpan<byte> generator, int privateBits, RandomSource random) =>
        For(Primitive.DiffieHellman).CreateDiffieHellman(prime, generator, privateBits, random);

    /// <inheritdoc/>
    public override bool IsSafePrime(ReadOnlySpan<byte> number) => For(Primitive.DiffieHellman).IsSafePrime(number);

    /// <inheritdoc/>
    public override SshKemKeyPair CreateKemKeyPair(Primitive kem, RandomSource random) => For(kem).CreateKemKeyPair(kem, random);

    /// <inheritdoc/>
    public override bool TryEncapsulate(Primitive kem, ReadOnlySpan<byte> publicKey, RandomSource random, out byte[] ciphertext, SecretBytes secret) =>
        For(kem).TryEncapsulate(kem, publicKey, random, out ciphertext, secret);

    /// <inheritdoc/>
    public override bool VerifyEd25519(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        For(Primitive.Ed25519).VerifyEd25519(publicKey, data, signature);

    /// <inheritdoc/>
    public override bool VerifyEcdsa(Primitive curve, ReadOnlySpan<byte> point, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        For(curve).VerifyEcdsa(curve, point, hash, data, signature);

    /// <inheritdoc/>
    public override bool VerifyRsa(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        For(Primitive.Rsa).VerifyRsa(modulus, exponent, hash, data, signature);

    /// <inheritdoc/>
    public override bool IsValidPoint(Primitive curve, ReadOnlySpan<byte> point) => For(curve).IsValidPoint(curve, point);

    /// <inheritdoc/>
    public override SshSigner CreateEd25519Signer(ReadOnlySpan<byte> seed) => For(Primitive.Ed25519).CreateEd25519Signer(seed);

    /// <inheritdoc/>
    public override byte[] Ed25519PublicKey(ReadOnlySpan<byte> seed) => For(Primitive.Ed25519).Ed25519PublicKey(seed);

    /// <inheritdoc/>
    public override SshSigner CreateEcdsaSigner(Primitive curve, ReadOnlySpan<byte> scalar) => For(curve).CreateEcdsaSigner(curve, scalar);

    /// <inheritdoc/>
    public override byte[] EcdsaPublicPoint(Primitive curve, ReadOnlySpan<byte> scalar) => For(curve).EcdsaPublicPoint(curve, scalar);

    /// <inheritdoc/>
    public override SshSigner CreateRsaSigner(RsaPrivateParameters key) => For(Primitive.Rsa).CreateRsaSigner(key);

    /// <inheritdoc/>
    public override byte[] GenerateEcdsaScalar(Primitive curve, RandomSource random) => For(curve).GenerateEcdsaScalar(curve, random);

    /// <inheritdoc/>
    public override RsaPrivateParameters GenerateRsa(int bits, RandomSource random) => For(Primitive.Rsa).GenerateRsa(bits, random);

    /// <inheritdoc/>
    public override void BcryptPbkdf(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int rounds, Span<byte> destination) =>
        For(Primitive.BcryptPbkdf).BcryptPbkdf(password, salt, rounds, destination);

    private SshCryptoProvider For(Primitive primitive) =>
        Serving(primitive) ?? throw new NotSupportedException($"None of {Name} has {primitive}.");
}
