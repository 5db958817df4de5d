using SshCore.Buffers;
using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>The private half of an <c>ssh-ed25519</c> key.</summary>
public sealed class Ed25519PrivateKey : SshPrivateKey
{
    private readonly SecretBytes _seed;
    private readonly Ed25519PublicKey _publicKey;

    private Ed25519PrivateKey(SshCryptoProvider crypto, Ed25519PublicKey publicKey, SecretBytes seed, string comment)
        : base(crypto, publicKey, comment)
    {
        _publicKey = publicKey;
        _seed = seed;
    }

    internal static Ed25519PrivateKey Generate(SshCryptoProvider crypto, RandomSource random, string comment)
    {
        using var seed = new SecretBytes(Ed25519PublicKey.KeyLength);
        random.Fill(seed.Span);
        return Create(crypto, seed.Span, comment);
    }

    /// <summary>From the seed of a file; <paramref name="point"/> is the public half that the file has, or empty.</summary>
    internal static Ed25519PrivateKey? Read(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> point, in KeyFileContext context, out SshError? error)
    {
        error = context.Require(Primitive.Ed25519);
        if (error is not null)
        {
            return null;
        }

        if (seed.Length != Ed25519PublicKey.KeyLength)
        {
            error = KeyErrors.Damaged("Ed25519 private key", "32 bytes", $"{seed.Length}");
            return null;
        }

        var key = Create(context.Crypto, seed, "");
        if (!point.IsEmpty && !point.SequenceEqual(key._publicKey.Point.Span))
        {
            error = KeyErrors.Damaged("Ed25519 private key", "the public half of its own private half");
            key.Dispose();
            return null;
        }

        return key;
    }

    private static Ed25519PrivateKey Create(SshCryptoProvider crypto, ReadOnlySpan<byte> seed, string comment) =>
        new(crypto, Ed25519PublicKey.Create(crypto.Ed25519PublicKey(seed)), new SecretBytes(seed), comment);

    internal override void WriteOpenSshFields(SshWriter writer)
    {
        writer.WriteString(_publicKey.Point.Span);
        int mark = writer.BeginString();
        writer.WriteBytes(_seed.Span);
        writer.WriteBytes(_publicKey.Point.Span);
        writer.EndString(mark);
    }

    private protected override string WriteLegacyBody(DerWriter writer) =>
        throw new SshUsageException("An Ed25519 key has no old PEM form: write openssh-key-v1 or PKCS#8.");

    private protected override void WritePkcs8Body(DerWriter writer) =>
        Pkcs8Key.Write(writer, Oid.Ed25519, null, inner => inner.Write(DerReader.OctetString, _seed.Span));

    private protected override SshSigner CreateSigner() => Crypto.CreateEd25519Signer(_seed.Span);

    private protected override void ZeroSecret() => _seed.Dispose();
}
