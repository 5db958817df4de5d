using System.Runtime.InteropServices;

namespace SshCore.Interop.Libcrypto;

/// <summary>
/// An object of libcrypto and the function that frees it. Freed by <see cref="IDisposable.Dispose"/>, or by the finaliser
/// if that was forgotten. Users read <see cref="Pointer"/> for a call and keep the object alive until the call is over.
/// </summary>
internal sealed unsafe class NativeObject : SafeHandle
{
    private static readonly delegate* unmanaged<nint, void> FreeCipherContext = Function("EVP_CIPHER_CTX_free");
    private static readonly delegate* unmanaged<nint, void> FreeMacContext = Function("EVP_MAC_CTX_free");
    private static readonly delegate* unmanaged<nint, void> FreeKey = Function("EVP_PKEY_free");
    private static readonly delegate* unmanaged<nint, void> FreeKeyContext = Function("EVP_PKEY_CTX_free");
    private static readonly delegate* unmanaged<nint, void> FreeDigestContext = Function("EVP_MD_CTX_free");
    private static readonly delegate* unmanaged<nint, void> FreeNumber = Function("BN_clear_free");
    private static readonly delegate* unmanaged<nint, void> FreeNumberContext = Function("BN_CTX_free");
    private static readonly delegate* unmanaged<nint, void> FreePoint = Function("EC_POINT_clear_free");
    private static readonly delegate* unmanaged<nint, void> FreeCurveKey = Function("EC_KEY_free");
    private static readonly delegate* unmanaged<nint, void> FreeEcdsaSignature = Function("ECDSA_SIG_free");
    private static readonly delegate* unmanaged<nint, void> FreeRsa = Function("RSA_free");

    private readonly delegate* unmanaged<nint, void> _free;

    private NativeObject(nint pointer, delegate* unmanaged<nint, void> free)
        : base(0, ownsHandle: true)
    {
        _free = free;
        SetHandle(pointer);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The object itself, never null.</summary>
    /// <exception cref="ObjectDisposedException">It was freed.</exception>
    public nint Pointer => IsClosed ? throw new ObjectDisposedException(nameof(NativeObject)) : handle;

    public static NativeObject CipherContext() => Made(Native.EVP_CIPHER_CTX_new(), FreeCipherContext);

    public static NativeObject MacContext(nint mac) => Made(Native.EVP_MAC_CTX_new(mac), FreeMacContext);

    public static NativeObject KeyContext(NativeObject key) => Made(Native.EVP_PKEY_CTX_new(key.Pointer, 0), FreeKeyContext);

    public static NativeObject DigestContext() => Made(Native.EVP_MD_CTX_new(), FreeDigestContext);

    public static NativeObject NumberContext() => Made(Native.BN_CTX_new(), FreeNumberContext);

    public static NativeObject Number() => Made(Native.BN_new(), FreeNumber);

    public static NativeObject Number(ReadOnlySpan<byte> magnitude)
    {
        fixed (byte* p = magnitude)
        {
            return Made(Native.BN_bin2bn(p, magnitude.Length, 0), FreeNumber);
        }
    }

    public static NativeObject Point(nint group) => Made(Native.EC_POINT_new(group), FreePoint);

    public static NativeObject CurveKey(int nid) => Made(Native.EC_KEY_new_by_curve_name(nid), FreeCurveKey);

    public static NativeObject EcdsaSignature() => Made(Native.ECDSA_SIG_new(), FreeEcdsaSignature);

    /// <summary>A signature that a call has just made.</summary>
    public static NativeObject EcdsaSignature(nint signature) => Made(signature, FreeEcdsaSignature);

    public static NativeObject Rsa() => Made(Native.RSA_new(), FreeRsa);

    /// <summary>A key pair from its raw private key.</summary>
    public static NativeObject PrivateKey(int type, ReadOnlySpan<byte> raw)
    {
        fixed (byte* p = raw)
        {
            return Made(Native.EVP_PKEY_new_raw_private_key(type, 0, p, (nuint)raw.Length), FreeKey);
        }
    }

    /// <summary>A peer's public key, or null if the library refuses it.</summary>
    public static NativeObject? TryPublicKey(int type, ReadOnlySpan<byte> raw)
    {
        fixed (byte* p = raw)
        {
            nint key = Native.EVP_PKEY_new_raw_public_key(type, 0, p, (nuint)raw.Length);
            if (key == 0)
            {
                Native.ERR_clear_error();
                return null;
            }

            return new NativeObject(key, FreeKey);
        }
    }

    /// <summary>Gives the object away: from now on another one frees it.</summary>
    public void Release() => SetHandleAsInvalid();

    /// <summary>Whether the library's configuration (FIPS mode among others) has keys of this type.</summary>
    public static bool HasKeyType(int type)
    {
        if (!Library.IsAvailable)
        {
            return false;
        }

        // The base point of X25519, and for Ed25519 some number: only its length is looked at.
        Span<byte> some = stackalloc byte[32];
        some.Clear();
        some[0] = 9;
        using var key = TryPublicKey(type, some);
        return key is not null;
    }

    protected override bool ReleaseHandle()
    {
        _free(handle);
        return true;
    }

    private static NativeObject Made(nint pointer, delegate* unmanaged<nint, void> free) =>
        pointer != 0 ? new NativeObject(pointer, free) : throw LibcryptoException.Now();

    private static delegate* unmanaged<nint, void> Function(string name) => (delegate* unmanaged<nint, void>)Library.Address(name);
}
