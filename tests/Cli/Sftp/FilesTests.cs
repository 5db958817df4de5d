using System.IO;
using System.Linq;
using NUnit.Framework;
using SshCore.Cli.Sftp;
using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Terminal;
using SshCore.Cli.Sftp.Text;
using SshCore.Sftp;

namespace SshCore.Tests.Cli.Sftp;

public sealed class FilesTests
{
    private string _folder = "";

    [SetUp]
    public void Make()
    {
        _folder = Directory.CreateTempSubdirectory("sshcore-test-").FullName;
        foreach (string name in (string[])["a.txt", "b.txt", ".hidden", "c d", "sub/x.txt", "sub/deep/y"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, name))!);
            File.WriteAllText(Path.Combine(_folder, name), name);
        }

        File.CreateSymbolicLink(Path.Combine(_folder, "link"), "sub");
    }

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    [TestCase("*", "a.txt b.txt c d link/ sub/")]
    [TestCase(".h*", ".hidden")]
    [TestCase("*.txt", "a.txt b.txt")]
    [TestCase("*/x.txt", "link/x.txt sub/x.txt")]
    [TestCase("*/", "link/ sub/")]
    [TestCase("[!a].txt", "b.txt")]
    [TestCase("c\\ d", "c d")]
    [TestCase("none*", "")]
    [TestCase("none", "")]
    [TestCase("sub/../a.txt", "sub/../a.txt")]
    public void Patterns_find_paths(string pattern, string expected)
    {
        var found = PathGlob.Find(LocalSide.Whole(), _folder + "/" + pattern);
        Assert.That(string.Join(' ', found.Select(match => match.Marked[(_folder.Length + 1)..])), Is.EqualTo(expected));
    }

    [Test]
    public void A_tree_is_copied_and_links_are_told([Values] bool follow)
    {
        LocalSide side = LocalSide.Whole();
        var reports = new System.Collections.Generic.List<string>();
        string target = _folder + "-copy";
        try
        {
            File.SetLastWriteTimeUtc(Path.Combine(_folder, "a.txt"), DateTime.UnixEpoch.AddYears(40));
            var copy = new FileCopy(side, side, new FileCopyOptions { FollowLinks = follow, Preserve = true }, null) { Report = reports.Add };
            Assert.That(copy.Run([new CopyItem(_folder, target) { IsTree = true }]), Is.True);
            Assert.That(File.ReadAllText(Path.Combine(target, "sub/deep/y")), Is.EqualTo("sub/deep/y"));
            Assert.That(File.GetLastWriteTimeUtc(Path.Combine(target, "a.txt")), Is.EqualTo(DateTime.UnixEpoch.AddYears(40)));
            Assert.That((Directory.Exists(Path.Combine(target, "link")), reports.Count), Is.EqualTo((follow, follow ? 0 : 1)));
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    [Test]
    public void A_link_to_itself_ends()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "sub", "up"), "..");
        LocalSide side = LocalSide.Whole();
        string target = _folder + "-copy";
        Directory.Delete(Path.Combine(_folder, "link"));
        try
        {
            var copy = new FileCopy(side, side, new FileCopyOptions { FollowLinks = true }, null);
            Assert.That(copy.Run([new CopyItem(_folder, target) { IsTree = true }]), Is.False);
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    [Test]
    public void Resuming_never_cuts_a_target_that_is_larger()
    {
        LocalSide side = LocalSide.Whole();
        string target = Path.Combine(_folder, "large");
        File.WriteAllText(target, "much longer than the source");
        var reports = new System.Collections.Generic.List<string>();
        var copy = new FileCopy(side, side, new FileCopyOptions { Resume = true }, null) { Report = reports.Add };
        Assert.That(copy.Run([new CopyItem(Path.Combine(_folder, "a.txt"), target)]), Is.False);
        Assert.That(reports, Is.EqualTo((string[])[$"Unable to resume \"{target}\": the target is larger than the source"]));
        Assert.That(File.ReadAllText(target), Does.StartWith("much longer"));
    }

    [Test]
    public void An_interrupt_stops_a_copy()
    {
        LocalSide side = LocalSide.Whole();
        var copy = new FileCopy(side, side, new FileCopyOptions(), null) { IsInterrupted = static () => true };
        string target = Path.Combine(_folder, "z");
        Assert.That((copy.Run([new CopyItem(Path.Combine(_folder, "a.txt"), target)]), File.Exists(target)), Is.EqualTo((false, false)));
    }

    [Test]
    public void A_limit_holds_the_rate()
    {
        TimeSpan slept = TimeSpan.Zero;
        var limit = new RateLimiter(8, TimeProvider.System, time => slept += time);
        limit.Moved(100 * 1024);
        Assert.That(slept, Is.EqualTo(TimeSpan.FromSeconds(100)).Within(TimeSpan.FromSeconds(1)));
    }

    [TestCase("hel", "p ", "")]
    [TestCase("re", "", "reget  rename reput")]
    [TestCase("ls a", ".txt ", "")]
    [TestCase("ls sub/d", "eep/", "")]
    [TestCase("cd s", "ub/", "")]
    [TestCase("get c", "\\ d ", "")]
    [TestCase("get \"c", " d\" ", "")]
    [TestCase("put -p a", ".txt ", "")]
    [TestCase("get x a", "", "")]
    [TestCase("pwd ", "", "")]
    [TestCase("ls none", "", "")]
    [TestCase("-ls sub/x", ".txt ", "")]
    public void Completion(string line, string insert, string choices)
    {
        LocalSide side = LocalSide.Whole();
        var completion = new SftpCompletion(side, new Nowhere(), () => _folder, () => 80);
        if (line.StartsWith("put", StringComparison.Ordinal))
        {
            completion = new SftpCompletion(new Nowhere(), side, () => "/", () => 80);
            line = line.Replace(" a", $" {_folder}/a", StringComparison.Ordinal);
        }

        LineCompletion found = completion.Complete(line, line.Length);
        Assert.That(found.Insert, Is.EqualTo(insert));
        Assert.That(string.Join(' ', found.Choices.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim(), Is.EqualTo(string.Join(' ', choices.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Test]
    public void Completion_never_puts_control_characters_into_the_line()
    {
        File.WriteAllText(Path.Combine(_folder, "evil\u001b[2Jname"), "");
        var completion = new SftpCompletion(LocalSide.Whole(), new Nowhere(), () => _folder, () => 80);
        Assert.That(completion.Complete("get ev", 6).Insert, Is.EqualTo("il"));
    }

    [TestCase("..", false)]
    [TestCase(".", false)]
    [TestCase("a/b", false)]
    [TestCase("", false)]
    [TestCase("a", true)]
    public void Names_of_a_peer_are_plain_names(string name, bool expected) => Assert.That(FileSide.IsPlainName(name), Is.EqualTo(expected));

    /// <summary>A side that has nothing.</summary>
    private sealed class Nowhere : FileSide
    {
        internal override SftpAttributes? Find(SftpPath path, bool followLinks) => null;

        internal override System.Collections.Generic.IEnumerable<SftpFileName> List(SftpPath directory) => throw new SftpCommandException("none");

        internal override OpenFile OpenRead(SftpPath path) => throw new SftpCommandException("none");

        internal override OpenFile OpenWrite(SftpPath path, uint permissions, long offset) => throw new SftpCommandException("none");

        internal override bool EnsureDirectory(SftpPath path, uint permissions) => throw new SftpCommandException("none");

        internal override void SetAttributes(SftpPath path, SftpAttributes attributes) => throw new SftpCommandException("none");

        internal override SftpPath Normalize(SftpPath path) => path;
    }
}
