using NUnit.Framework;
using SshCore.Config;

namespace SshCore.Tests.Core.Config;

public class HostPatternsTests
{
    [TestCase("host", "host", true)]
    [TestCase("HOST", "hosT", true)]
    [TestCase("host", "hos", false)]
    [TestCase("host", "hosts", false)]
    [TestCase("", "", true)]
    [TestCase("", "*", true)]
    [TestCase("", "?", false)]
    [TestCase("host", "", false)]
    [TestCase("host", "*", true)]
    [TestCase("host", "h*t", true)]
    [TestCase("host", "h?st", true)]
    [TestCase("host", "h?t", false)]
    [TestCase("a.example.com", "*.example.com", true)]
    [TestCase("example.com", "*.example.com", false)]
    [TestCase("abcabcabd", "*abd", true)]
    [TestCase("abcabcabc", "*abd", false)]
    [TestCase("aXbXc", "a*b*c", true)]
    [TestCase("[h]:22", "[h]:*", true)]
    public void Wildcards(string text, string pattern, bool match) => Assert.That(HostPatterns.IsMatch(text, pattern), Is.EqualTo(match));

    [TestCase("a", "a,b", PatternMatch.Match)]
    [TestCase("c", "a,b", PatternMatch.None)]
    [TestCase("a", "", PatternMatch.None)]
    [TestCase("a", ",,", PatternMatch.None)]
    [TestCase("a", "!a", PatternMatch.Negated)]
    [TestCase("a", "*,!a", PatternMatch.Negated)]
    [TestCase("a", "!a,*", PatternMatch.Negated)]
    [TestCase("b", "!a,*", PatternMatch.Match)]
    [TestCase("b", "!a", PatternMatch.None)]
    public void Lists(string text, string list, PatternMatch match) => Assert.That(HostPatterns.MatchList(text, list), Is.EqualTo(match));

    [Test]
    [CancelAfter(5000)]
    public void ManyStarsEndSoon() =>
        Assert.That(HostPatterns.IsMatch(new string('a', 1000), string.Concat(System.Linq.Enumerable.Repeat("*a", 2000)) + "b"), Is.False);
}
