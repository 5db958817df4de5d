using NUnit.Framework;
using SshCore.Cli.Arguments;

namespace SshCore.Tests.Cli.Arguments;

public sealed class QuantitiesTests
{
    [TestCase("0", 0)]
    [TestCase("90", 90)]
    [TestCase("1m30s", 90)]
    [TestCase("1h30", 3630)]
    [TestCase("1W2d", 777600)]
    public void Times(string text, int seconds)
    {
        Assert.That(Quantities.TryParseTime(text, out TimeSpan time), Is.True);
        Assert.That(time, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [TestCase("")]
    [TestCase("m")]
    [TestCase("1x")]
    [TestCase("-1")]
    [TestCase("99999999999")]
    [TestCase("9999999999999999999999")]
    [TestCase("4000w")]
    public void No_times(string text) => Assert.That(Quantities.TryParseTime(text, out _), Is.False);

    [TestCase("16", 16)]
    [TestCase("4K", 4096)]
    [TestCase("1m", 1048576)]
    [TestCase("3G", 3221225472)]
    public void Sizes(string text, long bytes)
    {
        Assert.That(Quantities.TryParseSize(text, out long size), Is.True);
        Assert.That(size, Is.EqualTo(bytes));
    }

    [TestCase("")]
    [TestCase("K")]
    [TestCase("1T")]
    [TestCase("1 K")]
    [TestCase("9999999999999G")]
    public void No_sizes(string text) => Assert.That(Quantities.TryParseSize(text, out _), Is.False);

    [Test]
    public void Rekey_limits()
    {
        Assert.That(Quantities.ParseRekeyLimit("1M").Bytes, Is.EqualTo(1 << 20));
        Assert.That(Quantities.ParseRekeyLimit("1M 10m").Age, Is.EqualTo(TimeSpan.FromMinutes(10)));
        Assert.That(Quantities.ParseRekeyLimit("default none"), Is.EqualTo(RekeyPolicy.Default with { Age = null }));
        Assert.That(() => Quantities.ParseRekeyLimit("1"), Throws.InstanceOf<UsageException>());
        Assert.That(() => Quantities.ParseRekeyLimit("1M 0"), Throws.InstanceOf<UsageException>());
        Assert.That(() => Quantities.ParseRekeyLimit("1M 1h 1d"), Throws.InstanceOf<UsageException>());
    }

    [TestCase("a b", "a|b")]
    [TestCase("  a\t b ", "a|b")]
    [TestCase("'a b' \"c d\"e", "a b|c de")]
    [TestCase("a\\ b \\\"", "a b|\"")]
    [TestCase("\"a\\\"b\" ''", "a\"b|")]
    [TestCase("c:\\x", "c:\\x")]
    public void Words_of_a_value(string text, string words) => Assert.That(string.Join('|', Words.Split(text)), Is.EqualTo(words));
}
