namespace SshCore.Config;

/// <summary>
/// File name patterns of glob(7) on bytes: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a-z]</c>, and a backslash before what is
/// meant literally. A character is one of UTF-8, or a byte that is none. No recursion; time is at most length × length.
/// </summary>
public static class FileGlob
{
    // Bytes that are not UTF-8 are characters of their own, above all code points.
    private const int RawByte = 0x200000;

    /// <summary>
    /// Whether one name, without slashes, matches as a whole. A name that begins with a period is matched only by a pattern
    /// that does, unless <paramref name="matchHidden"/>.
    /// </summary>
    public static bool IsMatch(ReadOnlySpan<byte> name, ReadOnlySpan<byte> pattern, bool matchHidden = false)
    {
        if (!matchHidden && name.Length > 0 && name[0] == (byte)'.' && !BeginsWithPeriod(pattern))
        {
            return false;
        }

        int n = 0, p = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            int afterName = n, afterPattern = p;
            int c = Next(name, ref afterName);
            if (p < pattern.Length && pattern[p] == (byte)'*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && MatchesOne(c, pattern, ref afterPattern))
            {
                n = afterName;
                p = afterPattern;
            }
            else if (star >= 0)
            {
                // Let the last star take one character more and try again behind it.
                _ = Next(name, ref resume);
                p = star + 1;
                n = resume;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == (byte)'*')
        {
            p++;
        }

        return p == pattern.Length;
    }

    /// <summary>Whether it has a character that matches more than itself.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> pattern)
    {
        for (int i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case (byte)'\\':
                    i++;
                    break;
                case (byte)'*' or (byte)'?':
                    return true;
                case (byte)'[' when SetEnd(pattern, i) > 0:
                    return true;
            }
        }

        return false;
    }

    /// <summary>The only name that a pattern without magic matches: each backslash taken away from what it quotes.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> pattern)
    {
        var plain = new byte[pattern.Length];
        int length = 0;
        for (int i = 0; i < pattern.Length; i++)
        {
            i += pattern[i] == (byte)'\\' && i + 1 < pattern.Length ? 1 : 0;
            plain[length++] = pattern[i];
        }

        return plain.AsSpan(0, length).ToArray();
    }

    /// <summary>A pattern that matches just this name.</summary>
    public static byte[] Escape(ReadOnlySpan<byte> name)
    {
        var pattern = new byte[name.Length * 2];
        int length = 0;
        foreach (byte b in name)
        {
            if (b is (byte)'*' or (byte)'?' or (byte)'[' or (byte)'\\')
            {
                pattern[length++] = (byte)'\\';
            }

            pattern[length++] = b;
        }

        return pattern.AsSpan(0, length).ToArray();
    }

    private static bool BeginsWithPeriod(ReadOnlySpan<byte> pattern) =>
        pattern.Length > 0 && (pattern[0] == (byte)'.' || (pattern.Length > 1 && pattern[0] == (byte)'\\' && pattern[1] == (byte)'.'));

    private static bool MatchesOne(int c, ReadOnlySpan<byte> pattern, ref int p)
    {
        switch (pattern[p])
        {
            case (byte)'?':
                p++;
                return true;
            case (byte)'[' when SetEnd(pattern, p) is var end && end > 0:
                bool isIn = IsInSet(c, pattern.Slice(p + 1, end - p - 1));
                p = end + 1;
                return isIn;
            case (byte)'\\' when p + 1 < pattern.Length:
                p++;
                return Next(pattern, ref p) == c;
            default:
                return Next(pattern, ref p) == c;
        }
    }

    /// <summary>Where the bracket closes; -1 if it doesn't, and then stands for itself.</summary>
    private static int SetEnd(ReadOnlySpan<byte> pattern, int open)
    {
        int i = open + 1;
        i += i < pattern.Length && IsNegation(pattern[i]) ? 1 : 0;
        for (int first = i; i < pattern.Length; i++)
        {
            if (pattern[i] == (byte)']' && i > first)
            {
                return i;
            }

            i += pattern[i] == (byte)'\\' ? 1 : 0;
        }

        return -1;
    }

    private static bool IsInSet(int c, ReadOnlySpan<byte> set)
    {
        bool negated = set.Length > 0 && IsNegation(set[0]);
        bool found = false;
        for (int i = negated ? 1 : 0; i < set.Length;)
        {
            int low = NextOfSet(set, ref i);
            int high = low;
            if (i + 1 < set.Length && set[i] == (byte)'-')
            {
                i++;
                high = NextOfSet(set, ref i);
            }

            found |= c >= low && c <= high;
        }

        return found != negated;
    }

    private static bool IsNegation(byte b) => b is (byte)'!' or (byte)'^';

    private static int NextOfSet(ReadOnlySpan<byte> set, ref int at)
    {
        at += set[at] == (byte)'\\' && at + 1 < set.Length ? 1 : 0;
        return Next(set, ref at);
    }

    /// <summary>The character at <paramref name="at"/>, which moves behind it.</summary>
    private static int Next(ReadOnlySpan<byte> text, ref int at)
    {
        byte first = text[at];
        int more = first switch { < 0x80 => 0, >= 0xC2 and < 0xE0 => 1, >= 0xE0 and < 0xF0 => 2, >= 0xF0 and < 0xF5 => 3, _ => -1 };
        int c = more switch { 0 => first, 1 => first & 0x1F, 2 => first & 0x0F, 3 => first & 0x07, _ => RawByte + first };
        for (int i = 1; i <= more; i++)
        {
            if (at + i >= text.Length || (text[at + i] & 0xC0) != 0x80)
            {
                more = -1;
                c = RawByte + first;
                break;
            }

            c = (c << 6) | (text[at + i] & 0x3F);
        }

        at += Math.Max(more, 0) + 1;
        return c;
    }
}
