using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;
using Org.BouncyCastle.Utilities;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>A NIST curve: its domain, the strict reading of points and scalars, fresh scalars.</summary>
internal sealed class Curve
{
    private static readonly Curve P256 = new("P-256");
    private static readonly Curve P384 = new("P-384");
    private static readonly Curve P521 = new("P-521");

    private Curve(string name)
    {
        Domain = ECDomainParameters.FromX9ECParameters(CustomNamedCurves.GetByName(name));
        FieldLength = Domain.Curve.FieldElementEncodingLength;
    }

    public ECDomainParameters Domain { get; }

    /// <summary>Bytes of a coordinate; the same as those of a scalar on these curves.</summary>
    public int FieldLength { get; }

    public static Curve Of(Primitive primitive) => primitive switch
    {
        Primitive.EcdhP256 or Primitive.EcdsaP256 => P256,
        Primitive.EcdhP384 or Primitive.EcdsaP384 => P384,
        Primitive.EcdhP521 or Primitive.EcdsaP521 => P521,
        _ => throw new ArgumentOutOfRangeException(nameof(primitive), primitive, "Not a NIST curve."),
    };

    /// <summary>The uncompressed point, or null if it is not one, is off the curve, or has a coordinate beyond the field.</summary>
    public ECPoint? ReadPoint(ReadOnlySpan<byte> encoded)
    {
        // SEC 1 §2.3.4. Infinity is the single byte 0, so it fails on its length.
        if (encoded.Length != 1 + (2 * FieldLength) || encoded[0] != 4)
        {
            return null;
        }

        var x = new BigInteger(1, encoded.Slice(1, FieldLength).ToArray());
        var y = new BigInteger(1, encoded.Slice(1 + FieldLength).ToArray());
        if (!Domain.Curve.IsValidFieldElement(x) || !Domain.Curve.IsValidFieldElement(y))
        {
            return null;
        }

        var point = Domain.Curve.CreatePoint(x, y);
        return point.IsValid() ? point : null;
    }

    /// <summary>Reads a private scalar in 1..n-1.</summary>
    /// <exception cref="ArgumentException">It is outside that range.</exception>
    public BigInteger ReadScalar(ReadOnlySpan<byte> scalar)
    {
        var d = new BigInteger(1, scalar.ToArray());
        return d.SignValue > 0 && d.CompareTo(Domain.N) < 0
            ? d
            : throw new ArgumentException("The private scalar is outside 1..n-1.", nameof(scalar));
    }

    /// <summary>A scalar uniform in 1..n-1, by rejection (FIPS 186-5 A.2.2).</summary>
    public byte[] NewScalar(RandomSource random)
    {
        byte[] bytes = new byte[FieldLength];
        int excess = (8 * FieldLength) - Domain.N.BitLength;
        while (true)
        {
            random.Fill(bytes);
            bytes[0] &= (byte)(0xff >> excess);
            var d = new BigInteger(1, bytes);
            if (d.SignValue > 0 && d.CompareTo(Domain.N) < 0)
            {
                return bytes;
            }
        }
    }

    /// <summary>The uncompressed public point of a scalar.</summary>
    public byte[] PublicPoint(BigInteger d) => new FixedPointCombMultiplier().Multiply(Domain.G, d).Normalize().GetEncoded(false);

    /// <summary>d·P's X coordinate in the field's length, by a multiplication whose steps do not depend on d.</summary>
    public static byte[] SharedX(ECPoint point, BigInteger d) =>
        new FixedPointCombMultiplier().Multiply(point, d).Normalize().AffineXCoord.GetEncoded();

    public byte[] Encode(BigInteger number) => BigIntegers.AsUnsignedByteArray(FieldLength, number);
}
