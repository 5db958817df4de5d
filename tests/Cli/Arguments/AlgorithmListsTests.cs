using NUnit.Framework;
using SshCore.Cli.Arguments;
using SshCore.Security;

namespace SshCore.Tests.Cli.Arguments;

public sealed class AlgorithmListsTests
{
    private static readonly IReadOnlyList<string> Standard = SshAlgorithmPreferences.Default.Ciphers;

    [Test]
    public void Nothing_said_is_the_default() =>
        Assert.That(new AlgorithmLists().ToPreferences().Ciphers, Is.EqualTo(Standard));

    [Test]
    public void A_list_replaces() =>
        Assert.That(Ciphers("aes256-ctr,aes128-ctr,aes256-ctr"), Is.EqualTo(new[] { "aes256-ctr", "aes128-ctr" }));

    [Test]
    public void Minus_removes_by_pattern() =>
        Assert.That(Ciphers("-aes*-ctr,chacha20*"), Is.EqualTo(new[] { "aes128-gcm@openssh.com", "aes256-gcm@openssh.com" }));

    [Test]
    public void Caret_puts_first()
    {
        IReadOnlyList<string> ciphers = Ciphers("^aes256-ctr");
        Assert.That(ciphers[0], Is.EqualTo("aes256-ctr"));
        Assert.That(ciphers, Is.EquivalentTo(Standard));
    }

    [Test]
    public void Plus_appends_and_naming_a_legacy_algorithm_allows_it()
    {
        SshAlgorithmPreferences preferences = new AlgorithmLists { Macs = "+hmac-sha1", HostKeys = "ssh-rsa" }.ToPreferences();
        Assert.That(preferences.Macs[^1], Is.EqualTo("hmac-sha1"));
        Assert.That(preferences.HostKeys, Is.EqualTo(new[] { "ssh-rsa" }));
        Assert.That(SshAlgorithmPreferences.Default.Macs, Does.Not.Contain("hmac-sha1"));
    }

    [Test]
    public void Legacy_algorithms_are_appended_where_they_belong()
    {
        var lists = new AlgorithmLists { Macs = "hmac-sha2-256" };
        lists.Legacy.Add("hmac-sha1");
        Assert.That(lists.ToPreferences().Macs, Is.EqualTo(new[] { "hmac-sha2-256", "hmac-sha1" }));
    }

    [TestCase("3des-cbc", "Ciphers: '3des-cbc' is unknown")]
    [TestCase("+nonsense", "Ciphers: 'nonsense' is unknown")]
    [TestCase("aes256-ctr,", "Ciphers: '' is unknown")]
    [TestCase("-*", "Ciphers: nothing remains of '-*'")]
    public void What_is_wrong_is_named(string list, string message) =>
        Assert.That(() => Ciphers(list), Throws.InstanceOf<UsageException>().With.Message.StartsWith(message));

    private static IReadOnlyList<string> Ciphers(string list) => new AlgorithmLists { Ciphers = list }.ToPreferences().Ciphers;
}
