using System.Globalization;
using System.Text;

namespace SshCore.Keys;

/// <summary>The object identifiers of key files, as content bytes of their DER.</summary>
internal static class Oid
{
    /// <summary>rsaEncryption, 1.2.840.113549.1.1.1 (RFC 8017 §A.1).</summary>
    public static ReadOnlySpan<byte> Rsa => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

    /// <summary>id-ecPublicKey, 1.2.840.10045.2.1 (RFC 5480 §2.1.1).</summary>
    public static ReadOnlySpan<byte> Ec => [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

    /// <summary>id-Ed25519, 1.3.101.112 (RFC 8410 §3).</summary>
    public static ReadOnlySpan<byte> Ed25519 => [0x2b, 0x65, 0x70];

    /// <summary>id-dsa, 1.2.840.10040.4.1 (RFC 3279 §2.3.2).</summary>
    public static ReadOnlySpan<byte> Dsa => [0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];

    /// <summary>id-PBES2, 1.2.840.113549.1.5.13 (RFC 8018 §A.4).</summary>
    public static ReadOnlySpan<byte> Pbes2 => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];

    /// <summary>id-PBKDF2, 1.2.840.113549.1.5.12 (RFC 8018 §A.2).</summary>
    public static ReadOnlySpan<byte> Pbkdf2 => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];

    /// <summary>id-hmacWithSHA1, 1.2.840.113549.2.7 (RFC 8018 §B.1.1).</summary>
    public static ReadOnlySpan<byte> HmacSha1 => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x07];

    /// <summary>id-hmacWithSHA256, 1.2.840.113549.2.9 (RFC 8018 §B.1.2).</summary>
    public static ReadOnlySpan<byte> HmacSha256 => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09];

    /// <summary>id-hmacWithSHA384, 1.2.840.113549.2.10 (RFC 8018 §B.1.2).</summary>
    public static ReadOnlySpan<byte> HmacSha384 => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x0a];

    /// <summary>id-hmacWithSHA512, 1.2.840.113549.2.11 (RFC 8018 §B.1.2).</summary>
    public static ReadOnlySpan<byte> HmacSha512 => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x0b];

    /// <summary>id-aes128-CBC, 2.16.840.1.101.3.4.1.2 (NIST's registry; RFC 8018 §B.2.5).</summary>
    public static ReadOnlySpan<byte> Aes128Cbc => [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02];

    /// <summary>id-aes192-CBC, 2.16.840.1.101.3.4.1.22.</summary>
    public static ReadOnlySpan<byte> Aes192Cbc => [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16];

    /// <summary>id-aes256-CBC, 2.16.840.1.101.3.4.1.42.</summary>
    public static ReadOnlySpan<byte> Aes256Cbc => [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];

    /// <summary>des-ede3-cbc, 1.2.840.113549.3.7 (RFC 8018 §B.2.2).</summary>
    public static ReadOnlySpan<byte> TripleDesCbc => [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07];

    /// <summary>Dotted numbers for a person; for what is too long or too large, <c>?</c>.</summary>
    public static string Text(ReadOnlySpan<byte> oid)
    {
        var text = new StringBuilder();
        uint arc = 0;
        foreach (byte b in oid)
        {
            if (arc > uint.MaxValue >> 7 || oid.Length > 32)
            {
                return "?";
            }

            arc = (arc << 7) | (b & 0x7fu);
            if ((b & 0x80) != 0)
            {
                continue;
            }

            if (text.Length == 0)
            {
                uint first = Math.Min(arc / 40, 2);
                text.Append(first.ToString(CultureInfo.InvariantCulture));
                arc -= first * 40;
            }

            text.Append('.').Append(arc.ToString(CultureInfo.InvariantCulture));
            arc = 0;
        }

        return text.ToString();
    }
}
