namespace SshCore.Wire;

/// <summary>Hexadecimal text.</summary>
internal static class Hex
{
    private const string Digits = "0123456789ABCDEF";

    /// <summary>Two upper-case digits a byte.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[2 * bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            text[2 * i] = Digits[bytes[i] >> 4];
            text[(2 * i) + 1] = Digits[bytes[i] & 15];
        }

        return new string(text);
    }

    /// <summary>Fills all of <paramref name="bytes"/> from digits of either case; false if the text is anything else.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        if (text.Length != 2 * bytes.Length)
        {
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            int digit = c is >= '0' and <= '9' ? c - '0'
                : c is >= 'A' and <= 'F' ? c - 'A' + 10
                : c is >= 'a' and <= 'f' ? c - 'a' + 10
                : -1;
            if (digit < 0)
            {
                return false;
            }

            bytes[i / 2] = (byte)(((bytes[i / 2] & 15) << 4) | digit);
        }

        return true;
    }
}
