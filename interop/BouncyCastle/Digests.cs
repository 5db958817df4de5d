using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>BouncyCastle's digest for each hash primitive.</summary>
internal static class Digests
{
    public static IDigest Create(Primitive hash) => hash switch
    {
        Primitive.Md5 => new MD5Digest(),
        Primitive.Sha1 => new Sha1Digest(),
        Primitive.Sha256 => new Sha256Digest(),
        Primitive.Sha384 => new Sha384Digest(),
        Primitive.Sha512 => new Sha512Digest(),
        _ => throw new ArgumentOutOfRangeException(nameof(hash), hash, "Not a hash."),
    };

    public static IDigest CreateForMac(Primitive mac) => Create(mac switch
    {
        Primitive.HmacMd5 => Primitive.Md5,
        Primitive.HmacSha1 => Primitive.Sha1,
        Primitive.HmacSha256 => Primitive.Sha256,
        Primitive.HmacSha384 => Primitive.Sha384,
        Primitive.HmacSha512 => Primitive.Sha512,
        _ => throw new ArgumentOutOfRangeException(nameof(mac), mac, "Not a MAC."),
    });

    public static byte[] Compute(Primitive hash, ReadOnlySpan<byte> data)
    {
        var digest = Create(hash);
        digest.BlockUpdate(data);
        byte[] result = new byte[digest.GetDigestSize()];
        digest.DoFinal(result, 0);
        return result;
    }
}
