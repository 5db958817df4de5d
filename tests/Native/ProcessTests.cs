using System.IO;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Events;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>Threads, forks and loading, by C programs against the published library.</summary>
public sealed class ProcessTests
{
    [Test]
    public async Task EveryAnswerAndRequestArrives()
    {
        using var build = new Compiler();
        string program = await build.TestAsync("answers");
        var result = await build.RunAsync(program);
        Assert.That(result.ExitStatus, Is.Zero, result.ToString());
    }

    [Test]
    public async Task EveryAlgorithmSendsTheSameBytesInEveryRun()
    {
        using var build = new Compiler();
        string program = await build.TestAsync("algorithms");
        var first = await build.RunAsync(program);
        Assert.That(first.ExitStatus, Is.Zero, first.ToString());
        foreach (string name in new[] { "kex sntrup761x25519-sha512", "kex mlkem768x25519-sha256", "cipher aes256-gcm@openssh.com", "cipher aes128-ctr", "mac hmac-sha1" })
        {
            Assert.That(first.Text, Does.Match($"{name}: 1048576 bytes, [0-9a-f]{{16}}\n"));
        }

        var second = await build.RunAsync(program);
        Assert.That(second.Text, Is.EqualTo(first.Text));
    }

    [Test]
    public async Task ThreadsRunInParallelAndTakeTurns()
    {
        using var build = new Compiler();
        var result = await build.RunAsync(await build.TestAsync("threads"));
        Assert.That(result.ExitStatus, Is.Zero, result.ToString());
        Assert.That(result.Text, Is.EqualTo($"moved {100L << 18} bytes; only OK and BUSY; 0 handles left\n"));
    }

    [Test]
    public async Task AForkedChildDropsItsCopies()
    {
        using var build = new Compiler();
        string program = await build.TestAsync("forks");
        using var server = PeerServer.Start("sshd");
        var result = await build.RunAsync(program, $"{server.Port}", TestUser.Name, TestUser.Password, ExampleTests.KnownHosts(build, server));
        Assert.That(result.ExitStatus, Is.Zero, result + server.Log);
        Assert.That(result.Text, Is.EqualTo("the parent's session lived on, 0 handles left\n"));
    }

    [Test]
    public async Task LogsInInEveryWay()
    {
        using var build = new Compiler();
        string program = await build.TestAsync("login");
        using var server = new LoopServer(OnLogin, s => s with { Banner = "Welcome." });
        var result = await build.RunAsync(program, $"{server.Port}");
        Assert.That(result.ExitStatus, Is.Zero, result.ToString());
        await new Memcheck(build).AssertCleanAsync(program, $"{server.Port}");
    }

    [Test]
    public async Task PumpsThroughAnyDescriptor()
    {
        using var build = new Compiler();
        string program = await build.TestAsync("pump");
        using var server = PeerServer.Start("sshd");
        var result = await build.RunAsync(program, $"{server.Port}", TestUser.Name, TestUser.Password);
        Assert.That(result.ExitStatus, Is.Zero, result + server.Log);
        Assert.That(result.Text, Is.EqualTo("0 handles left\n"));
    }

    // The figures are for whoever reads the output: no test fails for a time.
    [Test]
    public async Task LoadsAndIdlesAsItSays()
    {
        using var build = new Compiler();
        string program = await build.TestAsync("cost"), copy = build.Folder.File("copy.so");
        File.Copy(Path.Combine(Published.LibraryFolder, "libsshcore.so"), copy);
        var result = await build.RunAsync(program, copy);
        TestContext.Out.WriteLine(result.Text);
        Assert.That(result.ExitStatus, Is.Zero, result.ToString());
        Assert.That(result.Text, Does.Match(@"^load and first call: \d+\.\d\d ms\n"));
        Assert.That(result.Text, Does.Match(@"\nidle, logged in: \d+\.\d KiB of the process per connection\n$"));
    }

    private static bool OnLogin(SshServerConnection connection, SshEvent e)
    {
        switch (e.Body)
        {
            case PasswordAttempt { NewPassword: not null } attempt:
                attempt.AcceptPartially("keyboard-interactive");
                return true;
            case PasswordAttempt attempt when attempt.Password.Span.SequenceEqual("old"u8):
                attempt.RequestChange("Choose another one.");
                return true;
            case InteractiveAttempt attempt:
                attempt.Challenge("", "", new AuthPrompt("one", true), new AuthPrompt("two", false));
                return true;
            case InteractiveResponse { Round: 1 } response when Answers(response) is "one 1,two 1":
                response.Challenge("", "", new AuthPrompt("three", false));
                return true;
            case InteractiveResponse { Round: 2 } response when Answers(response) is "three 2":
                response.Accept();
                return true;
            default:
                return false;
        }
    }

    private static string Answers(InteractiveResponse response) => string.Join(',', response.AnswersUtf8.Select(a => System.Text.Encoding.UTF8.GetString(a.Span)));
}
