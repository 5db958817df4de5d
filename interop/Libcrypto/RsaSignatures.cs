using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>RSASSA-PKCS1-v1_5 (RFC 8017 §8.2): encode and compare, so that no parser stands between the key and the answer.</summary>
internal sealed unsafe class RsaSignatures : SshSigner
{
    // 16,384 bits: what is longer only costs time.
    private const int LongestModulus = 2048;
    private const int NoPadding = 3;
    private const int ConstantTime = 0x04;

    private readonly byte[] _exponent;
    private readonly NativeObject _key;
    private readonly byte[] _modulus;

    public RsaSignatures(RsaPrivateParameters parameters)
    {
        _modulus = parameters.Modulus.AsSpan().TrimStart((byte)0).ToArray();
        _exponent = parameters.Exponent;
        using var p = Secret(parameters.P);
        using var q = Secret(parameters.Q);
        using var d = Secret(parameters.D);
        using var inverse = Secret(parameters.InverseQ);
        using var n = NativeObject.Number(_modulus);
        using var context = NativeObject.NumberContext();
        using var product = NativeObject.Number();
        LibcryptoException.Require(Native.BN_mul(product.Pointer, p.Pointer, q.Pointer, context.Pointer));
        if (_modulus.Length > LongestModulus || Native.BN_num_bits(p.Pointer) < 2 || Native.BN_num_bits(q.Pointer) < 2
            || Native.BN_cmp(product.Pointer, n.Pointer) != 0)
        {
            throw new ArgumentException("The numbers do not make an RSA key.", nameof(parameters));
        }

        _key = NativeObject.Rsa();
        using var e = NativeObject.Number(_exponent);
        using var dModP = Exponent(d, p, context);
        using var dModQ = Exponent(d, q, context);
        LibcryptoException.Require(Native.RSA_set0_key(_key.Pointer, n.Pointer, e.Pointer, d.Pointer));
        n.Release();
        e.Release();
        d.Release();
        LibcryptoException.Require(Native.RSA_set0_factors(_key.Pointer, p.Pointer, q.Pointer));
        p.Release();
        q.Release();
        LibcryptoException.Require(Native.RSA_set0_crt_params(_key.Pointer, dModP.Pointer, dModQ.Pointer, inverse.Pointer));
        dModP.Release();
        dModQ.Release();
        inverse.Release();
    }

    public static bool IsAvailable { get; } = Library.Has("RSA_public_decrypt") && Library.Has("RSA_private_encrypt") && Library.Has("RSA_generate_key_ex");

    public static bool Verify(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        modulus = modulus.TrimStart((byte)0);
        exponent = exponent.TrimStart((byte)0);
        if (modulus.IsEmpty || modulus.Length > LongestModulus || exponent.IsEmpty || exponent.Length > 4
            || (modulus[^1] & exponent[^1] & 1) == 0 || (exponent.Length == 1 && exponent[0] < 3) || signature.Length != modulus.Length)
        {
            return false;
        }

        byte[] expected = new byte[modulus.Length];
        if (!Pkcs1Encoding.TryEncode(hash, DigestFunctions.Compute(hash, data), expected))
        {
            return false;
        }

        using var key = NativeObject.Rsa();
        using var n = NativeObject.Number(modulus);
        using var e = NativeObject.Number(exponent);
        LibcryptoException.Require(Native.RSA_set0_key(key.Pointer, n.Pointer, e.Pointer, 0));
        n.Release();
        e.Release();
        byte[] opened = new byte[modulus.Length];
        int length;
        fixed (byte* from = signature)
        fixed (byte* to = opened)
        {
            // Numbers from the modulus on are refused inside.
            length = Native.RSA_public_decrypt(signature.Length, from, to, key.Pointer, NoPadding);
        }

        if (length != opened.Length)
        {
            Native.ERR_clear_error();
            return false;
        }

        return CryptographicOperations.FixedTimeEquals(opened, expected);
    }

    public override byte[] Sign(Primitive hash, ReadOnlySpan<byte> data)
    {
        byte[] encoded = new byte[_modulus.Length];
        if (!Pkcs1Encoding.TryEncode(hash, DigestFunctions.Compute(hash, data), encoded))
        {
            throw new ArgumentException("The modulus is too short for this hash.", nameof(hash));
        }

        byte[] signature = new byte[_modulus.Length];
        int length;
        fixed (byte* from = encoded)
        fixed (byte* to = signature)
        {
            // Blinded inside.
            length = Native.RSA_private_encrypt(encoded.Length, from, to, _key.Pointer, NoPadding);
        }

        GC.KeepAlive(_key);

        // A fault in one half of the CRT would give the factors away (Boneh, DeMillo, Lipton).
        return length == signature.Length && Verify(_modulus, _exponent, hash, data, signature)
            ? signature
            : throw LibcryptoException.Now();
    }

    public static RsaPrivateParameters Generate(int bits)
    {
        using var key = NativeObject.Rsa();
        using var e = NativeObject.Number([1, 0, 1]);
        LibcryptoException.Require(Native.RSA_generate_key_ex(key.Pointer, bits, e.Pointer, 0));
        nint n, d, p, q, inverse;
        Native.RSA_get0_key(key.Pointer, &n, null, &d);
        Native.RSA_get0_factors(key.Pointer, &p, &q);
        Native.RSA_get0_crt_params(key.Pointer, null, null, &inverse);
        int length = (bits + 7) / 8;
        int half = (length + 1) / 2;
        return new RsaPrivateParameters
        {
            Modulus = Curve.Padded(n, length),
            Exponent = [1, 0, 1],
            D = Curve.Padded(d, length),
            P = Curve.Padded(p, half),
            Q = Curve.Padded(q, half),
            InverseQ = Curve.Padded(inverse, half),
        };
    }

    public override void Dispose() => _key.Dispose();

    private static NativeObject Secret(ReadOnlySpan<byte> magnitude)
    {
        var number = NativeObject.Number(magnitude);
        Native.BN_set_flags(number.Pointer, ConstantTime);
        return number;
    }

    // d mod (p-1): the files of SSH do not hold it.
    private static NativeObject Exponent(NativeObject d, NativeObject prime, NativeObject context)
    {
        using var minusOne = NativeObject.Number();
        LibcryptoException.Require(Native.BN_rshift(minusOne.Pointer, prime.Pointer, 0));
        LibcryptoException.Require(Native.BN_sub_word(minusOne.Pointer, 1));
        Native.BN_set_flags(minusOne.Pointer, ConstantTime);
        var result = NativeObject.Number();
        Native.BN_set_flags(result.Pointer, ConstantTime);
        LibcryptoException.Require(Native.BN_div(0, result.Pointer, d.Pointer, minusOne.Pointer, context.Pointer));
        return result;
    }
}
