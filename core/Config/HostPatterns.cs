namespace SshCore.Config;

/// <summary>The outcome of matching a name against a pattern list.</summary>
public enum PatternMatch
{
    /// <summary>No pattern matches.</summary>
    None,
    /// <summary>A pattern matches and no negated one does.</summary>
    Match,
    /// <summary>A pattern with a leading <c>!</c> matches: the whole list does not apply.</summary>
    Negated,
}

/// <summary>
/// The patterns of OpenSSH (ssh_config(5), PATTERNS): <c>*</c> for any characters, <c>?</c> for one, in lists with commas
/// and with <c>!</c> for negation. Letter case does not count. No recursion; time is at most length × length.
/// </summary>
public static class HostPatterns
{
    /// <summary>Whether <paramref name="text"/> as a whole matches <paramref name="pattern"/>.</summary>
    public static bool IsMatch(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        int t = 0, p = 0, star = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || Fold(pattern[p]) == Fold(text[t])))
            {
                t++;
                p++;
            }
            else if (star >= 0)
            {
                // Let the last star take one character more and try again behind it.
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
        {
            p++;
        }

        return p == pattern.Length;
    }

    /// <summary>Matches <paramref name="text"/> against a list with commas.</summary>
    public static PatternMatch MatchList(ReadOnlySpan<char> text, ReadOnlySpan<char> list)
    {
        var result = PatternMatch.None;
        while (!list.IsEmpty)
        {
            int comma = list.IndexOf(',');
            var pattern = comma < 0 ? list : list.Slice(0, comma);
            list = comma < 0 ? default : list.Slice(comma + 1);
            bool negated = !pattern.IsEmpty && pattern[0] == '!';
            if (!pattern.IsEmpty && IsMatch(text, negated ? pattern.Slice(1) : pattern))
            {
                if (negated)
                {
                    return PatternMatch.Negated;
                }

                result = PatternMatch.Match;
            }
        }

        return result;
    }

    private static char Fold(char c) => c is >= 'A' and <= 'Z' ? (char)(c + 32) : c;
}
