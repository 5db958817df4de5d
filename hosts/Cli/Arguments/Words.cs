using System.Text;

namespace SshCore.Cli.Arguments;

/// <summary>Splits a value into words as ssh_config does: at white space, but not inside quotes.</summary>
internal static class Words
{
    /// <summary>
    /// Words of <paramref name="text"/>. Single and double quotes hold words together; a backslash takes a quote, a
    /// backslash or, outside of quotes, a blank literally.
    /// </summary>
    /// <exception cref="UsageException">A quote isn't closed.</exception>
    internal static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool inWord = false;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\\' && i + 1 < text.Length && IsEscapable(text[i + 1], quote))
            {
                word.Append(text[++i]);
                inWord = true;
            }
            else if (quote != '\0')
            {
                if (c == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(c);
                }
            }
            else if (c is '"' or '\'')
            {
                quote = c;
                inWord = true;
            }
            else if (c is not (' ' or '\t'))
            {
                word.Append(c);
                inWord = true;
            }
            else if (inWord)
            {
                words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
        }

        if (quote != '\0')
        {
            throw new UsageException($"a quote isn't closed: {text}");
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    private static bool IsEscapable(char c, char quote) => c is '"' or '\'' or '\\' || (quote == '\0' && c == ' ');
}
