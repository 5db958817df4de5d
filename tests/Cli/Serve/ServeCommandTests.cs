using System.CommandLine;
using NUnit.Framework;
using SshCore.Cli.Arguments;
using SshCore.Cli.Serve;

namespace SshCore.Tests.Cli.Serve;

public sealed class ServeCommandTests
{
    [Test]
    public void Defaults()
    {
        ServeOptions options = Read();
        Assert.That(options.Listen, Is.EqualTo(new[] { "127.0.0.1:2222" }));
        Assert.That(options.AcceptEnv, Is.EqualTo(SessionEnvironment.DefaultAccepted));
        Assert.That(options.HostKeys, Is.Empty);
        Assert.That((options.MaxAuthTries, options.MaxSessions, options.MaxStartups, options.MaxConnections, options.Verbosity), Is.EqualTo((6, 10, 100, 0, 0)));
        Assert.That(options.RekeyLimit, Is.EqualTo(RekeyPolicy.Default));
    }

    [Test]
    public void Every_option_is_read()
    {
        ServeOptions options = Read(
            "--listen", "127.0.0.1:0", "--listen", "[::1]:0", "--host-key", "a", "--host-key", "b", "--user", "x:y", "--authorized-keys", "k",
            "--accept-env", "FOO_*", "--allow-legacy", "hmac-sha1", "--kex", "curve25519-sha256", "--host-key-algorithms", "ssh-ed25519", "--ciphers", "^aes128-ctr",
            "--macs", "+hmac-sha1", "--pubkey-algorithms", "-rsa*", "--rekey-limit", "1M 5m", "--moduli", "m", "--banner", "t", "--port-file", "p",
            "--login-grace-time", "1m", "--client-alive-interval", "15", "--client-alive-count-max", "2", "--max-auth-tries", "3", "--max-sessions", "4",
            "--max-startups", "5", "--max-startups-per-source", "6", "--no-penalties", "--max-connections", "7", "-vv");
        Assert.That(options.Listen, Is.EqualTo(new[] { "127.0.0.1:0", "[::1]:0" }));
        Assert.That(options.HostKeys, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(options.Users, Is.EqualTo(new[] { "x:y" }));
        Assert.That(options.AuthorizedKeys, Is.EqualTo(new[] { "k" }));
        Assert.That(options.AcceptEnv, Is.EqualTo(new[] { "FOO_*" }));
        Assert.That(options.Algorithms.Legacy, Is.EqualTo(new[] { "hmac-sha1" }));
        Assert.That((options.Algorithms.KeyExchanges, options.Algorithms.HostKeys, options.Algorithms.Ciphers), Is.EqualTo(("curve25519-sha256", "ssh-ed25519", "^aes128-ctr")));
        Assert.That((options.Algorithms.Macs, options.Algorithms.Signatures), Is.EqualTo(("+hmac-sha1", "-rsa*")));
        Assert.That(options.RekeyLimit, Is.EqualTo(RekeyPolicy.Default with { Bytes = 1 << 20, Age = TimeSpan.FromMinutes(5) }));
        Assert.That((options.ModuliFile, options.BannerFile, options.PortFile), Is.EqualTo(("m", "t", "p")));
        Assert.That((options.LoginGraceTime, options.ClientAliveInterval), Is.EqualTo((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(15))));
        Assert.That((options.ClientAliveCountMax, options.MaxAuthTries, options.MaxSessions, options.MaxStartups, options.MaxConnections), Is.EqualTo((2, 3, 4, 5, 7)));
        Assert.That((options.MaxStartupsPerSource, options.NoPenalties, options.Verbosity), Is.EqualTo((6, true, 2)));
    }

    [TestCase("--max-sessions", "0", "--max-sessions wants a number of 1 or more")]
    [TestCase("--login-grace-time", "soon", "--login-grace-time: 'soon' is no time")]
    [TestCase("--rekey-limit", "x", "RekeyLimit: 'x' is no size")]
    public void What_is_wrong_is_named(string option, string value, string message) =>
        Assert.That(() => Read(option, value), Throws.InstanceOf<UsageException>().With.Message.EqualTo(message));

    private static ServeOptions Read(params string[] words)
    {
        ParseResult result = ServeCommand.Create().Parse(words);
        Assert.That(result.Errors, Is.Empty);
        return ServeCommand.Read(result);
    }
}
