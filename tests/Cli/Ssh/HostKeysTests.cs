using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Blocking;
using SshCore.Cli;
using SshCore.Cli.Ssh;
using SshCore.Hosts;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Tests.Cli.Serve;

namespace SshCore.Tests.Cli.Ssh;

[CancelAfter(60_000)]
public sealed class HostKeysTests
{
    private string _folder = "";

    private string KnownHostsPath => Path.Combine(_folder, "ssh", "known_hosts");

    private string Told => File.Exists(Path.Combine(_folder, "log")) ? File.ReadAllText(Path.Combine(_folder, "log")) : "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("sshcore-test-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task A_new_key_is_added_once_and_known_from_then_on()
    {
        await using ShellServer server = ShellServer.Start();
        Connect(server, HostKeyChecking.AcceptNew);
        string text = File.ReadAllText(KnownHostsPath);
        Assert.That(text, Is.EqualTo($"[127.0.0.1]:{server.EndPoint.Port} {server.HostKey.PublicKey.ToOpenSshString().Trim()}\n"));
        Assert.That(Told, Does.Contain("Added the ED25519 key of 127.0.0.1"));
        Assert.That(File.GetUnixFileMode(KnownHostsPath), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Connect(server, HostKeyChecking.Yes);
        Assert.That(File.ReadAllText(KnownHostsPath), Is.EqualTo(text));
    }

    [Test]
    public async Task Names_are_hashed_if_asked_for()
    {
        await using ShellServer server = ShellServer.Start();
        Connect(server, HostKeyChecking.AcceptNew, hash: true);
        Assert.That(File.ReadAllText(KnownHostsPath), Does.StartWith("|1|"));
        Connect(server, HostKeyChecking.Yes);
    }

    [TestCase(HostKeyChecking.Yes, "strict checking")]
    [TestCase(HostKeyChecking.Ask, "wasn't confirmed")]
    public async Task An_unknown_key_is_refused(object checking, string why)
    {
        await using ShellServer server = ShellServer.Start();
        Assert.That(
            () => Connect(server, (HostKeyChecking)checking),
            Throws.InstanceOf<SshHostKeyException>().And.Not.InstanceOf<SshHostKeyChangedException>().And.Message.Contains(why));
        Assert.That(File.Exists(KnownHostsPath), Is.False);
    }

    [Test]
    public async Task A_changed_key_is_refused_and_nothing_is_written()
    {
        await using ShellServer server = ShellServer.Start();
        string text = Remember(server, "");
        Assert.That(() => Connect(server, HostKeyChecking.AcceptNew), Throws.InstanceOf<SshHostKeyChangedException>());
        Assert.That(Told, Does.Contain("CHANGED").And.Contain("known_hosts:1"));
        Assert.That(File.ReadAllText(KnownHostsPath), Is.EqualTo(text));
    }

    [Test]
    public async Task With_checking_off_a_changed_key_passes_but_is_doubtful()
    {
        await using ShellServer server = ShellServer.Start();
        string text = Remember(server, "");
        Assert.That(Connect(server, HostKeyChecking.No).IsDoubtful, Is.True);
        Assert.That(Told, Does.Contain("CHANGED"));
        Assert.That(File.ReadAllText(KnownHostsPath), Is.EqualTo(text));
    }

    [Test]
    public async Task A_revoked_key_never_passes()
    {
        await using ShellServer server = ShellServer.Start();
        Remember(server, "@revoked ", server.HostKey.PublicKey);
        Assert.That(() => Connect(server, HostKeyChecking.No), Throws.InstanceOf<SshHostKeyException>().With.Message.Contains("revoked"));
    }

    private string Remember(ShellServer server, string marker, SshPublicKey? key = null)
    {
        using SshPrivateKey other = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        Directory.CreateDirectory(Path.GetDirectoryName(KnownHostsPath)!);
        string line = $"{marker}[127.0.0.1]:{server.EndPoint.Port} {(key ?? other.PublicKey).ToOpenSshString()}\n";
        File.WriteAllText(KnownHostsPath, line);
        return line;
    }

    private HostKeys Connect(ShellServer server, HostKeyChecking checking, bool hash = false)
    {
        using Diagnostics output = Diagnostics.ToFile(Path.Combine(_folder, "log"));
        var policy = new HostKeys("127.0.0.1", server.EndPoint.Port, checking, [KnownHostsPath], [], new UserPrompt(allowed: false), output) { HashNames = hash, MayReorder = true };
        using SshClient client = SshClient.Connect(server.Options with { HostKeyPolicy = policy });
        Assert.That(client.IsAuthenticated, Is.True);
        return policy;
    }
}
