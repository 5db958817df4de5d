using SshCore.Buffers;

namespace SshCore.Wire;

/// <summary>
/// Base64 (RFC 4648 §4) for keys: strict about padding and unused bits, never throws on foreign text, and decodes
/// secrets into memory that can be zeroed.
/// </summary>
internal static class Base64
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// <summary>Encodes into ASCII text, with or without padding.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes, bool padding = true)
    {
        var text = new char[(bytes.Length + 2) / 3 * 4];
        int length = 0;
        for (int i = 0; i < bytes.Length; i += 3)
        {
            int left = Math.Min(3, bytes.Length - i);
            int group = (bytes[i] << 16) | (left > 1 ? bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
            for (int j = 0; j < 4; j++)
            {
                if (j <= left)
                {
                    text[length++] = Alphabet[(group >> (18 - (6 * j))) & 63];
                }
                else if (padding)
                {
                    text[length++] = '=';
                }
            }
        }

        var encoded = new string(text, 0, length);
        Array.Clear(text, 0, text.Length);
        return encoded;
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
                    destination[length++] = (byte)(group >> 16);
                    destination[length++] = (byte)(group >> 8);
                    destination[length++] = (byte)group;
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
            destination[length++] = (byte)(group >> 16);
            if (rest == 3)
            {
                destination[length++] = (byte)(group >> 8);
            }
        }

        using var all = bytes;
        bytes = new SecretBytes(valid ? destination.Slice(0, length) : default);
        return valid;
    }

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
