using System.Threading;
using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>
/// A private key with its public half. Signing is thread-safe. Disposing zeroes the secret; whoever made the key owns it.
/// </summary>
public abstract partial class SshPrivateKey : IDisposable
{
    private SshSigner? _idleSigner;
    private int _disposed;

    private protected SshPrivateKey(SshCryptoProvider crypto, SshPublicKey publicKey, string comment)
    {
        Crypto = crypto;
        PublicKey = publicKey;
        Comment = comment;
    }

    /// <summary>The public half.</summary>
    public SshPublicKey PublicKey { get; }

    /// <summary>The comment that came with the key file; empty if none.</summary>
    public string Comment { get; internal set; }

    /// <summary>The provider that signs.</summary>
    private protected SshCryptoProvider Crypto { get; }

    /// <summary>Makes a new key.</summary>
    /// <param name="crypto">Does the maths; it must support the kind.</param>
    /// <param name="kind">What key.</param>
    /// <param name="rsaBits">Modulus length for <see cref="SshKeyKind.Rsa"/>: 2048 to 16384.</param>
    /// <param name="random">Where the key comes from; the provider's own source if null.</param>
    /// <param name="comment">The comment for key files.</param>
    /// <exception cref="ArgumentOutOfRangeException">An unknown kind, or RSA bits outside the range.</exception>
    public static SshPrivateKey Generate(
        SshCryptoProvider crypto, SshKeyKind kind, int rsaBits = 3072, RandomSource? random = null, string comment = "")
    {
        ArgumentNullException.ThrowIfNull(crypto);

        random ??= crypto.Random;
        return kind switch
        {
            SshKeyKind.Ed25519 => Ed25519PrivateKey.Generate(crypto, random, comment),
            SshKeyKind.EcdsaP256 => EcdsaPrivateKey.Generate(crypto, EcdsaCurve.P256, random, comment),
            SshKeyKind.EcdsaP384 => EcdsaPrivateKey.Generate(crypto, EcdsaCurve.P384, random, comment),
            SshKeyKind.EcdsaP521 => EcdsaPrivateKey.Generate(crypto, EcdsaCurve.P521, random, comment),
            SshKeyKind.Rsa => RsaPrivateKey.Generate(crypto, rsaBits, random, comment),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>Signs and returns the whole signature blob of RFC 4253 §6.6: the algorithm's name and the value.</summary>
    /// <param name="algorithm">One of <see cref="SshPublicKey.SignatureAlgorithms"/> of this key.</param>
    /// <param name="data">What is signed.</param>
    /// <exception cref="SshUsageException">The key has no such algorithm.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public byte[] Sign(string algorithm, ReadOnlySpan<byte> data)
    {
        if (!SignatureAlgorithm.TryFind(algorithm, out var descriptor)
            || !string.Equals(descriptor.KeyType, PublicKey.KeyType, StringComparison.Ordinal))
        {
            throw new SshUsageException($"A key of type {PublicKey.KeyType} cannot sign with '{algorithm}'.");
        }

        ThrowIfDisposed();
        // Signers belong to one thread at a time: take the idle one or make another, keep at most one.
        var signer = Interlocked.Exchange(ref _idleSigner, null) ?? CreateSigner();
        try
        {
            using var writer = new SshWriter();
            writer.WriteString(descriptor.Name);
            WriteValue(writer, signer.Sign(descriptor.Hash, data));
            return writer.ToArray();
        }
        finally
        {
            Interlocked.Exchange(ref _idleSigner, signer)?.Dispose();
            if (Volatile.Read(ref _disposed) != 0)
            {
                Interlocked.Exchange(ref _idleSigner, null)?.Dispose();
            }
        }
    }

    /// <summary>Zeroes the secret.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Interlocked.Exchange(ref _idleSigner, null)?.Dispose();
            ZeroSecret();
            GC.SuppressFinalize(this);
        }
    }

    /// <summary>The public key; never the secret.</summary>
    public override string ToString() => "private half of " + PublicKey;

    private protected abstract SshSigner CreateSigner();

    /// <summary>Writes the signature value as an SSH string.</summary>
    private protected virtual void WriteValue(SshWriter writer, byte[] raw) => writer.WriteString(raw);

    private protected abstract void ZeroSecret();

    private protected void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
}
