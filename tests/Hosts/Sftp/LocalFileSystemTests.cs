using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp;

/// <summary>What only a real disk has: being full, errors of the system, the whole system as root, .NET's files instead.</summary>
internal sealed class LocalFileSystemTests
{
    private const SftpOpenFlags Overwrite = SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Truncate;

    [Test]
    public async Task A_full_disk_is_told_and_gives_the_quota_back([Values(LocalConfinement.Kernel, LocalConfinement.Walk)] LocalConfinement way)
    {
        var quota = new SftpByteQuota(10_000_000);
        using var tree = new LocalTree(way, o => o with { Quota = quota });
        if (!TryMount(tree.Root, out Action unmount))
        {
            Assert.Ignore("A small disk can only be mounted by root.");
        }

        try
        {
            // The handle of the root is of what was there before: a new one sees the small disk.
            using var files = new LocalFileSystem(new LocalFileSystemOptions { Root = tree.Root, Confinement = way, Quota = quota });
            var file = (await files.OpenAsync("f", Overwrite, default, default)).Value;
            var status = SftpStatus.Ok;
            long offset = 0;
            while (status.IsOk && offset < 1_000_000)
            {
                status = await file.WriteAsync(offset, new byte[50_000], default);
                offset += 50_000;
            }

            Assert.That(status, Is.EqualTo(new SftpStatus(SftpStatusCode.Failure, "No space left on device")));
            var size = (await file.StatAsync(default)).Value.Size;
            Assert.That(quota.Used, Is.EqualTo((long)size!));
            await file.CloseAsync();
            Assert.That((await files.StatVfsAsync("/", default)).Value.FreeBlocks, Is.Zero);
            Assert.That(await files.RemoveAsync("f", default), Is.EqualTo(SftpStatus.Ok));
            Assert.That(await LocalTree.WriteAsync(files, "g", "fits again"), Is.EqualTo(SftpStatus.Ok));
        }
        finally
        {
            unmount();
        }
    }

    [Test]
    public async Task A_rename_to_another_disk_is_refused([Values(LocalConfinement.Kernel, LocalConfinement.Walk)] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        Directory.CreateDirectory(tree.Local("disk"));
        if (!TryMount(tree.Local("disk"), out Action unmount))
        {
            Assert.Ignore("A disk can only be mounted by root.");
        }

        try
        {
            await LocalTree.WriteAsync(tree.Files, "f", "x");
            Assert.That((await tree.Files.RenameAsync("f", "disk/f", default)).Text, Is.EqualTo("Invalid cross-device link"));
            Assert.That((await tree.Files.HardLinkAsync("f", "disk/f", default)).Text, Is.EqualTo("Invalid cross-device link"));
            Assert.That((await LocalTree.ReadAsync(tree.Files, "f")).Value, Is.EqualTo("x"));
        }
        finally
        {
            unmount();
        }
    }

    [Test]
    public async Task The_whole_system_is_served_as_the_process_sees_it()
    {
        if (!LinuxConstants.IsKnown)
        {
            Assert.Ignore("Only on Linux.");
        }

        using var tree = new LocalTree(LocalConfinement.Best);
        using var files = new LocalFileSystem(new LocalFileSystemOptions { InitialDirectory = tree.Root });
        tree.Link("out", "../root-sibling");
        Assert.That((await LocalTree.ReadAsync(files, "out/canary")).Value, Is.EqualTo(LocalTree.Secret));
        Assert.That((await LocalTree.ReadAsync(files, "../root-sibling/canary")).Value, Is.EqualTo(LocalTree.Secret));
        Assert.That((await LocalTree.ReadAsync(files, "/proc/self/root" + tree.Canary)).Value, Is.EqualTo(LocalTree.Secret));
        Assert.That((await files.RealPathAsync("out", default)).Value.ToString(), Is.EqualTo((await files.RealPathAsync(tree.Outside, default)).Value.ToString()));
        Assert.That((await files.OpenAsync("/dev/null", SftpOpenFlags.Write, default, default)).Status.Text, Is.EqualTo("Not a regular file"));
        Assert.That((await files.HomeDirectoryAsync("root", default)).Value.IsAbsolute);
        Assert.That((await files.HomeDirectoryAsync("", default)).Value.ToString(), Is.EqualTo(tree.Root));
        Assert.That(await files.UserNameAsync(0, default), Is.EqualTo("root"));
        Assert.That(await files.GroupNameAsync(0, default), Is.EqualTo("root"));
        Assert.That(await files.UserNameAsync(4_000_000_123, default), Is.Empty);
        Assert.That(await LocalTree.WriteAsync(files, "made", "x"), Is.EqualTo(SftpStatus.Ok));
        Assert.That(await files.RenameAsync("made", "moved", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That(File.Exists(tree.Local("moved")));
    }

    [Test]
    public async Task A_confined_client_learns_no_homes([Values(LocalConfinement.Kernel, LocalConfinement.Walk)] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        Assert.That((await tree.Files.HomeDirectoryAsync("root", default)).IsOk, Is.False);
        Assert.That((await tree.Files.ExpandPathAsync("~root", default)).IsOk, Is.False);
        Assert.That((await tree.Files.ExpandPathAsync("~", default)).Value.ToString(), Is.EqualTo("/"));
    }

    [Test]
    public void A_root_must_be_there_and_the_options_sound()
    {
        using var tree = new LocalTree(LocalConfinement.Best);
        Assert.Throws<DirectoryNotFoundException>(() => _ = new LocalFileSystem(tree.Local("none")));
        Assert.Throws<DirectoryNotFoundException>(() => _ = new LocalFileSystem(tree.Canary));
        Assert.Throws<ArgumentException>(() => _ = new LocalFileSystem(""));
        Assert.Throws<ArgumentException>(() => _ = new LocalFileSystem(new LocalFileSystemOptions { Root = tree.Root, InitialDirectory = "relative" }));
        Assert.Throws<ArgumentException>(() => _ = new LocalFileSystem(new LocalFileSystemOptions { Root = tree.Root, Umask = 512 }));
    }

    [Test]
    public async Task A_root_that_is_moved_is_still_the_root([Values(LocalConfinement.Kernel, LocalConfinement.Walk)] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        await LocalTree.WriteAsync(tree.Files, "f", "text");
        Directory.Move(tree.Root, tree.Root + "2");
        Directory.CreateSymbolicLink(tree.Root, tree.Outside);
        try
        {
            Assert.That((await LocalTree.ReadAsync(tree.Files, "f")).Value, Is.EqualTo("text"));
            Assert.That((await LocalTree.ReadAsync(tree.Files, "canary")).IsOk, Is.False);
        }
        finally
        {
            Directory.Delete(tree.Root);
            Directory.Move(tree.Root + "2", tree.Root);
        }

        tree.AssertOutsideIsWhole();
    }

    [Test]
    public unsafe void What_older_systems_lack_is_done_another_way()
    {
        using var tree = new LocalTree(LocalConfinement.Walk);
        File.WriteAllText(tree.Local("a"), "A");
        File.WriteAllText(tree.Local("b"), "B");
        Directory.CreateDirectory(tree.Local("d"));
        tree.Link("link", "a");
        tree.Link("out", tree.Canary);
        using var folder = new LinuxDescriptor(LinuxCalls.OpenAt(-100, new SftpPath(tree.Root).Span, LinuxConstants.PathOnly, 0));
        int directory = folder.Value;
        int Rename(string from, string to)
        {
            fixed (byte* first = LinuxCalls.Terminated(new SftpPath(from).Span))
            fixed (byte* second = LinuxCalls.Terminated(new SftpPath(to).Span))
            {
                return LinuxDisk.RenameByLink(directory, first, directory, second);
            }
        }

        Assert.That(Rename("a", "b"), Is.EqualTo(-LinuxConstants.EEXIST));
        Assert.That(Rename("a", "d"), Is.EqualTo(-LinuxConstants.EEXIST));
        Assert.That(Rename("d", "a"), Is.EqualTo(-LinuxConstants.EEXIST));
        Assert.That(Rename("link", "b"), Is.EqualTo(-LinuxConstants.EEXIST));
        Assert.That(Rename("none", "c"), Is.EqualTo(-LinuxConstants.ENOENT));
        Assert.That(Rename("a", "c"), Is.Zero);
        Assert.That(Rename("d", "e"), Is.Zero);
        Assert.That(Rename("link", "link2"), Is.Zero);
        Assert.That(Directory.GetFileSystemEntries(tree.Root).Select(Path.GetFileName), Is.EquivalentTo(new[] { "b", "c", "e", "link2", "out" }));
        Assert.That(File.ReadAllText(tree.Local("c")), Is.EqualTo("A"));

        using var file = new LinuxDescriptor(LinuxCalls.OpenAt(folder.Value, "c"u8, LinuxConstants.PathOnly, 0));
        long* times = stackalloc long[] { 10, 0, 20, 0 };
        Assert.That(LinuxDisk.ChangeModeByOwnPath(file.Value, 0x180), Is.Zero);
        Assert.That(LinuxDisk.SetTimesByOwnPath(file.Value, times), Is.Zero);
        Assert.That(LinuxCalls.Stat(file, out var stat), Is.Zero);
        Assert.That((stat.Mode & 0xFFF, stat.AccessTime, stat.ModifyTime), Is.EqualTo((0x180, 10L, 20L)));
        tree.AssertOutsideIsWhole();
    }

    [Test]
    public async Task After_its_end_it_serves_nothing([Values(LocalConfinement.Kernel, LocalConfinement.Walk)] LocalConfinement way)
    {
        using var tree = new LocalTree(way);
        await LocalTree.WriteAsync(tree.Files, "f", "text");
        var open = (await tree.Files.OpenAsync("f", SftpOpenFlags.Read, default, default)).Value;
        tree.Files.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await tree.Files.StatAsync("f", default));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await tree.Files.RealPathAsync("f", default));
        Assert.That((await open.ReadAsync(0, new byte[9], default)).Value, Is.EqualTo(4));
        await open.CloseAsync();
    }

    [Test]
    public async Task Net_files_serve_the_usual_requests()
    {
        var quota = new SftpByteQuota(100);
        using var tree = new LocalTree(LocalConfinement.Managed, o => o with { Quota = quota });
        var files = tree.Files;
        Assert.That(await files.MakeDirectoryAsync("d", default, default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await files.MakeDirectoryAsync("d", default, default)).Text, Is.EqualTo("File exists"));
        Assert.That((await files.MakeDirectoryAsync("none/d", default, default)).Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
        Assert.That(await LocalTree.WriteAsync(files, "d/f", "text"), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await LocalTree.WriteAsync(files, "d/f", "x", Overwrite | SftpOpenFlags.Exclusive)).IsOk, Is.False);
        Assert.That(await LocalTree.WriteAsync(files, "d/f", "+", SftpOpenFlags.Write | SftpOpenFlags.Append), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await LocalTree.ReadAsync(files, "d/f")).Value, Is.EqualTo("text+"));
        Assert.That(await files.SetStatAsync("d/f", new SftpAttributes { Size = 4, AccessTime = 1, ModifyTime = 2 }, default), Is.EqualTo(SftpStatus.Ok));
        var stat = (await files.StatAsync("d/f", default)).Value;
        Assert.That((stat.Size, stat.ModifyTime, stat.IsRegularFile), Is.EqualTo((4UL, 2U, true)));
        Assert.That(quota.Used, Is.EqualTo(4));
        Assert.That(await LocalTree.WriteAsync(files, "big", new string('x', 97)), Is.EqualTo(new SftpStatus(SftpStatusCode.Failure, "Disk quota exceeded")));
        Assert.That(await files.RenameAsync("d/f", "g", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await files.RenameAsync("g", "big", default)).IsOk, Is.False, "it is there");
        Assert.That(await files.PosixRenameAsync("g", "big", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await LocalTree.ReadAsync(files, "big")).Value, Is.EqualTo("text"));
        Assert.That((await LocalTree.ListAsync(files, "/")).Value.Select(n => n.Name.ToString()), Is.EquivalentTo(new[] { "d", "big" }));
        Assert.That((await files.OpenAsync("d", SftpOpenFlags.Read, default, default)).Status.Text, Is.EqualTo("Is a directory"));
        Assert.That((await files.RemoveAsync("d", default)).Text, Is.EqualTo("Is a directory"));
        Assert.That(await files.RemoveDirectoryAsync("d", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That(await files.RemoveAsync("big", default), Is.EqualTo(SftpStatus.Ok));
        Assert.That((await files.StatAsync("big", default)).Status.Code, Is.EqualTo(SftpStatusCode.NoSuchFile));
        Assert.That((await files.StatAsync(new SftpPath(new byte[] { 0xFF }), default)).Status.Text, Is.EqualTo("Invalid file name"));
    }

    [Test]
    public async Task Memory_checks_rights_and_is_the_same_every_time()
    {
        var clock = DateTimeOffset.UnixEpoch.AddSeconds(10);
        var files = new MemoryFileSystem(new MemoryFileSystemOptions { Clock = () => clock, UserNames = new Dictionary<uint, string> { [1000] = "me" } });
        files.AddFile("/a/b/readable", "text"u8, 0x124);
        files.AddFile("/a/b/closed", "text"u8, 0);
        ISftpFileSystem served = files;
        Assert.That((await LocalTree.ReadAsync(files, "a/b/readable")).Value, Is.EqualTo("text"));
        Assert.That((await LocalTree.WriteAsync(files, "a/b/readable", "x")).Code, Is.EqualTo(SftpStatusCode.PermissionDenied));
        Assert.That((await LocalTree.ReadAsync(files, "a/b/closed")).Status.Code, Is.EqualTo(SftpStatusCode.PermissionDenied));
        clock = clock.AddSeconds(5);
        await LocalTree.WriteAsync(files, "a/new", "x");
        Assert.That((await served.StatAsync("a/new", default)).Value, Is.EqualTo(new SftpAttributes { Size = 1, UserId = 1000, GroupId = 1000, Permissions = 0x81A4, AccessTime = 15, ModifyTime = 15 }));
        Assert.That((await served.StatAsync("a", default)).Value.ModifyTime, Is.EqualTo(15));
        Assert.That((await served.StatAsync("a/b", default)).Value.ModifyTime, Is.EqualTo(10));
        await served.SetStatAsync("a/b", new SftpAttributes { Permissions = 0 }, default);
        Assert.That((await served.StatAsync("a/b/readable", default)).Status.Code, Is.EqualTo(SftpStatusCode.PermissionDenied));
        Assert.That((await LocalTree.ListAsync(files, "a/b")).Status.Code, Is.EqualTo(SftpStatusCode.PermissionDenied));
        await served.SetStatAsync("a", new SftpAttributes { Permissions = 0x16D }, default);
        Assert.That((await LocalTree.WriteAsync(files, "a/more", "x")).Code, Is.EqualTo(SftpStatusCode.PermissionDenied));
        Assert.That((await served.RemoveAsync("a/new", default)).Code, Is.EqualTo(SftpStatusCode.PermissionDenied));
        Assert.That((await served.SetStatAsync("a/new", new SftpAttributes { UserId = 0, GroupId = 0 }, default)).Code, Is.EqualTo(SftpStatusCode.PermissionDenied));
        Assert.That(await served.UserNameAsync(1000, default), Is.EqualTo("me"));
        Assert.That(Encoding.UTF8.GetString(files.ReadFile("/a/b/closed")!), Is.EqualTo("text"));
        Assert.That(files.ReadFile("/a/b"), Is.Null);
        Assert.Throws<ArgumentException>(() => files.AddFile("/a/new/x", default));
    }

    [Test]
    public async Task Memory_has_no_way_out_and_ends_loops()
    {
        var memory = new MemoryFileSystem();
        ISftpFileSystem files = memory;
        memory.AddFile("f", "x"u8);
        await files.SymbolicLinkAsync("loop", "loop", default);
        await files.SymbolicLinkAsync("grow/grow", "grow", default);
        Assert.That((await LocalTree.ReadAsync(files, "loop")).Status.Text, Is.EqualTo("Too many levels of symbolic links"));
        Assert.That((await LocalTree.ReadAsync(files, "grow")).Status.Text, Is.EqualTo("Too many levels of symbolic links"));
        Assert.That((await LocalTree.ReadAsync(files, "../../f")).Value, Is.EqualTo("x"));
        foreach (string path in (string[])["", "f\0", new string('n', 256), string.Concat(Enumerable.Repeat("a/", 3000))])
        {
            Assert.That((await files.StatAsync(path, default)).IsOk, Is.False);
            Assert.That((await LocalTree.WriteAsync(files, path, "x")).IsOk, Is.False);
        }

        foreach (string path in (string[])["/", "..", "."])
        {
            Assert.That((await files.RemoveDirectoryAsync(path, default)).IsOk, Is.False);
            Assert.That((await files.RenameAsync(path, "x", default)).IsOk, Is.False);
            Assert.That((await files.PosixRenameAsync("f", path, default)).IsOk, Is.False);
        }
    }

    private static bool TryMount(string folder, out Action unmount)
    {
        unmount = () => LocalTree.Run("umount", folder);
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            return false;
        }

        using var mount = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]) { RedirectStandardError = true })!;
        mount.WaitForExit();
        return mount.ExitCode == 0;
    }
}
