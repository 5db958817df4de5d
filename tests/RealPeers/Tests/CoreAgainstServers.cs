using System.Linq;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Keys;
using SshCore.Security;
using SshCore.Tests.RealPeers.Clients;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Tests;

/// <summary>
/// Every algorithm of ours against somebody else's server: what it has must shake hands and carry a command, what it has
/// not must end in one clear error.
/// </summary>
[TestFixture("sshd")]
[TestFixture("dropbear")]
[TestFixture("asyncssh")]
[TestFixture("paramiko")]
[Parallelizable(ParallelScope.Self)]
public sealed class CoreAgainstServers(string peer)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private PeerServer? _server;

    private PeerServer Server => _server!;

    public static IEnumerable<string> KeyExchanges() => SshAlgorithms.KeyExchanges;

    public static IEnumerable<string> Ciphers() => SshAlgorithms.Ciphers;

    public static IEnumerable<string> Macs() => SshAlgorithms.Macs;

    public static IEnumerable<string> Signatures() => SshAlgorithms.Signatures;

    public static IEnumerable<SshKeyKind> UserKeys() => Enum.GetValues<SshKeyKind>();

    [OneTimeSetUp]
    public void StartServer() => _server = PeerServer.Start(peer);

    [OneTimeTearDown]
    public void StopServer() => _server?.Dispose();

    [TearDown]
    public void ShowLog()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
        {
            TestContext.Out.WriteLine($"{Server.Name} {Server.Offer}\n{Server.Log}");
        }
    }

    [TestCaseSource(nameof(KeyExchanges))]
    public void KeyExchange(string name) => Check(all => all with { KeyExchanges = [name] }, Server.Offer.KeyExchanges, name);

    [TestCaseSource(nameof(Ciphers))]
    public void Cipher(string name) => Check(all => all with { Ciphers = [name] }, Server.Offer.Ciphers, name);

    [TestCaseSource(nameof(Macs))]
    public void Mac(string name) => Check(all => all with { Ciphers = ["aes128-ctr"], Macs = [name] }, Server.Offer.Macs, name);

    [TestCaseSource(nameof(Signatures))]
    public void HostKeyAlgorithm(string name) => Check(all => all with { HostKeys = [name] }, Server.Offer.HostKeys, name);

    [TestCaseSource(nameof(UserKeys))]
    public void UserKey(SshKeyKind kind)
    {
        using var client = Client(CoreClient.Settings(), Server.User.Key(kind));
        Expect(client);
    }

    [Test]
    public void AllPartsAreThere()
    {
        using var client = Client(CoreClient.Settings(), Server.User.Key());
        Assert.That(client.Run(Limit).Kind, Is.EqualTo(SshErrorKind.LocalDisconnect));
        Assert.That(client.Algorithms, Is.Not.Null);
        Assert.That(client.Exchanges, Is.EqualTo(1));
    }

    private void Check(Func<SshAlgorithmPreferences, SshAlgorithmPreferences> choose, string[] offered, string name)
    {
        using var client = Client(CoreClient.Settings(choose), Server.User.Key());
        if (offered.Contains(name))
        {
            Expect(client);
            return;
        }

        var error = client.Run(Limit);
        Assert.That(error.Kind, Is.EqualTo(SshErrorKind.Incompatible), error.ToString());
        Assert.That(error.ToString(), Does.Contain(name).And.Contains(offered[0]), "both sides' lists are named");
    }

    private CoreClient Client(SshClientSettings settings, SshPrivateKey key) => new(settings)
    {
        Port = Server.Port,
        UserName = TestUser.Name,
        Key = key,
        IsHostKey = Server.IsHostKey,
        Command = "cat; echo problem >&2; exit 42",
        Input = new byte[100_000],
    };

    private static void Expect(CoreClient client)
    {
        var error = client.Run(Limit);
        Assert.That(error.Kind, Is.EqualTo(SshErrorKind.LocalDisconnect), error.ToString());
        Assert.That(client.ExitStatus, Is.EqualTo(42));
        Assert.That(client.Output, Has.Length.EqualTo(100_000));
        Assert.That(System.Text.Encoding.ASCII.GetString(client.Errors), Is.EqualTo("problem\n"));
    }
}
