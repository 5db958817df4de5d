using System.Diagnostics;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Async;
using SshCore.Channels;
using SshCore.Config;
using SshCore.Hosts;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Tests;

/// <summary>What users do, by the async client, against somebody else's server.</summary>
[TestFixture("sshd")]
[TestFixture("dropbear")]
[TestFixture("asyncssh")]
[TestFixture("paramiko")]
[Parallelizable(ParallelScope.Self)]
public sealed class AsyncClientAgainstServers(string peer)
{
    private const int Bulk = 50 * 1024 * 1024;

    private PeerServer? _server;
    private CancellationTokenSource _limit = new();

    private PeerServer Server => _server!;

    private CancellationToken Limit => _limit.Token;

    [OneTimeSetUp]
    public void StartServer() => _server = PeerServer.Start(peer);

    [OneTimeTearDown]
    public void StopServer()
    {
        _server?.Dispose();
        _limit.Dispose();
    }

    [SetUp]
    public void StartClock()
    {
        _limit.Dispose();
        _limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
    }

    [TearDown]
    public void ShowLog()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
        {
            TestContext.Out.WriteLine($"{Server.Name} {Server.Offer}\n{Server.Log}");
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(255)]
    public async Task ExitStatus(int status)
    {
        await using var client = await Connect();
        var result = await client.RunAsync($"exit {status}", Limit);
        Assert.That(result.ExitStatus, Is.EqualTo(status));
    }

    [Test]
    public async Task ErrorsComeApart()
    {
        await using var client = await Connect();
        var result = await client.RunAsync("echo out; echo err >&2; echo out again", Limit);
        Assert.That(result.OutputText, Is.EqualTo("out\nout again\n"));
        Assert.That(result.ErrorText, Is.EqualTo("err\n"));
    }

    // Dropbear 2022.83 now and then closes one of several new sessions before it got its command.
    [Test]
    [Retry(3, RetryExceptions = [typeof(SshException)])]
    public async Task ManyCommandsAtOnce()
    {
        await using var client = await Connect();
        var runs = new Task<SshCommandResult>[5];
        for (int i = 0; i < runs.Length; i++)
        {
            runs[i] = client.RunAsync($"cat; exit {i}", new byte[100_000 * i], Limit).AsTask();
        }

        for (int i = 0; i < runs.Length; i++)
        {
            var result = await runs[i];
            Assert.That(result.ExitStatus, Is.EqualTo(i));
            Assert.That(result.Output.Length, Is.EqualTo(100_000 * i));
        }
    }

    [Test]
    public async Task FiftyMegabytesThereAndBack()
    {
        await using var client = await Connect();
        await CheckBulk(client, Bulk);
    }

    [Test]
    public async Task RekeyEveryMegabyte()
    {
        await using var client = await Connect(options => options with { Settings = options.Settings with { Rekey = new RekeyPolicy { Bytes = 1024 * 1024 } } });
        byte[] session = client.SessionId.ToArray();
        await CheckBulk(client, 8 * 1024 * 1024);
        Assert.That(client.SessionId.ToArray(), Is.EqualTo(session), "the session id stays");
    }

    [Test]
    public async Task RekeyOnCommandWhileDataFlows()
    {
        await using var client = await Connect();
        var bulk = CheckBulk(client, 8 * 1024 * 1024);
        await client.RekeyAsync(Limit);
        await client.RekeyAsync(Limit);
        await bulk;
    }

    [Test]
    public async Task TerminalOfTheWantedSize()
    {
        await using var client = await Connect();
        await using var session = await client.OpenSessionAsync(Limit);
        await session.PtyAsync(new PtyRequest("xterm", new PtySize(123, 45)), Limit);
        await session.ExecAsync("stty size; exit 5", Limit);
        using var output = new MemoryStream();
        await session.CopyOutputAsync(output, null, Limit);
        Assert.That(System.Text.Encoding.ASCII.GetString(output.ToArray()), Is.EqualTo("45 123\r\n"));
        Assert.That((await session.ExitAsync(Limit)).Status, Is.EqualTo(5));
    }

    [Test]
    public async Task RightPassword()
    {
        await using var client = await Connect(options => options with { Credentials = [SshCredential.Password(TestUser.Password)] });
        Assert.That((await client.RunAsync("echo in", Limit)).OutputText, Is.EqualTo("in\n"));
    }

    [Test]
    public async Task WrongPassword()
    {
        var error = await Assert.ThrowsAsync<SshAuthenticationException>(
            async () => await Connect(options => options with { Credentials = [SshCredential.Password("wrong")] }));
        Assert.That(error!.Tried, Does.Contain("password"));
        Assert.That(error.ToString(), Does.Not.Contain("wrong\""));
    }

    [Test]
    public async Task WrongKey()
    {
        using var stranger = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        var error = await Assert.ThrowsAsync<SshAuthenticationException>(
            async () => await Connect(options => options with { Credentials = [SshCredential.Key(stranger)] }));
        Assert.That(error!.Tried, Does.Contain("publickey"));
    }

    [Test]
    public async Task KnownHost()
    {
        string file = await WriteKnownHosts(Server.HostKey(SshKeyKind.Ed25519));
        await using var client = await Connect(options => options with { HostKeyPolicy = new KnownHostsPolicy(file) });
        Assert.That(client.HostKey, Is.EqualTo(Server.HostKey(SshKeyKind.Ed25519)));
    }

    [Test]
    public async Task UnknownHost()
    {
        string file = await WriteKnownHosts(null);
        var error = await Assert.ThrowsAsync<SshHostKeyException>(async () => await Connect(options => options with { HostKeyPolicy = new KnownHostsPolicy(file) }));
        Assert.That(error, Is.Not.InstanceOf<SshHostKeyChangedException>());
    }

    [Test]
    public async Task ChangedHost()
    {
        using var other = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        string file = await WriteKnownHosts(other.PublicKey);
        await Assert.ThrowsAsync<SshHostKeyChangedException>(async () => await Connect(options => options with { HostKeyPolicy = new KnownHostsPolicy(file) }));
    }

    [Test]
    public async Task EndOfTheServerEndsEveryWait()
    {
        using var own = PeerServer.Start(peer);
        await using var client = await Connect(options => options with { Port = own.Port, HostKeyPolicy = Trust(own), Credentials = [SshCredential.Key(own.User.Key())] });
        var waiting = client.RunAsync("sleep 600", Limit).AsTask();
        await Task.WhenAny(waiting, Task.Delay(200, Limit));
        own.Dispose();
        Assert.That(async () => await waiting, Throws.InstanceOf<SshException>());
    }

    private async Task CheckBulk(SshClient client, int length)
    {
        var input = new byte[length];
        new Random(1).NextBytes(input);
        var clock = Stopwatch.StartNew();
        var result = await client.RunAsync("cat", input, Limit);
        TestContext.Out.WriteLine($"{length / 1024 / 1024} MiB there and back in {clock.Elapsed.TotalSeconds:0.0} s with {client.Algorithms!.KeyExchange}, {client.Algorithms.CipherOut}");
        Assert.That(result.ExitStatus, Is.Zero);
        Assert.That(SHA256.HashData(result.Output.Span), Is.EqualTo(SHA256.HashData(input)));
    }

    private async Task<string> WriteKnownHosts(SshPublicKey? key)
    {
        string file = Path.Combine(Server.User.Home, $"known_hosts_{Guid.NewGuid():N}");
        string content = key is null ? "" : $"{HashedHostName.Create(DefaultCrypto.Provider, "127.0.0.1", Server.Port)} {key.ToOpenSshString()}\n";
        await File.WriteAllTextAsync(file, content, Limit);
        return file;
    }

    private static SshHostKeyPolicy Trust(PeerServer server) => SshHostKeyPolicy.Pinned(server.HostKey(SshKeyKind.Ed25519));

    private async Task<SshClient> Connect(Func<SshClientOptions, SshClientOptions>? change = null)
    {
        var options = new SshClientOptions("127.0.0.1", Server.Port)
        {
            UserName = TestUser.Name,
            Credentials = [SshCredential.Key(Server.User.Key())],
            HostKeyPolicy = Trust(Server),
        };
        return await SshClient.ConnectAsync(change?.Invoke(options) ?? options, Limit);
    }
}
