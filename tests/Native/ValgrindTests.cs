using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>Memcheck finds no error and no leak in any of the C programs; and it would, if there were one.</summary>
public sealed class ValgrindTests
{
    [Test]
    public async Task ThePair() => await CleanAsync(build => build.ExampleAsync("memory_pair"));

    [Test]
    public async Task EveryAnswerAndRequest() => await CleanAsync(build => build.TestAsync("answers"));

    [Test]
    public async Task Threads() => await CleanAsync(build => build.TestAsync("threads"), "1", "2000");

    [Test]
    public async Task TheEpollClient()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("epoll_client");
        using var server = PeerServer.Start("sshd");
        await new Memcheck(build).AssertCleanAsync(program, $"{server.Port}", TestUser.Name, server.User.KeyFile(), ExampleTests.KnownHosts(build, server), "2", "4");
    }

    [Test]
    public async Task TheTransfer()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("sftp_transfer");
        using var server = PeerServer.Start("sshd");
        string local = build.Folder.Write("local", new string('x', 2_000_000));
        await new Memcheck(build).AssertCleanAsync(
            program, $"{server.Port}", TestUser.Name, server.User.KeyFile(), ExampleTests.KnownHosts(build, server), local, Path.Combine(server.User.Home, "remote"), build.Folder.File("back"));
    }

    [Test]
    public async Task TheBlockingClient()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("easy_client");
        using var server = PeerServer.Start("sshd");
        string local = build.Folder.Write("local", new string('y', 1_000_001));
        string[] command = [program, "127.0.0.1", $"{server.Port}", TestUser.Name, TestUser.Password, ExampleTests.KnownHosts(build, server), "cat; echo err >&2; exit 5"];
        var memcheck = new Memcheck(build);
        var result = await memcheck.AssertCleanAsync([.. command, local, Path.Combine(server.User.Home, "remote"), build.Folder.File("back")]);
        Assert.That(result.Text, Does.EndWith("0 handles left\n"));
    }

    [Test]
    public async Task TheShellClient()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("shell_client");
        using var server = PeerServer.Start("sshd");
        await new Memcheck(build).AssertCleanAsync(
            program, "127.0.0.1", $"{server.Port}", TestUser.Name, server.User.KeyFile(), ExampleTests.KnownHosts(build, server), "head -c 1000000 /dev/zero; cat");
    }

    [Test]
    public async Task Forks()
    {
        using var build = new Compiler();
        string program = await build.TestAsync("forks");
        using var server = PeerServer.Start("sshd");
        var memcheck = new Memcheck(build);
        await memcheck.AssertCleanAsync(program, $"{server.Port}", TestUser.Name, TestUser.Password, ExampleTests.KnownHosts(build, server), "3");
        Assert.That(Directory.GetFiles(build.Folder.Path, "valgrind.*.log"), Has.Length.EqualTo(4), "the parent and its children");
    }

    [Test]
    public async Task ThePump()
    {
        using var build = new Compiler();
        string program = await build.TestAsync("pump");
        using var server = PeerServer.Start("sshd");
        await new Memcheck(build).AssertCleanAsync(program, $"{server.Port}", TestUser.Name, TestUser.Password);
    }

    [Test]
    public async Task TheEpollServer()
    {
        using var build = new Compiler();
        string program = await build.ExampleAsync("epoll_server");
        var memcheck = new Memcheck(build);
        string[] command = memcheck.Command(program);
        using var server = new ExampleServer(build, command[0], command[1..]);
        await ExampleTests.UseAsync(build, server, 300_000);
        Assert.That(server.Stop(), Does.EndWith("0 handles left\n"));
        memcheck.AssertClean();
    }

    // The suppressions are for the library's runtime: no leak or error of the program's hides behind them.
    [TestCase("block", "100 bytes in 1 blocks are definitely lost")]
    [TestCase("callback", "are definitely lost")]
    [TestCase("thread", "are possibly lost")]
    [TestCase("freed", "Invalid read of size 1")]
    [TestCase("past", "Invalid read of size 1")]
    [TestCase("unset", "depends on uninitialised value")]
    public async Task AFaultIsFound(string fault, string message)
    {
        using var build = new Compiler();
        string program = await build.TestAsync("leaks");
        await new Memcheck(build).AssertFindsAsync(message, program, fault);
    }

    [Test]
    public async Task WithoutAFaultNothingIsFound() => await CleanAsync(build => build.TestAsync("leaks"), "none");

    private static async Task CleanAsync(Func<Compiler, Task<string>> compile, params string[] arguments)
    {
        using var build = new Compiler();
        await new Memcheck(build).AssertCleanAsync([await compile(build), .. arguments]);
    }
}
