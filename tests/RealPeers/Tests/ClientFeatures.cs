using System.Diagnostics;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Tests.RealPeers.Clients;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Tests;

/// <summary>
/// What users do: somebody else's clients against <c>sshcore serve</c>, and <c>sshcore ssh</c> against somebody else's
/// servers and our own.
/// </summary>
[TestFixture("ssh", "sshcore")]
[TestFixture("plink", "sshcore")]
[TestFixture("dbclient", "sshcore")]
[TestFixture("paramiko", "sshcore")]
[TestFixture("asyncssh", "sshcore")]
[TestFixture("ssh2", "sshcore")]
[TestFixture("SSH.NET", "sshcore")]
[TestFixture("sshcore", "sshcore")]
[TestFixture("sshcore", "sshd")]
[TestFixture("sshcore", "dropbear")]
[TestFixture("sshcore", "asyncssh")]
[TestFixture("sshcore", "paramiko")]
[Parallelizable(ParallelScope.Self)]
public sealed class ClientFeatures(string clientName, string serverName)
{
    private const int Bulk = 50 * 1024 * 1024;

    private readonly PeerClient _client = PeerClient.Create(clientName);
    private PeerServer? _server;

    private PeerServer Server => _server!;

    [OneTimeSetUp]
    public void StartServer() => _server = PeerServer.Start(serverName);

    [OneTimeTearDown]
    public void StopServer() => _server?.Dispose();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(254)]
    public async Task ExitStatus(int status)
    {
        var result = await Run($"exit {status}");
        Assert.That(result.ExitStatus, Is.EqualTo(status), Report(result));
    }

    [Test]
    public async Task ErrorsComeApart()
    {
        var result = await Run("echo out; echo err >&2; echo out again");
        Assert.That(result.Text, Is.EqualTo("out\nout again\n"), Report(result));
        Assert.That(result.ErrorText, Is.EqualTo("err\n"), Report(result));
        Assert.That(result.ExitStatus, Is.Zero, Report(result));
    }

    [Test]
    public Task FiftyMegabytesThereAndBack() => CheckBulk(Server, Bulk);

    [Test]
    public async Task RekeyByTheClient()
    {
        if (!_client.Rekeys)
        {
            // Its interface has no way to ask for one; the server asks in the test below.
            Assert.That((await Run("true")).ExitStatus, Is.Zero);
            return;
        }

        await CheckBulk(Server, 8 * 1024 * 1024, task => task with { RekeyBytes = 1024 * 1024 });
    }

    [Test]
    public async Task RekeyByTheServer()
    {
        using var server = PeerServer.Start(serverName, serverName == "sshd" ? ["RekeyLimit 1M"] : ["--rekey-limit", "1M"]);
        await CheckBulk(server, 8 * 1024 * 1024);
    }

    [Test]
    public async Task TerminalOfTheWantedSize()
    {
        var result = await Run("stty size", task => task with { Terminal = (123, 45) });
        Assert.That(result.Text, Does.Contain("45 123\r\n"), Report(result));
    }

    [TestCase(SshKeyKind.Ed25519)]
    [TestCase(SshKeyKind.EcdsaP256)]
    [TestCase(SshKeyKind.EcdsaP384)]
    [TestCase(SshKeyKind.EcdsaP521)]
    [TestCase(SshKeyKind.Rsa)]
    public async Task UserKey(SshKeyKind kind)
    {
        var result = await Run("echo in", task => task with { Key = kind });
        Assert.That(result.Text, Is.EqualTo("in\n"), Report(result));
    }

    [Test]
    public async Task RightPassword()
    {
        var result = await Run("echo in", task => task with { Password = TestUser.Password });
        Assert.That(result.Text, Is.EqualTo("in\n"), Report(result));
        Assert.That(result.ExitStatus, Is.Zero, Report(result));
    }

    [Test]
    public async Task WrongPassword()
    {
        var result = await Run("echo in", task => task with { Password = "wrong" });
        ExpectFailure(result);
    }

    [Test]
    public async Task UnknownHost()
    {
        // Dbclient asks on its input, whatever that is.
        byte[] answerNo = [.. "n\n"u8];
        var result = await Run("echo in", task => task with { Known = [], Input = answerNo });
        ExpectFailure(result);
    }

    [Test]
    public async Task ChangedHost()
    {
        // Every kind of key that the server has, so that none is unknown instead of changed.
        using var keys = new KeySet();
        var result = await Run("echo in", task => task with { Known = keys.Public });
        ExpectFailure(result);
    }

    [Test]
    public async Task ManyClientsAtOnce()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Run($"cat; exit {i}", task => task with { Input = new byte[200_000] })));
        for (int i = 0; i < results.Length; i++)
        {
            Assert.That(results[i].ExitStatus, Is.EqualTo(i), Report(results[i]));
            Assert.That(results[i].Output, Has.Length.EqualTo(200_000), Report(results[i]));
        }
    }

    private async Task CheckBulk(PeerServer server, int length, Func<ClientTask, ClientTask>? change = null)
    {
        var input = new byte[length];
        new Random(1).NextBytes(input);
        var clock = Stopwatch.StartNew();
        var task = new ClientTask(server, "cat") { Input = input };
        var result = await _client.RunAsync(change?.Invoke(task) ?? task);
        TestContext.Out.WriteLine($"{length / 1024 / 1024} MiB there and back in {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.That(result.ExitStatus, Is.Zero, $"{result}\n{server.Log}");
        Assert.That(SHA256.HashData(result.Output), Is.EqualTo(SHA256.HashData(input)), $"{result}\n{server.Log}");
    }

    private Task<CommandResult> Run(string command, Func<ClientTask, ClientTask>? change = null)
    {
        var task = new ClientTask(Server, command);
        return _client.RunAsync(change?.Invoke(task) ?? task);
    }

    private void ExpectFailure(CommandResult result)
    {
        Assert.That(_client.HasFailed(result), Report(result));
        Assert.That(result.Output, Is.Empty, Report(result));
        Assert.That(KexProbe.Ask(Server.Port).Ciphers, Is.Not.Empty, "the server lives");
    }

    private string Report(CommandResult result) => $"{result}\n{Server.Log}";

    private sealed class KeySet : IDisposable
    {
        private readonly SshPrivateKey[] _keys = [.. Enum.GetValues<SshKeyKind>().Select(kind => SshPrivateKey.Generate(DefaultCrypto.Provider, kind, 2048))];

        public IReadOnlyList<SshPublicKey> Public => [.. _keys.Select(key => key.PublicKey)];

        public void Dispose()
        {
            foreach (var key in _keys)
            {
                key.Dispose();
            }
        }
    }
}
