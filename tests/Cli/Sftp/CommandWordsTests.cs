using System.Linq;
using NUnit.Framework;
using SshCore.Cli.Sftp.Commands;

namespace SshCore.Tests.Cli.Sftp;

public sealed class CommandWordsTests
{
    [TestCase("get a b", "get|a|b")]
    [TestCase("  get\ta   b  ", "get|a|b")]
    [TestCase("get \"a b\" 'c d'", "get|a b|c d")]
    [TestCase("get a\\ b", "get|a b")]
    [TestCase("get a\" b\"c' d'", "get|a bc d")]
    [TestCase("get \"\" x", "get||x")]
    [TestCase("get a#b c", "get|a")]
    [TestCase("get 'a#b' \"#\"", "get|a#b|#")]
    [TestCase("get \\#", "get|#")]
    [TestCase("get \"it's\" 'say \"x\"'", "get|it's|say \"x\"")]
    [TestCase("get \"a\\\"b\" 'c\\'d'", "get|a\"b|c'd")]
    [TestCase("", "")]
    [TestCase("   # only", "")]
    public void Words_and_quotes(string line, string words) =>
        Assert.That(string.Join('|', CommandWords.Split(line).Words), Is.EqualTo(words));

    // What the pattern says, and the name it stands for if nobody looks for matches.
    [TestCase("*.txt", "*.txt", "*.txt")]
    [TestCase("\\*", "\\*", "*")]
    [TestCase("'*'", "\\*", "*")]
    [TestCase("\"a?[b]\"", "a\\?\\[b]", "a?[b]")]
    [TestCase("\"*\".txt", "\\*.txt", "*.txt")]
    [TestCase("a\\\\b", "a\\\\b", "a\\b")]
    [TestCase("'a\\\\b'", "a\\\\b", "a\\b")]
    [TestCase("'a\\nb'", "a\\\\nb", "a\\nb")]
    [TestCase("'a\\*b'", "a\\\\\\*b", "a\\*b")]
    [TestCase("a\\nb", "anb", "anb")]
    [TestCase("a\\", "a\\\\", "a\\")]
    public void Magic_and_backslashes(string word, string pattern, string literal)
    {
        string split = CommandWords.Split(word).Words[0];
        Assert.That((split, CommandWords.Literal(split)), Is.EqualTo((pattern, literal)));
    }

    [TestCase("get \"a b", '"', '"')]
    [TestCase("get 'a", '\'', '\'')]
    [TestCase("get \"a\"", '\0', '"')]
    [TestCase("get a", '\0', '\0')]
    public void Open_quotes_are_told(string line, char open, char last)
    {
        CommandWords split = CommandWords.Split(line);
        Assert.That((split.OpenQuote, split.LastQuote), Is.EqualTo((open, last)));
    }

    [TestCase("a b#c*[?]'\"\\", '\0')]
    [TestCase("a b#c*[?]'\"\\x", '"')]
    [TestCase("a b#c*[?]'\"\\x", '\'')]
    public void What_is_quoted_is_one_word_again(string name, char quote)
    {
        string q = quote == '\0' ? "" : quote.ToString();
        CommandWords split = CommandWords.Split("get " + q + CommandWords.Quote(name, quote) + q);
        Assert.That(split.Words, Has.Count.EqualTo(2));
        Assert.That(CommandWords.Literal(split.Words[1]), Is.EqualTo(name));
    }

    [Test]
    public void The_number_of_words_is_bounded()
    {
        Assert.That(CommandWords.Split(Line(128)).Words, Has.Count.EqualTo(128));
        Assert.That(() => CommandWords.Split(Line(129)), Throws.InstanceOf<SftpCommandException>());

        static string Line(int words) => string.Join(' ', Enumerable.Repeat("w", words));
    }
}
