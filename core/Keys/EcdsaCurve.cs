using SshCore.Security;

namespace SshCore.Keys;

/// <summary>What names the three NIST curves in SSH (RFC 5656 §6.1), in key files (RFC 5480 §2.1.1.1) and in providers.</summary>
internal sealed class EcdsaCurve
{
    private EcdsaCurve(string name, SignatureAlgorithm algorithm, int bits, byte[] oid)
    {
        Name = name;
        Algorithm = algorithm;
        Bits = bits;
        Oid = oid;
    }

    public static EcdsaCurve P256 { get; } =
        new("nistp256", SignatureAlgorithm.EcdsaP256, 256, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);

    public static EcdsaCurve P384 { get; } = new("nistp384", SignatureAlgorithm.EcdsaP384, 384, [0x2b, 0x81, 0x04, 0x00, 0x22]);

    public static EcdsaCurve P521 { get; } = new("nistp521", SignatureAlgorithm.EcdsaP521, 521, [0x2b, 0x81, 0x04, 0x00, 0x23]);

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
