using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Security;
using SshCore.Tests.RealPeers.Clients;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Tests;

/// <summary>
/// <c>sshcore serve</c> with one algorithm at a time, against every client: who offers it must get a command through, who
/// does not must fail without harm to the server.
/// </summary>
[TestFixtureSource(nameof(Algorithms))]
[Parallelizable(ParallelScope.Self)]
public sealed class ClientAlgorithms(string category, string name)
{
    private static readonly Dictionary<string, PeerClient> Clients = PeerClient.Names.ToDictionary(client => client, PeerClient.Create);

    private PeerServer? _server;

    private PeerServer Server => _server!;

    public static IEnumerable<TestFixtureData> Algorithms() =>
    [
        .. SshAlgorithms.KeyExchanges.Select(name => new TestFixtureData("kex", name)),
        .. SshAlgorithms.Ciphers.Select(name => new TestFixtureData("ciphers", name)),
        .. SshAlgorithms.Macs.Select(name => new TestFixtureData("macs", name)),
        .. SshAlgorithms.Signatures.Select(name => new TestFixtureData("host-key-algorithms", name)),
    ];

    public static IEnumerable<string> ClientNames() => PeerClient.Names;

    [OneTimeSetUp]
    public void StartServer()
    {
        string[] options = [$"--{category}", name];
        _server = PeerServer.Start("sshcore", category == "macs" ? [.. options, "--ciphers", "aes128-ctr,aes256-ctr"] : options);
    }

    [OneTimeTearDown]
    public void StopServer() => _server?.Dispose();

    [TestCaseSource(nameof(ClientNames))]
    public async Task Client(string clientName)
    {
        var client = Clients[clientName];
        var offer = await client.GetOfferAsync(Server);
        string[] offered = category switch
        {
            "kex" => offer.KeyExchanges,
            "ciphers" => offer.Ciphers,
            "macs" => offer.Macs,
            _ => offer.HostKeys,
        };
        var result = await client.RunAsync(new ClientTask(Server, "cat; echo problem >&2; exit 42") { Input = new byte[100_000] });
        string report = $"{result}\n{offer}\n{Server.Log}";
        if (offered.Contains(name))
        {
            Assert.That(result.ExitStatus, Is.EqualTo(42), report);
            Assert.That(result.Output, Has.Length.EqualTo(100_000), report);
            Assert.That(result.ErrorText, Is.EqualTo("problem\n"), report);
        }
        else
        {
            Assert.That(result.ExitStatus, Is.Not.EqualTo(42), report);
            Assert.That(result.Output, Is.Empty, report);
            Assert.That(KexProbe.Ask(Server.Port).Ciphers, Is.Not.Empty, "the server lives");
        }
    }
}
