namespace SshCore.Config;

/// <summary>
/// The list of a <c>from=</c> option (sshd(8), AUTHORIZED_KEYS FILE FORMAT): host name patterns, addresses with wildcards
/// and CIDR blocks, with <c>!</c> for negation.
/// </summary>
public static class AddressPatterns
{
    /// <summary>Whether every item of the list can be understood: a CIDR block has a length that fits and no bits behind it.</summary>
    public static bool IsValid(string list)
    {
        ArgumentNullException.ThrowIfNull(list);
        foreach (string item in list.Split(','))
        {
            string pattern = item.StartsWith('!') ? item.Substring(1) : item;
            if (pattern.Length == 0 || (pattern.Contains('/') && !TryBlock(pattern.AsSpan(), out _, out _)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether a peer may come from there. Something has to match, and nothing negated; a list that cannot be understood
    /// allows nobody.
    /// </summary>
    /// <param name="list">The value of <c>from=</c>.</param>
    /// <param name="address">The peer's address, IPv4 or IPv6.</param>
    /// <param name="hostName">The peer's name if it was looked up and confirmed; otherwise null.</param>
    public static bool Allows(string list, string address, string? hostName = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!IsValid(list) || !IpAddressText.TryParse(address.AsSpan(), out var bytes, out _))
        {
            return false;
        }

        // A dual-stack socket shows an IPv4 peer as ::ffff:a.b.c.d.
        string? plain = IpAddressText.IsV4(bytes) ? $"{bytes[12]}.{bytes[13]}.{bytes[14]}.{bytes[15]}" : null;
        bool allowed = false;
        foreach (string item in list.Split(','))
        {
            bool negated = item.StartsWith('!');
            var pattern = item.AsSpan(negated ? 1 : 0);
            bool match = TryBlock(pattern, out var network, out int bits)
                ? SamePrefix(bytes, network, bits)
                : HostPatterns.IsMatch(address.AsSpan(), pattern)
                    || (plain is not null && HostPatterns.IsMatch(plain.AsSpan(), pattern))
                    || (hostName is not null && HostPatterns.IsMatch(hostName.AsSpan(), pattern));
            if (match && negated)
            {
                return false;
            }

            allowed |= match;
        }

        return allowed;
    }

    /// <summary>An address with or without a prefix length.</summary>
    private static bool TryBlock(ReadOnlySpan<char> text, out byte[] network, out int bits)
    {
        int slash = text.IndexOf('/');
        bits = 8 * IpAddressText.Length;
        if (!IpAddressText.TryParse(slash < 0 ? text : text.Slice(0, slash), out network, out bool isV4))
        {
            return false;
        }

        if (slash < 0)
        {
            return true;
        }

        if (!IpAddressText.TryDecimal(text.Slice(slash + 1), isV4 ? 32 : 128, out int length))
        {
            return false;
        }

        bits = isV4 ? IpAddressText.MappedPrefix + length : length;
        for (int i = bits; i < 8 * network.Length; i++)
        {
            if ((network[i / 8] & (0x80 >> (i % 8))) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool SamePrefix(byte[] address, byte[] network, int bits)
    {
        for (int i = 0; i < bits; i++)
        {
            if (((address[i / 8] ^ network[i / 8]) & (0x80 >> (i % 8))) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
