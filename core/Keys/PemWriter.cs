using System.Security.Cryptography;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>Writes one armoured block as ASCII bytes.</summary>
internal static class PemWriter
{
    /// <param name="label">Between <c>-----BEGIN </c> and <c>-----</c>.</param>
    /// <param name="headers">Lines before the body, each with its line end, or empty.</param>
    /// <param name="body">What is encoded.</param>
    /// <param name="width">Base64 characters of a line: 70 for OpenSSH's format, 64 for RFC 7468.</param>
    public static byte[] Write(string label, string headers, ReadOnlySpan<byte> body, int width)
    {
        var encoded = Base64.EncodeBytes(body);
        using var writer = new SshWriter(encoded.Length + (encoded.Length / width) + 256);
        writer.WriteBytes(Utf8.Bytes($"-----BEGIN {label}-----\n"));
        if (headers.Length > 0)
        {
            writer.WriteBytes(Utf8.Bytes(headers + "\n"));
        }

        for (int i = 0; i < encoded.Length; i += width)
        {
            writer.WriteBytes(encoded.AsSpan(i, Math.Min(width, encoded.Length - i)));
            writer.WriteByte((byte)'\n');
        }

        writer.WriteBytes(Utf8.Bytes($"-----END {label}-----\n"));
        CryptographicOperations.ZeroMemory(encoded);
        return writer.ToArray();
    }
}
