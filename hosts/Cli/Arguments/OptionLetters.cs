namespace SshCore.Cli.Arguments;

/// <summary>
/// The options of a program that has one letter for each, as getopt reads them: letters may stand together behind one dash, a
/// value stands behind its letter or is the next word, <c>--</c> ends the options. Options and operands may be mixed.
/// </summary>
/// <param name="plain">Letters without a value.</param>
/// <param name="withValue">Letters that want a value.</param>
/// <param name="notSupported">Letters that the program is known for and that are refused by name.</param>
internal sealed class OptionLetters(string plain, string withValue, string notSupported)
{
    /// <summary>What a plain letter does.</summary>
    internal required Action<char> OnPlain { get; init; }

    /// <summary>What a letter with its value does.</summary>
    internal required Action<char, string> OnValue { get; init; }

    /// <summary>Reads all words.</summary>
    /// <returns>The operands; null if help was asked for, then nothing behind that was read.</returns>
    /// <exception cref="UsageException">An option is unknown, not supported, or lacks its value.</exception>
    internal List<string>? Read(IReadOnlyList<string> words)
    {
        var operands = new List<string>();
        bool options = true;
        for (int at = 0; at < words.Count;)
        {
            string word = words[at++];
            if (options && word == "--help")
            {
                return null;
            }

            if (options && word == "--")
            {
                options = false;
            }
            else if (options && word.Length > 1 && word[0] == '-')
            {
                ReadWord(word, words, ref at);
            }
            else
            {
                operands.Add(word);
            }
        }

        return operands;
    }

    private void ReadWord(string word, IReadOnlyList<string> words, ref int at)
    {
        for (int i = 1; i < word.Length; i++)
        {
            char letter = word[i];
            if (withValue.Contains(letter, StringComparison.Ordinal))
            {
                OnValue(letter, i + 1 < word.Length ? word[(i + 1)..]
                    : at < words.Count ? words[at++]
                    : throw new UsageException($"option -{letter} wants a value"));
                return;
            }

            if (!plain.Contains(letter, StringComparison.Ordinal))
            {
                throw new UsageException(notSupported.Contains(letter, StringComparison.Ordinal) ? $"option -{letter} isn't supported" : $"unknown option -{letter}");
            }

            OnPlain(letter);
        }
    }
}
