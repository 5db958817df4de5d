using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>Ed25519 (RFC 8032 §5.1).</summary>
internal sealed unsafe class Ed25519Signatures : SshSigner
{
    private const int KeyType = 1087;
    private const int KeyLength = 32;
    private const int SignatureLength = 64;

    private readonly NativeObject _key;

    public Ed25519Signatures(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != KeyLength)
        {
            throw new ArgumentException("An Ed25519 seed has 32 bytes.", nameof(seed));
        }

        _key = NativeObject.PrivateKey(KeyType, seed);
    }

    public static bool IsAvailable { get; } = NativeObject.HasKeyType(KeyType);

    public byte[] PublicKey()
    {
        byte[] key = new byte[KeyLength];
        nuint length = KeyLength;
        fixed (byte* p = key)
        {
            LibcryptoException.Require(Native.EVP_PKEY_get_raw_public_key(_key.Pointer, p, &length));
        }

        return key;
    }

    public override byte[] Sign(Primitive hash, ReadOnlySpan<byte> data)
    {
        byte[] signature = new byte[SignatureLength];
        nuint length = SignatureLength;
        using var context = NativeObject.DigestContext();
        LibcryptoException.Require(Native.EVP_DigestSignInit(context.Pointer, 0, 0, 0, _key.Pointer));
        fixed (byte* s = signature)
        fixed (byte* d = data)
        {
            LibcryptoException.Require(Native.EVP_DigestSign(context.Pointer, s, &length, d, (nuint)data.Length));
        }

        return signature;
    }

    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != KeyLength || signature.Length != SignatureLength)
        {
            return false;
        }

        using var key = NativeObject.TryPublicKey(KeyType, publicKey);
        if (key is null)
        {
            return false;
        }

        using var context = NativeObject.DigestContext();
        LibcryptoException.Require(Native.EVP_DigestVerifyInit(context.Pointer, 0, 0, 0, key.Pointer));
        int result;
        fixed (byte* s = signature)
        fixed (byte* d = data)
        {
            result = Native.EVP_DigestVerify(context.Pointer, s, SignatureLength, d, (nuint)data.Length);
        }

        if (result != 1)
        {
            Native.ERR_clear_error();
        }

        return result == 1;
    }

    public override void Dispose() => _key.Dispose();
}
