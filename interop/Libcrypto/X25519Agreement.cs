using System.Security.Cryptography;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>X25519 (RFC 7748 §5).</summary>
internal sealed unsafe class X25519Agreement : SshKeyAgreement
{
    private const int KeyType = 1034;
    private const int KeyLength = 32;

    private readonly NativeObject _key;
    private readonly byte[] _public = new byte[KeyLength];

    public X25519Agreement(RandomSource random)
    {
        Span<byte> scalar = stackalloc byte[KeyLength];
        random.Fill(scalar);
        _key = NativeObject.PrivateKey(KeyType, scalar);
        CryptographicOperations.ZeroMemory(scalar);
        nuint length = KeyLength;
        fixed (byte* p = _public)
        {
            LibcryptoException.Require(Native.EVP_PKEY_get_raw_public_key(_key.Pointer, p, &length));
        }
    }

    public static bool IsAvailable { get; } = NativeObject.HasKeyType(KeyType);

    public override ReadOnlySpan<byte> PublicValue => _public;

    public override bool TryAgree(ReadOnlySpan<byte> peerPublic, SecretBytes secret)
    {
        if (peerPublic.Length != KeyLength)
        {
            return false;
        }

        using var peer = NativeObject.TryPublicKey(KeyType, peerPublic);
        if (peer is null)
        {
            return false;
        }

        using var context = NativeObject.KeyContext(_key);
        LibcryptoException.Require(Native.EVP_PKEY_derive_init(context.Pointer));
        Span<byte> shared = stackalloc byte[KeyLength];
        nuint length = KeyLength;
        bool good;
        fixed (byte* p = shared)
        {
            // RFC 8731 §3: the derivation fails, and must, when the result is all zero.
            good = Native.EVP_PKEY_derive_set_peer(context.Pointer, peer.Pointer) == 1
                && Native.EVP_PKEY_derive(context.Pointer, p, &length) == 1
                && length == KeyLength
                && !IsZero(shared);
        }

        if (good)
        {
            secret.Set(shared);
        }
        else
        {
            Native.ERR_clear_error();
        }

        CryptographicOperations.ZeroMemory(shared);
        return good;
    }

    public override void Dispose() => _key.Dispose();

    private static bool IsZero(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        foreach (byte b in bytes)
        {
            sum |= b;
        }

        return sum == 0;
    }
}
