using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>Fingerprints of wire blobs in OpenSSH's notation.</summary>
internal static class KeyFingerprint
{
    private const string Hex = "0123456789abcdef";

    public static string Of(SshCryptoProvider crypto, ReadOnlySpan<byte> blob, SshFingerprintKind kind)
    {
        using var hash = crypto.CreateHash(kind == SshFingerprintKind.Md5 ? Primitive.Md5 : Primitive.Sha256);
        var digest = new byte[hash.Length];
        hash.Append(blob);
        hash.Finish(digest);
        return kind == SshFingerprintKind.Md5 ? "MD5:" + Pairs(digest) : "SHA256:" + Base64.Encode(digest, padding: false);
    }

    private static string Pairs(byte[] digest)
    {
        var text = new char[(digest.Length * 3) - 1];
        for (int i = 0; i < digest.Length; i++)
        {
            text[3 * i] = Hex[digest[i] >> 4];
            text[(3 * i) + 1] = Hex[digest[i] & 15];
            if (i > 0)
            {
                text[(3 * i) - 1] = ':';
            }
        }

        return new string(text);
    }
}
