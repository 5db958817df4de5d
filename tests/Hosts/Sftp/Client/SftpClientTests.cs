using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Memory;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp.Client;

/// <summary>The client over streams in memory, against our own server with file systems that behave well and badly.</summary>
internal sealed class SftpClientTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("sshcore-sftp-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private string Local(string name) => Path.Combine(_folder, name);

    private static async Task With(ISftpFileSystem files, Func<SshCore.Async.SftpClient, Task> use, SftpClientOptions? options = null)
    {
        var (near, far) = MemoryDuplexStream.CreatePair(1 << 20);
        var serving = Task.Run(() => new SftpServer(files).RunAsync(far, Subjects.Bounded()).AsTask());
        await using (var client = await SshCore.Async.SftpClient.CreateAsync(near, near, options, cancellationToken: Subjects.Bounded()))
        {
            await use(client).WaitAsync(Subjects.Patience);
        }

        await Ended(serving);
    }

    private static async Task WithBlocking(ISftpFileSystem files, Action<SshCore.Blocking.SftpClient> use)
    {
        var (near, far) = MemoryDuplexStream.CreatePair(1 << 20);
        var serving = Task.Factory.StartNew(() => new SftpServer(files).Run(far), TaskCreationOptions.LongRunning);
        await Task.Factory.StartNew(
            () =>
            {
                using var client = SshCore.Blocking.SftpClient.Create(near, near);
                use(client);
            },
            TaskCreationOptions.LongRunning).WaitAsync(Subjects.Patience);
        await Ended(serving);
    }

    // A server whose stream went away in the middle says that it could not use it.
    private static async Task Ended(Task serving)
    {
        try
        {
            await serving.WaitAsync(Subjects.Patience);
        }
        catch (Exception ex) when (ex is IOException or ObjectDisposedException)
        {
            Assert.That(serving.IsFaulted);
        }
    }

    private static byte[] Pattern(int length)
    {
        var data = new byte[length];
        for (int i = 0; i < length; i++)
        {
            data[i] = (byte)((i * 31) ^ (i >> 9));
        }

        return data;
    }

    [Test]
    public Task Files_go_there_and_back_by_await() => With(new MemoryFileSystem(), async sftp =>
    {
        byte[] data = Pattern(3_000_001);
        File.WriteAllBytes(Local("source"), data);
        Assert.That((await sftp.PutAsync(Local("source"), "/there")).Size, Is.EqualTo((ulong)data.Length));
        Assert.That(await sftp.GetAsync("/there", Local("back")), Is.EqualTo(data.Length));
        Assert.That(File.ReadAllBytes(Local("back")), Is.EqualTo(data));
        await using var file = await sftp.OpenAsync("/there");
        using var read = new MemoryStream();
        await file.CopyToAsync(read);
        Assert.That(read.ToArray(), Is.EqualTo(data));
        var hashes = await file.CheckAsync("sha256");
        Assert.That(hashes.Algorithm, Is.EqualTo("sha256"));
        Assert.That(hashes.Digests.ToArray(), Is.EqualTo(System.Security.Cryptography.SHA256.HashData(data)));
    });

    [Test]
    public Task Files_go_there_and_back_by_blocking() => WithBlocking(new MemoryFileSystem(), sftp =>
    {
        byte[] data = Pattern(3_000_001);
        File.WriteAllBytes(Local("source"), data);
        sftp.Put(Local("source"), "/there", new SftpTransferOptions { Atomic = true });
        Assert.That(sftp.Get("/there", Local("back")), Is.EqualTo(data.Length));
        Assert.That(File.ReadAllBytes(Local("back")), Is.EqualTo(data));
        Assert.That(sftp.ListDirectory("/").Select(f => f.Name.ToString()), Is.EqualTo(new[] { "there" }));
    });

    [TestCase("n", 250)]
    [TestCase("ü", 125)]
    public Task Long_names_go_there_and_back_in_one_step(string letter, int count) => With(new MemoryFileSystem(), async sftp =>
    {
        string name = "x" + string.Concat(Enumerable.Repeat(letter, count));
        File.WriteAllText(Local(name), "content");
        await sftp.PutAsync(Local(name), "/" + name, new SftpTransferOptions { Atomic = true });
        File.WriteAllText(Local(name), "other");
        await sftp.GetAsync("/" + name, Local(name), new SftpTransferOptions { Atomic = true });
        Assert.That(File.ReadAllText(Local(name)), Is.EqualTo("content"));
        Assert.That(Directory.GetFileSystemEntries(_folder), Has.Length.EqualTo(1));
    });

    [Test]
    public Task A_folder_that_is_not_here_is_told_before_the_server_is_asked([Values] bool atomic) => With(new MemoryFileSystem(), async sftp =>
    {
        var options = new SftpTransferOptions { Atomic = atomic };
        var missing = await Assert.ThrowsAsync<DirectoryNotFoundException>(async () => await sftp.GetAsync("/none", Local("no/target"), options));
        Assert.That(missing!.Message, Does.Contain(Local("no")));
        await Assert.ThrowsAsync<SftpException>(async () => await sftp.GetAsync("/none", Local("target"), options));
        Assert.That(Directory.GetFileSystemEntries(_folder), Is.Empty);
    });

    [Test]
    public Task Hashes_decide_what_is_synced() => With(new MemoryFileSystem(), async sftp =>
    {
        Directory.CreateDirectory(Local("tree"));
        File.WriteAllText(Local("tree/same"), "12345");
        File.WriteAllText(Local("tree/other"), "12345");
        await sftp.PutTreeAsync(Local("tree"), "/tree");
        File.WriteAllText(Local("tree/other"), "54321");
        var result = await sftp.SyncTreeAsync("/tree", Local("tree"), SftpSyncDirection.ToServer, new() { Compare = SftpCompare.Hash });
        Assert.That((result.Files, result.Unchanged), Is.EqualTo((1, 1)));
    });

    [Test]
    public Task A_handler_may_use_the_session_while_data_waits() => WithBlocking(new MemoryFileSystem(), sftp =>
    {
        byte[] data = Pattern(6_000_000);
        using var source = new MemoryStream(data);
        sftp.Put(source, "/big");
        var asked = new Asking(sftp);
        using var target = new MemoryStream();
        sftp.Get("/big", target, progress: asked);
        Assert.That(target.ToArray(), Is.EqualTo(data));
        Assert.That(asked.Sizes, Is.Not.Empty.And.All.EqualTo(data.Length));
    });

    private sealed class Asking(SshCore.Blocking.SftpClient sftp) : IProgress<SftpProgress>
    {
        public List<ulong?> Sizes { get; } = [];

        public void Report(SftpProgress value) => Sizes.Add(sftp.Stat("/big").Size);
    }

    [TestCase("../evil")]
    [TestCase("..")]
    [TestCase("/tmp/evil")]
    [TestCase("a/../../evil")]
    [TestCase("inner/evil")]
    [TestCase("nul\0evil")]
    [TestCase("")]
    public async Task Names_of_the_server_never_leave_the_target(string name)
    {
        Directory.CreateDirectory(Local("around"));
        await With(new Listing((name, SftpFileType.Regular), ("good", SftpFileType.Regular)), async sftp =>
        {
            if (name == "..")
            {
                await sftp.GetTreeAsync("/", Local("around/target"));
            }
            else
            {
                await Assert.ThrowsAsync<SftpException>(async () => await sftp.GetTreeAsync("/", Local("around/target")));
            }

            var rest = await sftp.GetTreeAsync("/", Local("around/target"), new() { ContinueOnError = true });
            Assert.That(rest.Failures, Has.Count.EqualTo(name == ".." ? 0 : 1));
        });
        Assert.That(Directory.GetFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(_folder, p)),
            Is.EquivalentTo(new[] { "around", "around/target", "around/target/good" }));
    }

    [Test]
    public async Task Names_that_come_twice_are_refused() => await With(
        new Listing(("good", SftpFileType.Regular), ("good", SftpFileType.Directory)),
        async sftp => await Assert.ThrowsAsync<SftpException>(async () => await sftp.GetTreeAsync("/", Local("target"))));

    [Test]
    public async Task Nothing_is_written_through_a_link()
    {
        Directory.CreateDirectory(Local("outside"));
        Directory.CreateDirectory(Local("target"));
        File.WriteAllText(Local("outside/good"), "mine");
        File.CreateSymbolicLink(Local("target/dir"), Local("outside"));
        File.CreateSymbolicLink(Local("target/good"), Local("outside/good"));
        await With(new Listing(("good", SftpFileType.Regular), ("dir", SftpFileType.Directory)), async sftp =>
            await sftp.GetTreeAsync("/", Local("target"), new() { MaxDepth = 3, ContinueOnError = true }));
        Assert.That(File.ReadAllText(Local("outside/good")), Is.EqualTo("mine"));
        Assert.That(Directory.GetFileSystemEntries(Local("outside")), Has.Length.EqualTo(1));
        Assert.That(File.ReadAllText(Local("target/dir/good")), Is.EqualTo("content"));
        Assert.That(new DirectoryInfo(Local("target/dir")).LinkTarget, Is.Null);
    }

    [Test]
    public async Task A_tree_without_end_is_bounded() => await With(
        new Listing(("dir", SftpFileType.Directory), ("good", SftpFileType.Regular)),
        async sftp =>
        {
            await Assert.ThrowsAsync<SftpException>(async () => await sftp.GetTreeAsync("/", Local("deep"), new() { MaxDepth = 5 }));
            await Assert.ThrowsAsync<SftpException>(async () => await sftp.GetTreeAsync("/", Local("many"), new() { MaxEntries = 20 }));
        });

    [Test]
    public Task A_late_failure_of_a_write_is_told_with_its_offset() => With(new Failing(), async sftp =>
    {
        var file = await sftp.OpenAsync("/full", FileMode.Create, FileAccess.Write);
        await file.WriteAsync(new byte[100_000]);
        var error = await Assert.CatchAsync<SftpException>(async () =>
        {
            await file.WriteAsync(new byte[500_000]);
            await file.FlushAsync();
        });
        Assert.That(error!.Offset, Is.GreaterThanOrEqualTo(0).And.LessThan(600_000));
        Assert.That(error.Message, Does.Contain("/full"));
        await Assert.CatchAsync<SftpException>(async () => await file.DisposeAsync());
        using var source = new MemoryStream(new byte[1_000_000]);
        await Assert.ThrowsAsync<SftpException>(async () => await sftp.PutAsync(source, "/full"));
    });

    [Test]
    public async Task A_server_that_does_not_answer_is_a_time_out()
    {
        var silent = new Silent();
        await With(silent, async sftp =>
        {
            await Assert.ThrowsAsync<SshTimeoutException>(async () => await sftp.StatAsync("/x"));
            silent.Go.SetResult();
        }, SftpClientOptions.Default with { OperationTimeout = TimeSpan.FromMilliseconds(50) });
    }

    [Test]
    public async Task The_end_of_the_stream_ends_what_is_under_way()
    {
        var (near, far) = MemoryDuplexStream.CreatePair(1 << 20);
        var silent = new Silent();
        var serving = Task.Run(() => new SftpServer(silent).RunAsync(far, Subjects.Bounded()).AsTask());
        await using var client = await SshCore.Async.SftpClient.CreateAsync(near, near, cancellationToken: Subjects.Bounded());
        var stat = client.StatAsync("/x").AsTask();
        await silent.Asked.Task.WaitAsync(Subjects.Patience);
        far.Dispose();
        silent.Go.SetResult();
        var error = await Assert.CatchAsync<SshException>(async () => await stat.WaitAsync(Subjects.Patience));
        Assert.That(error, Is.InstanceOf<SftpException>().Or.InstanceOf<SshConnectionException>());
        await Assert.CatchAsync<SshException>(async () => await client.StatAsync("/x"), "and what comes later");
        await Ended(serving);
    }

    [Test]
    public async Task Closing_ends_what_is_under_way()
    {
        var silent = new Silent();
        await With(silent, async sftp =>
        {
            var stat = sftp.StatAsync("/x").AsTask();
            await silent.Asked.Task.WaitAsync(Subjects.Patience);
            await sftp.DisposeAsync();
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stat);
            silent.Go.SetResult();
        });
    }

    [Test]
    public void Modes_and_access_have_to_fit()
    {
        Assert.That(SftpClientBase.Flags(FileMode.Append, FileAccess.Write), Is.EqualTo(SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Append));
        Assert.That(SftpClientBase.Flags(FileMode.CreateNew, FileAccess.ReadWrite), Is.EqualTo(SftpOpenFlags.Read | SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Exclusive));
        Assert.Throws<ArgumentException>(() => SftpClientBase.Flags(FileMode.Append, FileAccess.ReadWrite));
        Assert.Throws<ArgumentException>(() => SftpClientBase.Flags(FileMode.Create, FileAccess.Read));
    }

    [TestCase("CON", false)]
    [TestCase("com1.txt", false)]
    [TestCase("a:b", false)]
    [TestCase("back\\slash", false)]
    [TestCase("dot.", false)]
    [TestCase("common", true)]
    [TestCase("file.txt", true)]
    public void Names_for_Windows(string name, bool isName) => Assert.That(SftpLocalNames.IsWindowsName(name), Is.EqualTo(isName));

    /// <summary>Every directory lists the same names, whatever they are.</summary>
    private sealed class Listing(params (string Name, SftpFileType Type)[] names) : SftpFileSystem
    {
        protected override SftpResult<IReadOnlyList<SftpFileName>> ListFolder(SftpPath path) =>
            new([.. names.Select(n => new SftpFileName(n.Name, "", Of(n.Type)))]);

        protected override SftpResult<SftpAttributes> Stat(SftpPath path) => Of(SftpFileType.Directory);

        protected override SftpResult<ISftpFile> Open(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes) => new(new Content());

        private static SftpAttributes Of(SftpFileType type) => new() { Size = 7, Permissions = (uint)type | 0b110_100_100 };
    }

    private sealed class Content : SftpFile
    {
        protected override SftpResult<int> Read(long offset, Span<byte> buffer)
        {
            var rest = "content"u8.Slice((int)Math.Min(offset, 7));
            int count = Math.Min(rest.Length, buffer.Length);
            rest.Slice(0, count).CopyTo(buffer);
            return count;
        }
    }

    private sealed class Failing : SftpFileSystem
    {
        protected override SftpResult<ISftpFile> Open(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes) => new(new Full());

        private sealed class Full : SftpFile
        {
            protected override SftpStatus Write(long offset, ReadOnlySpan<byte> data) =>
                offset + data.Length > 300_000 ? new(SftpStatusCode.Failure, "No space left on device") : SftpStatus.Ok;
        }
    }

    private sealed class Silent : SftpFileSystem
    {
        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<SftpResult<SftpAttributes>> StatAsync(SftpPath path, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            await Go.Task.ConfigureAwait(false);
            return SftpStatusCode.NoSuchFile;
        }
    }
}
