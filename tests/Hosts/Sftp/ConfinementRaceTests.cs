using System.IO;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp;

/// <summary>
/// The same ways out while somebody changes the tree between any two calls: a folder, a file or a link is swapped for one that
/// leads out, over and over, as operations run. What is outside is never read and never changed, whoever wins.
/// </summary>
internal sealed class ConfinementRaceTests
{
    private const int Rounds = 1000;
    private const int CurrentFolder = -100;
    private const int Exchange = 2;

    private static readonly SftpOpenFlags Overwrite = SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Truncate;

    /// <summary>What is swapped in: the name that changes, and what the trap holds in its place.</summary>
    internal enum Trap
    {
        AbsoluteLink,
        RelativeLink,
        ChainOfLinks,
        FileForLink,
        MovedAway,
        Fifo,
    }

    [Test]
    public async Task Nothing_outside_is_read_or_changed([Values(LocalConfinement.Kernel, LocalConfinement.Walk)] LocalConfinement way, [Values] Trap trap)
    {
        using var tree = new LocalTree(way);
        Prepare(tree, trap);
        using var stop = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        var swapper = new Thread(() => Swap(tree, trap, begun, stop.Token));
        swapper.Start();
        begun.Wait();
        int inside = 0;
        try
        {
            for (int i = 0; i < Rounds; i++)
            {
                inside += await OperateAsync(tree.Files, i) ? 1 : 0;
            }
        }
        finally
        {
            stop.Cancel();
            swapper.Join();
        }

        tree.AssertOutsideIsWhole();
        Assert.That(inside, Is.GreaterThan(0), "operations also succeeded, so the race was one");
    }

    private static void Prepare(LocalTree tree, Trap trap)
    {
        // "live" is what operations use; "trap" is put in its place and taken away again.
        Directory.CreateDirectory(tree.Local("work/live/deep"));
        File.WriteAllText(tree.Local("work/live/canary"), "inside");
        File.WriteAllText(tree.Local("work/live/deep/canary"), "inside");
        switch (trap)
        {
            case Trap.AbsoluteLink:
                tree.Link("work/trap", tree.Outside);
                break;
            case Trap.RelativeLink:
                tree.Link("work/trap", "../../root-sibling");
                break;
            case Trap.ChainOfLinks:
                tree.Link("work/first", "second");
                tree.Link("work/second", "../third");
                tree.Link("third", "../root-sibling");
                tree.Link("work/trap", "first");
                break;
            case Trap.FileForLink:
                tree.Link("work/trap", tree.Canary);
                break;
            case Trap.MovedAway:
                Directory.CreateDirectory(tree.Local("attic"));
                break;
            case Trap.Fifo:
                LocalTree.Run("mkfifo", tree.Local("work/trap"));
                break;
        }
    }

    // Two names change places in one step, so that the trap is there half of the time.
    private static void Swap(LocalTree tree, Trap trap, ManualResetEventSlim begun, CancellationToken stop)
    {
        string live = tree.Local(trap is Trap.FileForLink or Trap.Fifo ? "work/live/canary" : "work/live");
        string other = tree.Local(trap == Trap.MovedAway ? "attic/live" : "work/trap");
        while (!stop.IsCancellationRequested)
        {
            if (trap == Trap.MovedAway)
            {
                // ".." of a folder that has moved is another one.
                Rename(live, other, 0);
                Rename(other, live, 0);
            }
            else
            {
                // An operation may just have taken one of them away; the next round finds both.
                Rename(live, other, Exchange);
            }

            begun.Set();
        }
    }

    // .NET's own moves look first and refuse links to folders.
    private static unsafe void Rename(string from, string to, int flags)
    {
        fixed (byte* first = LinuxCalls.Terminated(new SftpPath(from).Span))
        fixed (byte* second = LinuxCalls.Terminated(new SftpPath(to).Span))
        {
            LinuxLibc.Syscall(LinuxConstants.RenameAt2, CurrentFolder, first, CurrentFolder, (nint)second, flags, 0);
        }
    }

    private static async Task<bool> OperateAsync(LocalFileSystem files, int round)
    {
        const string path = "work/live/canary";
        const string folder = "work/live";
        var read = await LocalTree.ReadAsync(files, round % 2 == 0 ? path : "work/live/deep/../canary");
        Assert.That(!read.IsOk || read.Value != LocalTree.Secret);
        var list = await LocalTree.ListAsync(files, folder, 64);
        Assert.That(!list.IsOk || list.Value.Exists(n => n.Name == "deep"), Is.True, "a list is that of the folder inside");
        switch (round % 12)
        {
            case 0:
                await LocalTree.WriteAsync(files, path, "inside", Overwrite);
                break;
            case 1:
                await LocalTree.WriteAsync(files, "work/live/deep/../new", "inside", Overwrite);
                await files.RemoveAsync("work/live/new", default);
                break;
            case 2:
                await files.SetStatAsync(path, new SftpAttributes { Permissions = 511, AccessTime = 1, ModifyTime = 1 }, default);
                break;
            case 3:
                await files.SetStatAsync(path, new SftpAttributes { Size = 3 }, default);
                break;
            case 4:
                await files.MakeDirectoryAsync("work/live/made", default, default);
                await files.RemoveDirectoryAsync("work/live/made", default);
                break;
            case 5:
                await files.SymbolicLinkAsync("x", "work/live/link", default);
                await files.RemoveAsync("work/live/link", default);
                break;
            case 6:
                await files.HardLinkAsync(path, "stolen", default);
                var stolen = await LocalTree.ReadAsync(files, "stolen");
                Assert.That(!stolen.IsOk || stolen.Value != LocalTree.Secret);
                await files.RemoveAsync("stolen", default);
                break;
            case 7:
                await files.RenameAsync(path, "work/live/renamed", default);
                await files.RenameAsync("work/live/renamed", path, default);
                break;
            case 8:
                await files.RealPathAsync(path, default);
                var above = await LocalTree.ReadAsync(files, "work/live/../../../root-sibling/canary");
                Assert.That(above.IsOk, Is.False);
                break;
            case 9:
                await files.LSetStatAsync(path, new SftpAttributes { AccessTime = 1, ModifyTime = 1 }, default);
                break;
            case 10:
                await LocalTree.WriteAsync(files, "replacement", "inside");
                await files.PosixRenameAsync("replacement", path, default);
                break;
            default:
                var deep = await LocalTree.ReadAsync(files, "work/live/deep/../../../../root-sibling/canary");
                Assert.That(deep.IsOk, Is.False);
                break;
        }

        return read.IsOk || list.IsOk;
    }
}
