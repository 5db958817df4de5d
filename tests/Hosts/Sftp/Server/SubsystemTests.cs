using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Async;
using SshCore.Channels;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp.Server;

/// <summary>The subsystem sftp in servers of both hosts, with our client at the other end of a real connection.</summary>
[TestFixture(Host.Async)]
[TestFixture(Host.Blocking)]
[Parallelizable(ParallelScope.All)]
internal sealed class SubsystemTests(Host host)
{
    [Test]
    public async Task ClientAndServerMeet()
    {
        var policy = new Policy();
        await using var server = new TestServer(host, Subjects.Server(policy));
        int port = server.Listen();
        await using var client = await SshClient.ConnectAsync(Subjects.Client(port), Subjects.Bounded());
        await using var sftp = await client.OpenSftpAsync(cancellationToken: Subjects.Bounded());
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        await sftp.MkdirAsync("/d", cancellationToken: Subjects.Bounded());
        await sftp.PutAsync(new MemoryStream(content), "/d/f", cancellationToken: Subjects.Bounded());
        var back = new MemoryStream();
        await sftp.GetAsync("/d/f", back, cancellationToken: Subjects.Bounded());
        Assert.That(back.ToArray().AsSpan().SequenceEqual(content));
        Assert.That((await sftp.StatAsync("/d/f", Subjects.Bounded())).Size, Is.EqualTo(3_000_000));
        await sftp.CopyDataAsync("/d/f", "/d/g", Subjects.Bounded());
        await sftp.PosixRenameAsync("/d/g", "/d/h", Subjects.Bounded());
        var names = new List<string>();
        await foreach (var name in sftp.ListDirectoryAsync("/d", Subjects.Bounded()))
        {
            names.Add(name.Name.ToString());
        }

        Assert.That(names.Where(name => name[0] != '.').Order(StringComparer.Ordinal), Is.EqualTo(new[] { "f", "h" }));
        var hashes = await sftp.CheckAsync("/d/h", "sha256", cancellationToken: Subjects.Bounded());
        Assert.That(hashes.Algorithm, Is.EqualTo("sha256"));
        Assert.That(hashes.Digests.ToArray(), Is.EqualTo(SHA256.HashData(content)));
        Assert.That((await Assert.ThrowsAsync<SftpException>(async () => await sftp.StatAsync("/none", Subjects.Bounded())))!.Status, Is.EqualTo(SftpStatusCode.NoSuchFile));
    }

    [Test]
    public async Task TheEndOfASessionIsReportedAsSuccess()
    {
        await using var server = new TestServer(host, Subjects.Server(new Policy()));
        await using var client = await SshClient.ConnectAsync(Subjects.Client(server.Listen()), Subjects.Bounded());
        await using var session = await client.OpenSessionAsync(Subjects.Bounded());
        await session.SubsystemAsync("sftp", Subjects.Bounded());
        await session.WriteAsync(new byte[] { 0, 0, 0, 5, 1, 0, 0, 0, 3 }, Subjects.Bounded());
        session.SendEof();
        var exit = await session.ExitAsync(Subjects.Bounded());
        Assert.That(exit.Status, Is.EqualTo(0));
    }

    [Test]
    public async Task WhatIsMadeForASessionIsDisposedOfAndWhatIsSharedIsNot([Values] bool shared)
    {
        using var files = new Disposable();
        var policy = new Policy(shared ? new SftpSubsystem(files) : new SftpSubsystem(_ => files));
        await using var server = new TestServer(host, Subjects.Server(policy));
        await using var client = await SshClient.ConnectAsync(Subjects.Client(server.Listen()), Subjects.Bounded());
        await using var session = await client.OpenSessionAsync(Subjects.Bounded());
        await session.SubsystemAsync("sftp", Subjects.Bounded());
        await session.WriteAsync(new byte[] { 0, 0, 0, 5, 1, 0, 0, 0, 3 }, Subjects.Bounded());
        session.SendEof();
        await session.ExitAsync(Subjects.Bounded()); // it comes when the file system is done with
        Assert.That(files.Ends, Is.EqualTo(shared ? new[] { "session" } : new[] { "session", "disposed" }));
    }

    private sealed class Disposable : SftpFileSystem, IDisposable
    {
        public List<string> Ends { get; } = [];

        public void Dispose() => Ends.Add("disposed");

        protected override void SessionEnded(Exception? error) => Ends.Add("session");
    }

    private sealed class Policy : SshServerPolicy
    {
        private readonly Dictionary<string, SshSubsystem> _subsystems;

        public Policy(SftpSubsystem? sftp = null) => _subsystems = new() { ["sftp"] = sftp ?? new SftpSubsystem(session => session.Context.UserName == TestPolicy.User ? Files : throw new InvalidOperationException()) };

        public MemoryFileSystem Files { get; } = new();

        public override IReadOnlyDictionary<string, SshSubsystem> Subsystems => _subsystems;

        public override SshAuthDecision CheckPassword(SshServerContext context, string userName, ReadOnlyMemory<byte> password) => SshAuthDecision.Accept;

        public override SshOpenDecision OnChannelOpen(SshServerContext context, string channelType, ReadOnlyMemory<byte> data) => SshOpenDecision.Accept;
    }
}
