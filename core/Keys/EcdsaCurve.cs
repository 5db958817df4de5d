using SshCore.Security;

namespace SshCore.Keys;

/// <summary>What names the three NIST curves in SSH (RFC 5656 §6.1), in key files (RFC 5480 §2.1.1.1) and in providers.</summary>
internal sealed class EcdsaCurve
{
    private readonly byte[] _order;

    private EcdsaCurve(string name, SignatureAlgorithm algorithm, int bits, byte[] oid, byte[] order)
    {
        Name = name;
        Algorithm = algorithm;
        Bits = bits;
        Oid = oid;
        _order = order;
    }

    public static EcdsaCurve P256 { get; } =
        new("nistp256", SignatureAlgorithm.EcdsaP256, 256, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], [
            0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
        ]);

    public static EcdsaCurve P384 { get; } = new("nistp384", SignatureAlgorithm.EcdsaP384, 384, [0x2b, 0x81, 0x04, 0x00, 0x22], [
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf,
            0x58, 0x1a, 0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73,
        ]);

    public static EcdsaCurve P521 { get; } = new("nistp521", SignatureAlgorithm.EcdsaP521, 521, [0x2b, 0x81, 0x04, 0x00, 0x23], [
            0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xff, 0xfa, 0x51, 0x86, 0x87, 0x83, 0xbf, 0x2f, 0x96, 0x6b, 0x7f, 0xcc, 0x01, 0x48, 0xf7, 0x09,
            0xa5, 0xd0, 0x3b, 0xb5, 0xc9, 0xb8, 0x89, 0x9c, 0x47, 0xae, 0xbb, 0x6f, 0xb7, 0x1e, 0x91, 0x38,
            0x64, 0x09,
        ]);

    public static IReadOnlyList<EcdsaCurve> All { get; } = [P256, P384, P521];

    /// <summary>The curve's identifier inside key blobs.</summary>
    public string Name { get; }

    /// <summary>The one algorithm that keys on this curve sign with.</summary>
    public SignatureAlgorithm Algorithm { get; }

    public int Bits { get; }

    /// <summary>Content bytes of the curve's DER object identifier.</summary>
    public byte[] Oid { get; }

    public Primitive Primitive => Algorithm.Primitive;

    public string KeyType => Algorithm.KeyType;

    /// <summary>Bytes of a field element and of a scalar.</summary>
    public int FieldLength => (Bits + 7) / 8;

    /// <summary>Bytes of an uncompressed point.</summary>
    public int PointLength => 1 + (2 * FieldLength);

    /// <summary>Whether a number in the field's length lies between 1 and the group order minus 1 (the order is from SEC 2 §2).</summary>
    public bool IsScalar(ReadOnlySpan<byte> number)
    {
        int any = 0;
        foreach (byte b in number)
        {
            any |= b;
        }

        return any != 0 && number.SequenceCompareTo(_order) < 0;
    }

    public static EcdsaCurve? ForKeyType(string keyType)
    {
        foreach (var curve in All)
        {
            if (string.Equals(curve.KeyType, keyType, StringComparison.Ordinal))
            {
                return curve;
            }
        }

        return null;
    }

    public static EcdsaCurve? ForOid(ReadOnlySpan<byte> oid)
    {
        foreach (var curve in All)
        {
            if (oid.SequenceEqual(curve.Oid))
            {
                return curve;
            }
        }

        return null;
    }
}
