using System.IO;
using System.Text;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>What README.md shows, taken from it and run.</summary>
public sealed class ReadmeTests
{
    [Test]
    public async Task TheProgramInC()
    {
        using var build = new Compiler();
        string source = build.Folder.Write("hello.c", Readme.Blocks("c")[0]);
        string program = await build.CompileAsync("hello", ["-std=c11", "-Wall", "-Wextra", "-Werror", source, .. Compiler.Library]);
        using var server = PeerServer.Start("sshd");
        byte[] known = await File.ReadAllBytesAsync(ExampleTests.KnownHosts(build, server));
        string[] arguments = ["127.0.0.1", $"{server.Port}", TestUser.Name, TestUser.Password, "echo hello; exit 9"];
        var result = await PeerProcess.RunAsync(new PeerProgram(program, "none"), arguments, known);
        Assert.That(result.ExitStatus, Is.EqualTo(9), result + server.Log);
        Assert.That(result.Text, Is.EqualTo("hello\n"));
        var refused = await PeerProcess.RunAsync(new PeerProgram(program, "none"), arguments);
        Assert.That(refused.ErrorText, Is.EqualTo("the host key is not known\n"));
    }

    [Test]
    public async Task TheProgramsInPython()
    {
        using var build = new Compiler();
        string[] blocks = Readme.Blocks("python");
        string client = build.Folder.Write("client.py", blocks[0]), program = build.Folder.Write("server.py", blocks[1]);
        using var server = new ExampleServer(build, PeerProgram.Python.Path, program);

        var own = await PeerProcess.RunAsync(PeerProgram.Python, [client, $"{server.Port}", build.Folder.File("id"), build.Folder.File("known")], environment: PythonTests.Environment());
        Assert.That(own.ErrorText, Is.Empty);
        Assert.That(own.Text, Is.EqualTo("0 b'a\\nb\\n'\n[b'.', b'..', b'copy.py']\n"));

        var sorted = await server.SshAsync("sort", "2\n1\n"u8.ToArray());
        Assert.That((sorted.ExitStatus, sorted.Text), Is.EqualTo((0, "1\n2\n")), sorted + server.Log);
        var other = await server.SshAsync("rm", []);
        Assert.That((other.ExitStatus, other.ErrorText), Is.EqualTo((127, "this server only sorts\n")));
        string back = build.Folder.File("back");
        var files = await server.SftpAsync(PeerProgram.Ssh with { Name = "sftp" }, build.Folder.Write("batch", $"get copy.py {back}\nls -l\nrm copy.py\n"));
        Assert.That(files.ExitStatus, Is.Zero, files + server.Log);
        Assert.That(await File.ReadAllTextAsync(back), Is.EqualTo(blocks[0]));
        Assert.That(server.Stop(), Is.Empty);
        Assert.That(server.Log, Is.Empty);
    }
}
