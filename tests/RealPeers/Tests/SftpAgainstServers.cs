using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Async;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Keys;
using SshCore.Sftp;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Tests;

/// <summary>Our SFTP client against somebody else's server.</summary>
[TestFixture("sshd")]
[TestFixture("asyncssh")]
[TestFixture("paramiko")]
[Parallelizable(ParallelScope.Self)]
public sealed partial class SftpAgainstServers(string peer)
{
    private PeerServer? _server;
    private TempFolder? _folder;
    private SshClient? _client;
    private SftpClient? _sftp;
    private CancellationTokenSource _limit = new();

    private CancellationToken Limit => _limit.Token;

    private SftpClient Sftp => _sftp!;

    [OneTimeSetUp]
    public void StartServer() => _server = PeerServer.Start(peer);

    [OneTimeTearDown]
    public void StopServer()
    {
        _server?.Dispose();
        _limit.Dispose();
    }

    [SetUp]
    public async Task Connect()
    {
        _limit.Dispose();
        _limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        _folder = new TempFolder();
        _client = await SshClient.ConnectAsync(Options(), Limit);
        _sftp = await _client.OpenSftpAsync(cancellationToken: Limit);
    }

    [TearDown]
    public async Task Disconnect()
    {
        if (TestContext.CurrentContext.Result.Outcome.Status == NUnit.Framework.Interfaces.TestStatus.Failed)
        {
            TestContext.Out.WriteLine($"{_server!.Name}\n{_server.Log}");
        }

        if (_sftp is not null)
        {
            await _sftp.DisposeAsync();
        }

        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        _folder?.Dispose();
    }

    private SshClientOptions Options() => new("127.0.0.1", _server!.Port)
    {
        UserName = TestUser.Name,
        Credentials = [SshCredential.Key(_server.User.Key())],
        HostKeyPolicy = SshHostKeyPolicy.Pinned(_server.HostKey(SshKeyKind.Ed25519)),
    };

    private string Local(string name) => _folder!.File(name);

    [Test]
    public async Task WrittenIsRead()
    {
        string path = Local("a file");
        byte[] data = RandomNumberGenerator.GetBytes(3_000_000);
        await using (var file = await Sftp.OpenAsync(path, FileMode.CreateNew, FileAccess.Write, cancellationToken: Limit))
        {
            await file.WriteAsync(data.AsMemory(0, 1_000_001), Limit);
            await file.WriteAsync(data.AsMemory(1_000_001), Limit);
        }

        Assert.That(await File.ReadAllBytesAsync(path, Limit), Is.EqualTo(data));
        await using var again = await Sftp.OpenAsync(path, cancellationToken: Limit);
        using var read = new MemoryStream();
        await again.CopyToAsync(read, Limit);
        Assert.That(read.ToArray(), Is.EqualTo(data));

        again.Position = 2_999_990;
        var tail = new byte[100];
        Assert.That(await again.ReadAtLeastAsync(tail, 100, throwOnEndOfStream: false, Limit), Is.EqualTo(10));
        Assert.That(tail.AsSpan(0, 10).SequenceEqual(data.AsSpan(2_999_990)));

        var parts = new List<byte[]>();
        await foreach (var part in again.ReadRangesAsync([new(1_000_000, 300_000), new(5, 10), new(2_999_999, 50), new(9_000_000, 5)], Limit))
        {
            parts.Add(part.ToArray());
        }

        Assert.That(parts[0].AsSpan().SequenceEqual(data.AsSpan(1_000_000, 300_000)));
        Assert.That(parts[1].AsSpan().SequenceEqual(data.AsSpan(5, 10)));
        Assert.That(parts[2], Is.EqualTo(new[] { data[2_999_999] }));
        Assert.That(parts[3], Is.Empty);
    }

    [Test]
    public async Task FilesAreChanged()
    {
        string path = Local("changed");
        await using (var file = await Sftp.OpenAsync(path, FileMode.Create, FileAccess.ReadWrite, cancellationToken: Limit))
        {
            await file.WriteAsync("0123456789"u8.ToArray(), Limit);
            await file.FlushAsync(Limit);
            Assert.That((await file.StatAsync(Limit)).Size, Is.EqualTo(10));
            await file.SetLengthAsync(5, Limit);
            file.Position = 1;
            await file.WriteAsync("xy"u8.ToArray(), Limit);
            file.Position = 0;
            var all = new byte[20];
            Assert.That(await file.ReadAtLeastAsync(all, 20, false, Limit), Is.EqualTo(5));
            Assert.That(Encoding.ASCII.GetString(all, 0, 5), Is.EqualTo("0xy34"));
            await file.ChmodAsync(0b110_000_000, Limit);
            await file.UtimeAsync(DateTimeOffset.FromUnixTimeSeconds(1_000_000_000), DateTimeOffset.FromUnixTimeSeconds(1_100_000_000), Limit);
        }

        var attributes = await Sftp.StatAsync(path, Limit);
        Assert.That(attributes.ModifyTime, Is.EqualTo(1_100_000_000));
        Assert.That(attributes.Permissions! & 0b111_111_111, Is.EqualTo(0b110_000_000));
        Assert.That(attributes.IsRegularFile);
        await using (var more = await Sftp.OpenAsync(path, FileMode.Append, FileAccess.Write, cancellationToken: Limit))
        {
            await more.WriteAsync("ab"u8.ToArray(), Limit);
            await more.WriteAsync("cd"u8.ToArray(), Limit);
        }

        Assert.That(await File.ReadAllTextAsync(path, Limit), Is.EqualTo("0xy34abcd"));
        await Sftp.TruncateAsync(path, 2, Limit);
        await Sftp.ChmodAsync(path, 0b100_000_000, Limit);
        await Sftp.UtimeAsync(path, cancellationToken: Limit);
        Assert.That(new FileInfo(path).Length, Is.EqualTo(2));
        Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead));
        Assert.That(DateTime.UtcNow - File.GetLastWriteTimeUtc(path), Is.LessThan(TimeSpan.FromMinutes(5)));
    }

    [Test]
    public async Task NamesOfAllKinds()
    {
        string[] names = ["plain", "with space", "new\nline", "-dash", "quote'\"", "ünïcödé ☃", "*?[x]", "tab\t"];
        string folder = Local("names");
        await Sftp.MkdirAsync(folder, cancellationToken: Limit);
        foreach (string name in names)
        {
            await using var file = await Sftp.OpenAsync(new SftpPath(folder).Combine(name), FileMode.Create, FileAccess.Write, cancellationToken: Limit);
        }

        var bytes = new SftpPath(new byte[] { (byte)'x', 0xff, 0xfe });
        bool keepsBytes = peer != "paramiko"; // which decodes names as UTF-8
        if (keepsBytes)
        {
            await using var raw = await Sftp.OpenAsync(new SftpPath(folder).Combine(bytes), FileMode.Create, FileAccess.Write, cancellationToken: Limit);
        }

        var found = new List<SftpPath>();
        await foreach (var file in Sftp.ListDirectoryAsync(folder, Limit))
        {
            found.Add(file.Name);
            Assert.That(file.Attributes.Size, Is.Zero);
        }

        var wanted = new List<SftpPath>();
        foreach (string name in names)
        {
            wanted.Add(name);
        }

        if (keepsBytes)
        {
            wanted.Add(bytes);
        }

        Assert.That(found, Is.EquivalentTo(wanted));
        foreach (var name in found)
        {
            await Sftp.RemoveAsync(new SftpPath(folder).Combine(name), Limit);
        }

        await Sftp.RmdirAsync(folder, Limit);
        Assert.That(Directory.Exists(folder), Is.False);
    }

    [Test]
    public async Task ALongListing()
    {
        string folder = Local("many");
        Directory.CreateDirectory(folder);
        for (int i = 0; i < 3000; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"file number {i}"), "", Limit);
        }

        int count = 0;
        await foreach (var file in Sftp.ListDirectoryAsync(folder, Limit))
        {
            count++;
        }

        Assert.That(count, Is.EqualTo(3000));

        // Who stops early stops the asking; the session goes on.
        await foreach (var file in Sftp.ListDirectoryAsync(folder, Limit))
        {
            break;
        }

        Assert.That(await Sftp.ExistsAsync(folder, Limit));
    }

    [Test]
    public async Task LinksAndRenames()
    {
        string file = Local("file");
        string other = Local("other");
        string link = Local("link");
        await File.WriteAllTextAsync(file, "content", Limit);
        await File.WriteAllTextAsync(other, "other", Limit);
        await Sftp.SymlinkAsync("file", link, Limit);
        Assert.That(new FileInfo(link).LinkTarget, Is.EqualTo("file"));
        Assert.That((await Sftp.ReadlinkAsync(link, Limit)).ToString(), Is.EqualTo("file"));
        Assert.That((await Sftp.LStatAsync(link, Limit)).IsSymbolicLink);
        Assert.That((await Sftp.StatAsync(link, Limit)).Size, Is.EqualTo(7));

        var refused = await Assert.ThrowsAsync<SftpException>(async () => await Sftp.RenameAsync(file, other, Limit));
        Assert.That(refused!.Operation, Is.EqualTo("rename"));
        Assert.That(await File.ReadAllTextAsync(other, Limit), Is.EqualTo("other"), "a rename never replaces");
        string moved = Local("moved");
        await Sftp.RenameAsync(file, moved, Limit);
        Assert.That(File.Exists(moved));
        if (Sftp.Supports(SftpExtensionNames.PosixRename))
        {
            await Sftp.PosixRenameAsync(moved, other, Limit);
            Assert.That(await File.ReadAllTextAsync(other, Limit), Is.EqualTo("content"));
        }

        if (Sftp.Supports(SftpExtensionNames.HardLink))
        {
            await Sftp.HardLinkAsync(other, Local("hard"), Limit);
            Assert.That(await File.ReadAllTextAsync(Local("hard"), Limit), Is.EqualTo("content"));
        }
    }

    [Test]
    public async Task PlacesAndFigures()
    {
        string folder = Local("place");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "here"), "x", Limit);
        Assert.That(Sftp.WorkingDirectory, Is.Null);
        await Sftp.ChdirAsync(folder + "/../place/.", Limit);
        Assert.That(Sftp.WorkingDirectory.ToString(), Is.EqualTo(folder));
        Assert.That((await Sftp.StatAsync("here", Limit)).Size, Is.EqualTo(1));
        Assert.That((await Sftp.NormalizeAsync(".", Limit)).ToString(), Is.EqualTo(folder));
        await Assert.ThrowsAsync<SftpException>(async () => await Sftp.ChdirAsync("here", Limit));
        await Sftp.ChdirAsync(null, Limit);
        Assert.That(await Sftp.ExistsAsync("here", Limit), Is.False);
        if (Sftp.Supports(SftpExtensionNames.StatVfs))
        {
            var volume = await Sftp.StatVfsAsync(folder, Limit);
            Assert.That(volume.Blocks, Is.GreaterThan(0));
        }

        if (Sftp.Supports(SftpExtensionNames.ExpandPath))
        {
            Assert.That((await Sftp.ExpandPathAsync("~/x", Limit)).IsAbsolute);
        }

        if (Sftp.Supports(SftpExtensionNames.CopyData))
        {
            await Sftp.CopyDataAsync(folder + "/here", folder + "/there", Limit);
            Assert.That(await File.ReadAllTextAsync(folder + "/there", Limit), Is.EqualTo("x"));
        }
        else
        {
            var unknown = await Assert.ThrowsAsync<SftpException>(async () => await Sftp.CopyDataAsync(folder + "/here", folder + "/there", Limit));
            Assert.That(unknown!.Status, Is.EqualTo(SftpStatusCode.OperationUnsupported));
            Assert.That(unknown.InnerException, Is.InstanceOf<NotSupportedException>());
        }
    }

    [Test]
    public async Task ErrorsSayWhatAndWhere()
    {
        var missing = await Assert.ThrowsAsync<SftpException>(async () => await Sftp.OpenAsync("/no/such\nfile", cancellationToken: Limit));
        Assert.That(missing!.Status, Is.EqualTo(SftpStatusCode.NoSuchFile));
        Assert.That(missing.InnerException, Is.InstanceOf<FileNotFoundException>());
        Assert.That(missing.RemotePath.ToString(), Is.EqualTo("/no/such\nfile"));
        Assert.That(missing.Message, Does.Contain("open '/no/such\\u000afile'"));
        var denied = await Assert.ThrowsAsync<SftpException>(async () => await Sftp.RemoveAsync("/proc/version", Limit));
        Assert.That(denied!.Status, Is.AnyOf(SftpStatusCode.PermissionDenied, SftpStatusCode.Failure));
        await (await Sftp.OpenAsync(Local("new"), FileMode.CreateNew, FileAccess.Write, cancellationToken: Limit)).DisposeAsync();
        await Assert.ThrowsAsync<SftpException>(async () => await Sftp.RmdirAsync(_folder!.Path, Limit), "it is not empty");
        var exists = await Assert.ThrowsAsync<SftpException>(async () => await Sftp.OpenAsync(Local("new"), FileMode.CreateNew, FileAccess.Write, cancellationToken: Limit));
        Assert.That(exists!.Status, Is.EqualTo(SftpStatusCode.Failure));
    }

    [Test]
    public async Task AKilledConnectionIsOneClearError()
    {
        await File.WriteAllBytesAsync(Local("big"), new byte[8_000_000], Limit);
        var file = await Sftp.OpenAsync(Local("big"), cancellationToken: Limit);
        var buffer = new byte[1000];
        await file.ReadExactlyAsync(buffer, Limit);
        var writer = await Sftp.OpenAsync(Local("written"), FileMode.Create, FileAccess.Write, cancellationToken: Limit);
        await writer.WriteAsync(buffer, Limit);
        await _client!.DisposeAsync();
        await Assert.CatchAsync<SshException>(async () => await Sftp.StatAsync(Local("big"), Limit));
        await Assert.CatchAsync<SshException>(async () => { await writer.WriteAsync(buffer, Limit); await writer.FlushAsync(Limit); });
        await Assert.CatchAsync<SshException>(async () => await writer.DisposeAsync(), "what was written may not be there");
        await file.DisposeAsync();
    }
}
