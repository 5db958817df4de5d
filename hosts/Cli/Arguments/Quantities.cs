using System.Globalization;

namespace SshCore.Cli.Arguments;

/// <summary>Times and sizes as ssh_config writes them.</summary>
internal static class Quantities
{
    /// <summary>A time like <c>90</c>, <c>1m30s</c>, <c>1h</c>; seconds without a unit.</summary>
    internal static bool TryParseTime(string text, out TimeSpan time)
    {
        time = default;
        long seconds = 0;
        int at = 0;
        if (text.Length == 0)
        {
            return false;
        }

        while (at < text.Length)
        {
            int start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            if (!long.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number > int.MaxValue)
            {
                return false;
            }

            long unit = 1;
            if (at < text.Length)
            {
                unit = char.ToLowerInvariant(text[at++]) switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, 'w' => 604800, _ => 0 };
            }

            seconds += number * unit;
            if (unit == 0 || seconds > int.MaxValue)
            {
                return false;
            }
        }

        time = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>A number of bytes like <c>4096</c>, <c>512K</c>, <c>1M</c>, <c>2G</c>.</summary>
    internal static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        if (text.Length == 0)
        {
            return false;
        }

        int shift = char.ToLowerInvariant(text[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        ReadOnlySpan<char> digits = shift == 0 ? text : text.AsSpan(0, text.Length - 1);
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number > long.MaxValue >> shift)
        {
            return false;
        }

        bytes = number << shift;
        return true;
    }

    /// <summary>
    /// RekeyLimit: <c>default|none|SIZE [none|TIME]</c>. Sizes below 16 bytes and times below a second make no sense.
    /// </summary>
    internal static RekeyPolicy ParseRekeyLimit(string text)
    {
        List<string> words = Words.Split(text);
        RekeyPolicy policy = RekeyPolicy.Default;
        if (words.Count is 0 or > 2)
        {
            throw new UsageException($"RekeyLimit wants a size and perhaps a time, not '{text}'");
        }

        if (!Is(words[0], "default") && !Is(words[0], "none"))
        {
            if (!TryParseSize(words[0], out long bytes) || bytes < 16)
            {
                throw new UsageException($"RekeyLimit: '{words[0]}' is no size");
            }

            policy = policy with { Bytes = bytes };
        }

        if (words.Count == 1)
        {
            return policy;
        }

        if (Is(words[1], "none"))
        {
            return policy with { Age = null };
        }

        return TryParseTime(words[1], out TimeSpan age) && age > TimeSpan.Zero
            ? policy with { Age = age }
            : throw new UsageException($"RekeyLimit: '{words[1]}' is no time");
    }

    private static bool Is(string text, string word) => string.Equals(text, word, StringComparison.OrdinalIgnoreCase);
}
