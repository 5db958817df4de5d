using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.RealPeers.Tests;

/// <content>Whole trees.</content>
public sealed partial class SftpAgainstServers
{
    private static readonly SftpTreeOptions Keep = new() { Links = SftpLinks.Keep, Transfer = new() { KeepTimes = true, KeepPermissions = true } };

    [Test]
    public async Task TreesThereAndBack()
    {
        MakeTree(Local("source"));
        var put = await Sftp.PutTreeAsync(Local("source"), Local("there"), Keep, cancellationToken: Limit);
        CheckTree(Local("there"), "put");
        var got = await Sftp.GetTreeAsync(Local("there"), Local("back"), Keep, cancellationToken: Limit);
        CheckTree(Local("back"), "get");
        foreach (var result in (SftpTreeResult[])[put, got])
        {
            Assert.That((result.Files, result.Directories, result.Links, result.Failures.Count), Is.EqualTo((6, 4, 2, 0)));
            Assert.That(result.Bytes, Is.EqualTo(700_000 + 10 + 3 + 5 + 70_000));
        }
    }

    private static void MakeTree(string root)
    {
        Directory.CreateDirectory(Path.Combine(root, "a b/ünï"));
        Directory.CreateDirectory(Path.Combine(root, "empty"));
        File.WriteAllBytes(Path.Combine(root, "large"), new byte[700_000].Select((_, i) => (byte)(i * 7 >> 3)).ToArray());
        File.WriteAllBytes(Path.Combine(root, "a b/middle"), new byte[70_000]);
        File.WriteAllText(Path.Combine(root, "a b/new\nline"), "0123456789");
        File.WriteAllText(Path.Combine(root, "a b/ünï/☃"), "abc");
        File.WriteAllText(Path.Combine(root, "nothing"), "");
        File.WriteAllText(Path.Combine(root, "script"), "12345");
        File.SetUnixFileMode(Path.Combine(root, "script"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.SetUser);
        File.CreateSymbolicLink(Path.Combine(root, "link"), "a b/middle");
        File.CreateSymbolicLink(Path.Combine(root, "a b/up"), "..");
        File.SetLastWriteTimeUtc(Path.Combine(root, "large"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Directory.SetLastWriteTimeUtc(Path.Combine(root, "a b"), new DateTime(2002, 2, 3, 4, 5, 6, DateTimeKind.Utc));
    }

    private static void CheckTree(string root, string what)
    {
        Assert.That(File.ReadAllBytes(Path.Combine(root, "large")).AsSpan().SequenceEqual(new byte[700_000].Select((_, i) => (byte)(i * 7 >> 3)).ToArray()), what);
        Assert.That(new FileInfo(Path.Combine(root, "a b/middle")).Length, Is.EqualTo(70_000), what);
        Assert.That(File.ReadAllText(Path.Combine(root, "a b/new\nline")), Is.EqualTo("0123456789"), what);
        Assert.That(File.ReadAllText(Path.Combine(root, "a b/ünï/☃")), Is.EqualTo("abc"), what);
        Assert.That(new FileInfo(Path.Combine(root, "nothing")).Length, Is.Zero, what);
        Assert.That(Directory.Exists(Path.Combine(root, "empty")), what);
        Assert.That(File.GetUnixFileMode(Path.Combine(root, "script")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserExecute), what);
        Assert.That(new FileInfo(Path.Combine(root, "link")).LinkTarget, Is.EqualTo("a b/middle"), what);
        Assert.That(new FileInfo(Path.Combine(root, "a b/up")).LinkTarget, Is.EqualTo(".."), what);
        Assert.That(File.GetLastWriteTimeUtc(Path.Combine(root, "large")), Is.EqualTo(new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc)), what);
        Assert.That(Directory.GetLastWriteTimeUtc(Path.Combine(root, "a b")), Is.EqualTo(new DateTime(2002, 2, 3, 4, 5, 6, DateTimeKind.Utc)), what);
    }

    [Test]
    public async Task LinksAreFollowedButNotBack()
    {
        MakeTree(Local("source"));
        var follow = new SftpTreeOptions { Links = SftpLinks.Follow };
        var put = await Sftp.PutTreeAsync(Local("source"), Local("there"), follow, cancellationToken: Limit);
        var got = await Sftp.GetTreeAsync(Local("source"), Local("back"), follow, cancellationToken: Limit);
        foreach (string root in (string[])[Local("there"), Local("back")])
        {
            Assert.That(new FileInfo(Path.Combine(root, "link")).LinkTarget, Is.Null);
            Assert.That(new FileInfo(Path.Combine(root, "link")).Length, Is.EqualTo(70_000));
            Assert.That(Path.Exists(Path.Combine(root, "a b/up")), Is.False);
        }

        Assert.That((put.Files, put.Skipped, got.Files, got.Skipped), Is.EqualTo((7, 1, 7, 1)));
    }

    [Test]
    public async Task OnlyWhatDiffersIsSynced()
    {
        MakeTree(Local("source"));
        await Sftp.SyncTreeAsync(Local("there"), Local("source"), SftpSyncDirection.ToServer, cancellationToken: Limit);
        File.WriteAllText(Path.Combine(Local("source"), "script2"), "more");
        File.WriteAllText(Path.Combine(Local("source"), "a b/new\nline"), "9876543210");
        File.SetLastWriteTimeUtc(Path.Combine(Local("source"), "a b/new\nline"), DateTime.UtcNow.AddHours(1));
        var up = await Sftp.SyncTreeAsync(Local("there"), Local("source"), SftpSyncDirection.ToServer, cancellationToken: Limit);
        Assert.That((up.Files, up.Unchanged), Is.EqualTo((2, 5)));
        Assert.That(File.ReadAllText(Path.Combine(Local("there"), "a b/new\nline")), Is.EqualTo("9876543210"));
        File.Delete(Path.Combine(Local("source"), "nothing"));
        var down = await Sftp.SyncTreeAsync(Local("there"), Local("source"), SftpSyncDirection.FromServer, cancellationToken: Limit);
        Assert.That((down.Files, down.Unchanged), Is.EqualTo((1, 6)));
        Assert.That(File.Exists(Path.Combine(Local("source"), "nothing")));
    }

    [Test]
    public async Task PatternsChoose()
    {
        MakeTree(Local("source"));
        var some = await Sftp.GetTreeAsync(Local("source"), Local("some"), new() { Include = ["l*", "m?ddle"], Exclude = ["ünï", "link"] }, cancellationToken: Limit);
        Assert.That(some.Files, Is.EqualTo(2));
        Assert.That(Directory.Exists(Path.Combine(Local("some"), "a b/ünï")), Is.False);
        var found = await Sftp.GlobAsync(Local("source/a*/[mn]*"), Limit);
        Assert.That(found.Select(p => p.Name.ToString()), Is.EqualTo(new[] { "middle", "new\nline" }));
        Assert.That(await Sftp.GlobAsync(Local("source/x*"), Limit), Is.Empty);
        Assert.That(await Sftp.GlobAsync(Local("source/script"), Limit), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task FailuresAreListedOrEndIt()
    {
        MakeTree(Local("source"));
        Directory.CreateDirectory(Local("there/script"));
        Directory.CreateDirectory(Local("there/nothing"));
        await Assert.ThrowsAsync<SftpException>(async () => await Sftp.PutTreeAsync(Local("source"), Local("there"), cancellationToken: Limit));
        var result = await Sftp.PutTreeAsync(Local("source"), Local("there"), new() { ContinueOnError = true }, cancellationToken: Limit);
        Assert.That((result.Files, result.Failures.Count), Is.EqualTo((4, 2)));
        Assert.That(result.Failures, Is.All.InstanceOf<SftpException>());
    }

    [Test]
    public async Task TwoThousandSmallFiles()
    {
        Directory.CreateDirectory(Local("small"));
        byte[] content = RandomNumberGenerator.GetBytes(4096);
        for (int i = 0; i < 2000; i++)
        {
            content[0] = (byte)i;
            File.WriteAllBytes(Local($"small/{i}"), content);
        }

        var clock = Stopwatch.StartNew();
        var put = await Sftp.PutTreeAsync(Local("small"), Local("there"), cancellationToken: Limit);
        var putTime = clock.Elapsed;
        clock.Restart();
        var got = await Sftp.GetTreeAsync(Local("there"), Local("back"), cancellationToken: Limit);
        TestContext.Out.WriteLine($"{peer}: put {2000 / putTime.TotalSeconds:0}, get {2000 / clock.Elapsed.TotalSeconds:0} files a second");
        Assert.That((put.Files, put.Bytes, got.Files, got.Bytes), Is.EqualTo((2000, 2000 * 4096L, 2000, 2000 * 4096L)));
        for (int i = 0; i < 2000; i++)
        {
            content[0] = (byte)i;
            Assert.That(File.ReadAllBytes(Local($"back/{i}")).AsSpan().SequenceEqual(content));
        }
    }
}
