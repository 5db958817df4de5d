using System.IO;
using System.Security.Cryptography;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Async;
using SshCore.Channels;
using SshCore.Cli.Serve;
using SshCore.Hosts;

namespace SshCore.Tests.Cli.Serve;

[CancelAfter(60_000)]
public sealed class ShellPolicyTests
{
    [Test]
    public async Task A_command_has_its_outputs_status_environment_and_home()
    {
        await using ShellServer server = ShellServer.Start();
        await using SshClient client = await server.ConnectAsync();
        SshCommandResult result = await client.RunAsync("echo out; echo err >&2; echo $USER $HOME $SHELL; pwd; echo $SSH_CONNECTION | cut -d' ' -f3,4; exit 7");
        Assert.That(result.OutputText, Is.EqualTo($"out\nanna {server.Account.Home} /bin/sh\n{server.Account.Home}\n127.0.0.1 {server.EndPoint.Port}\n"));
        Assert.That(result.ErrorText, Is.EqualTo("err\n"));
        Assert.That(result.ExitStatus, Is.EqualTo(7));
    }

    [Test]
    public async Task Nothing_of_the_server_s_own_environment_leaks_and_only_listed_variables_are_set()
    {
        Environment.SetEnvironmentVariable("SSHCORE_TEST_SECRET", "x");
        await using ShellServer server = ShellServer.Start();
        await using SshClient client = await server.ConnectAsync();
        using SshSession session = await client.OpenSessionAsync();
        session.SetVariable("LC_TEST", "yes");
        session.SetVariable("LD_PRELOAD", "evil");
        session.SetVariable("PATH", "evil");
        await session.ExecAsync("echo $LC_TEST/$LD_PRELOAD/$SSHCORE_TEST_SECRET; echo $PATH");
        using var reader = new StreamReader(session);
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("yes//"));
        Assert.That(await reader.ReadLineAsync(), Does.StartWith("/usr/local/").And.Not.Contain("evil"));
    }

    [TestCase(null, "//")]
    [TestCase("no", "//")]
    [TestCase("yes", "two/x y/ours")]
    [TestCase("A*,!AB", "two//")]
    [TestCase("B?", "/x y/")]
    public async Task A_key_sets_variables_if_it_may(string? permitted, string result)
    {
        await using ShellServer server = ShellServer.Start(
            "environment=\"A=one\",environment=\"A=two\",environment=\"BC=x y\",environment=\"AB=ours\",environment=\"SSH_CLIENT=forged\"",
            KeyEnvironment.Parse(permitted));
        await using SshClient client = await server.ConnectAsync();
        Assert.That((await client.RunAsync("echo \"$A/$BC/$AB\"; echo $SSH_CLIENT")).OutputText, Does.StartWith(result + "\n127.0.0.1 "));
    }

    [Test]
    public async Task A_shell_is_a_login_shell()
    {
        await using ShellServer server = ShellServer.Start();
        await using SshClient client = await server.ConnectAsync();
        using SshSession session = await client.OpenSessionAsync();
        await session.ShellAsync();
        await session.WriteAsync("echo $0; exit 3\n"u8.ToArray());
        using var reader = new StreamReader(session, leaveOpen: true);
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("-sh\n"));
        Assert.That((await session.ExitAsync()).Status, Is.EqualTo(3));
    }

    [Test]
    public async Task A_terminal_has_size_modes_and_name_and_follows_changes()
    {
        await using ShellServer server = ShellServer.Start();
        await using SshClient client = await server.ConnectAsync();
        using SshSession session = await client.OpenSessionAsync();
        await session.PtyAsync(new PtyRequest("xterm", new PtySize(97, 33), new TerminalModes([new(53, 0)])));
        await session.ExecAsync("trap 'stty size; exit' WINCH; echo $TERM $SSH_TTY; tty; stty size; echo ready; while :; do sleep 0.05; done");
        using var reader = new StreamReader(session, leaveOpen: true);
        string? name = await reader.ReadLineAsync();
        Assert.That(name, Does.StartWith("xterm /dev/"));
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo(name!["xterm ".Length..]));
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("33 97"));
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("ready"));
        session.ChangeWindow(new PtySize(6, 5));
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("5 6"));
        Assert.That(await reader.ReadToEndAsync(), Is.Empty);
    }

    [TestCase("../../etc/passwd")]
    [TestCase("x y")]
    [TestCase("x\0y")]
    public async Task A_terminal_name_that_could_be_a_path_is_refused(string name)
    {
        await using ShellServer server = ShellServer.Start();
        await using SshClient client = await server.ConnectAsync();
        using SshSession session = await client.OpenSessionAsync();
        Assert.That(async () => await session.PtyAsync(new PtyRequest(name)), Throws.InstanceOf<SshChannelRequestException>());
    }

    [Test]
    public async Task Signals_arrive_and_are_reported()
    {
        await using ShellServer server = ShellServer.Start();
        await using SshClient client = await server.ConnectAsync();
        using SshSession session = await client.OpenSessionAsync();
        await session.ExecAsync("trap 'echo got; kill -TERM $$' USR1; echo ready; while :; do sleep 0.05; done");
        using var reader = new StreamReader(session, leaveOpen: true);
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("ready"));
        session.Signal("STOP");
        session.Signal("USR1");
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("got"));
        Assert.That((await session.ExitAsync()).Signal, Is.EqualTo("TERM"));
    }

    [Test]
    public async Task All_output_arrives_before_the_status()
    {
        await using ShellServer server = ShellServer.Start();
        await using SshClient client = await server.ConnectAsync();
        SshCommandResult result = await client.RunAsync("head -c 3000000 /dev/zero; (sleep 0.2; echo late) & exit 4");
        Assert.That(result.Output.Length, Is.EqualTo(3_000_005));
        Assert.That(result.ExitStatus, Is.EqualTo(4));
    }

    [Test]
    public async Task Megabytes_go_through_cat_unchanged()
    {
        byte[] data = new byte[8_000_000];
        new Random(3).NextBytes(data);
        await using ShellServer server = ShellServer.Start();
        await using SshClient client = await server.ConnectAsync();
        SshCommandResult result = await client.RunAsync("cat", data);
        Assert.That(SHA256.HashData(result.Output.Span), Is.EqualTo(SHA256.HashData(data)));
    }

    [Test]
    public async Task Input_that_nobody_reads_holds_nothing_up()
    {
        await using ShellServer server = ShellServer.Start();
        await using SshClient client = await server.ConnectAsync();
        SshCommandResult result = await client.RunAsync("exec <&-; sleep 0.1; echo done", new byte[10_000_000]);
        Assert.That(result.OutputText, Is.EqualTo("done\n"));
    }

    [Test]
    public async Task Who_writes_to_a_client_that_reads_no_more_is_ended()
    {
        await using ShellServer server = ShellServer.Start();
        await using SshClient client = await server.ConnectAsync();
        using SshSession session = await client.OpenSessionAsync();
        await session.ExecAsync("exec yes");
        await session.ReadExactlyAsync(new byte[2]);
        await session.RequestAsync(new EndOfWriteRequest());
        Assert.That((await session.DrainExitAsync()).Signal, Is.EqualTo("PIPE"));
    }

    [Test]
    public async Task A_client_that_goes_away_hangs_its_commands_up([Values] bool onTerminal)
    {
        await using ShellServer server = ShellServer.Start();
        string mark = Path.Combine(server.Account.Home, "mark");
        using var marked = new FileSystemWatcher(server.Account.Home, "mark");
        var hungUp = new TaskCompletionSource();
        marked.Renamed += (_, _) => hungUp.TrySetResult();
        marked.EnableRaisingEvents = true;
        SshClient client = await server.ConnectAsync();
        SshSession session = await client.OpenSessionAsync();
        if (onTerminal)
        {
            await session.PtyAsync();
        }

        await session.ExecAsync("exec 2>/dev/null; trap 'echo hup > mark.new; mv mark.new mark; exit' HUP; echo ready; while :; do sleep 0.05; done");
        await session.ReadExactlyAsync(new byte[6]);
        await client.DisposeAsync();
        await hungUp.Task.WaitAsync(TestContext.CurrentContext.CancellationToken);
        Assert.That(await File.ReadAllTextAsync(mark), Is.EqualTo("hup\n"));
    }

    [Test]
    public async Task Restrictions_of_a_key_are_enforced()
    {
        await using ShellServer server = ShellServer.Start("restrict,command=\"echo forced: $SSH_ORIGINAL_COMMAND\"");
        await using SshClient client = await server.ConnectAsync();
        Assert.That((await client.RunAsync("rm -rf /")).OutputText, Is.EqualTo("forced: rm -rf /\n"));
        using SshSession session = await client.OpenSessionAsync();
        Assert.That(async () => await session.PtyAsync(), Throws.InstanceOf<SshChannelRequestException>());
    }

    [Test]
    public async Task Subsystems_forwarding_and_NUL_are_refused()
    {
        await using ShellServer server = ShellServer.Start();
        await using SshClient client = await server.ConnectAsync();
        using SshSession session = await client.OpenSessionAsync();
        Assert.That(async () => await session.SubsystemAsync("sftp"), Throws.InstanceOf<SshChannelRequestException>());
        Assert.That(async () => await session.ExecAsync("true\0false"), Throws.InstanceOf<SshChannelRequestException>());
        Assert.That(async () => await client.OpenChannelAsync(new ChannelOpen("direct-tcpip")), Throws.InstanceOf<SshChannelOpenException>());
        Assert.That(async () => await client.OpenChannelAsync(new ChannelOpen("bogus")), Throws.InstanceOf<SshChannelOpenException>());
    }

    [TestCase("geheim", true)]
    [TestCase("falsch", false)]
    public async Task A_password_by_either_method(string password, bool isRight)
    {
        await using ShellServer server = ShellServer.Start();
        foreach (SshCredential credential in new[]
        {
            SshCredential.Password(password, interactiveFallback: false),
            SshCredential.Interactive(prompts => prompts.Prompts.Count == 1 && !prompts.Prompts[0].Echo ? [password] : null),
        })
        {
            SshClientOptions options = server.Options with { Credentials = [credential], TryLimit = 1 };
            if (isRight)
            {
                await using SshClient client = await SshClient.ConnectAsync(options);
                Assert.That(client.IsAuthenticated, Is.True, credential.Method);
            }
            else
            {
                Assert.That(async () => await SshClient.ConnectAsync(options), Throws.InstanceOf<SshAuthenticationException>(), credential.Method);
            }
        }
    }
}
