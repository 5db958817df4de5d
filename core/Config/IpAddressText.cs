namespace SshCore.Config;

/// <summary>
/// IPv4 in four decimal parts and IPv6 (RFC 4291 §2.2) as 16 bytes; IPv4 is mapped into IPv6 (§2.5.5.2), so that both
/// spellings of one address are equal. Nothing else counts as an address: no octal, hexadecimal or short forms.
/// </summary>
internal static class IpAddressText
{
    public const int Length = 16;

    /// <summary>Bits before an IPv4 address in the mapped form.</summary>
    public const int MappedPrefix = 96;

    public static bool TryParse(ReadOnlySpan<char> text, out byte[] address, out bool isV4)
    {
        address = new byte[Length];
        isV4 = text.IndexOf(':') < 0;
        int scope = text.IndexOf('%');
        if (isV4 || scope < 0)
        {
            scope = text.Length;
        }

        text = text.Slice(0, scope);
        if (!isV4)
        {
            return TryV6(text, address);
        }

        address[10] = 0xff;
        address[11] = 0xff;
        return TryV4(text, address.AsSpan(12));
    }

    /// <summary>Whether the bytes are a mapped IPv4 address.</summary>
    public static bool IsV4(ReadOnlySpan<byte> address)
    {
        for (int i = 0; i < 10; i++)
        {
            if (address[i] != 0)
            {
                return false;
            }
        }

        return address[10] == 0xff && address[11] == 0xff;
    }

    private static bool TryV4(ReadOnlySpan<char> text, Span<byte> destination)
    {
        for (int i = 0; i < 4; i++)
        {
            int dot = text.IndexOf('.');
            if (i < 3 == dot < 0)
            {
                return false;
            }

            var part = dot < 0 ? text : text.Slice(0, dot);
            text = dot < 0 ? default : text.Slice(dot + 1);
            if (!TryDecimal(part, 255, out int value))
            {
                return false;
            }

            destination[i] = (byte)value;
        }

        return true;
    }

    private static bool TryV6(ReadOnlySpan<char> text, Span<byte> address)
    {
        int gap = text.IndexOf("::".AsSpan());
        if (gap < 0)
        {
            return Groups(text, address) == Length;
        }

        var head = text.Slice(0, gap);
        var tail = text.Slice(gap + 2);
        Span<byte> last = stackalloc byte[Length];
        last.Clear();
        int before = head.IsEmpty ? 0 : Groups(head, address);
        int after = tail.IsEmpty ? 0 : Groups(tail, last);
        // RFC 4291 §2.2: "::" stands for one or more groups of zeros, once.
        if (before < 0 || after < 0 || before + after > Length - 2)
        {
            return false;
        }

        last.Slice(0, after).CopyTo(address.Slice(Length - after));
        return true;
    }

    /// <summary>Reads groups with colons, the last one perhaps in IPv4's form; the number of bytes, or -1.</summary>
    private static int Groups(ReadOnlySpan<char> text, Span<byte> destination)
    {
        int length = 0;
        while (true)
        {
            int colon = text.IndexOf(':');
            var part = colon < 0 ? text : text.Slice(0, colon);
            if (colon < 0 && part.IndexOf('.') >= 0)
            {
                return length <= Length - 4 && TryV4(part, destination.Slice(length)) ? length + 4 : -1;
            }

            if (length == Length || !TryHex(part, out int value))
            {
                return -1;
            }

            destination[length++] = (byte)(value >> 8);
            destination[length++] = (byte)(value & 0xff);
            if (colon < 0)
            {
                return length;
            }

            text = text.Slice(colon + 1);
        }
    }

    internal static bool TryDecimal(ReadOnlySpan<char> text, int largest, out int value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 3 || (text.Length > 1 && text[0] == '0'))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (c is < '0' or > '9')
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }

        return value <= largest;
    }

    private static bool TryHex(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 4)
        {
            return false;
        }

        foreach (char c in text)
        {
            int digit = c is >= '0' and <= '9' ? c - '0'
                : c is >= 'a' and <= 'f' ? c - 'a' + 10
                : c is >= 'A' and <= 'F' ? c - 'A' + 10
                : -1;
            if (digit < 0)
            {
                return false;
            }

            value = (value << 4) | digit;
        }

        return true;
    }
}
