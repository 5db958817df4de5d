using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>A NIST curve of libcrypto: strict points, scalars in range, multiplication by its constant-time ladder.</summary>
internal sealed unsafe class Curve
{
    private const int Uncompressed = 4;
    private const int ConstantTime = 0x04;

    private static readonly Lazy<Curve> P256 = new(() => new Curve(415, 32));
    private static readonly Lazy<Curve> P384 = new(() => new Curve(715, 48));
    private static readonly Lazy<Curve> P521 = new(() => new Curve(716, 66));

    // Of the process; threads share it, since nothing changes it.
    private readonly nint _group;
    private readonly nint _order;
    private readonly byte _topMask;

    private Curve(int nid, int fieldLength)
    {
        Nid = nid;
        FieldLength = fieldLength;
        _group = Native.EC_GROUP_new_by_curve_name(nid);
        if (_group == 0)
        {
            throw LibcryptoException.Now();
        }

        _order = Native.EC_GROUP_get0_order(_group);
        _topMask = (byte)(0xff >> ((8 * fieldLength) - Native.BN_num_bits(_order)));
    }

    public static bool IsAvailable { get; } = Library.Has("EC_GROUP_new_by_curve_name") && Library.Has("EC_POINT_mul")
        && Library.Has("ECDSA_do_sign") && Library.Has("ECDSA_do_verify") && Library.Has("EC_KEY_new_by_curve_name");

    public int Nid { get; }

    /// <summary>Bytes of a coordinate, and of a scalar.</summary>
    public int FieldLength { get; }

    public static Curve Of(Primitive primitive) => primitive switch
    {
        Primitive.EcdhP256 or Primitive.EcdsaP256 => P256.Value,
        Primitive.EcdhP384 or Primitive.EcdsaP384 => P384.Value,
        Primitive.EcdhP521 or Primitive.EcdsaP521 => P521.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(primitive), primitive, "Not a NIST curve."),
    };

    /// <summary>The uncompressed point, or null if it is not one, is off the curve, or has a coordinate beyond the field.</summary>
    public NativeObject? ReadPoint(ReadOnlySpan<byte> encoded)
    {
        // SEC 1 §2.3.4. Infinity is the single byte 0, so it fails on its length.
        if (encoded.Length != 1 + (2 * FieldLength) || encoded[0] != Uncompressed)
        {
            return null;
        }

        var point = NativeObject.Point(_group);
        fixed (byte* p = encoded)
        {
            if (Native.EC_POINT_oct2point(_group, point.Pointer, p, (nuint)encoded.Length, 0) == 1)
            {
                return point;
            }
        }

        Native.ERR_clear_error();
        point.Dispose();
        return null;
    }

    public byte[] WritePoint(NativeObject point)
    {
        byte[] encoded = new byte[1 + (2 * FieldLength)];
        fixed (byte* p = encoded)
        {
            if (Native.EC_POINT_point2oct(_group, point.Pointer, Uncompressed, p, (nuint)encoded.Length, 0) != (nuint)encoded.Length)
            {
                throw LibcryptoException.Now();
            }
        }

        return encoded;
    }

    /// <summary>A private scalar in 1..n-1.</summary>
    /// <exception cref="ArgumentException">It is outside that range.</exception>
    public NativeObject ReadScalar(ReadOnlySpan<byte> scalar)
    {
        var number = NativeObject.Number(scalar);
        if (!IsInRange(number))
        {
            number.Dispose();
            throw new ArgumentException("The private scalar is outside 1..n-1.", nameof(scalar));
        }

        Native.BN_set_flags(number.Pointer, ConstantTime);
        return number;
    }

    /// <summary>A scalar uniform in 1..n-1, by rejection (FIPS 186-5 A.2.2).</summary>
    public byte[] NewScalar(RandomSource random)
    {
        byte[] bytes = new byte[FieldLength];
        while (true)
        {
            random.Fill(bytes);
            bytes[0] &= _topMask;
            using var number = NativeObject.Number(bytes);
            if (IsInRange(number))
            {
                return bytes;
            }
        }
    }

    /// <summary>d·G.</summary>
    public NativeObject MultiplyGenerator(NativeObject d)
    {
        var result = NativeObject.Point(_group);
        LibcryptoException.Require(Native.EC_POINT_mul(_group, result.Pointer, d.Pointer, 0, 0, 0));
        return result;
    }

    /// <summary>The X coordinate of d·P in the field's length.</summary>
    public byte[] SharedX(NativeObject point, NativeObject d)
    {
        using var result = NativeObject.Point(_group);
        using var x = NativeObject.Number();
        LibcryptoException.Require(Native.EC_POINT_mul(_group, result.Pointer, 0, point.Pointer, d.Pointer, 0));
        LibcryptoException.Require(Native.EC_POINT_get_affine_coordinates(_group, result.Pointer, x.Pointer, 0, 0));
        return Padded(x.Pointer, FieldLength);
    }

    public static byte[] Padded(nint number, int length)
    {
        byte[] bytes = new byte[length];
        fixed (byte* p = bytes)
        {
            if (Native.BN_bn2binpad(number, p, length) != length)
            {
                throw LibcryptoException.Now();
            }
        }

        return bytes;
    }

    private bool IsInRange(NativeObject number) =>
        Native.BN_num_bits(number.Pointer) > 0 && Native.BN_cmp(number.Pointer, _order) < 0;
}
