using SshCore.Security;

namespace SshCore.TestKit.Null;

/// <summary>A signature that everybody who has the public key can make.</summary>
internal sealed class NullSigner(byte[] publicKey, int length, Primitive? fixedHash = null) : SshSigner
{
    public override byte[] Sign(Primitive hash, ReadOnlySpan<byte> data) => Signature(publicKey, length, fixedHash ?? hash, data);

    public override void Dispose()
    {
    }

    public static byte[] Signature(ReadOnlySpan<byte> publicKey, int length, Primitive hash, ReadOnlySpan<byte> data)
    {
        var signature = NullDigest.Of(3, length, publicKey.ToArray(), [(byte)hash], data.ToArray());
        // Below every group order and modulus, and neither half zero.
        signature[0] &= 0x3F;
        signature[length / 2] &= 0x3F;
        signature[length - 1] |= 1;
        signature[(length / 2) - 1] |= 1;
        return signature;
    }
}
