using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>Ed25519 (RFC 8032 §5.1).</summary>
internal sealed class Ed25519Signatures : SshSigner
{
    private readonly byte[] _public = new byte[Ed25519.PublicKeySize];
    private readonly byte[] _seed;

    public Ed25519Signatures(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != Ed25519.SecretKeySize)
        {
            throw new ArgumentException("An Ed25519 seed has 32 bytes.", nameof(seed));
        }

        _seed = seed.ToArray();
        Ed25519.GeneratePublicKey(_seed, 0, _public, 0);
    }

    public byte[] PublicKey => (byte[])_public.Clone();

    public override byte[] Sign(Primitive hash, ReadOnlySpan<byte> data)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        byte[] message = data.ToArray();
        Ed25519.Sign(_seed, 0, _public, 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != Ed25519.PublicKeySize || signature.Length != Ed25519.SignatureSize)
        {
            return false;
        }

        // Inside, S >= L and points that are not canonical are refused.
        return Ed25519.Verify(signature.ToArray(), 0, publicKey.ToArray(), 0, data.ToArray(), 0, data.Length);
    }

    public override void Dispose() => CryptographicOperations.ZeroMemory(_seed);
}
