using System.IO;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Hosts;
using SshCore.Interop;

namespace SshCore.Tests.Hosts;

[TestFixtureSource(typeof(TestHosts), nameof(TestHosts.Each))]
internal sealed class HostKeyTests(Host host)
{
    private string _folder = null!;
    private string _file = null!;
    private TestPolicy _policy = null!;
    private TestServer _server = null!;
    private int _port;

    private string Line => $"[127.0.0.1]:{_port} {Subjects.HostKey.PublicKey}\n";

    private string OtherLine => $"[127.0.0.1]:{_port} {Subjects.UserKey.PublicKey}\n";

    [SetUp]
    public void Listen()
    {
        _folder = Directory.CreateTempSubdirectory("sshcore").FullName;
        _file = Path.Combine(_folder, "known_hosts");
        _policy = new TestPolicy();
        _server = new TestServer(host, Subjects.Server(_policy));
        _port = _server.Listen();
    }

    [TearDown]
    public async Task Stop()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task An_unknown_key_is_refused_before_any_secret_is_asked_for()
    {
        bool asked = false;
        var error = await Assert.ThrowsAsync<SshHostKeyException>(() => Connect(new KnownHostsPolicy(_file), SshCredential.Password(_ =>
        {
            asked = true;
            return TestPolicy.Bytes(TestPolicy.Password);
        })));

        Assert.That(asked, Is.False);
        Assert.That((error!.Host, error.Key), Is.EqualTo(($"[127.0.0.1]:{_port}", Subjects.HostKey.PublicKey)));
        Assert.That(error.Fingerprint, Is.EqualTo(Subjects.HostKey.PublicKey.Fingerprint(DefaultCrypto.Provider)));
        Assert.That(error.Error.Kind, Is.EqualTo(SshErrorKind.HostKeyRejected));
    }

    [Test]
    public async Task A_known_key_is_trusted()
    {
        await File.WriteAllTextAsync(_file, Line);
        await Connect(new KnownHostsPolicy(_file));
    }

    [Test]
    public async Task A_changed_key_is_an_error_of_its_own_whatever_happens_to_unknown_ones()
    {
        await File.WriteAllTextAsync(_file, OtherLine);
        foreach (var policy in (SshHostKeyPolicy[])[new KnownHostsPolicy(_file), new AutoAddHostKey(_file), new WarningHostKey(_file), new AskingHostKey(_ => SshHostKeyAnswer.AcceptAndSave, _file)])
        {
            var error = await Assert.ThrowsAsync<SshHostKeyChangedException>(() => Connect(policy));
            Assert.That(error!.Known.Single(), Does.Contain($"{_file}:1"));
        }

        Assert.That(await File.ReadAllTextAsync(_file), Is.EqualTo(OtherLine));
    }

    [Test]
    public async Task A_revoked_key_is_refused()
    {
        await File.WriteAllTextAsync(_file, Line + "@revoked * " + Subjects.HostKey.PublicKey + "\n");
        var error = await Assert.ThrowsAsync<SshHostKeyException>(() => Connect(new AutoAddHostKey(_file)));
        Assert.That(error!.Message, Does.Contain("revoked"));
    }

    [Test]
    public async Task An_added_key_is_trusted_next_time_and_its_file_is_private()
    {
        string nested = Path.Combine(_folder, "new", "known_hosts");
        await Connect(new AutoAddHostKey(nested));
        await Connect(new KnownHostsPolicy(nested));
        await Connect(new AutoAddHostKey(nested));

        Assert.That(await File.ReadAllTextAsync(nested), Is.EqualTo(Line));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(nested), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        Assert.That(Directory.GetFiles(Path.GetDirectoryName(nested)!), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Adding_keeps_what_is_there_and_can_hash()
    {
        await File.WriteAllTextAsync(_file, "# a comment\nnonsense\nother " + Subjects.UserKey.PublicKey + " me");
        await Connect(new AutoAddHostKey(hashed: true, _file));

        var lines = await File.ReadAllLinesAsync(_file);
        Assert.That(lines.Take(3), Is.EqualTo(new[] { "# a comment", "nonsense", "other " + Subjects.UserKey.PublicKey + " me" }));
        Assert.That(lines[3], Does.StartWith("|1|"));
        await Connect(new KnownHostsPolicy(_file));
    }

    [Test]
    public async Task Warning_accepts_and_saves_nothing()
    {
        await Connect(new WarningHostKey(_file));
        Assert.That(File.Exists(_file), Is.False);
    }

    [TestCase(SshHostKeyAnswer.Refuse)]
    [TestCase(SshHostKeyAnswer.AcceptOnce)]
    [TestCase(SshHostKeyAnswer.AcceptAndSave)]
    public async Task A_person_is_asked(SshHostKeyAnswer answer)
    {
        var policy = new AskingHostKey(
            context =>
            {
                Assert.That((context.Host, context.Port, context.Address, context.Fingerprint), Is.EqualTo(("127.0.0.1", _port, "127.0.0.1", Subjects.HostKey.PublicKey.Fingerprint(DefaultCrypto.Provider))));
                return answer;
            },
            _file);
        if (answer == SshHostKeyAnswer.Refuse)
        {
            await Assert.ThrowsAsync<SshHostKeyException>(() => Connect(policy));
        }
        else
        {
            await Connect(policy);
        }

        Assert.That(File.Exists(_file), Is.EqualTo(answer == SshHostKeyAnswer.AcceptAndSave));
    }

    [Test]
    public async Task A_pinned_key_or_fingerprint()
    {
        string fingerprint = Subjects.HostKey.PublicKey.Fingerprint(DefaultCrypto.Provider);
        await Connect(SshHostKeyPolicy.Pinned(Subjects.HostKey.PublicKey));
        await Connect(SshHostKeyPolicy.Pinned("SHA256:other", fingerprint + "="));
        await Assert.ThrowsAsync<SshHostKeyChangedException>(() => Connect(SshHostKeyPolicy.Pinned(Subjects.UserKey.PublicKey)));
        await Assert.ThrowsAsync<SshHostKeyChangedException>(() => Connect(SshHostKeyPolicy.Pinned("SHA256:other")));
    }

    [Test]
    public async Task A_policy_that_throws_refuses_and_its_exception_is_told()
    {
        var error = await Assert.ThrowsAsync<SshConnectionException>(() => Connect(new Failing()));
        Assert.That((error!.Error.Kind, error.InnerException), Is.EqualTo((SshErrorKind.HostKeyRejected, Failing.Reason)));
    }

    [Test]
    public async Task Only_an_insecure_policy_takes_anything() => await Connect(SshHostKeyPolicy.InsecureAcceptAnyHostKey);

    [Test]
    public void The_default_is_known_hosts_only() =>
        Assert.That(new SshClientOptions("host").HostKeyPolicy, Is.TypeOf<KnownHostsPolicy>());

    private async Task Connect(SshHostKeyPolicy policy, params SshCredential[] credentials)
    {
        var options = Subjects.Client(_port) with { HostKeyPolicy = policy };
        await using var client = await TestClient.ConnectAsync(host, credentials.Length == 0 ? options : options with { Credentials = credentials });
        Assert.That(client.Base.IsAuthenticated);
    }

    private sealed class Failing : SshHostKeyPolicy
    {
        public static readonly Exception Reason = new InvalidDataException("no idea");

        public override bool IsTrusted(SshHostKeyContext context) => throw Reason;
    }
}
