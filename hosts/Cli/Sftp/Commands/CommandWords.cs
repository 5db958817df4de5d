using System.Text;

namespace SshCore.Cli.Sftp.Commands;

/// <summary>
/// The words of a command line by the rules of OpenSSH's sftp: blanks part them; quotes of both kinds hold them together
/// and take magic away from <c>* ? [</c>; a backslash takes its meaning from what follows; <c>#</c> outside of quotes begins
/// a comment. A word is a pattern (glob(7)) afterwards: what is meant literally has a backslash before it.
/// </summary>
internal sealed class CommandWords
{
    internal const int MaxWords = 128;

    private CommandWords(List<string> words, char openQuote, char lastQuote)
    {
        Words = words;
        OpenQuote = openQuote;
        LastQuote = lastQuote;
    }

    /// <summary>The words, as patterns.</summary>
    internal IReadOnlyList<string> Words { get; }

    /// <summary>The quote that isn't closed at the end; NUL if none is.</summary>
    internal char OpenQuote { get; }

    /// <summary>The quote that the last word began with; NUL for none.</summary>
    internal char LastQuote { get; }

    /// <summary>Splits a line. An unclosed quote is told in <see cref="OpenQuote"/>, for completion; a command with one is wrong.</summary>
    /// <exception cref="SftpCommandException">There are too many words.</exception>
    internal static CommandWords Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool inWord = false;
        char quote = '\0';
        char lastQuote = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            char next = i + 1 < line.Length ? line[i + 1] : '\0';
            if (quote == '\0' && c is ' ' or '\t' or '\r' or '\n')
            {
                End();
                continue;
            }

            if (quote == '\0' && c == '#')
            {
                break;
            }

            bool isFirst = !inWord;
            inWord = true;
            if (quote == '\0' && c is '"' or '\'')
            {
                quote = c;
                lastQuote = isFirst ? c : lastQuote;
            }
            else if (quote != '\0' && c == quote)
            {
                quote = '\0';
            }
            else if (c == '\\')
            {
                lastQuote = isFirst ? '\0' : lastQuote;
                i += next == '\0' ? 0 : 1;
                AppendEscaped(word, next, quote);
            }
            else
            {
                lastQuote = isFirst ? '\0' : lastQuote;
                if (quote != '\0' && IsMagic(c))
                {
                    word.Append('\\');
                }

                word.Append(c);
            }
        }

        char open = quote;
        quote = '\0';
        End();
        return new CommandWords(words, open, words.Count == 0 ? '\0' : lastQuote);

        void End()
        {
            if (!inWord)
            {
                return;
            }

            if (words.Count == MaxWords)
            {
                throw new SftpCommandException("Too many arguments.");
            }

            words.Add(word.ToString());
            word.Clear();
            inWord = false;
        }
    }

    /// <summary>A pattern as the name it was written for, for what doesn't look for matches.</summary>
    internal static string Literal(string pattern)
    {
        var name = new StringBuilder(pattern.Length);
        for (int i = 0; i < pattern.Length; i++)
        {
            i += pattern[i] == '\\' && i + 1 < pattern.Length && (IsMagic(pattern[i + 1]) || pattern[i + 1] == '\\') ? 1 : 0;
            name.Append(pattern[i]);
        }

        return name.ToString();
    }

    /// <summary>A name as a word that stands for just it, within <paramref name="quote"/> or, for NUL, without quotes.</summary>
    internal static string Quote(string name, char quote)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (char c in name)
        {
            bool escape = quote == '\0' ? c is ' ' or '\t' or '#' or '"' or '\'' or '\\' || IsMagic(c) : c == quote || c == '\\';
            text.Append(escape ? "\\" : "").Append(c);
        }

        return text.ToString();
    }

    internal static bool IsMagic(char c) => c is '*' or '?' or '[';

    private static void AppendEscaped(StringBuilder word, char next, char quote)
    {
        if (next == '\0')
        {
            word.Append("\\\\");
        }
        else if (quote == '\0')
        {
            word.Append(IsMagic(next) || next == '\\' ? "\\" : "").Append(next);
        }
        else if (next == quote)
        {
            word.Append(next);
        }
        else if (next == '\\')
        {
            word.Append("\\\\");
        }
        else
        {
            // Within quotes a backslash is one, save before the quote and itself.
            word.Append("\\\\").Append(IsMagic(next) ? "\\" : "").Append(next);
        }
    }
}
