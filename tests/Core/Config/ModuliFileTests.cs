using System.Linq;
using NUnit.Framework;
using SshCore.Config;
using SshCore.Errors;
using SshCore.Kex;
using SshCore.TestKit;

namespace SshCore.Tests.Core.Config;

public class ModuliFileTests
{
    private static readonly ModuliFile Moduli = ModuliFile.Parse(Fixture.Text("moduli"));

    [Test]
    public void ReadsWhatOpenSshShips()
    {
        Assert.That(Moduli.Problems, Is.Empty);
        Assert.That(Moduli.Discarded, Is.Zero);
        Assert.That(Moduli.Count, Is.EqualTo(8));
        Assert.That(Moduli.Sizes, Is.EqualTo(new[] { 2048, 3072, 4096, 8192 }));
    }

    [TestCase(2048, 2048, 8192, 2048)]
    [TestCase(2048, 3000, 8192, 3072)]
    [TestCase(2048, 3072, 8192, 3072)]
    [TestCase(2048, 3073, 8192, 4096)]
    [TestCase(2048, 8192, 8192, 8192)]
    [TestCase(2048, 9000, 16384, 8192)]
    [TestCase(2048, 6000, 6000, 4096, Description = "nothing at or above the wish inside the range: the largest below it")]
    [TestCase(4096, 2048, 8192, 4096, Description = "a wish below the minimum")]
    [TestCase(3073, 3080, 4095, 0)]
    [TestCase(1024, 1024, 2047, 0)]
    [TestCase(8193, 8193, 16384, 0)]
    [TestCase(4096, 4096, 2048, 0, Description = "an empty range")]
    public void Choice(int minimum, int preferred, int maximum, int expected)
    {
        bool found = Moduli.TryChoose(minimum, preferred, maximum, new SeededRandom(1), out var prime, out var generator);
        Assert.That(found, Is.EqualTo(expected > 0));
        Assert.That(8 * prime.Length, Is.EqualTo(expected));
        Assert.That(generator.Length, Is.EqualTo(expected > 0 ? 1 : 0));
    }

    [Test]
    public void EqualsAreChosenByChance()
    {
        var random = new SeededRandom(3);
        var seen = Enumerable.Range(0, 64).Select(_ =>
        {
            Moduli.TryChoose(2048, 4096, 8192, random, out var prime, out var generator);
            return Convert.ToHexString(prime.Span) + Convert.ToHexString(generator.Span);
        });
        Assert.That(seen.Distinct().Count(), Is.EqualTo(2));
    }

    [TestCase("20220714 2 6 100 2047 2 {p}", 1, 0)]
    [TestCase("20220714 4 6 100 2047 2 {p}", 0, 1, Description = "a Sophie Germain prime")]
    [TestCase("20220714 0 6 100 2047 2 {p}", 0, 1, Description = "unknown type")]
    [TestCase("20220714 2 2 100 2047 2 {p}", 0, 1, Description = "only sieved")]
    [TestCase("20220714 2 7 100 2047 2 {p}", 0, 1, Description = "composite")]
    [TestCase("20220714 2 6 99 2047 2 {p}", 0, 1, Description = "too few Miller-Rabin tries")]
    [TestCase("20220714 2 8 0 2047 2 {p}", 1, 0, Description = "another test than Miller-Rabin")]
    [TestCase("# comment", 0, 0)]
    [TestCase("", 0, 0)]
    public void Weeds(string line, int count, int discarded)
    {
        var file = ModuliFile.Parse(Fill(line));
        Assert.That(file.Problems, Is.Empty);
        Assert.That(file.Count, Is.EqualTo(count));
        Assert.That(file.Discarded, Is.EqualTo(discarded));
    }

    [TestCase("1 2 6 100 2047 2")]
    [TestCase("1 2 6 100 2047 2 {p} more")]
    [TestCase("1 2 6 100 2046 2 {p}")]
    [TestCase("1 2 6 100 2047 0 {p}")]
    [TestCase("1 2 6 100 2047 1 {p}")]
    [TestCase("1 2 6 100 2047 100000000 {p}")]
    [TestCase("1 2 6 100 2047 2 {p}0")]
    [TestCase("1 2 6 100 2047 2 xyz")]
    [TestCase("1 2 6 -100 2047 2 {p}")]
    [TestCase("1 2 6 100 99999999999 2 {p}")]
    [TestCase("1 2 6 100 0 2 0")]
    public void BadLinesAreProblems(string line)
    {
        var file = ModuliFile.Parse("# first\r\n" + Fill(line) + "\n", "moduli");
        Assert.That(file.Count + file.Discarded, Is.Zero);
        Assert.That(file.Problems.Single().ToString(), Does.StartWith("moduli:2: "));
    }

    [Test]
    public void SizesOutsideTheLimitsAreLeftOut()
    {
        var limits = SshLimits.Default with { SmallestGroupBits = 2049, LargestGroupBits = 8191 };
        var file = ModuliFile.Parse(Fixture.Text("moduli"), limits: limits);
        Assert.That(file.Sizes, Is.EqualTo(new[] { 3072, 4096 }));
        Assert.That(file.Discarded, Is.EqualTo(4));
        var small = new string('F', 255) + "B";
        Assert.That(ModuliFile.Parse($"1 2 6 100 1023 2 {small}").Discarded, Is.EqualTo(1));
        var shortLines = SshLimits.Default with { TextLineLength = 600 };
        Assert.That(ModuliFile.Parse(Fixture.Text("moduli"), limits: shortLines).Problems[0].Error.Kind, Is.EqualTo(SshErrorKind.LimitExceeded));
    }

    [Test]
    public void EveryTruncationAndFlipParses()
    {
        string text = Fill("20220714 2 6 100 2047 2 {p}\n");
        for (int i = 0; i < text.Length; i++)
        {
            ModuliFile.Parse(text.Substring(0, i));
            var chars = text.ToCharArray();
            chars[i] ^= (char)1;
            var file = ModuliFile.Parse(new string(chars));
            Assert.That(file.Count + file.Discarded + file.Problems.Count, Is.EqualTo(1));
        }
    }

    [Test]
    public void SourceForAServer()
    {
        Assert.That(() => new ModuliGroupSource(ModuliFile.Parse("")), Throws.ArgumentException);
        Assert.That(new ModuliGroupSource(Moduli).TryChoose(2048, 2048, 8192, new SeededRandom(1), out var prime, out _));
        Assert.That(prime.Length, Is.EqualTo(256));
    }

    private static string Fill(string line) => line.Replace("{p}", Fixture.Text("moduli").Split('\n')[1].Split(' ')[6]);
}
