using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp;

/// <summary>What every request does, the same on the disk by either way and in memory.</summary>
internal sealed class FileSystemTests
{
    private const SftpOpenFlags Both = SftpOpenFlags.Read | SftpOpenFlags.Write;
    private const SftpOpenFlags Overwrite = SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Truncate;

    internal enum Subject
    {
        Kernel,
        Walk,
        Memory,
    }

    [Test]
    public async Task Files_are_made_written_read_and_cut([Values] Subject subject)
    {
        using var tree = new Served(subject);
        var files = tree.Files;
        Assert.That((await files.OpenAsync("f", Both, default, default)).Status, Is.EqualTo((SftpStatus)SftpStatusCode.NoSuchFile));
        var file = (await files.OpenAsync("f", Both | SftpOpenFlags.Create, new SftpAttributes { Permissions = 0x1A0 }, default)).Value;
        Assert.That(await file.WriteAsync(3, "def"u8.ToArray(), default), Is.EqualTo(SftpStatus.Ok));
        Assert.That(await file.WriteAsync(100_000, "end"u8.ToArray(), default), Is.EqualTo(SftpStatus.Ok));
        var stat = (await file.StatAsync(default)).Value;
        Assert.That((stat.Size, stat.Permissions), Is.EqualTo((100_003UL, (uint)SftpFileType.Regular | 0x1A0)));
        Assert.That(stat, Is.EqualTo((await files.StatAsync("/f", default)).Value));
        var buffer = new byte[8];
        Assert.That((await file.ReadAsync(0, buffer, default)).Value, Is.EqualTo(8));
        Assert.That(buffer, Is.EqualTo("\0\0\0def\0\0"u8.ToArray()));
        Assert.That((await file.ReadAsync(100_001, buffer, default)).Value, Is.EqualTo(2));
        Assert.That((await file.ReadAsync(100_003, buffer, default)).Value, Is.Zero);
        Assert.That((await file.ReadAsync(long.MaxValue, buffer, default)) is { IsOk: false } or { Value: 0 });
        Assert.That((await file.WriteAsync(long.MaxValue, buffer, default)).IsOk, Is.False);

        Assert.That(await file.SetStatAsync(new SftpAttributes { Size = 4, AccessTime = 1_000, ModifyTime = 4_000_000_000 }, default), Is.EqualTo(SftpStatus.Ok));
        await file.SetStatAsync(new SftpAttributes { Size = 6 }, default);
        Assert.That((await file.ReadAsync(0, buffer, default)).Value, Is.EqualTo(6));
        Assert.That(buffer.Take(6), Is.EqualTo("\0\0\0d\0\0"u8.ToArray()), "what was cut off doesn't come back");
        Assert.That(await file.SetStatAsync(new SftpAttributes { AccessTime = 1_000, ModifyTime = 4_000_000_000, Permissions = 0x180 }, default), Is.EqualTo(SftpStatus.Ok));
        stat = (await file.StatAsync(default)).Value;
        Assert.That((stat.AccessTime, stat.ModifyTime, stat.Permissions & 0xFFF), Is.EqualTo((1_000U, 4_000_000_000U, 0x180U)));
        Assert.That(await file.FlushAsync(default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await file.StatVfsAsync(default)).Value.MaximumNameLength, Is.EqualTo(255));
        Assert.That((await files.StatVfsAsync("f", default)).Value.BlockSize, Is.GreaterThan(0));
        Assert.That(await file.CloseAsync(), Is.EqualTo(SftpStatus.Ok));
    }

    [Test]
    public async Task Flags_of_open_do_what_they_say([Values] Subject subject)
    {
        using var tree = new Served(subject);
        var files = tree.Files;
        Assert.That(await LocalTree.WriteAsync(files, "f", "12345", Overwrite | SftpOpenFlags.Exclusive), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await LocalTree.WriteAsync(files, "f", "x", Overwrite | SftpOpenFlags.Exclusive)).Text, Is.EqualTo("File exists"));
        await LocalTree.WriteAsync(files, "f", "ab", SftpOpenFlags.Write);
        Assert.That((await LocalTree.ReadAsync(files, "f")).Value, Is.EqualTo("ab345"));
        await LocalTree.WriteAsync(files, "f", "67", SftpOpenFlags.Write | SftpOpenFlags.Append);
        Assert.That((await LocalTree.ReadAsync(files, "f")).Value, Is.EqualTo("ab34567"), "the offset doesn't count when appending");
        await LocalTree.WriteAsync(files, "f", "new", Overwrite);
        Assert.That((await LocalTree.ReadAsync(files, "f")).Value, Is.EqualTo("new"));

        var reader = (await files.OpenAsync("f", SftpOpenFlags.Read, default, default)).Value;
        Assert.That((await reader.WriteAsync(0, "x"u8.ToArray(), default)).IsOk, Is.False);
        Assert.That((await reader.SetStatAsync(new SftpAttributes { Size = 0 }, default)).IsOk, Is.False);
        var writer = (await files.OpenAsync("f", SftpOpenFlags.Write, default, default)).Value;
        Assert.That((await writer.ReadAsync(0, new byte[1], default)).IsOk, Is.False);
        await reader.CloseAsync();
        await writer.CloseAsync();
        Assert.That((await LocalTree.ReadAsync(files, "f")).Value, Is.EqualTo("new"));
        Assert.That((await files.OpenAsync("f", SftpOpenFlags.Read | SftpOpenFlags.Truncate, default, default)).IsOk, Is.False);
    }

    [Test]
    public async Task Umasks_take_bits_away([Values] Subject subject)
    {
        using var tree = new Served(subject, umask: 0x3F);
        await LocalTree.WriteAsync(tree.Files, "f", "");
        await tree.Files.MakeDirectoryAsync("d", default, default);
        await tree.Files.MakeDirectoryAsync("e", new SftpAttributes { Permissions = 0x1FD }, default);
        Assert.That((await tree.Files.StatAsync("f", default)).Value.Permissions & 0xFFF, Is.EqualTo(0x180));
        Assert.That((await tree.Files.StatAsync("d", default)).Value.Permissions & 0xFFF, Is.EqualTo(0x1C0));
        Assert.That((await tree.Files.StatAsync("e", default)).Value.Permissions & 0xFFF, Is.EqualTo(0x1C0));
    }

    [Test]
    public async Task Renaming_never_overwrites_and_posix_renaming_does([Values] Subject subject)
    {
        using var tree = new Served(subject);
        var files = tree.Files;
        await LocalTree.WriteAsync(files, "a", "A");
        await LocalTree.WriteAsync(files, "b", "B");
        await files.MakeDirectoryAsync("d", default, default);
        await files.MakeDirectoryAsync("full", default, default);
        await LocalTree.WriteAsync(files, "full/x", "X");
        foreach (string to in (string[])["b", "d", "full", "a"])
        {
            Assert.That((await files.RenameAsync("a", to, default)).Text, Is.EqualTo("File exists"), to);
        }

        Assert.That((await files.RenameAsync("d", "full", default)).Text, Is.EqualTo("File exists"));
        Assert.That((await files.RenameAsync("none", "c", default)).Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
        Assert.That((await files.RenameAsync("a", "none/c", default)).Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
        Assert.That(await files.RenameAsync("a", "d/a", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That(await files.RenameAsync("full", "d/full/", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await LocalTree.ReadAsync(files, "d/full/x")).Value, Is.EqualTo("X"));
        Assert.That((await files.RealPathAsync("d/full/..", default)).Value.ToString(), Is.EqualTo("/d"));
        Assert.That((await files.RenameAsync("d", "d/full/d", default)).Text, Is.EqualTo("Invalid argument"));

        Assert.That(await files.PosixRenameAsync("d/a", "b", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await LocalTree.ReadAsync(files, "b")).Value, Is.EqualTo("A"));
        Assert.That((await files.StatAsync("d/a", default)).Status.Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
        await files.MakeDirectoryAsync("empty", default, default);
        Assert.That((await files.PosixRenameAsync("b", "empty", default)).Text, Is.EqualTo("Is a directory"));
        Assert.That((await files.PosixRenameAsync("empty", "b", default)).IsOk, Is.False);
        Assert.That((await files.PosixRenameAsync("empty", "d", default)).Text, Is.EqualTo("Directory not empty"));
        Assert.That(await files.PosixRenameAsync("d", "empty", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await LocalTree.ReadAsync(files, "empty/full/x")).Value, Is.EqualTo("X"));
        Assert.That(await files.PosixRenameAsync("b", "b", default), Is.EqualTo(SftpStatus.Ok));
    }

    [Test]
    public async Task Directories_are_made_listed_and_removed([Values] Subject subject, [Values(1, 3, 500)] int batch)
    {
        using var tree = new Served(subject);
        var files = tree.Files;
        Assert.That(await files.MakeDirectoryAsync("d/", new SftpAttributes { Permissions = 0x1C0 }, default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await files.MakeDirectoryAsync("d", default, default)).Text, Is.EqualTo("File exists"));
        Assert.That((await files.MakeDirectoryAsync("none/d", default, default)).Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
        for (int i = 0; i < 300; i++)
        {
            await LocalTree.WriteAsync(files, $"d/file with a name that takes some room {i:d4}", "12345"[..(i % 5)]);
        }

        await files.SymbolicLinkAsync("nowhere", "d/link", default);
        await files.MakeDirectoryAsync("d/sub", default, default);
        var names = (await LocalTree.ListAsync(files, "d", batch)).Value;
        Assert.That(names.Select(n => n.Name.ToString()), Is.EquivalentTo((string[])[".", "..", "link", "sub", .. Enumerable.Range(0, 300).Select(i => $"file with a name that takes some room {i:d4}")]));
        Assert.That(names.Single(n => n.Name == "link").Attributes.IsSymbolicLink);
        Assert.That(names.Single(n => n.Name == "sub").Attributes.IsDirectory);
        Assert.That(names.Single(n => n.Name == "file with a name that takes some room 0003").Attributes.Size, Is.EqualTo(3));
        Assert.That((await files.RemoveDirectoryAsync("d", default)).Text, Is.EqualTo("Directory not empty"));
        Assert.That((await files.RemoveAsync("d", default)).Text, Is.EqualTo("Is a directory"));
        Assert.That((await files.RemoveDirectoryAsync("d/link", default)).IsOk, Is.False);
        Assert.That(await files.RemoveDirectoryAsync("d/sub/", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await files.RemoveDirectoryAsync("d/sub", default)).Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
        Assert.That((await files.OpenDirectoryAsync("d/link", default)).Status.Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
        Assert.That((await LocalTree.ListAsync(files, "d/file with a name that takes some room 0003")).Status.Code, Is.EqualTo(SftpStatusCode.NoSuchFile), "ENOTDIR");
        Assert.That((await LocalTree.ReadAsync(files, "d/file with a name that takes some room 0003/x")).Status.Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
    }

    [Test]
    public async Task Links_are_made_read_and_followed([Values] Subject subject)
    {
        using var tree = new Served(subject);
        var files = tree.Files;
        await LocalTree.WriteAsync(files, "f", "text");
        await files.MakeDirectoryAsync("d", default, default);
        Assert.That(await files.SymbolicLinkAsync("../f", "d/s", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That(await files.SymbolicLinkAsync("/d/s", "abs", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await files.SymbolicLinkAsync("x", "abs", default)).Text, Is.EqualTo("File exists"));
        Assert.That((await files.ReadLinkAsync("d/s", default)).Value, Is.EqualTo((SftpPath)"../f"));
        Assert.That((await files.ReadLinkAsync("f", default)).Status.Text, Is.EqualTo("Invalid argument"));
        Assert.That((await LocalTree.ReadAsync(files, "abs")).Value, Is.EqualTo("text"));
        Assert.That((await files.RealPathAsync("abs", default)).Value.ToString(), Is.EqualTo("/f"));
        Assert.That((await files.RealPathAsync("abs/..", default)).IsOk, Is.False);
        Assert.That((await files.LStatAsync("abs", default)).Value.Size, Is.EqualTo(4));

        Assert.That(await files.LSetStatAsync("abs", new SftpAttributes { AccessTime = 5, ModifyTime = 6 }, default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await files.LStatAsync("abs", default)).Value.ModifyTime, Is.EqualTo(6));
        Assert.That((await files.StatAsync("abs", default)).Value.ModifyTime, Is.Not.EqualTo(6));
        Assert.That((await files.LSetStatAsync("abs", new SftpAttributes { Permissions = 511 }, default)).Code, Is.EqualTo(SftpStatusCode.OperationUnsupported));
        Assert.That((await files.LSetStatAsync("abs", new SftpAttributes { Size = 0 }, default)).IsOk, Is.False);
        Assert.That(await files.SetStatAsync("abs", new SftpAttributes { Size = 2, Permissions = 0x180, AccessTime = 7, ModifyTime = 8 }, default), Is.EqualTo(SftpStatus.Ok));
        var stat = (await files.StatAsync("f", default)).Value;
        Assert.That((stat.Size, stat.Permissions & 0xFFF, stat.AccessTime, stat.ModifyTime), Is.EqualTo((2UL, 0x180U, 7U, 8U)));
        Assert.That(await files.SetStatAsync("f", new SftpAttributes { UserId = stat.UserId, GroupId = stat.GroupId }, default), Is.EqualTo(SftpStatus.Ok));

        Assert.That(await files.HardLinkAsync("f", "d/hard", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await files.HardLinkAsync("f", "d/hard", default)).Text, Is.EqualTo("File exists"));
        Assert.That((await files.HardLinkAsync("d", "e", default)).Code, Is.EqualTo(SftpStatusCode.PermissionDenied));
        await LocalTree.WriteAsync(files, "d/hard", "shared");
        Assert.That((await LocalTree.ReadAsync(files, "f")).Value, Is.EqualTo("shared"));
        Assert.That(await files.RemoveAsync("abs", default), Is.EqualTo(SftpStatus.Ok), "the link goes, not what it leads to");
        Assert.That(await files.RemoveAsync("f", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await LocalTree.ReadAsync(files, "d/hard")).Value, Is.EqualTo("shared"));
        Assert.That((await files.RemoveAsync("f", default)).Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
    }

    [Test]
    public async Task Names_are_bytes([Values] Subject subject)
    {
        using var tree = new Served(subject);
        var files = tree.Files;
        byte[][] names = [[0xFF, 0xFE], [(byte)'a', 10, (byte)'b'], [0xC3], [.. "grün"u8], [.. " lead"u8], [.. "-rf"u8], [(byte)'\\'], [1, 2, 3, 127]];
        foreach (var name in names)
        {
            Assert.That(await LocalTree.WriteAsync(files, new SftpPath(name), "x"), Is.EqualTo(SftpStatus.Ok));
        }

        var list = (await LocalTree.ListAsync(files, "/")).Value.Select(n => n.Name).Where(n => n != "." && n != "..");
        Assert.That(list, Is.EquivalentTo(names.Select(n => new SftpPath(n))));
        Assert.That((await files.RealPathAsync(new SftpPath(names[0]), default)).Value.Span.ToArray(), Is.EqualTo((byte[])[(byte)'/', 0xFF, 0xFE]));
        Assert.That(await files.SymbolicLinkAsync(new SftpPath(names[0]), "link", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await files.ReadLinkAsync("link", default)).Value, Is.EqualTo(new SftpPath(names[0])));
        Assert.That((await LocalTree.ReadAsync(files, "link")).Value, Is.EqualTo("x"));
        Assert.That(await files.RenameAsync(new SftpPath(names[0]), new SftpPath(names[2].Concat(names[0]).ToArray()), default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await LocalTree.ReadAsync(files, "link")).Status.Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
    }

    [Test]
    public async Task Real_paths_may_miss_their_last_part([Values] Subject subject)
    {
        using var tree = new Served(subject, initial: "/home/me");
        var files = tree.Files;
        await files.MakeDirectoryAsync("/home", default, default);
        await files.MakeDirectoryAsync("/home/me", default, default);
        async Task<string> Real(string path) => (await files.RealPathAsync(path, default)) is { IsOk: true } real ? real.Value.ToString() : "";
        Assert.That(await Real("."), Is.EqualTo("/home/me"));
        Assert.That(await Real(""), Is.EqualTo("/home/me"));
        Assert.That(await Real("new"), Is.EqualTo("/home/me/new"));
        Assert.That(await Real("../.././home//me/./x"), Is.EqualTo("/home/me/x"));
        Assert.That(await Real("none/new"), Is.Empty);
        Assert.That(await Real("/"), Is.EqualTo("/"));
        Assert.That((await files.ExpandPathAsync("~", default)).Value.ToString(), Is.EqualTo("/home/me"));
        Assert.That((await files.ExpandPathAsync("~/x", default)).Value.ToString(), Is.EqualTo("/home/me/x"));
        Assert.That((await files.ExpandPathAsync("x", default)).Value.ToString(), Is.EqualTo("/home/me/x"));
        Assert.That((await files.ExpandPathAsync("~nobody-of-this-name", default)).IsOk, Is.False);
        Assert.That((await files.HomeDirectoryAsync("", default)).Value.ToString(), Is.EqualTo("/home/me"));
    }

    [Test]
    public async Task Read_only_refuses_every_change([Values] Subject subject)
    {
        using var tree = new Served(subject, readOnly: true);
        var files = tree.Files;
        var some = new SftpAttributes { Size = 0, Permissions = 0 };
        var refused = (SftpStatus)SftpStatusCode.PermissionDenied;
        foreach (var flags in (SftpOpenFlags[])[SftpOpenFlags.Write, Both, Overwrite, SftpOpenFlags.Read | SftpOpenFlags.Create, SftpOpenFlags.Read | SftpOpenFlags.Truncate, SftpOpenFlags.Write | SftpOpenFlags.Append])
        {
            Assert.That((await files.OpenAsync("there", flags, default, default)).Status, Is.EqualTo(refused), $"{flags}");
        }

        SftpStatus[] results =
        [
            await files.SetStatAsync("there", some, default),
            await files.LSetStatAsync("there", some, default),
            await files.RemoveAsync("there", default),
            await files.RenameAsync("there", "x", default),
            await files.PosixRenameAsync("there", "x", default),
            await files.MakeDirectoryAsync("x", default, default),
            await files.RemoveDirectoryAsync("folder", default),
            await files.SymbolicLinkAsync("there", "x", default),
            await files.HardLinkAsync("there", "x", default),
        ];
        Assert.That(results, Is.All.EqualTo(refused));
        var file = (await files.OpenAsync("there", SftpOpenFlags.Read, default, default)).Value;
        Assert.That(await file.SetStatAsync(some, default), Is.EqualTo(refused));
        Assert.That((await file.WriteAsync(0, new byte[1], default)).IsOk, Is.False);
        await file.CloseAsync();
        Assert.That((await LocalTree.ReadAsync(files, "there")).Value, Is.EqualTo("text"));
        Assert.That((await LocalTree.ListAsync(files, "/")).Value, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Quotas_hold_and_count_what_is_given_back([Values] Subject subject)
    {
        var quota = new SftpByteQuota(1000);
        using var tree = new Served(subject, quota: quota);
        var files = tree.Files;
        var exceeded = new SftpStatus(SftpStatusCode.Failure, "Disk quota exceeded");
        Assert.That(await LocalTree.WriteAsync(files, "a", new string('a', 600)), Is.EqualTo(SftpStatus.Ok));
        Assert.That(await LocalTree.WriteAsync(files, "b", new string('b', 401)), Is.EqualTo(exceeded));
        Assert.That(await LocalTree.WriteAsync(files, "b", new string('b', 400)), Is.EqualTo(SftpStatus.Ok));
        Assert.That(quota.Used, Is.EqualTo(1000));
        Assert.That(await LocalTree.WriteAsync(files, "a", "over", SftpOpenFlags.Write), Is.EqualTo(SftpStatus.Ok), "what doesn't grow is free");
        Assert.That(await LocalTree.WriteAsync(files, "a", "x", SftpOpenFlags.Write | SftpOpenFlags.Append), Is.EqualTo(exceeded));
        Assert.That(await files.SetStatAsync("a", new SftpAttributes { Size = 601 }, default), Is.EqualTo(exceeded));
        Assert.That(await files.SetStatAsync("a", new SftpAttributes { Size = 100 }, default), Is.EqualTo(SftpStatus.Ok));
        Assert.That(quota.Used, Is.EqualTo(500));
        await files.PosixRenameAsync("a", "b", default);
        Assert.That(quota.Used, Is.EqualTo(100));
        await files.HardLinkAsync("b", "c", default);
        await files.RemoveAsync("b", default);
        Assert.That(quota.Used, Is.EqualTo(100), "it has another name");
        await files.RemoveAsync("c", default);
        Assert.That(quota.Used, Is.Zero);
        await LocalTree.WriteAsync(files, "d", new string('d', 700));
        await LocalTree.WriteAsync(files, "d", new string('d', 900), Overwrite);
        Assert.That(quota.Used, Is.EqualTo(900), "cut before it was written anew");
        var sparse = (await files.OpenAsync("e", Overwrite, default, default)).Value;
        Assert.That(await sparse.WriteAsync(long.MaxValue - 10, new byte[1], default), Is.EqualTo(exceeded));
        Assert.That(await sparse.CloseAsync(), Is.EqualTo(SftpStatus.Ok));
    }

    [Test]
    public async Task A_quota_gives_nothing_back_for_a_file_that_stays([Values] Subject subject)
    {
        var quota = new SftpByteQuota(1000);
        using var tree = new Served(subject, quota: quota);
        var files = tree.Files;
        await LocalTree.WriteAsync(files, "a", new string('a', 600));
        await files.PosixRenameAsync("a", "a", default);
        Assert.That(quota.Used, Is.EqualTo(600), "renamed to itself");
    }

    [Test]
    public async Task A_quota_gives_a_removed_file_back_once([Values(Subject.Kernel, Subject.Walk, Subject.Memory)] Subject subject)
    {
        var quota = new SftpByteQuota(1000);
        using var tree = new Served(subject, quota: quota);
        var files = tree.Files;
        await LocalTree.WriteAsync(files, "stays", new string('s', 300));
        await LocalTree.WriteAsync(files, "goes", new string('g', 300));
        var file = (await files.OpenAsync("goes", SftpOpenFlags.Write, default, default)).Value;
        await files.RemoveAsync("goes", default);
        await file.WriteAsync(300, new byte[50], default);
        await file.SetStatAsync(new SftpAttributes { Size = 0 }, default);
        await file.CloseAsync();
        Assert.That(quota.Used, Is.EqualTo(300));
    }

    [Test]
    public async Task Disk_copies_go_inside_the_kernel([Values(Subject.Kernel, Subject.Walk)] Subject subject)
    {
        using var tree = new Served(subject);
        await LocalTree.WriteAsync(tree.Files, "a", "0123456789");
        await LocalTree.WriteAsync(tree.Files, "b", "abc");
        var from = (await tree.Files.OpenAsync("a", SftpOpenFlags.Read, default, default)).Value;
        var to = (await tree.Files.OpenAsync("b", SftpOpenFlags.Write, default, default)).Value;
        var status = await from.CopyAsync(2, 5, to, 1, default);
        var rest = await from.CopyAsync(8, 0, to, 6, default);
        await from.CloseAsync();
        await to.CloseAsync();
        if (status.Code == SftpStatusCode.OperationUnsupported)
        {
            Assert.Ignore("The file system has no copy_file_range.");
        }

        Assert.That((status, rest), Is.EqualTo((SftpStatus.Ok, SftpStatus.Ok)));
        Assert.That((await LocalTree.ReadAsync(tree.Files, "b")).Value, Is.EqualTo("a2345689"));
    }

    [Test]
    public async Task A_removed_file_lives_as_long_as_it_is_open([Values] Subject subject)
    {
        using var tree = new Served(subject);
        await LocalTree.WriteAsync(tree.Files, "f", "text");
        var file = (await tree.Files.OpenAsync("f", Both, default, default)).Value;
        await tree.Files.RemoveAsync("f", default);
        Assert.That(await file.WriteAsync(4, "+"u8.ToArray(), default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await file.StatAsync(default)).Value.Size, Is.EqualTo(5));
        Assert.That(await file.CloseAsync(), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await tree.Files.StatAsync("f", default)).Status.Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
    }

    /// <summary>One of the file systems; "there" and "folder" are in it if it is read-only.</summary>
    private sealed class Served : IDisposable
    {
        private readonly LocalTree? _tree;

        public Served(Subject subject, bool readOnly = false, int umask = 0, SftpQuota? quota = null, string initial = "/")
        {
            if (subject == Subject.Memory)
            {
                var memory = new MemoryFileSystem(new MemoryFileSystemOptions { ReadOnly = readOnly, Umask = (uint)umask, Quota = quota, InitialDirectory = initial, Clock = () => DateTimeOffset.UnixEpoch.AddSeconds(99) });
                Files = memory;
                if (readOnly)
                {
                    memory.AddFile("there", "text"u8);
                    memory.AddDirectory("folder");
                }

                return;
            }

            _tree = new LocalTree(subject == Subject.Kernel ? LocalConfinement.Kernel : LocalConfinement.Walk, o => o with { ReadOnly = readOnly, Umask = umask, Quota = quota, InitialDirectory = initial });
            Files = _tree.Files;
            if (readOnly)
            {
                File.WriteAllText(_tree.Local("there"), "text");
                Directory.CreateDirectory(_tree.Local("folder"));
            }
        }

        public ISftpFileSystem Files { get; }

        public void Dispose() => _tree?.Dispose();
    }
}
