using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>The in-box names of hashes and curves.</summary>
internal static class Names
{
    public static HashAlgorithmName Hash(Primitive hash) => hash switch
    {
        Primitive.Md5 or Primitive.HmacMd5 => HashAlgorithmName.MD5,
        Primitive.Sha1 or Primitive.HmacSha1 => HashAlgorithmName.SHA1,
        Primitive.Sha256 or Primitive.HmacSha256 => HashAlgorithmName.SHA256,
        Primitive.Sha384 or Primitive.HmacSha384 => HashAlgorithmName.SHA384,
        Primitive.Sha512 or Primitive.HmacSha512 => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(hash), hash, "Not a hash."),
    };

    public static (ECCurve Curve, int FieldLength) Curve(Primitive curve) => curve switch
    {
        Primitive.EcdhP256 or Primitive.EcdsaP256 => (ECCurve.NamedCurves.nistP256, 32),
        Primitive.EcdhP384 or Primitive.EcdsaP384 => (ECCurve.NamedCurves.nistP384, 48),
        Primitive.EcdhP521 or Primitive.EcdsaP521 => (ECCurve.NamedCurves.nistP521, 66),
        _ => throw new ArgumentOutOfRangeException(nameof(curve), curve, "Not a NIST curve."),
    };
}
