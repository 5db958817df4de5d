using System.IO;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp;

/// <summary>One known way out of the root after the other, by every operation, for both ways to keep paths inside.</summary>
internal sealed class ConfinementTests
{
    private const SftpOpenFlags Overwrite = SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Truncate;

    /// <summary>Paths by which the canary, or its folder, has been reached somewhere.</summary>
    private static readonly string[] Escapes =
    [
        "../root-sibling/canary",
        "/../root-sibling/canary",
        "/../../../../../../../../../..{OUT}/canary",
        "{OUT}/canary",
        "//{OUT}/canary",
        "/./..//.././root-sibling/canary",
        "dir/../../root-sibling/canary",
        "dir/./../.././root-sibling/canary",
        "absolute/canary",
        "absolute-file",
        "relative/canary",
        "relative-file",
        "dir/up/root-sibling/canary",
        "dir/deeper/chain/canary",
        "chain1/canary",
        "chain-file",
        "up/root-sibling/canary",
        "dir/up/../root-sibling/canary",
        "slashes/canary",
    ];

    private static readonly LocalConfinement[] Ways = [LocalConfinement.Kernel, LocalConfinement.Walk];
    private static readonly LocalConfinement[] AllWays = [LocalConfinement.Kernel, LocalConfinement.Walk, LocalConfinement.Managed];

    [Test]
    public void Both_ways_are_tested()
    {
        using var tree = new LocalTree(LocalConfinement.Kernel);
        using var handle = File.OpenHandle(tree.Canary);
        using var disk = new LinuxDisk(new LocalFileSystemOptions { Root = tree.Root }, new LocalRules(false, 0, null));
        using var walked = new LinuxDisk(new LocalFileSystemOptions { Root = tree.Root, Confinement = LocalConfinement.Walk }, new LocalRules(false, 0, null));
        Assert.That(walked.UsesKernel, Is.False);
        if (!disk.UsesKernel)
        {
            Assert.Ignore("openat2 is not to be had here.");
        }
    }

    [Test]
    public async Task No_operation_leaves_the_root([ValueSource(nameof(AllWays))] LocalConfinement way, [ValueSource(nameof(Escapes))] string escape)
    {
        using var tree = Trapped(way);
        var files = tree.Files;
        string path = escape.Replace("{OUT}", tree.Outside, StringComparison.Ordinal);
        string folder = path[..Math.Max(0, path.LastIndexOf('/'))];
        string beside = folder.Length == 0 ? "new" : folder + "/new";
        await LocalTree.WriteAsync(files, "mine", "mine");

        Assert.That((await LocalTree.ReadAsync(files, path)).IsOk, Is.False, "read");
        Assert.That((await files.StatAsync(path, default)).IsOk, Is.False, "stat");
        await files.OpenAsync(path, SftpOpenFlags.Write, default, default);
        await files.SetStatAsync(path, new SftpAttributes { Size = 0, Permissions = 511, AccessTime = 1, ModifyTime = 1 }, default);
        await files.LSetStatAsync(path, new SftpAttributes { AccessTime = 1, ModifyTime = 1 }, default);
        await files.RenameAsync("mine", beside, default);
        await files.PosixRenameAsync("mine", path, default);
        await files.HardLinkAsync(path, "stolen", default);
        await files.HardLinkAsync("mine", beside, default);
        await files.SymbolicLinkAsync("x", beside + "2", default);
        await files.MakeDirectoryAsync(beside + "3", default, default);
        await files.StatVfsAsync(path, default);
        await files.RenameAsync(path, "stolen2", default);
        await files.RemoveAsync(path, default);
        await files.RemoveDirectoryAsync(folder, default);
        var real = await files.RealPathAsync(path, default);
        Assert.That(real.IsOk && real.Value.ToString().Contains("sshcore-", StringComparison.Ordinal), Is.EqualTo(false).Or.EqualTo(way == LocalConfinement.Managed && escape.Contains("{OUT}", StringComparison.Ordinal)), "tells of outside");
        foreach (string stolen in (string[])["stolen", "stolen2"])
        {
            var read = await LocalTree.ReadAsync(files, stolen);
            Assert.That(read.IsOk && read.Value == LocalTree.Secret, Is.False);
        }

        var list = await LocalTree.ListAsync(files, folder.Length == 0 ? "/" : folder);
        Assert.That(list.IsOk && list.Value.Any(n => n.Name == "canary"), Is.False, "list");
        tree.AssertOutsideIsWhole();
    }

    [Test]
    public async Task Writing_to_the_ways_out_stays_inside([ValueSource(nameof(Ways))] LocalConfinement way, [ValueSource(nameof(Escapes))] string escape)
    {
        using var tree = Trapped(way);
        string path = escape.Replace("{OUT}", tree.Outside, StringComparison.Ordinal);
        await LocalTree.WriteAsync(tree.Files, path, "overwritten", Overwrite);
        await LocalTree.WriteAsync(tree.Files, path, "appended", SftpOpenFlags.Write | SftpOpenFlags.Append);
        await LocalTree.WriteAsync(tree.Files, path + "2", "new", Overwrite | SftpOpenFlags.Exclusive);
        tree.AssertOutsideIsWhole();
    }

    [Test]
    public async Task Links_work_as_after_chroot([ValueSource(nameof(Ways))] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        var files = tree.Files;
        Directory.CreateDirectory(tree.Local("a/b"));
        await LocalTree.WriteAsync(files, "/a/file", "inside");
        Assert.That(await files.SymbolicLinkAsync("/a/file", "a/b/absolute", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That(await files.SymbolicLinkAsync("../../../../a/file", "a/b/high", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That(await files.SymbolicLinkAsync("../../a", "a/b/folder", default), Is.EqualTo(SftpStatus.Ok));
        foreach (string path in (string[])["a/b/absolute", "/a/b/high", "a/b/folder/file", "a/b/folder/b/folder/file", "a/b/folder/../a/file"])
        {
            Assert.That((await LocalTree.ReadAsync(files, path)).Value, Is.EqualTo("inside"), path);
            Assert.That((await files.RealPathAsync(path, default)).Value.ToString(), Is.EqualTo("/a/file"), path);
        }

        Assert.That((await files.ReadLinkAsync("a/b/absolute", default)).Value.ToString(), Is.EqualTo("/a/file"));
        Assert.That((await files.LStatAsync("a/b/folder", default)).Value.IsSymbolicLink);
        Assert.That((await files.LStatAsync("a/b/folder/", default)).Value.IsDirectory, "a slash asks for what it leads to");
        Assert.That((await files.StatAsync("a/b/folder", default)).Value.IsDirectory);

        // A link into the void is made real where it leads to, inside.
        Assert.That(await files.SymbolicLinkAsync("/a/made", "dangling", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That(await LocalTree.WriteAsync(files, "dangling", "through"), Is.EqualTo(SftpStatus.Ok));
        Assert.That(File.ReadAllText(tree.Local("a/made")), Is.EqualTo("through"));
        Assert.That((await files.OpenAsync("dangling", Overwrite | SftpOpenFlags.Exclusive, default, default)).Status.Text, Is.EqualTo("File exists"));
    }

    [Test]
    public async Task The_root_is_its_own_parent([ValueSource(nameof(AllWays))] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        await LocalTree.WriteAsync(tree.Files, "file", "x");
        foreach (string path in (string[])["/", "..", "/..", "../../..", ".", "/.", "//", "a/../.."])
        {
            Directory.CreateDirectory(tree.Local("a"));
            Assert.That((await tree.Files.RealPathAsync(path, default)).Value.ToString(), Is.EqualTo("/"), path);
            Assert.That((await tree.Files.StatAsync(path, default)).Value.IsDirectory, path);
            Assert.That((await tree.Files.LStatAsync(path, default)).Value.IsDirectory, path);
            Assert.That((await LocalTree.ListAsync(tree.Files, path)).Value.Any(n => n.Name == "file"), path);
            Assert.That((await tree.Files.RemoveDirectoryAsync(path, default)).IsOk, Is.False, path);
            Assert.That((await tree.Files.RemoveAsync(path, default)).IsOk, Is.False, path);
            Assert.That((await tree.Files.RenameAsync(path, "elsewhere", default)).IsOk, Is.False, path);
            Assert.That((await tree.Files.PosixRenameAsync("file", path, default)).IsOk, Is.False, path);
            Assert.That((await tree.Files.MakeDirectoryAsync(path, default, default)).IsOk, Is.False, path);
        }

        tree.AssertOutsideIsWhole();
    }

    [Test]
    public async Task The_entry_above_the_root_tells_nothing_of_outside([ValueSource(nameof(Ways))] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        File.SetLastWriteTimeUtc(tree.Root, DateTime.UnixEpoch.AddSeconds(1234));
        var names = (await LocalTree.ListAsync(tree.Files, "/")).Value;
        var above = names.Single(n => n.Name == "..");
        Assert.That(above.Attributes.ModifyTime, Is.EqualTo(1234));
        Assert.That(above.Attributes, Is.EqualTo(names.Single(n => n.Name == ".").Attributes));
    }

    [Test]
    public async Task Loops_of_links_end([ValueSource(nameof(Ways))] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        tree.Link("self", "self");
        tree.Link("one", "two");
        tree.Link("two", "one");
        tree.Link("grow", "grow/grow");
        for (int i = 0; i < 60; i++)
        {
            tree.Link($"l{i}", $"l{i + 1}");
        }

        foreach (string path in (string[])["self", "one", "two/x", "grow", "l0"])
        {
            Assert.That((await LocalTree.ReadAsync(tree.Files, path)).Status, Is.EqualTo(new SftpStatus(SftpStatusCode.Failure, "Too many levels of symbolic links")), path);
            Assert.That((await tree.Files.RealPathAsync(path, default)).Status.Code, Is.EqualTo(SftpStatusCode.Failure), path);
        }

        Assert.That((await tree.Files.LStatAsync("self", default)).Value.IsSymbolicLink);
        await LocalTree.WriteAsync(tree.Files, "l60", "end");
        Assert.That((await LocalTree.ReadAsync(tree.Files, "l30")).Value, Is.EqualTo("end"), "30 links are fine");
        Assert.That(await tree.Files.RemoveAsync("self", default), Is.EqualTo(SftpStatus.Ok));
    }

    [Test]
    public async Task Links_of_proc_do_not_jump([ValueSource(nameof(Ways))] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        using var open = File.OpenHandle(tree.Canary);
        using var proc = new LocalFileSystem(new LocalFileSystemOptions { Root = "/proc/self", Confinement = way });
        foreach (string path in (string[])["root" + tree.Canary, "cwd/.." + tree.Canary, "fd/" + open.DangerousGetHandle(), "task/" + Environment.ProcessId + "/root" + tree.Canary, "exe"])
        {
            Assert.That((await LocalTree.ReadAsync(proc, path)).IsOk, Is.False, path);
            Assert.That((await proc.StatAsync(path, default)).IsOk, Is.False, path);
        }

        Assert.That((await LocalTree.ListAsync(proc, "root")).IsOk && (await LocalTree.ListAsync(proc, "root")).Value.Any(n => n.Name == "usr"), Is.False);
        Assert.That((await proc.LStatAsync("root", default)).Value.IsSymbolicLink);
        Assert.That((await LocalTree.ReadAsync(proc, "comm")).IsOk, "regular files of it are files");
    }

    [Test]
    public async Task Only_regular_files_are_opened_and_nothing_is_waited_for([ValueSource(nameof(Ways))] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        LocalTree.Run("mkfifo", tree.Local("pipe"));
        tree.Link("to-pipe", "pipe");
        Directory.CreateDirectory(tree.Local("folder"));
        using var devices = new LocalFileSystem(new LocalFileSystemOptions { Root = "/dev", Confinement = way });
        foreach (var flags in (SftpOpenFlags[])[SftpOpenFlags.Read, SftpOpenFlags.Write, SftpOpenFlags.Read | SftpOpenFlags.Write, Overwrite])
        {
            foreach (string path in (string[])["pipe", "to-pipe"])
            {
                Assert.That((await tree.Files.OpenAsync(path, flags, default, default)).Status.Text, Is.EqualTo("Not a regular file"));
            }

            Assert.That((await tree.Files.OpenAsync("folder", flags, default, default)).Status.Text, Is.EqualTo("Is a directory"));
            foreach (string path in (string[])["null", "zero", "tty"])
            {
                Assert.That((await devices.OpenAsync(path, flags, default, default)).IsOk, Is.False);
            }
        }

        Assert.That((await tree.Files.SetStatAsync("pipe", new SftpAttributes { Size = 0 }, default)).IsOk, Is.False);
        Assert.That((await tree.Files.LStatAsync("pipe", default)).Value.Type, Is.EqualTo(SftpFileType.Fifo));
    }

    [Test]
    public async Task Names_that_are_none_are_refused([ValueSource(nameof(AllWays))] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        await LocalTree.WriteAsync(tree.Files, "file", "x");
        string tooLong = string.Concat(Enumerable.Repeat("a/", 3000));
        foreach (string path in (string[])["", "file\0", "file\0/../x", "\0", tooLong, "dir/" + new string('n', 256)])
        {
            Directory.CreateDirectory(tree.Local("dir"));
            Assert.That((await LocalTree.ReadAsync(tree.Files, path)).IsOk, Is.False);
            Assert.That((await LocalTree.WriteAsync(tree.Files, path, "y")).IsOk, Is.False);
            Assert.That((await tree.Files.StatAsync(path, default)).IsOk, Is.False);
            Assert.That((await tree.Files.LStatAsync(path, default)).IsOk, Is.False);
            Assert.That((await tree.Files.SetStatAsync(path, new SftpAttributes { Permissions = 511 }, default)).IsOk, Is.False);
            Assert.That((await tree.Files.OpenDirectoryAsync(path, default)).IsOk, Is.False);
            Assert.That((await tree.Files.MakeDirectoryAsync(path, default, default)).IsOk, Is.False);
            Assert.That((await tree.Files.RemoveAsync(path, default)).IsOk, Is.False);
            Assert.That((await tree.Files.RemoveDirectoryAsync(path, default)).IsOk, Is.False);
            Assert.That((await tree.Files.RenameAsync(path, "to", default)).IsOk, Is.False);
            Assert.That((await tree.Files.RenameAsync("file", path, default)).IsOk, Is.False);
            Assert.That((await tree.Files.PosixRenameAsync("file", path, default)).IsOk, Is.False);
            Assert.That((await tree.Files.SymbolicLinkAsync("x", path, default)).IsOk, Is.False);
            Assert.That((await tree.Files.HardLinkAsync("file", path, default)).IsOk, Is.False);
            Assert.That((await tree.Files.ReadLinkAsync(path, default)).IsOk, Is.False);
            Assert.That((await tree.Files.StatVfsAsync(path, default)).IsOk, Is.False);
        }

        Assert.That((await tree.Files.SymbolicLinkAsync("a\0b", "link", default)).IsOk, Is.False);
        Assert.That((await tree.Files.SymbolicLinkAsync("", "link", default)).IsOk, Is.False);
        Assert.That((await LocalTree.ReadAsync(tree.Files, "file")).Value, Is.EqualTo("x"));
    }

    [Test]
    public async Task Ten_thousand_steps_up_cost_a_bounded_walk([ValueSource(nameof(Ways))] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        Directory.CreateDirectory(tree.Local(string.Concat(Enumerable.Repeat("d/", 100))));
        string path = string.Concat(Enumerable.Repeat("d/", 100)) + string.Concat(Enumerable.Repeat("d/../", 600));
        var result = await tree.Files.StatAsync(path, default);
        Assert.That(result.IsOk, Is.False);
        Assert.That((await tree.Files.StatAsync(string.Concat(Enumerable.Repeat("d/../", 200)), default)).Value.IsDirectory);
    }

    // Everything a client, or who set the tree up, might have left that leads out.
    private static LocalTree Trapped(LocalConfinement way)
    {
        var tree = new LocalTree(way);
        Directory.CreateDirectory(tree.Local("dir/deeper"));
        tree.Link("absolute", tree.Outside);
        tree.Link("absolute-file", tree.Canary);
        tree.Link("relative", "../root-sibling");
        tree.Link("relative-file", "../root-sibling/canary");
        tree.Link("up", "..");
        tree.Link("dir/up", "../..");
        tree.Link("chain1", "dir/chain2");
        tree.Link("dir/chain2", "../chain3");
        tree.Link("chain3", tree.Outside);
        tree.Link("dir/deeper/chain", "../up/root-sibling");
        tree.Link("chain-file", "chain1/canary");
        tree.Link("slashes", "//" + tree.Outside + "//.//");
        return tree;
    }
}
