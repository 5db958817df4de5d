using System.Text;
using NUnit.Framework;
using SshCore.Config;

namespace SshCore.Tests.Core.Config;

public sealed class FileGlobTests
{
    [TestCase("abc", "abc", true)]
    [TestCase("abc", "ab", false)]
    [TestCase("abc", "a*c", true)]
    [TestCase("abc", "*", true)]
    [TestCase("", "*", true)]
    [TestCase("", "", true)]
    [TestCase("abc", "a?c", true)]
    [TestCase("ac", "a?c", false)]
    [TestCase("aXbXc", "a*X*c", true)]
    [TestCase("mississippi", "*iss*ip*", true)]
    [TestCase("mississippi", "*iss*ix*", false)]
    [TestCase("b", "[abc]", true)]
    [TestCase("d", "[abc]", false)]
    [TestCase("d", "[!abc]", true)]
    [TestCase("d", "[^a-c]", true)]
    [TestCase("b", "[a-c]", true)]
    [TestCase("-", "[a-]", true)]
    [TestCase("]", "[]]", true)]
    [TestCase("]", "[!]]", false)]
    [TestCase("[", "[", true)]
    [TestCase("[a", "[a", true)]
    [TestCase("*", "\\*", true)]
    [TestCase("x", "\\*", false)]
    [TestCase("a\\", "a\\", true)]
    [TestCase("[x]", "\\[x]", true)]
    [TestCase(".x", "*", false)]
    [TestCase(".x", "?x", false)]
    [TestCase(".x", "[.]x", false)]
    [TestCase(".x", ".*", true)]
    [TestCase(".x", "\\.x", true)]
    [TestCase("ä", "?", true)]
    [TestCase("ä", "[à-ü]", true)]
    [TestCase("ä", "[!ä]", false)]
    [TestCase("ä€😀", "???", true)]
    public void Matches(string name, string pattern, bool expected) =>
        Assert.That(FileGlob.IsMatch(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(pattern)), Is.EqualTo(expected));

    [Test]
    public void Bytes_that_are_not_utf8_are_characters_of_their_own()
    {
        Assert.That(FileGlob.IsMatch([0xE4], "?"u8), Is.True);
        Assert.That(FileGlob.IsMatch([0xE4, 0xFF], "??"u8), Is.True);
        Assert.That(FileGlob.IsMatch([0xE4], [0xE4]), Is.True);
        Assert.That(FileGlob.IsMatch([0xE4], "ä"u8), Is.False);
    }

    [Test]
    public void Hidden_names_by_choice() => Assert.That(FileGlob.IsMatch(".x"u8, "*"u8, matchHidden: true), Is.True);

    [Test]
    public void Time_stays_bounded_for_many_stars()
    {
        byte[] name = new byte[10_000];
        name.AsSpan().Fill((byte)'a');
        byte[] pattern = Encoding.ASCII.GetBytes(string.Concat(System.Linq.Enumerable.Repeat("*a", 500)) + "b");
        Assert.That(FileGlob.IsMatch(name, pattern), Is.False);
    }

    [TestCase("a*", true)]
    [TestCase("a\\*", false)]
    [TestCase("a[", false)]
    [TestCase("[a]", true)]
    [TestCase("plain", false)]
    public void Magic(string pattern, bool expected) => Assert.That(FileGlob.HasMagic(Encoding.UTF8.GetBytes(pattern)), Is.EqualTo(expected));

    [TestCase("a*b?[c]\\d")]
    [TestCase("plain")]
    public void Escaped_names_match_themselves_only(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        byte[] pattern = FileGlob.Escape(bytes);
        Assert.That(FileGlob.HasMagic(pattern), Is.False);
        Assert.That(FileGlob.Unescape(pattern), Is.EqualTo(bytes));
        Assert.That(FileGlob.IsMatch(bytes, pattern), Is.True);
    }
}
