using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Blocking;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Terminal;
using SshCore.Hosts.Sftp;
using SshCore.Memory;
using SshCore.Sftp;

namespace SshCore.Tests.Cli.Sftp;

/// <summary>Copies between this machine and a server in memory: many files at once, and what is said about them.</summary>
public sealed class RemoteCopyTests
{
    private const int Files = 150;

    private readonly List<string> _said = [];
    private string _folder = "";
    private MemoryDuplexStream _far = null!;
    private SftpClient _client = null!;
    private Task _serving = null!;

    [SetUp]
    public void Connect()
    {
        _said.Clear();
        _folder = Directory.CreateTempSubdirectory("sshcore-test-").FullName;
        (MemoryDuplexStream near, _far) = MemoryDuplexStream.CreatePair(1 << 20);
        _serving = Task.Factory.StartNew(() => new SshCore.Hosts.Sftp.SftpServer(new MemoryFileSystem()).Run(_far), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _client = SftpClient.Create(near, near);
    }

    [TearDown]
    public async Task Disconnect()
    {
        _client.Dispose();

        // A server whose stream went away in the middle says that it could not use it.
        await Task.WhenAny(_serving).WaitAsync(TimeSpan.FromSeconds(30));
        await _far.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public void A_tree_goes_there_and_back()
    {
        Make("tree", Files);
        Assert.That(Copy(LocalSide.Whole(), new RemoteSide(_client)).Run([Tree(Local("tree"), "/tree")]));
        Assert.That(Copy(new RemoteSide(_client), LocalSide.Whole()).Run([Tree("/tree", Local("back"))]));
        Assert.That(Names("back"), Is.EqualTo(Names("tree")));
        Assert.That(Names("tree").All(name => File.ReadAllBytes(Local("back/" + name)).AsSpan().SequenceEqual(File.ReadAllBytes(Local("tree/" + name)))));
        Assert.That(_said, Is.EqualTo((string[])[$"entering {_folder}/tree", $"entering {_folder}/tree/sub", "entering /tree", "entering /tree/sub"]));
    }

    [Test]
    public void Of_files_for_one_target_the_last_one_stays([Values] bool fromServer)
    {
        byte[][] contents = [.. Enumerable.Range(1, 4).Select(i => Enumerable.Repeat((byte)i, (5 - i) * 1_000_000).ToArray())];
        for (int i = 0; i < contents.Length; i++)
        {
            Directory.CreateDirectory(Local($"from/{i}"));
            File.WriteAllBytes(Local($"from/{i}/same"), contents[i]);
        }

        CopyItem[] items = [.. contents.Select((_, i) => new CopyItem(Local($"from/{i}/same"), "/same")), Tree(Local("from"), "/from")];
        Assert.That(Copy(LocalSide.Whole(), new RemoteSide(_client)).Run(items));
        if (!fromServer)
        {
            using var there = new MemoryStream();
            _client.Get("/same", there);
            Assert.That(there.ToArray(), Is.EqualTo(contents[^1]));
            return;
        }

        items = [.. contents.Select((_, i) => new CopyItem($"/from/{i}/same", Local("same")))];
        Assert.That(Copy(new RemoteSide(_client), LocalSide.Whole()).Run(items));
        Assert.That(File.ReadAllBytes(Local("same")), Is.EqualTo(contents[^1]));
    }

    [Test]
    public void What_fails_is_said_in_the_order_of_the_files_and_the_rest_is_done()
    {
        Make("tree", Files);
        Assert.That(Copy(LocalSide.Whole(), new RemoteSide(_client)).Run([Tree(Local("tree"), "/tree")]));
        _said.Clear();

        // Directories where the files would go, some of them before and some behind what is under way at once.
        string[] taken = [.. _client.ListDirectory("/tree").Where(entry => entry.Attributes.IsRegularFile).Select(entry => entry.Name.ToString()).Where((_, i) => i % 7 == 3)];
        foreach (string name in taken)
        {
            Directory.CreateDirectory(Local("back/" + name));
        }

        Assert.That(Copy(new RemoteSide(_client), LocalSide.Whole()).Run([Tree("/tree", Local("back")), new CopyItem("/none", Local("x"))]), Is.False);
        string[] failed = [.. _said.Where(line => line.StartsWith("open local", StringComparison.Ordinal))];
        Assert.That(failed.Select(line => line.Split('"')[1]), Is.EqualTo(taken.Select(name => Local("back/" + name))));
        Assert.That(_said[0], Is.EqualTo("entering /tree"));
        Assert.That(_said.IndexOf("entering /tree/sub"), Is.GreaterThan(_said.IndexOf(failed[^1])), "as one after the other would say it");
        Assert.That(_said[^1], Is.EqualTo("stat /none: No such file or directory"));
        Assert.That(Names("back").Length, Is.EqualTo(Names("tree").Length - taken.Length));
    }

    [Test]
    public void Each_file_has_its_meter_in_turn()
    {
        Make("tree", 80);
        var written = new List<string>();
        var copy = new FileCopy(LocalSide.Whole(), new RemoteSide(_client), new FileCopyOptions(), null)
        {
            Meter = (name, total, offset) => new ProgressMeter(name, total, offset, written.Add, static () => 80, TimeProvider.System),
        };
        Assert.That(copy.Run([Tree(Local("tree"), "/tree")]));

        // One line for each, whole before the next begins.
        string[] lines = string.Concat(written).Split('\n')[..^1];
        string[] shown = [.. lines.Select(line => line[(line.LastIndexOf('\r') + 1)..])];
        Assert.That(shown, Has.Length.EqualTo(Names("tree").Length));
        Assert.That(shown.All(line => line.Contains("100%", StringComparison.Ordinal)));
        Assert.That(lines.Select(line => line.Split('\r')[1..].Select(part => part.Split(' ')[0]).Distinct().Count()), Is.All.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_transfer_goes_on_behind_what_is_there(bool fromServer)
    {
        byte[] data = Pattern(1_000_000);
        byte[] begun = [.. new byte[1000], .. data[1000..400_000]];
        string source = fromServer ? "/file" : Local("source");
        string target = fromServer ? Local("target") : "/target";
        WriteAt(source, data);
        WriteAt(target, begun);
        var options = new FileCopyOptions { Resume = true };
        Assert.That(Copy(SideOf(source), SideOf(target), options).Run([new CopyItem(source, target)]));

        // The first bytes are not those of the source: they were not sent again.
        Assert.That(ReadAt(target), Is.EqualTo((byte[])[.. begun, .. data[400_000..]]));
        Assert.That(Copy(SideOf(source), SideOf(target), options).Run([new CopyItem(source, target)]), "and once more, when all is there");
        Assert.That(ReadAt(target), Has.Length.EqualTo(data.Length));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void An_interrupt_leaves_the_beginning(bool fromServer)
    {
        byte[] data = Pattern(8_000_000);
        string source = fromServer ? "/file" : Local("source");
        string target = fromServer ? Local("target") : "/target";
        WriteAt(source, data);
        int asked = 0;
        var copy = new FileCopy(SideOf(source), SideOf(target), new FileCopyOptions(), null) { IsInterrupted = () => ++asked > 6, Report = _said.Add };
        Assert.That(copy.Run([new CopyItem(source, target), new CopyItem(source, target + "2")]), Is.False);
        Assert.That(_said, Is.EqualTo((string[])["Interrupt"]));
        byte[] there = ReadAt(target);
        Assert.That(there, Has.Length.LessThan(data.Length));
        Assert.That(there.AsSpan().SequenceEqual(data.AsSpan(0, there.Length)), "no hole");
    }

    [Test]
    public void What_is_to_be_kept_is_kept([Values] bool fromServer)
    {
        string source = fromServer ? "/file" : Local("source");
        string target = fromServer ? Local("target") : "/target";
        WriteAt(source, Pattern(10));
        var kept = new SftpAttributes { Permissions = 0x1A4 & ~0x80u, AccessTime = 1_000_000_000, ModifyTime = 1_100_000_000 };
        SideOf(source).SetAttributes(source, kept);
        Assert.That(Copy(SideOf(source), SideOf(target), new FileCopyOptions { Preserve = true, Sync = true }).Run([new CopyItem(source, target)]));
        SftpAttributes found = SideOf(target).Find(target, followLinks: true)!.Value;
        Assert.That((found.Permissions & 0xFFF, found.ModifyTime), Is.EqualTo((kept.Permissions, kept.ModifyTime)));
    }

    [Test]
    public void An_empty_file_is_made_and_a_missing_one_costs_nothing()
    {
        WriteAt("/empty", []);
        File.WriteAllText(Local("old"), "old");
        FileCopy copy = Copy(new RemoteSide(_client), LocalSide.Whole());
        Assert.That(copy.Run([new CopyItem("/empty", Local("new")), new CopyItem("/none", Local("old")) { Known = new SftpAttributes { Permissions = 0x81A4 } }]), Is.False);
        Assert.That((File.ReadAllText(Local("new")), File.ReadAllText(Local("old"))), Is.EqualTo(("", "old")));
        Assert.That(_said, Is.EqualTo((string[])["remote open \"/none\": No such file or directory"]));
    }

    [Test]
    public void A_download_to_a_device_is_in_order()
    {
        WriteAt("/file", Pattern(3_000_000));
        Assert.That(Copy(new RemoteSide(_client), LocalSide.Whole()).Run([new CopyItem("/file", "/dev/null")]));
        Assert.That(Copy(new RemoteSide(_client), LocalSide.Whole()).Run([new CopyItem("/file", "/dev/full")]), Is.False);
        Assert.That(_said, Has.Count.EqualTo(1).And.All.StartsWith("write local \"/dev/full\": "));
    }

    [Test]
    public void Lines_wait_for_those_before_them()
    {
        var lines = new CopyLines();
        CopyLine first = lines.Begin(static () => null);
        lines.Say(() => _said.Add("between"));
        CopyLine second = lines.Begin(static () => null);
        second.Say(() => _said.Add("second"));
        second.End();
        Assert.That(_said, Is.Empty);
        first.Say(() => _said.Add("first"));
        first.End();
        lines.Say(() => _said.Add("last"));
        Assert.That(_said, Is.EqualTo((string[])["first", "between", "second", "last"]));
    }

    private static CopyItem Tree(SftpPath from, SftpPath to) => new(from, to) { IsTree = true };

    private static byte[] Pattern(int length)
    {
        byte[] data = new byte[length];
        new Random(length).NextBytes(data);
        return data;
    }

    private FileCopy Copy(FileSide from, FileSide to, FileCopyOptions? options = null) => new(from, to, options ?? new FileCopyOptions(), null)
    {
        Report = _said.Add,
        EnteringDirectory = (path, _) => _said.Add($"entering {path}"),
    };

    private FileSide SideOf(string path) => path.StartsWith(_folder, StringComparison.Ordinal) ? LocalSide.Whole() : new RemoteSide(_client);

    private void WriteAt(string path, byte[] data)
    {
        if (SideOf(path) is RemoteSide)
        {
            _client.Put(new MemoryStream(data), path);
        }
        else
        {
            File.WriteAllBytes(path, data);
        }
    }

    private byte[] ReadAt(string path)
    {
        if (SideOf(path) is not RemoteSide)
        {
            return File.ReadAllBytes(path);
        }

        using var data = new MemoryStream();
        _client.Get(path, data);
        return data.ToArray();
    }

    private string Local(string name) => Path.Combine(_folder, name);

    private string[] Names(string folder) =>
        [.. Directory.GetFiles(Local(folder), "*", SearchOption.AllDirectories).Select(path => path[(Local(folder).Length + 1)..]).Order(StringComparer.Ordinal)];

    private void Make(string folder, int files)
    {
        Directory.CreateDirectory(Local(folder + "/sub"));
        for (int i = 0; i < files; i++)
        {
            File.WriteAllBytes(Local($"{folder}/{(i % 3 == 0 ? "sub/" : "")}{i}"), Pattern(i * 97));
        }
    }
}
