using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>An <c>ecdsa-sha2-nistp256</c>, <c>-nistp384</c> or <c>-nistp521</c> key (RFC 5656 §3.1).</summary>
public sealed class EcdsaPublicKey : SshPublicKey
{
    private readonly byte[] _point;

    private EcdsaPublicKey(EcdsaCurve curve, byte[] point, byte[] blob)
        : base(curve.KeyType, blob)
    {
        Curve = curve;
        _point = point;
    }

    /// <summary>The curve's identifier in SSH, such as <c>nistp256</c>.</summary>
    public string CurveName => Curve.Name;

    /// <summary>The uncompressed point: 04, X, Y.</summary>
    public ReadOnlyMemory<byte> Point => _point;

    /// <summary>256, 384 or 521.</summary>
    public override int Bits => Curve.Bits;

    internal EcdsaCurve Curve { get; }

    internal static EcdsaPublicKey Create(EcdsaCurve curve, ReadOnlySpan<byte> point)
    {
        using var writer = new SshWriter();
        writer.WriteString(curve.KeyType);
        writer.WriteString(curve.Name);
        writer.WriteString(point);
        return new EcdsaPublicKey(curve, point.ToArray(), writer.ToArray());
    }

    internal static EcdsaPublicKey? Read(ref SshReader reader, ReadOnlySpan<byte> blob, EcdsaCurve curve, out SshError? error)
    {
        error = null;
        string name = reader.ReadName();
        var point = reader.ReadString();
        if (reader.Failed || !string.Equals(name, curve.Name, StringComparison.Ordinal))
        {
            error = KeyErrors.Damaged($"{curve.KeyType} public key", $"the curve {curve.Name}", Utf8.Printable(name, maxLength: 64));
            return null;
        }

        // RFC 5656 §3.1 allows compression ("MAY"); as nobody sends such points, only the uncompressed form is read.
        if (point.Length != curve.PointLength || point[0] != 4)
        {
            error = KeyErrors.Damaged($"{curve.KeyType} public key", $"an uncompressed point of {curve.PointLength} bytes");
            return null;
        }

        return new EcdsaPublicKey(curve, point.ToArray(), blob.ToArray());
    }

    private protected override bool VerifyValue(
        SshCryptoProvider crypto, SignatureAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value)
    {
        // RFC 5656 §3.1.2: mpint r, mpint s. The reader refuses negative and non-minimal numbers.
        int field = Curve.FieldLength;
        var reader = new SshReader(value);
        var r = reader.ReadMpint(field);
        var s = reader.ReadMpint(field);
        if (!reader.IsComplete || r.IsEmpty || s.IsEmpty || r.Length > field || s.Length > field)
        {
            return false;
        }

        Span<byte> raw = stackalloc byte[2 * 66];
        raw = raw.Slice(0, 2 * field);
        raw.Clear();
        r.CopyTo(raw.Slice(field - r.Length));
        s.CopyTo(raw.Slice((2 * field) - s.Length));
        return crypto.IsValidPoint(Curve.Primitive, _point)
            && crypto.VerifyEcdsa(Curve.Primitive, _point, algorithm.Hash, data, raw);
    }
}
