using SshCore.Buffers;

namespace SshCore.Wire;

/// <summary>
/// Base64 (RFC 4648 §4) for keys: strict about padding and unused bits, never throws on foreign text, and decodes
/// secrets into memory that can be zeroed.
/// </summary>
internal static class Base64
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>Encodes into text, with or without padding: for what is public.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes, bool padding = true) => Utf8.Ascii(EncodeBytes(bytes, padding));

    /// <summary>Encodes into ASCII bytes, which the caller can zero.</summary>
    public static byte[] EncodeBytes(ReadOnlySpan<byte> bytes, bool padding = true)
    {
        int rest = bytes.Length % 3;
        var text = new byte[((bytes.Length + 2) / 3 * 4) - (padding || rest == 0 ? 0 : 3 - rest)];
        int length = 0;
        for (int i = 0; i < bytes.Length; i += 3)
        {
            int left = Math.Min(3, bytes.Length - i);
            int group = (bytes[i] << 16) | (left > 1 ? bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
            for (int j = 0; j < 4 && length < text.Length; j++)
            {
                text[length++] = (byte)(j <= left ? Alphabet[(group >> (18 - (6 * j))) & 63] : '=');
            }
        }

        return text;
    }

    /// <summary>
    /// Decodes all of <paramref name="text"/>. Blanks and line ends are skipped when <paramref name="skipBlanks"/> is
    /// true; every other foreign character, missing or extra padding, and bits set beyond the last byte are refused.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, bool skipBlanks, out SecretBytes bytes)
    {
        bytes = new SecretBytes((text.Length / 4 * 3) + 3);
        var destination = bytes.Span;
        int group = 0, digits = 0, pads = 0, length = 0;
        bool valid = true;
        foreach (byte c in text)
        {
            if (skipBlanks && c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            int value = Value(c);
            if (c == (byte)'=')
            {
                pads++;
            }
            else if (value < 0 || pads > 0)
            {
                valid = false;
                break;
            }
            else
            {
                group = (group << 6) | value;
                if (++digits % 4 == 0)
                {
                    destination[length++] = (byte)((group >> 16) & 0xff);
                    destination[length++] = (byte)((group >> 8) & 0xff);
                    destination[length++] = (byte)(group & 0xff);
                    group = 0;
                }
            }
        }

        int rest = digits % 4;
        valid = valid && rest != 1 && pads == (rest == 0 ? 0 : 4 - rest)
            && (rest != 2 || (group & 15) == 0) && (rest != 3 || (group & 3) == 0);
        if (valid && rest >= 2)
        {
            group <<= 6 * (4 - rest);
            destination[length++] = (byte)((group >> 16) & 0xff);
            if (rest == 3)
            {
                destination[length++] = (byte)((group >> 8) & 0xff);
            }
        }

        using var all = bytes;
        bytes = new SecretBytes(valid ? destination.Slice(0, length) : default);
        return valid;
    }

    /// <summary>Whether <paramref name="c"/> is one of the 64 digits.</summary>
    public static bool IsDigit(byte c) => Value(c) >= 0;

    private static int Value(byte c) => c switch
    {
        >= (byte)'A' and <= (byte)'Z' => c - 'A',
        >= (byte)'a' and <= (byte)'z' => c - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => c - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}
