using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Keys;

/// <summary>The private half of an <c>ssh-ed25519</c> key.</summary>
public sealed class Ed25519PrivateKey : SshPrivateKey
{
    private readonly SecretBytes _seed;

    private Ed25519PrivateKey(SshCryptoProvider crypto, Ed25519PublicKey publicKey, SecretBytes seed, string comment)
        : base(crypto, publicKey, comment) => _seed = seed;

    internal static Ed25519PrivateKey Generate(SshCryptoProvider crypto, RandomSource random, string comment)
    {
        using var seed = new SecretBytes(Ed25519PublicKey.KeyLength);
        random.Fill(seed.Span);
        return Create(crypto, seed.Span, comment);
    }

    /// <summary>From the 32-byte seed, which is copied.</summary>
    internal static Ed25519PrivateKey Create(SshCryptoProvider crypto, ReadOnlySpan<byte> seed, string comment) =>
        new(crypto, Ed25519PublicKey.Create(crypto.Ed25519PublicKey(seed)), new SecretBytes(seed), comment);

    private protected override SshSigner CreateSigner() => Crypto.CreateEd25519Signer(_seed.Span);

    private protected override void ZeroSecret() => _seed.Dispose();
}
