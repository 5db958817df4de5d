using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>The C programs in hosts/Native/examples, against the published library.</summary>
public sealed class ExampleTests
{
    private static readonly PeerProgram Script = new("script", "bsdutils");
    private static readonly PeerProgram Sftp = new("sftp", "openssh-client");

    [Test]
    public async Task MemoryPairHasTheSameTranscriptEveryTime()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("memory_pair");
        var first = await build.RunAsync(program);
        var second = await build.RunAsync(program);
        Assert.That(first.ExitStatus, Is.Zero, first.ToString());
        Assert.That(first.Text, Does.StartWith("hello, world, status 7, transcript "));
        Assert.That(second.Text, Is.EqualTo(first.Text));
    }

    [Test]
    public async Task MemoryPairIsCleanWithTheAddressSanitizer()
    {
        using var build = new Compiler();
        var result = await build.RunSanitizedAsync("memory_pair");
        Assert.That((result.ExitStatus, result.ErrorText), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task EpollClientRunsTwoHundredCommandsOverTwentyConnections()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("epoll_client");
        using var server = PeerServer.Start("sshd");
        var result = await build.RunAsync(program, $"{server.Port}", TestUser.Name, server.User.KeyFile(), KnownHosts(build, server), "20", "200");
        Assert.That(result.ExitStatus, Is.Zero, result + server.Log);
        Assert.That(result.Text, Is.EqualTo("200 completed, 0 failed, 20 connections, 0 handles left\n"));
    }

    [Test]
    public async Task EpollClientRefusesAnotherHostKey()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("epoll_client");
        using var server = PeerServer.Start("sshd");
        string empty = build.Folder.Write("empty", "");
        var result = await build.RunAsync(program, $"{server.Port}", TestUser.Name, server.User.KeyFile(), empty, "1", "1");
        Assert.That(result.ExitStatus, Is.EqualTo(1));
        Assert.That(result.ErrorText, Does.Contain("host key: the host key is not known"));
    }

    [Test]
    public async Task TransferPutsAndGets256MiB()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("sftp_transfer");
        using var server = PeerServer.Start("sshd");
        string local = build.Folder.File("local"), remote = Path.Combine(server.User.Home, "remote"), back = build.Folder.File("back");
        await WriteRandomAsync(local, 256);
        var result = await build.RunAsync(program, $"{server.Port}", TestUser.Name, server.User.KeyFile(), KnownHosts(build, server), local, remote, back);
        Assert.That(result.ExitStatus, Is.Zero, result + server.Log);
        Assert.That(result.Text, Is.EqualTo($"{256L * 1024 * 1024} bytes put and got, 0 handles left\n"));
        byte[] hash = await HashAsync(local);
        Assert.That(await HashAsync(remote), Is.EqualTo(hash));
        Assert.That(await HashAsync(back), Is.EqualTo(hash));
    }

    [Test]
    public async Task EasyClientRunsACommandAndCopiesAFile()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("easy_client");
        using var server = PeerServer.Start("sshd");
        string local = build.Folder.Write("local", new string('y', 3_000_001)), back = build.Folder.File("back");
        string[] arguments = ["127.0.0.1", $"{server.Port}", TestUser.Name, TestUser.Password, KnownHosts(build, server), "cat; echo err >&2; exit 5"];
        var result = await build.RunAsync(program, [.. arguments, local, Path.Combine(server.User.Home, "remote"), back]);
        Assert.That(result.ExitStatus, Is.Zero, result + server.Log);
        Assert.That(result.Text, Is.EqualTo("inputstatus 5\nput and got\n0 handles left\n"));
        Assert.That(result.ErrorText, Is.EqualTo("err\n"));
        Assert.That(await File.ReadAllBytesAsync(back), Is.EqualTo(await File.ReadAllBytesAsync(local)));

        arguments[3] = "wrong";
        var refused = await build.RunAsync(program, arguments);
        Assert.That(refused.ErrorText, Does.StartWith("log-in: the log-in was refused (The server refused password; can continue: "));
        arguments[4] = build.Folder.Write("empty", "");
        var unknown = await build.RunAsync(program, arguments);
        Assert.That(unknown.ErrorText, Does.StartWith("connect: the host key is not known (The host showed SHA256:"));
    }

    [Test]
    public async Task EasyClientCopies256MiB()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("easy_client");
        using var server = PeerServer.Start("sshd");
        string local = build.Folder.File("local"), remote = Path.Combine(server.User.Home, "remote"), back = build.Folder.File("back");
        await WriteRandomAsync(local, 256);
        var result = await build.RunAsync(program, "127.0.0.1", $"{server.Port}", TestUser.Name, TestUser.Password, KnownHosts(build, server), "true", local, remote, back);
        Assert.That(result.ExitStatus, Is.Zero, result + server.Log);
        Assert.That(result.Text, Is.EqualTo("status 0\nput and got\n0 handles left\n"));
        byte[] hash = await HashAsync(local);
        Assert.That(await HashAsync(remote), Is.EqualTo(hash));
        Assert.That(await HashAsync(back), Is.EqualTo(hash));
    }

    [Test]
    public async Task ShellClientStreamsInputAndOutput()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("shell_client");
        using var server = PeerServer.Start("sshd");
        string[] arguments = ["127.0.0.1", $"{server.Port}", TestUser.Name, server.User.KeyFile(), KnownHosts(build, server)];
        byte[] input = new byte[3_000_000];
        new SshCore.TestKit.SeededRandom(5).Fill(input);
        var command = await PeerProcess.RunAsync(new PeerProgram(program, "none"), [.. arguments, "tee /dev/stderr; exit 7"], input);
        Assert.That(command.ExitStatus, Is.EqualTo(7), server.Log);
        Assert.That(command.Output, Is.EqualTo(input));
        Assert.That(command.Error, Is.EqualTo(input));

        var shell = await PeerProcess.RunAsync(new PeerProgram(program, "none"), arguments, "echo one; echo two >&2; kill -KILL $$\n"u8.ToArray());
        Assert.That((shell.ExitStatus, shell.Text, shell.ErrorText), Is.EqualTo((255, "one\n", "two\nended by SIGKILL\n")));
    }

    [Test]
    public async Task ShellClientAnswersWhileTheCommandRuns()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("shell_client");
        using var server = PeerServer.Start("sshd");
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            program, ["127.0.0.1", $"{server.Port}", TestUser.Name, server.User.KeyFile(), KnownHosts(build, server), "while read line; do echo \"got $line\"; done"])
        { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        foreach (string line in (string[])["one", "two"])
        {
            await process.StandardInput.WriteLineAsync(line);
            await process.StandardInput.FlushAsync();
            Assert.That(await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo("got " + line), server.Log);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(process.ExitCode, Is.Zero);
    }

    [Test]
    public async Task ShellClientHasATerminal()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("shell_client");
        using var server = PeerServer.Start("sshd");
        string line = $"stty rows 33 cols 77; TERM=vt220 {program} 127.0.0.1 {server.Port} {TestUser.Name} {server.User.KeyFile()} {KnownHosts(build, server)} 'tty >/dev/null && stty size && echo $TERM; exit 4'";
        var result = await PeerProcess.RunAsync(Script, ["-qec", line, "/dev/null"]);
        Assert.That(result.ExitStatus, Is.EqualTo(4), result + server.Log);
        Assert.That(result.Text.ReplaceLineEndings("\n"), Does.Contain("33 77\nvt220\n"));
    }

    [Test]
    public async Task EpollServerServesOpenSsh()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("epoll_server");
        using var server = new ExampleServer(build, program);

        await UseAsync(build, server, 3_000_000);
        Assert.That(server.Stop(), Does.EndWith("0 handles left\n"));
    }

    internal static string KnownHosts(Compiler build, PeerServer server) => build.Folder.Write("known_hosts",
        string.Concat(server.HostKeys.Select(key => $"[127.0.0.1]:{server.Port} {key.ToOpenSshString()}\n")));

    /// <summary>A command and files by OpenSSH's clients.</summary>
    internal static async Task UseAsync(Compiler build, ExampleServer server, int size)
    {
        var command = await server.SshAsync("printf out; printf err >&2; cat; exit 7", "input"u8.ToArray());
        Assert.That(command.ExitStatus, Is.EqualTo(7), command + server.Log);
        Assert.That(command.Text, Is.EqualTo("outinput"));
        Assert.That(command.ErrorText, Does.Contain("err"));

        byte[] data = new byte[size];
        new SshCore.TestKit.SeededRandom(2).Fill(data);
        string local = build.Folder.File("data"), back = build.Folder.File("data.back");
        await File.WriteAllBytesAsync(local, data);
        string batch = build.Folder.Write("batch", $"mkdir d\nput {local} d/one\nrename d/one d/two\nls -l d\nget d/two {back}\nrm d/two\nrmdir d\nput {local} ../../escaped\n");
        var files = await server.SftpAsync(Sftp, batch);
        Assert.That(files.ExitStatus, Is.Zero, files + server.Log);
        Assert.That(files.Text, Does.Contain("two"));
        Assert.That(await File.ReadAllBytesAsync(back), Is.EqualTo(data));
        Assert.That(Directory.GetFileSystemEntries(server.Root).Select(Path.GetFileName), Is.EqualTo(new[] { "escaped" }), "names cannot leave the folder");
    }

    private static async Task WriteRandomAsync(string name, int mebibytes)
    {
        await using var file = File.Create(name);
        byte[] block = new byte[1024 * 1024];
        var random = new SshCore.TestKit.SeededRandom(1);
        for (int i = 0; i < mebibytes; i++)
        {
            random.Fill(block);
            await file.WriteAsync(block);
        }
    }

    private static async Task<byte[]> HashAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        return await SHA256.HashDataAsync(stream);
    }
}
