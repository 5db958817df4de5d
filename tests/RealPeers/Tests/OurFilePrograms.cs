using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Tests;

/// <summary><c>sshcore sftp</c> and <c>sshcore scp</c> against OpenSSH, and OpenSSH's scp against <c>sshcore serve</c>.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OurFilePrograms
{
    private static readonly PeerProgram SftpServer = new("/usr/lib/openssh/sftp-server", "openssh-sftp-server");
    private static readonly PeerProgram Scp = new("scp", "openssh-client");
    private static readonly DateTime Then = new(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    // Figures of the disk change, and -n is a matter of versions: they are left out.
    private const string Batch = """
        # a comment
        pwd
        cd rem
        pwd
        ls
        ls -1
        ls -l
        ls -la ..
        ls -1r
        ls -1S
        ls -1t
        ls *
        ls -1 s*
        ls "with space"
        ls 'quo"te'
        ls \*star
        @ls -1 sub
        -ls nonexistent
        put -p src/file1
        put src/file1 renamed
        put "src/name with space" 'quoted "name"'
        put src/* sub
        put -R tree
        ls -1 tree
        ls -1 sub
        get renamed loc/got
        get sub/* loc
        get -R tree loc/tree2
        reget renamed loc/partial
        reput src/big rbig
        get -p file1 loc/pfile
        rename renamed again
        ln again hard
        ln -s again soft
        symlink again soft2
        ls -1
        rm sub/*
        ls -1 sub
        chmod 600 again
        cp again copy
        -rm missing
        rmdir sub
        -mkdir tree
        lumask 027
        lmkdir made
        lcd made
        get again
        lcd ..
        lls made
        version
        progress
        !echo hello
        cd tree
        pwd
        cd
        pwd
        help
        get missing
        pwd

        """;

    [Test]
    public async Task ABatchSaysAndDoesWhatOpenSshsDoes()
    {
        using var folder = new TempFolder();
        (string output, string tree, int status) theirs = await RunBatch(folder, ours: false);
        (string output, string tree, int status) our = await RunBatch(folder, ours: true);
        Assert.That(our.output, Is.EqualTo(theirs.output));
        Assert.That(our.tree, Is.EqualTo(theirs.tree));
        Assert.That((our.status, theirs.status), Is.EqualTo((1, 1)), "the last get fails");
    }

    [TestCase("ls nonexistent\n", 1)]
    [TestCase("-ls nonexistent\npwd\n", 0)]
    [TestCase("foo\n", 1)]
    [TestCase("-foo\n", 0)]
    [TestCase("quit\nfoo\n", 0)]
    [TestCase("", 0)]
    [TestCase("cd \"unfinished\n", 1)]
    [TestCase("put missing\n", 1)]
    [TestCase("put there /dev/full\n", 1)]
    [TestCase("get there /dev/full\n", 1)]
    [TestCase("get there /nonexistent/x\n", 1)]
    [TestCase("get there /dev/null\n", 0)]
    [TestCase("put there nonexistent/x\n", 1)]
    [TestCase("rmdir /\n", 1)]
    public async Task ExitCodesAreOpenSshs(string batch, int status)
    {
        using var folder = new TempFolder();
        folder.Write("there", "content");
        Assert.That((await Sftp(folder.Path, ours: true, batch)).ExitStatus, Is.EqualTo(status));
        Assert.That((await Sftp(folder.Path, ours: false, batch)).ExitStatus, Is.EqualTo(status), "OpenSSH");
    }

    [Test]
    public async Task WhatIsInAFolderGoesStraightIntoTheTarget([Values] bool ours)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("tree/sub"));
        Directory.CreateDirectory(folder.File("there"));
        Directory.CreateDirectory(folder.File("here"));
        File.WriteAllText(folder.File("tree/sub/f"), "content");
        CommandResult result = await Sftp(folder.Path, ours, $"put -r {folder.File("tree")}/. {folder.File("there")}\nget -r {folder.File("tree")}/. {folder.File("here")}\n");
        Assert.That(result.ExitStatus, Is.Zero, result.ToString());
        Assert.That(File.ReadAllText(folder.File("there/sub/f")), Is.EqualTo("content"));
        Assert.That(File.ReadAllText(folder.File("here/sub/f")), Is.EqualTo("content"));
    }

    [Test]
    public async Task TreesSayAndDoWhatOpenSshsDo()
    {
        using var folder = new TempFolder();
        (string output, string errors, string tree, int status) theirs = await RunTrees(folder, ours: false);
        (string output, string errors, string tree, int status) our = await RunTrees(folder, ours: true);
        Assert.That(our.output, Is.EqualTo(theirs.output));
        Assert.That(our.tree, Is.EqualTo(theirs.tree));
        Assert.That((our.status, theirs.status), Is.EqualTo((0, 0)), our.errors + theirs.errors);
    }

    [Test]
    public async Task WhatFailsInATreeIsToldAndTheRestIsDone([Values] bool put)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.File("tree"));
        string[] names = [.. Enumerable.Range(0, 200).Select(i => $"f{i:000}")];
        string[] taken = [.. names.Where((_, i) => i % 9 == 4)];
        Array.ForEach(names, name => File.WriteAllText(folder.File("tree/" + name), name));
        var errors = new List<string>();
        foreach (string target in (string[])["one", "two", "theirs"])
        {
            Array.ForEach(taken, name => Directory.CreateDirectory(folder.File($"{target}/tree/{name}")));
            CommandResult result = await Sftp(folder.Path, ours: target != "theirs", $"{(put ? "put" : "get")} -r tree {target}\n");
            Assert.That(result.ExitStatus, Is.EqualTo(1), result.ToString());
            Assert.That(names.Except(taken).All(name => File.ReadAllText(folder.File($"{target}/tree/{name}")) == name), target);
            errors.Add(result.ErrorText.Replace(target, "TARGET", StringComparison.Ordinal));
        }

        string[] told = errors[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(told.Count(line => line.Contains("tree/f", StringComparison.Ordinal)), Is.EqualTo(taken.Length), errors[0]);
        Assert.That(errors[1], Is.EqualTo(errors[0]), "in the same order again");
    }

    [Test]
    public async Task ScpMovesManyFilesOfOneCommandAndTellsOfThoseItCannot()
    {
        using var folder = new TempFolder();
        string[] names = [.. Enumerable.Range(0, 150).Select(i => $"f{i:000}")];
        Directory.CreateDirectory(folder.File("from"));
        Directory.CreateDirectory(folder.File("to"));
        Directory.CreateDirectory(folder.File("back"));
        Array.ForEach(names, name => File.WriteAllText(folder.File("from/" + name), name));
        string[] sources = [.. names.Select(name => folder.File("from/" + name))];
        CommandResult result = await Run("scp", ["-D", SftpServer.Path, .. sources[..75], folder.File("from/missing"), .. sources[75..], $"host:{folder.File("to")}"]);
        Assert.That((result.ExitStatus, result.ErrorText), Is.EqualTo((1, $"scp: {folder.File("from/missing")}: No such file or directory\n")));
        Assert.That(names.All(name => File.ReadAllText(folder.File("to/" + name)) == name));

        await Good(Run("scp", ["-D", SftpServer.Path, $"host:{folder.File("to")}/f*", folder.File("back")]));
        Assert.That(names.All(name => File.ReadAllText(folder.File("back/" + name)) == name));
    }

    [TestCase("-R 1 -B 1000")]
    [TestCase("-B 100000")]
    [TestCase("-l 100000")]
    public async Task WindowsAndLimitsGiveTheSameFiles(string options)
    {
        using var folder = new TempFolder();
        byte[] data = new byte[1_234_567];
        new Random(3).NextBytes(data);
        File.WriteAllBytes(folder.File("source"), data);
        string batch = $"put {folder.File("source")} {folder.File("there")}\nget {folder.File("there")} {folder.File("back")}\n";
        CommandResult result = await Run("sftp", ["-D", SftpServer.Path, .. options.Split(' '), "-b", "-"], batch);
        Assert.That(result.ExitStatus, Is.Zero, result.ToString());
        Assert.That(File.ReadAllBytes(folder.File("back")), Is.EqualTo(data));
    }

    [Test]
    public async Task AServerThatDiesEndsItWith255()
    {
        using var folder = new TempFolder();
        string server = folder.Write("server", $"#!/bin/sh\necho $$ > {folder.File("pid")}\nexec {SftpServer.Path}\n");
        File.SetUnixFileMode(server, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        CommandResult result = await Run("sftp", ["-D", server, "-b", "-"], $"pwd\n!kill -9 $(cat {folder.File("pid")})\nls\npwd\n");
        Assert.That(result.ExitStatus, Is.EqualTo(255), result.ToString());
        Assert.That(result.ErrorText, Does.Contain("Connection closed"));
        Assert.That(result.Text, Does.Not.EndWith("sftp> pwd\n"), "nothing is done behind it");
        Assert.That((await Run("sftp", ["-D", "/bin/true", "-b", "-"], "")).ExitStatus, Is.EqualTo(255));
    }

    [Test]
    public async Task SftpOverSshd()
    {
        using var world = new World("sshd");
        File.WriteAllText(Path.Combine(world.Server.User.Home, "there"), "content");
        CommandResult result = await world.Ours("sftp", ["-q", "-b", "-", "127.0.0.1"], $"pwd\nput {world.File("tree/big")} big\nget there {world.File("got")}\nls -1\n");
        Assert.That(result.ExitStatus, Is.Zero, result.ToString());
        Assert.That(result.Text, Does.StartWith($"sftp> pwd\nRemote working directory: {world.Server.User.Home}\n").And.EndsWith("big\nthere\n"));
        Assert.That(File.ReadAllText(world.File("got")), Is.EqualTo("content"));
        Assert.That(File.ReadAllBytes(Path.Combine(world.Server.User.Home, "big")), Is.EqualTo(File.ReadAllBytes(world.File("tree/big"))));

        result = await world.Ours("sftp", ["127.0.0.1:there", world.File("fetched")]);
        Assert.That((result.ExitStatus, File.ReadAllText(world.File("fetched"))), Is.EqualTo((0, "content")), result.ToString());
        result = await world.Ours("sftp", ["-b", "-", $"sftp://{TestUser.Name}@127.0.0.1:{world.Server.Port}/.ssh"], "pwd\n");
        Assert.That(result.Text, Does.Contain($"Remote working directory: {world.Server.User.Home}/.ssh\n"), result.ToString());
    }

    [Test]
    public async Task WithoutAConnectionThereIs255()
    {
        int port = Ports.Free();
        Assert.That((await Run("sftp", ["-P", $"{port}", "-b", "-", "127.0.0.1"])).ExitStatus, Is.EqualTo(255));
        Assert.That((await Run("scp", ["-P", $"{port}", "127.0.0.1:x", "/dev/null"])).ExitStatus, Is.EqualTo(255));
    }

    [TestCase("scp")]
    [TestCase("scp -O")]
    public async Task OurScpAgainstSshd(string mode)
    {
        using var world = new World("sshd");
        string home = world.Server.User.Home;
        string[] old = mode == "scp" ? [] : ["-O"];
        await Good(world.Ours("scp", [.. old, "-rp", world.File("tree"), "127.0.0.1:up"]));
        await Good(world.Ours("scp", [.. old, "-rp", "127.0.0.1:up", world.File("down")]));
        Assert.That(await Summary(Path.Combine(home, "up")), Is.EqualTo(await Summary(world.File("tree"))));
        Assert.That(await Summary(world.File("down")), Is.EqualTo(await Summary(world.File("tree"))));

        Directory.CreateDirectory(world.File("some"));
        await Good(world.Ours("scp", [.. old, "127.0.0.1:up/*.txt", "127.0.0.1:up/big", world.File("some")]));
        Assert.That(Directory.GetFiles(world.File("some")).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(new[] { "a.txt", "b.txt", "big" }));
        await Good(world.Ours("scp", [.. old, "-3", $"scp://{TestUser.Name}@127.0.0.1:{world.Server.Port}/up/big", "127.0.0.1:relayed"]));
        Assert.That(File.ReadAllBytes(Path.Combine(home, "relayed")), Is.EqualTo(File.ReadAllBytes(world.File("tree/big"))));

        CommandResult missing = await world.Ours("scp", [.. old, "127.0.0.1:missing", world.File("x")]);
        Assert.That((missing.ExitStatus, File.Exists(world.File("x"))), Is.EqualTo((1, false)), missing.ToString());
        Assert.That(missing.ErrorText, Does.Contain("No such file or directory"));
        Assert.That((await world.Ours("scp", [.. old, "127.0.0.1:up", world.File("x")])).ExitStatus, Is.EqualTo(1), "a directory without -r");
        Assert.That((await world.Ours("scp", [.. old, world.File("tree/big"), "127.0.0.1:no/such/place"])).ExitStatus, Is.EqualTo(1));
        Assert.That((await world.Ours("scp", [.. old, world.File("tree/big"), "127.0.0.1:/dev/full"])).ExitStatus, Is.EqualTo(1), "a full disk");
    }

    [TestCase("scp")]
    [TestCase("scp -O")]
    public async Task OpenSshsScpAgainstOurServer(string mode)
    {
        using var root = new TempFolder();
        using var world = new World("sshcore", "--root", root.Path);
        string[] old = mode == "scp" ? [] : ["-O"];
        await Good(world.Theirs([.. old, "-rp", world.File("tree"), "127.0.0.1:up"]));
        await Good(world.Theirs([.. old, "-rp", "127.0.0.1:up", world.File("down")]));
        Assert.That(await Summary(root.File("up")), Is.EqualTo(await Summary(world.File("tree"))));
        Assert.That(await Summary(world.File("down")), Is.EqualTo(await Summary(world.File("tree"))));
        Directory.CreateDirectory(world.File("some"));
        await Good(world.Theirs([.. old, "127.0.0.1:up/*.txt", world.File("some")]));
        Assert.That(Directory.GetFiles(world.File("some")), Has.Length.EqualTo(2));
        Assert.That((await world.Theirs([.. old, "127.0.0.1:missing", world.File("x")])).ExitStatus, Is.EqualTo(1));
        Assert.That((await world.Theirs([.. old, "127.0.0.1:../../../../../../etc/passwd", world.File("x")])).ExitStatus, Is.EqualTo(1), "the root is not left");
        Assert.That((await world.Theirs([.. old, world.File("tree/a.txt"), "127.0.0.1:no/such/place"])).ExitStatus, Is.EqualTo(1));
        if (mode == "scp -O")
        {
            CommandResult two = await world.Theirs(["-O", world.File("tree/a.txt"), world.File("tree/b.txt"), "127.0.0.1:up/big"]);
            Assert.That((two.ExitStatus, two.ErrorText.Contains("Not a directory", StringComparison.Ordinal)), Is.EqualTo((1, true)), two.ToString());
        }
    }

    // CVE-2019-6111, CVE-2018-20685, CVE-2019-6109: a server that sends what it likes. The user's shell plays it.
    [TestCase(@"C0644 5 .bashrc\nevil\n\0")]
    [TestCase(@"C0644 5 ../evil\nevil\n\0")]
    [TestCase(@"C0644 5 /tmp/evil\nevil\n\0")]
    [TestCase(@"D0777 0 .\n")]
    [TestCase(@"D0777 0 sub\n")]
    [TestCase(@"C0644 5 file\nevil\n\0C0644 5 second\nevil\n\0")]
    public async Task AHostileServerWritesNothingElse(string sent)
    {
        using var world = new World("sshd");
        string target = Directory.CreateDirectory(world.File("target")).FullName;
        CommandResult result = await world.Ours("scp", ["-O", $"127.0.0.1:none >/dev/null 2>&1; printf '{sent}'; cat >/dev/null; true dir/file", target]);
        Assert.That(result.ExitStatus, Is.EqualTo(1), result.ToString());
        Assert.That(Directory.GetFileSystemEntries(target).Select(Path.GetFileName), Is.SubsetOf(new[] { "file" }));
        Assert.That(File.Exists(world.File("evil")), Is.False);
    }

    [Test]
    public async Task AServersMessageCanNotSteerTheTerminal()
    {
        using var world = new World("sshd");
        CommandResult result = await world.Ours("scp", ["-O", @"127.0.0.1:none >/dev/null 2>&1; printf '\001\033[2Jgone\n'; true file", world.File("x")]);
        Assert.That(result.ErrorText, Does.Contain("gone").And.Not.Contains("\u001b"));
    }

    [TestCase("sftp")]
    [TestCase("scp")]
    public async Task HelpIsPrinted(string program)
    {
        CommandResult result = await Run(program, ["--help"]);
        Assert.That((result.ExitStatus, result.Text.StartsWith($"Usage: sshcore {program} ", StringComparison.Ordinal)), Is.EqualTo((0, true)));
    }

    private static async Task Good(Task<CommandResult> run)
    {
        CommandResult result = await run;
        Assert.That(result.ExitStatus, Is.Zero, result.ToString());
        Assert.That(result.Output, Is.Empty, "quiet when piped");
    }

    private static Task<CommandResult> Run(string program, IEnumerable<string> arguments, string input = "") =>
        PeerProcess.RunAsync(SshCoreProgram.Host, [SshCoreProgram.File, program, .. arguments], Encoding.UTF8.GetBytes(input), TimeSpan.FromSeconds(120), Locale);

    private static Task<CommandResult> Sftp(string folder, bool ours, string batch)
    {
        // cd first, so that the server and the client begin in the folder.
        string text = $"@lcd {folder}\n@cd {folder}\n" + batch;
        string[] arguments = ["-D", SftpServer.Path, "-b", "-"];
        return ours ? Run("sftp", arguments, text)
            : PeerProcess.RunAsync(PeerProgram.Sftp, arguments, Encoding.UTF8.GetBytes(text), TimeSpan.FromSeconds(60), Locale);
    }

    private static Dictionary<string, string> Locale => new() { ["LC_ALL"] = "C.UTF-8", ["TZ"] = "UTC" };

    private static async Task<(string Output, string Tree, int Status)> RunBatch(TempFolder folder, bool ours)
    {
        string world = folder.File("world");
        if (Directory.Exists(world))
        {
            Directory.Delete(world, recursive: true);
        }

        foreach (string directory in (string[])["loc", "rem/sub", "src", "tree/d/e"])
        {
            Directory.CreateDirectory(Path.Combine(world, directory));
        }

        string[] names = ["with space", "quo\"te", "*star", "ümläut", "esc\u001b[31m", "line\nfeed"];
        for (int i = 0; i < names.Length; i++)
        {
            Write("rem/" + names[i], new string('x', i + 1));
        }

        byte[] big = new byte[3_000_000];
        new Random(1).NextBytes(big);
        Write("src/file1", "one\n");
        Write("src/name with space", "two\n");
        File.WriteAllBytes(Path.Combine(world, "src/big"), big);
        File.WriteAllBytes(Path.Combine(world, "rem/rbig"), big[..1_000_000]);
        Write("tree/a", "x\n");
        Write("tree/d/b", "y\n");
        Write("loc/partial", "on");
        // Each its own time, so that there is one order by time.
        int minutes = 0;
        foreach (string path in Directory.GetFileSystemEntries(world, "*", SearchOption.AllDirectories).Append(world).Order(StringComparer.Ordinal))
        {
            File.SetLastWriteTimeUtc(path, Then.AddMinutes(minutes++));
        }

        CommandResult result = await Sftp(world, ours, Batch);
        return (result.Text.Replace(world, "WORLD", StringComparison.Ordinal), await Summary(world, times: false), result.ExitStatus);

        void Write(string name, string content) => File.WriteAllText(Path.Combine(world, name), content);
    }

    private static async Task<(string Output, string Errors, string Tree, int Status)> RunTrees(TempFolder folder, bool ours)
    {
        string world = folder.File("world");
        if (Directory.Exists(world))
        {
            Directory.Delete(world, recursive: true);
        }

        foreach (string name in (string[])["tree/a/x/deep/f", "tree/a/y/f", "tree/b/z/f", "tree/c/f", "tree/f", "tree/g"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(world, name))!);
            File.WriteAllText(Path.Combine(world, name), name);
        }

        Directory.CreateDirectory(Path.Combine(world, "in"));
        File.CreateSymbolicLink(Path.Combine(world, "link"), "tree");
        File.CreateSymbolicLink(Path.Combine(world, "tree/c/up"), "..");
        File.CreateSymbolicLink(Path.Combine(world, "tree/c/file"), "f");
        const string batch = """
            get -r tree/. here
            get -r tree/. in
            get -r tree/a/. in
            get -r tree/../tree/b here2
            get -r link here3
            get -r link/ here4
            get -r t*/[ab] in
            put -r tree there
            put -r tree/a/. there
            put -r tree/a in
            put -r link there2
            put -pr tree there3
            get -pr there3 here5
            get t*/[fg] in

            """;
        CommandResult result = await Sftp(world, ours, batch);
        return (result.Text.Replace(world, "WORLD", StringComparison.Ordinal), result.ErrorText, await Summary(world, times: false), result.ExitStatus);
    }

    /// <summary>Names, kinds, modes, contents and, if they are to be kept, times.</summary>
    private static async Task<string> Summary(string tree, bool times = true)
    {
        string format = times ? "%P %y %m %T@\\n" : "%P %y %m\\n";
        CommandResult names = await PeerProcess.RunAsync(new PeerProgram("sh", "dash"), ["-c", $"cd '{tree}' && find . ! -type d -printf '{format}' | sed 's/[.]0*$//' | LC_ALL=C sort; find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum"]);
        Assert.That((names.ExitStatus, names.Text.Length > 0), Is.EqualTo((0, true)), names.ToString());
        return names.Text;
    }

    /// <summary>A server, and a tree of this machine.</summary>
    private sealed class World : IDisposable
    {
        private readonly TempFolder _folder = new();

        public World(string server, params string[] options)
        {
            Server = PeerServer.Start(server, options);
            Directory.CreateDirectory(File("tree/sub/deep"));
            Directory.CreateDirectory(File("tree/with space"));
            byte[] big = new byte[1_500_000];
            new Random(2).NextBytes(big);
            System.IO.File.WriteAllBytes(File("tree/big"), big);
            foreach (string name in (string[])["a.txt", "b.txt", "sub/deep/c", "with space/d e", "ümläut", "q'uo\"te", "empty"])
            {
                System.IO.File.WriteAllText(File("tree/" + name), name == "empty" ? "" : name);
                System.IO.File.SetLastWriteTimeUtc(File("tree/" + name), Then);
            }

            System.IO.File.SetLastWriteTimeUtc(File("tree/big"), Then);
            System.IO.File.SetUnixFileMode(File("tree/a.txt"), (UnixFileMode)0b110_000_000);
            System.IO.File.SetUnixFileMode(File("tree/b.txt"), (UnixFileMode)0b111_101_101);
        }

        public PeerServer Server { get; }

        public string File(string name) => _folder.File(name);

        public Task<CommandResult> Ours(string program, IEnumerable<string> arguments, string input = "") => Run(program, [.. Options, .. arguments], input);

        public Task<CommandResult> Theirs(IEnumerable<string> arguments) =>
            PeerProcess.RunAsync(Scp, [.. Options, .. arguments], default, TimeSpan.FromSeconds(60), Locale);

        private IEnumerable<string> Options =>
        [
            "-F", "none", "-P", $"{Server.Port}", "-i", Server.User.KeyFile(), "-o", $"User={TestUser.Name}", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
            "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "GlobalKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
        ];

        public void Dispose()
        {
            Server.Dispose();
            _folder.Dispose();
        }
    }
}
