using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>ECDSA (FIPS 186-5); the nonces are libcrypto's, whole-width and mixed with the key and the digest.</summary>
internal sealed unsafe class EcdsaSignatures : SshSigner
{
    private readonly Curve _curve;
    private readonly NativeObject _key;

    public EcdsaSignatures(Primitive primitive, ReadOnlySpan<byte> scalar)
    {
        _curve = Curve.Of(primitive);
        using var d = _curve.ReadScalar(scalar);
        using var point = _curve.MultiplyGenerator(d);
        _key = NativeObject.CurveKey(_curve.Nid);
        LibcryptoException.Require(Native.EC_KEY_set_private_key(_key.Pointer, d.Pointer));
        LibcryptoException.Require(Native.EC_KEY_set_public_key(_key.Pointer, point.Pointer));
    }

    public static byte[] PublicPoint(Primitive primitive, ReadOnlySpan<byte> scalar)
    {
        var curve = Curve.Of(primitive);
        using var d = curve.ReadScalar(scalar);
        using var point = curve.MultiplyGenerator(d);
        return curve.WritePoint(point);
    }

    public static bool Verify(Primitive primitive, ReadOnlySpan<byte> point, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var curve = Curve.Of(primitive);
        if (signature.Length != 2 * curve.FieldLength)
        {
            return false;
        }

        using var q = curve.ReadPoint(point);
        if (q is null)
        {
            return false;
        }

        using var key = NativeObject.CurveKey(curve.Nid);
        LibcryptoException.Require(Native.EC_KEY_set_public_key(key.Pointer, q.Pointer));
        using var native = Read(signature, curve.FieldLength);
        byte[] digest = DigestFunctions.Compute(hash, data);
        int result;
        fixed (byte* p = digest)
        {
            // 1 is right, 0 wrong, -1 an error: zero or too large an r or s among them.
            result = Native.ECDSA_do_verify(p, digest.Length, native.Pointer, key.Pointer);
        }

        if (result != 1)
        {
            Native.ERR_clear_error();
        }

        return result == 1;
    }

    public override byte[] Sign(Primitive hash, ReadOnlySpan<byte> data)
    {
        byte[] digest = DigestFunctions.Compute(hash, data);
        NativeObject native;
        fixed (byte* p = digest)
        {
            native = NativeObject.EcdsaSignature(Native.ECDSA_do_sign(p, digest.Length, _key.Pointer));
        }

        GC.KeepAlive(_key);
        using (native)
        {
            nint r;
            nint s;
            Native.ECDSA_SIG_get0(native.Pointer, &r, &s);
            return [.. Curve.Padded(r, _curve.FieldLength), .. Curve.Padded(s, _curve.FieldLength)];
        }
    }

    public override void Dispose() => _key.Dispose();

    private static NativeObject Read(ReadOnlySpan<byte> signature, int length)
    {
        var native = NativeObject.EcdsaSignature();
        using var r = NativeObject.Number(signature[..length]);
        using var s = NativeObject.Number(signature[length..]);
        LibcryptoException.Require(Native.ECDSA_SIG_set0(native.Pointer, r.Pointer, s.Pointer));
        r.Release();
        s.Release();
        return native;
    }
}
