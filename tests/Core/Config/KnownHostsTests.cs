using System.Linq;
using NUnit.Framework;
using SshCore.Config;
using SshCore.Errors;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;
using SshCore.TestKit;

namespace SshCore.Tests.Core.Config;

public class KnownHostsTests
{
    private static readonly SshCryptoProvider Crypto = DefaultCrypto.Provider;
    private static readonly SshPublicKey Ed = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-ed25519.pub"));
    private static readonly SshPublicKey Ec = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-p256.pub"));
    private static readonly SshPublicKey Rsa = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-rsa.pub"));
    private static readonly SshPublicKey OtherEd = SshPublicKey.ParseOpenSsh(Fixture.Text("pkcs8-ed25519.pub"));

    [TestCase("host {ed}", KnownHostsVerdict.Trusted)]
    [TestCase("HOST {ed}", KnownHostsVerdict.Trusted)]
    [TestCase("a,host,b {ed}", KnownHostsVerdict.Trusted)]
    [TestCase("h*t {ed}", KnownHostsVerdict.Trusted)]
    [TestCase("ho?t {ed}", KnownHostsVerdict.Trusted)]
    [TestCase("*,!host {ed}", KnownHostsVerdict.Unknown)]
    [TestCase("!other,* {ed}", KnownHostsVerdict.Trusted)]
    [TestCase("\thost\t\t{ed}\tcomment", KnownHostsVerdict.Trusted)]
    [TestCase("host.example.com {ed}", KnownHostsVerdict.Unknown)]
    [TestCase("[host]:22 {ed}", KnownHostsVerdict.Unknown)]
    [TestCase("host {other}", KnownHostsVerdict.Changed)]
    [TestCase("host {ec}", KnownHostsVerdict.Changed)]
    [TestCase("host {other}\nhost {ed}", KnownHostsVerdict.Trusted)]
    [TestCase("host {other}\nhost {ec}", KnownHostsVerdict.Changed)]
    [TestCase("@revoked host {ed}", KnownHostsVerdict.Revoked)]
    [TestCase("host {ed}\n@revoked * {ed}", KnownHostsVerdict.Revoked)]
    [TestCase("host {ed}\n@revoked other {ed}", KnownHostsVerdict.Trusted)]
    [TestCase("host {ed}\n@revoked * {ec}", KnownHostsVerdict.Trusted)]
    [TestCase("@cert-authority host {ed}", KnownHostsVerdict.Unknown)]
    [TestCase("@cert-authority host {ec}", KnownHostsVerdict.Unknown)]
    [TestCase("@unknown host {ed}", KnownHostsVerdict.Unknown)]
    [TestCase("# host {ed}", KnownHostsVerdict.Unknown)]
    [TestCase("", KnownHostsVerdict.Unknown)]
    public void Verdicts(string text, KnownHostsVerdict verdict) =>
        Assert.That(Hosts(text).Check("Host", 22, Ed).Verdict, Is.EqualTo(verdict));

    [TestCase("[host]:2222 {ed}", 2222, KnownHostsVerdict.Trusted)]
    [TestCase("[host]:2222 {ed}", 2223, KnownHostsVerdict.Unknown)]
    [TestCase("[host]:2222 {ed}", 22, KnownHostsVerdict.Unknown)]
    [TestCase("[host]:* {ed}", 2223, KnownHostsVerdict.Trusted)]
    [TestCase("[host]:2222 {ec}\nhost {ed}", 2222, KnownHostsVerdict.Changed)]
    [TestCase("host {ed}", 2222, KnownHostsVerdict.Trusted)]
    [TestCase("host {ec}", 2222, KnownHostsVerdict.Unknown)]
    [TestCase("[host]:2222 {ed}\n@revoked host {ed}", 2222, KnownHostsVerdict.Revoked)]
    public void Ports(string text, int port, KnownHostsVerdict verdict) =>
        Assert.That(Hosts(text).Check("host", port, Ed).Verdict, Is.EqualTo(verdict));

    [Test]
    public void HashedByOpenSsh()
    {
        var hosts = new KnownHosts(Crypto, KnownHostsFile.Parse(Fixture.Text("known_hosts.hashed")));
        Assert.That(hosts.Check("plain.example.com", 22, Ed).Verdict, Is.EqualTo(KnownHostsVerdict.Trusted));
        Assert.That(hosts.Check("PLAIN.example.com", 22, Ed).Verdict, Is.EqualTo(KnownHostsVerdict.Trusted));
        Assert.That(hosts.Check("plain.example.com", 2222, Ec).Verdict, Is.EqualTo(KnownHostsVerdict.Trusted));
        Assert.That(hosts.Check("plain.example.com", 22, Ec).Verdict, Is.EqualTo(KnownHostsVerdict.Changed));
        Assert.That(hosts.Check("plain.example.org", 22, Ed).Verdict, Is.EqualTo(KnownHostsVerdict.Unknown));
        Assert.That(hosts.Files[0].Entries.All(e => e.IsHashed));
    }

    [Test]
    public void ChangedNamesFileAndLine()
    {
        var hosts = new KnownHosts(
            Crypto,
            KnownHostsFile.Parse(Fill("# comment\n\nother {ed}\n"), "first"),
            KnownHostsFile.Parse(Fill("# comment\nhost {ec}\nhost {other}\n"), "second"));
        var result = hosts.Check("host", 22, Ed);
        Assert.That(result.Verdict, Is.EqualTo(KnownHostsVerdict.Changed));
        Assert.That(result.Entries.Select(e => e.Location), Is.EqualTo(new[] { "second:2", "second:3" }));
        Assert.That(result.Entries[1].Key, Is.EqualTo(OtherEd));
        Assert.That(hosts.Check("other", 22, Ed).Entries.Single().Location, Is.EqualTo("first:3"));
        Assert.That(hosts.Lookup("host"), Has.Count.EqualTo(2));
        Assert.That(hosts.HostNames, Is.EqualTo(new[] { "other", "host" }));
    }

    [Test]
    public void KnownTypesAreAskedForFirst()
    {
        var hosts = Hosts("host {rsa}\nhost {ec}\n@revoked host {ec}\n@cert-authority host {ed}");
        Assert.That(hosts.PreferredKeyTypes("host"), Is.EqualTo(new[] { "ssh-rsa" }));
        string[] offer = ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"];
        Assert.That(
            hosts.OrderHostKeyAlgorithms("host", 22, offer),
            Is.EqualTo(new[] { "rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519", "ecdsa-sha2-nistp256" }));
        Assert.That(hosts.OrderHostKeyAlgorithms("elsewhere", 22, offer), Is.EqualTo(offer));
    }

    [TestCase("host")]
    [TestCase("host ssh-ed25519")]
    [TestCase("host ssh-ed25519 AAAA")]
    [TestCase("host ssh-rsa {ed64}")]
    [TestCase("host ssh-ed25519 *")]
    [TestCase("|1|AAAA|BBBB {ed}")]
    [TestCase("|2|AAAA|BBBB {ed}")]
    [TestCase("@nonsense host {ed}")]
    [TestCase("host 1024 35 123456789")]
    public void BadLinesAreReportedAndKept(string line)
    {
        string text = Fill($"# first\r\n{line}\r\nhost {{ed}}");
        var file = KnownHostsFile.Parse(text, "file");
        Assert.That(file.Problems.Single().LineNumber, Is.EqualTo(2));
        Assert.That(file.Problems.Single().ToString(), Does.StartWith("file:2: "));
        Assert.That(file.Entries.Single().LineNumber, Is.EqualTo(3));
        Assert.That(file.ToText(), Is.EqualTo(text));
    }

    [Test]
    public void LongLinesAreProblems()
    {
        var limits = SshLimits.Default with { TextLineLength = Fill("host {ed}").Length };
        Assert.That(KnownHostsFile.Parse(Fill("host {ed}"), "f", limits).Problems, Is.Empty);
        var problem = KnownHostsFile.Parse(Fill("hosts {ed}"), "f", limits).Problems.Single();
        Assert.That(problem.Error.Kind, Is.EqualTo(SshErrorKind.LimitExceeded));
    }

    [Test]
    public void AddAppendsOnceAndKeepsTheRest()
    {
        string text = Fill("# mine\r\n\r\nhost {ec} note\nnonsense");
        var file = KnownHostsFile.Parse(text);
        Assert.That(file.Add(Crypto, "Host", 22, Ed), Is.True);
        Assert.That(file.Add(Crypto, "host", 22, Ed), Is.False);
        Assert.That(file.Add(Crypto, "host", 2222, Ed, comment: "by\nhand"), Is.True);
        Assert.That(file.ToText(), Is.EqualTo(text + Fill("\nhost {ed}\n[host]:2222 {ed} by hand\n")));
        var again = new KnownHosts(Crypto, KnownHostsFile.Parse(file.ToText()));
        Assert.That(again.Check("host", 2222, Ed).Verdict, Is.EqualTo(KnownHostsVerdict.Trusted));
        Assert.That(again.Check("host", 22, Ec).Verdict, Is.EqualTo(KnownHostsVerdict.Trusted));
    }

    [Test]
    public void AddHashed()
    {
        var file = KnownHostsFile.Parse("");
        file.Add(Crypto, "secret.example.com", 22, Ed, hashed: true, random: new SeededRandom(1));
        var other = KnownHostsFile.Parse("");
        other.Add(Crypto, "secret.example.com", 22, Ed, hashed: true, random: new SeededRandom(2));
        Assert.That(file.ToText(), Does.StartWith("|1|").And.Not.Contain("secret").And.Not.EqualTo(other.ToText()));
        var hosts = new KnownHosts(Crypto, KnownHostsFile.Parse(file.ToText()));
        Assert.That(hosts.Check("secret.example.com", 22, Ed).Verdict, Is.EqualTo(KnownHostsVerdict.Trusted));
        Assert.That(file.Add(Crypto, "secret.example.com", 22, Ed, hashed: true), Is.False);
    }

    [TestCase("a b")]
    [TestCase("a,b")]
    [TestCase("*")]
    [TestCase("!a")]
    [TestCase("|1|x")]
    [TestCase("@revoked")]
    [TestCase("#a")]
    [TestCase("a\nb")]
    [TestCase("")]
    public void NamesThatWouldMeanSomethingElseAreNotWritten(string host) =>
        Assert.That(() => KnownHostsFile.Parse("").Add(Crypto, host, 22, Ed), Throws.ArgumentException);

    [Test]
    public void RemoveTakesTheNameAndLeavesTheRest()
    {
        var file = KnownHostsFile.Parse(Fill("# c\nhost {ec}\na,HOST,b {ed} note\r\nh* {ed}\n@revoked host {rsa}\nhost,!x {ed}\n"));
        file.Add(Crypto, "host", 22, Rsa, hashed: true);
        Assert.That(file.Remove(Crypto, "host"), Is.EqualTo(4));
        Assert.That(file.ToText(), Is.EqualTo(Fill("# c\na,b {ed} note\r\nh* {ed}\n@revoked host {rsa}\n")));
        Assert.That(file.Entries.Select(e => e.LineNumber), Is.EqualTo(new[] { 2, 3, 4 }));
        Assert.That(file.Remove(Crypto, "host"), Is.Zero);
    }

    [Test]
    public void RemoveOfOneType()
    {
        var file = KnownHostsFile.Parse(Fill("host {ec}\nhost {ed}\n"));
        Assert.That(file.Remove(Crypto, "host", keyType: "ssh-ed25519"), Is.EqualTo(1));
        Assert.That(file.ToText(), Is.EqualTo(Fill("host {ec}\n")));
        file.Clear();
        Assert.That(file.ToText(), Is.Empty);
    }

    [Test]
    public void HashedNames()
    {
        var name = HashedHostName.Create(Crypto, "host", 22, new byte[20]);
        Assert.That(HashedHostName.TryParse(name.ToString(), out var parsed));
        Assert.That(parsed!.Matches(Crypto, "HOST"), Is.True);
        Assert.That(parsed.Matches(Crypto, "host", 23), Is.False);
        Assert.That(HashedHostName.Create(Crypto, "host", 22, parsed.Salt.Span).ToString(), Is.EqualTo(name.ToString()));
        Assert.That(() => HashedHostName.Create(Crypto, "host", 22, new byte[19]), Throws.ArgumentException);
    }

    [Test]
    public void EveryTruncationAndFlipParses()
    {
        string text = Fixture.Text("known_hosts.hashed") + Fill("@revoked a,!b,[c]:1 {ec} d\n");
        for (int i = 0; i < text.Length; i++)
        {
            Assert.That(KnownHostsFile.Parse(text.Substring(0, i)).ToText(), Is.EqualTo(text.Substring(0, i)));
            var chars = text.ToCharArray();
            chars[i] ^= (char)0x15;
            var file = KnownHostsFile.Parse(new string(chars));
            Assert.That(file.ToText(), Is.EqualTo(new string(chars)));
            new KnownHosts(Crypto, file).Check("plain.example.com", 22, Ed);
        }
    }

    private static KnownHosts Hosts(string text) => new(Crypto, KnownHostsFile.Parse(Fill(text)));

    private static string Fill(string text) => text
        .Replace("{ed}", Ed.ToOpenSshString())
        .Replace("{ed64}", Ed.ToBase64())
        .Replace("{ec}", Ec.ToOpenSshString())
        .Replace("{rsa}", Rsa.ToOpenSshString())
        .Replace("{other}", OtherEd.ToOpenSshString());
}
