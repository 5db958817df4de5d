using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Tests;

/// <summary>Other people's SFTP clients against <c>sshcore serve</c>, and against a stock sshd with <c>sshcore sftp-server</c>.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SftpClientsAgainstOurs
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    private static readonly string[] SshOptions = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "GlobalKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR", "-F", "none"];

    [TestCase("sftp")]
    [TestCase("psftp")]
    [TestCase("curl")]
    [TestCase("lftp")]
    [TestCase("rclone")]
    [TestCase("asyncssh")]
    [TestCase("sshfs")]
    public async Task ATreeGoesUpAndDown(string client)
    {
        using var world = new World("sshcore");
        await world.MakeTreeAsync(rawNames: client is "sftp" or "lftp" or "sshfs" or "asyncssh", lineFeeds: client is not ("psftp" or "lftp" or "rclone"));
        await world.CopyAsync(client);
        await world.ExpectSameAsync(world.Tree, Path.Combine(world.Root, client));
        await world.ExpectSameAsync(world.Tree, world.Back);
    }

    [Test]
    public async Task ASshdRunsOurServerAsItsSubsystem()
    {
        using var world = new World("sshd with our sftp-server", "-e", "-l", "INFO", "-u", "027");
        await world.MakeTreeAsync(rawNames: true, lineFeeds: true);
        await world.CopyAsync("sftp");
        await world.ExpectSameAsync(world.Tree, world.Back);
        Assert.That(File.GetUnixFileMode(Path.Combine(world.Server.User.Home, "sftp", "plain")) & (UnixFileMode)0x17, Is.EqualTo(UnixFileMode.None), "the umask holds");
    }

    [Test]
    public async Task ALargeFileKeepsItsHash()
    {
        using var world = new World("sshcore");
        string file = Path.Combine(world.Tree, "large");
        await using (var stream = File.Create(file))
        {
            var block = new byte[1 << 20];
            for (int i = 0; i < 256; i++)
            {
                System.Random.Shared.NextBytes(block);
                await stream.WriteAsync(block);
            }
        }

        await world.SftpAsync($"put {file} large\nget large {world.Back}\n");
        Assert.That(await HashAsync(world.Back), Is.EqualTo(await HashAsync(file)));
        Assert.That(await HashAsync(Path.Combine(world.Root, "large")), Is.EqualTo(await HashAsync(file)));
    }

    [Test]
    public async Task ParamikoFindsEverythingAsItExpects()
    {
        using var world = new World("sshcore");
        var result = await world.ScriptAsync("paramiko_sftp.py");
        Assert.That(result.Text, Is.EqualTo("all as expected\n"), $"{result}\n{world.Server.Log}");
    }

    [Test]
    public async Task AReadOnlyServerIsRead()
    {
        using var world = new World("sshcore", "--read-only");
        File.WriteAllText(Path.Combine(world.Root, "there"), "content");
        File.WriteAllText(Path.Combine(world.Tree, "new"), "new");
        var result = await world.SftpAsync($"-put {world.Tree}/new\n-rm there\n-mkdir d\n-rename there x\n-chmod 600 there\n-symlink there l\n-ln there h\nget there {world.Back}\n");
        Assert.That(Directory.EnumerateFileSystemEntries(world.Root).Select(Path.GetFileName), Is.EqualTo(new[] { "there" }));
        Assert.That(File.ReadAllText(world.Back), Is.EqualTo("content"));
        Assert.That(result.ErrorText.Split("ermission denied").Length - 1, Is.EqualTo(7), result.ErrorText);
    }

    [Test]
    public async Task AKeyCanBeForFilesOnly()
    {
        using var folder = new TempFolder();
        string key = folder.File("key");
        var made = await PeerProcess.RunAsync(PeerProgram.SshKeygen, ["-q", "-t", "ed25519", "-N", "", "-f", key]);
        Assert.That(made.ExitStatus, Is.Zero, made.ToString());
        string authorized = folder.Write("authorized", "command=\"internal-sftp\" " + await File.ReadAllTextAsync(key + ".pub"));
        using var world = new World("sshcore", "--authorized-keys", authorized);
        File.WriteAllText(Path.Combine(world.Root, "there"), "content");
        string[] common = [.. SshOptions, "-i", key];
        var listed = await PeerProcess.RunAsync(PeerProgram.Sftp, [.. common, "-P", $"{world.Server.Port}", "-b", "-", $"{TestUser.Name}@127.0.0.1"], "ls\n"u8.ToArray(), Limit);
        Assert.That(listed.Text, Does.Contain("there"), listed.ToString());
        var run = await PeerProcess.RunAsync(PeerProgram.Ssh, [.. common, "-p", $"{world.Server.Port}", $"{TestUser.Name}@127.0.0.1", "echo out"], default, Limit);
        Assert.That(run.Text, Is.Empty, "the command is not run");
    }

    [Test]
    public async Task WithoutSftpThereIsNoSubsystem()
    {
        using var world = new World("sshcore", "--no-sftp");
        var result = await world.RunSftpAsync("ls\n");
        Assert.That(result.ExitStatus, Is.Not.Zero);
        Assert.That(result.ErrorText, Does.Contain("subsystem request failed"));
    }

    private static async Task<string> HashAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexString(await SHA256.HashDataAsync(stream));
    }

    /// <summary>A server with a root, a tree to copy and a place to copy it back to.</summary>
    private sealed class World : IDisposable
    {
        private readonly TempFolder _folder = new();

        public World(string server, params string[] options)
        {
            Root = Directory.CreateDirectory(_folder.File("root")).FullName;
            Tree = Directory.CreateDirectory(_folder.File("tree")).FullName;
            Back = _folder.File("back");
            Server = PeerServer.Start(server, server == "sshcore" ? ["--root", Root, "--no-penalties", .. options] : options);
        }

        public PeerServer Server { get; }

        public string Root { get; }

        public string Tree { get; }

        public string Back { get; }

        private string Key => Server.User.KeyFile();

        public async Task MakeTreeAsync(bool rawNames, bool lineFeeds)
        {
            var random = new System.Random(5);
            void Write(string name, int length)
            {
                var content = new byte[length];
                random.NextBytes(content);
                string path = Path.Combine(Tree, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, content);
            }

            Write("plain", 100);
            Write("empty", 0);
            Write("with space", 32 * 1024);
            Write("würzig 文", 32 * 1024 + 1);
            Write("sub/deeper/middle", 1_000_000);
            Write("sub/large", 8_000_000);
            Write("sub/it's quoted", 5);
            for (int i = 0; i < 200; i++)
            {
                Write($"many/file {i:000}", i);
            }

            using (var sparse = File.Create(Path.Combine(Tree, "sparse")))
            {
                sparse.SetLength(10_000_000);
                sparse.Position = 5_000_000;
                sparse.WriteByte(1);
            }

            if (lineFeeds)
            {
                Write("two\nlines", 7);
            }

            if (rawNames)
            {
                // .NET cannot make such a name.
                var made = await PeerProcess.RunAsync(PeerProgram.Shell, ["-c", "printf content > \"$1/$(printf 'bad \\377\\376')\"", "sh", Tree]);
                Assert.That(made.ExitStatus, Is.Zero, made.ToString());
            }
        }

        public Task CopyAsync(string client) => client switch
        {
            "sftp" => SftpAsync($"put -r {Tree} sftp\nget -r sftp {Back}\n"),
            "psftp" => PsftpAsync(),
            "curl" => CurlAsync(),
            "lftp" => LftpAsync(),
            "rclone" => RcloneAsync(),
            "sshfs" => SshfsAsync(),
            _ => ScriptedAsync(client + "_sftp.py"),
        };

        public async Task ExpectSameAsync(string a, string b)
        {
            var result = await PeerProcess.RunAsync(PeerProgram.Diff, ["-r", a, b], limit: Limit);
            Assert.That(result.ExitStatus, Is.Zero, $"{result.Text}{result.ErrorText}");
        }

        public async Task<CommandResult> SftpAsync(string batch)
        {
            var result = await RunSftpAsync(batch);
            Assert.That(result.ExitStatus, Is.Zero, $"{result}\n{Server.Log}");
            return result;
        }

        public Task<CommandResult> RunSftpAsync(string batch) => PeerProcess.RunAsync(
            PeerProgram.Sftp, [.. SshOptions, "-i", Key, "-P", $"{Server.Port}", "-b", "-", $"{TestUser.Name}@127.0.0.1"], Encoding.UTF8.GetBytes(batch), Limit);

        public Task<CommandResult> ScriptAsync(string script)
        {
            string settings = JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["port"] = Server.Port,
                ["user"] = TestUser.Name,
                ["key"] = Key,
                ["tree"] = Tree,
                ["back"] = Back,
            });
            return PeerProcess.RunAsync(PeerProgram.Python, ["-W", "ignore", Path.Combine(PythonServer.Scripts, script), settings], limit: Limit);
        }

        public void Dispose()
        {
            Server.Dispose();
            _folder.Dispose();
        }

        private async Task ScriptedAsync(string script)
        {
            var result = await ScriptAsync(script);
            Assert.That(result.Text, Is.EqualTo("all as expected\n"), $"{result}\n{Server.Log}");
        }

        private async Task RunAsync(PeerProgram program, IEnumerable<string> arguments, string input = "")
        {
            var result = await PeerProcess.RunAsync(program, arguments, Encoding.UTF8.GetBytes(input), Limit, new Dictionary<string, string> { ["HOME"] = _folder.Path });
            Assert.That(result.ExitStatus, Is.Zero, $"{program.Name}: {result.Text}{result}\n{Server.Log}");
        }

        private Task PsftpAsync() => RunAsync(
            PeerProgram.Psftp,
            ["-batch", "-P", $"{Server.Port}", "-l", TestUser.Name, "-pw", TestUser.Password, .. Server.HostKeys.SelectMany(key => new[] { "-hostkey", key.Fingerprint(Interop.DefaultCrypto.Provider) }), "-b", _folder.Write("batch", $"put -r \"{Tree}\" psftp\nget -r psftp \"{Back}\"\n"), "127.0.0.1"]);

        // One file after another: it has no trees.
        private async Task CurlAsync()
        {
            Directory.CreateDirectory(Back);
            var files = Directory.EnumerateFiles(Tree, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Tree, path)).ToList();
            var up = new StringBuilder();
            var down = new StringBuilder();
            foreach (string name in files)
            {
                string url = $"sftp://127.0.0.1:{Server.Port}/curl/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}";
                up.Append($"url = \"{url}\"\nupload-file = \"{Quoted(Path.Combine(Tree, name))}\"\n");
                down.Append($"url = \"{url}\"\noutput = \"{Quoted(Path.Combine(Back, name))}\"\n");
            }

            string[] common = ["--silent", "--show-error", "--globoff", "--insecure", "--user", $"{TestUser.Name}:{TestUser.Password}", "--ftp-create-dirs", "--create-dirs"];
            await RunAsync(PeerProgram.Curl, [.. common, "--config", _folder.Write("up", up.ToString())]);
            await RunAsync(PeerProgram.Curl, [.. common, "--config", _folder.Write("down", down.ToString())]);
        }

        private static string Quoted(string path) => path.Replace("\n", "\\n", StringComparison.Ordinal);

        private Task LftpAsync() => RunAsync(
            PeerProgram.Lftp,
            ["--norc", "-c", $"set sftp:connect-program 'ssh -a -x {string.Join(' ', SshOptions)} -i {Key}'; set cmd:fail-exit yes; open -u {TestUser.Name}, sftp://127.0.0.1:{Server.Port}; mirror -R {Tree} lftp; mirror --parallel=4 lftp {Back}; bye"]);

        private async Task RcloneAsync()
        {
            string remote = $":sftp,host=127.0.0.1,port={Server.Port},user={TestUser.Name},key_file=\"{Key}\",shell_type=none:";
            await RunAsync(PeerProgram.Rclone, ["--config", "/dev/null", "copy", Tree, remote + "rclone"]);
            await RunAsync(PeerProgram.Rclone, ["--config", "/dev/null", "copy", remote + "rclone", Back]);
            await RunAsync(PeerProgram.Rclone, ["--config", "/dev/null", "check", "--download", Tree, remote + "rclone"]);
        }

        private async Task SshfsAsync()
        {
            try
            {
                using var device = File.Open("/dev/fuse", FileMode.Open, FileAccess.ReadWrite);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Assert.Ignore("There is no FUSE here.");
            }

            string mount = Directory.CreateDirectory(_folder.File("mount")).FullName;
            string options = string.Join(',', SshOptions.Where(word => word.Contains('=', StringComparison.Ordinal)).Append($"IdentityFile={Key}"));
            // Mounted and unmounted by one shell, so that nothing stays when the test is ended.
            string script = $"""
                sshfs -f -o {options},port={Server.Port} {TestUser.Name}@127.0.0.1:/ {mount} &
                for i in $(seq 100); do mountpoint -q {mount} && break; sleep 0.1; done
                mountpoint -q {mount} || exit 77
                cp -r {Tree} {mount}/sshfs && cp -r {mount}/sshfs {Back} && mv {mount}/sshfs/plain {mount}/sshfs/x && ln -s x {mount}/sshfs/l && cat {mount}/sshfs/l >/dev/null && rm {mount}/sshfs/l && mv {mount}/sshfs/x {mount}/sshfs/plain && df {mount} >/dev/null
                status=$?
                fusermount3 -u {mount} || fusermount -u {mount}
                wait
                exit $status
                """;
            _ = PeerProgram.Sshfs.Path;
            var result = await PeerProcess.RunAsync(PeerProgram.Shell, ["-c", script], limit: Limit);
            if (result.ExitStatus == 77 && result.ErrorText.Contains("not permitted", StringComparison.Ordinal))
            {
                Assert.Ignore("FUSE may not be mounted here: " + result.ErrorText);
            }

            Assert.That(result.ExitStatus, Is.Zero, $"{result.Text}{result}\n{Server.Log}");
        }
    }
}
