using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>Uncompressed points (SEC 1 §2.3.3) and the in-box parameters.</summary>
internal static class PointEncoding
{
    /// <summary>False unless it is 04 ‖ X ‖ Y with coordinates of the field's length. The curve equation is for the import to check.</summary>
    public static bool TryRead(Primitive curve, ReadOnlySpan<byte> point, out ECParameters parameters)
    {
        var (named, length) = Names.Curve(curve);
        parameters = new ECParameters { Curve = named };
        if (point.Length != 1 + (2 * length) || point[0] != 4)
        {
            return false;
        }

        parameters.Q = new ECPoint { X = point.Slice(1, length).ToArray(), Y = point[(1 + length)..].ToArray() };
        return true;
    }

    public static byte[] Write(ECPoint point) => [4, .. point.X!, .. point.Y!];

    /// <summary>Parameters with the private scalar alone; the public point is computed by the import.</summary>
    /// <exception cref="ArgumentException">The scalar is longer than the field.</exception>
    public static ECParameters Private(Primitive curve, ReadOnlySpan<byte> scalar)
    {
        var (named, length) = Names.Curve(curve);
        while (!scalar.IsEmpty && scalar[0] == 0)
        {
            scalar = scalar[1..];
        }

        if (scalar.IsEmpty || scalar.Length > length)
        {
            throw OutOfRange();
        }

        byte[] d = new byte[length];
        scalar.CopyTo(d.AsSpan(length - scalar.Length));
        return new ECParameters { Curve = named, D = d };
    }

    public static ArgumentException OutOfRange(Exception? inner = null) => new("The private scalar is outside 1..n-1.", inner);
}
