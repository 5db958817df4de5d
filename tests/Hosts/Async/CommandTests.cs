using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Async;
using SshCore.Channels;
using SshCore.Hosts;
using SshCore.Memory;

namespace SshCore.Tests.Hosts.Async;

[TestFixture(false)]
[TestFixture(true)]
internal sealed class CommandTests(bool overSockets)
{
    private TestPolicy _policy = null!;
    private SshServer _server = null!;
    private SshClient _client = null!;

    [SetUp]
    public async Task Connect()
    {
        _policy = new TestPolicy();
        _server = new SshServer(Subjects.Server(_policy));
        if (overSockets)
        {
            var at = _server.Listen(Subjects.Loopback);
            _client = await SshClient.ConnectAsync(Subjects.Client(at.Port), Subjects.Bounded());
        }
        else
        {
            var (a, b) = MemoryDuplexStream.CreatePair();
            _server.Accept(b);
            _client = await SshClient.ConnectAsync(Subjects.Client(), a, cancellationToken: Subjects.Bounded());
        }
    }

    [TearDown]
    public async Task Close()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task A_command_gives_output_and_status()
    {
        var result = await _client.RunAsync("echo hello", Subjects.Bounded());

        Assert.That(result.OutputText, Is.EqualTo("hello"));
        Assert.That(result.ExitStatus, Is.EqualTo(0u));
        Assert.That(result.IsSuccess);
    }

    [Test]
    public async Task Stderr_comes_apart()
    {
        var result = await _client.RunAsync("both", Subjects.Bounded());

        Assert.That((result.OutputText, result.ErrorText, result.ExitStatus), Is.EqualTo(("out", "err", (uint?)3)));
        Assert.That(result.IsSuccess, Is.False);
    }

    [Test]
    public async Task Input_is_given_and_ends()
    {
        var input = new byte[300_000];
        new Random(1).NextBytes(input);

        var result = await _client.RunAsync("cat", input, Subjects.Bounded());

        Assert.That(result.Output.ToArray(), Is.EqualTo(input));
    }

    [Test]
    public async Task A_signal_is_no_success()
    {
        var result = await _client.RunAsync("killed", Subjects.Bounded());

        Assert.That((result.Exit.Signal, result.Exit.CoreDumped, result.Exit.Message, result.IsSuccess), Is.EqualTo(("KILL", true, "gone", false)));
    }

    [Test]
    public async Task An_end_without_status_is_an_error() =>
        await Assert.ThrowsAsync<SshExitMissingException>(async () => await _client.RunAsync("nothing", Subjects.Bounded()));

    [Test]
    public async Task A_session_that_throws_ends_only_itself()
    {
        await Assert.ThrowsAsync<SshExitMissingException>(async () => await _client.RunAsync("throw", Subjects.Bounded()));
        Assert.That((await _client.RunAsync("echo still", Subjects.Bounded())).OutputText, Is.EqualTo("still"));
    }

    [Test]
    public async Task A_refused_command_is_an_error()
    {
        var error = await Assert.ThrowsAsync<SshChannelRequestException>(async () => await _client.RunAsync("refuse", Subjects.Bounded()));
        Assert.That(error!.RequestType, Is.EqualTo("exec"));
    }

    [Test]
    public async Task A_refused_channel_tells_the_reason()
    {
        var error = await Assert.ThrowsAsync<SshChannelOpenException>(async () => await _client.OpenChannelAsync(new ChannelOpen("other@test"), Subjects.Bounded()));
        Assert.That((error!.Reason, error.Description), Is.EqualTo((ChannelOpenFailure.UnknownChannelType, "no such thing")));
    }

    [Test]
    public async Task Pty_variables_and_shell()
    {
        using var session = await _client.OpenSessionAsync(Subjects.Bounded());
        await session.SetVariableAsync("LC_ALL", "C");
        await session.SetVariableAsync("PATH", "/evil");
        await session.PtyAsync(new PtyRequest("xterm", new PtySize(132, 43)), Subjects.Bounded());
        await session.ShellAsync(Subjects.Bounded());

        var buffer = new byte[200];
        int read = await session.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, Subjects.Bounded());

        Assert.That(System.Text.Encoding.UTF8.GetString(buffer, 0, read), Is.EqualTo("xterm 132x43 LC_ALL=C"));
        Assert.That((await session.ExitAsync(Subjects.Bounded())).IsSuccess);
    }

    [Test]
    public async Task Signals_window_changes_and_breaks_arrive_in_order()
    {
        using var session = await _client.OpenSessionAsync(Subjects.Bounded());
        await session.PtyAsync(cancellationToken: Subjects.Bounded());
        await session.ExecAsync("wait", Subjects.Bounded());
        await session.ReadExactlyAsync(new byte[5], Subjects.Bounded());
        session.ChangeWindow(new PtySize(100, 50));
        Assert.That(await session.BreakAsync(600, Subjects.Bounded()));
        session.Signal("TERM");

        Assert.That((await session.DrainExitAsync(Subjects.Bounded())).IsSuccess);
        Assert.That(_policy.Log, Is.EqualTo(new[] { "window 100x50", "break 600", "signal TERM" }));
    }

    [Test]
    public async Task A_subsystem_and_a_second_start()
    {
        using var session = await _client.OpenSessionAsync(Subjects.Bounded());
        await session.SubsystemAsync("echo", Subjects.Bounded());
        await Assert.ThrowsAsync<SshChannelRequestException>(async () => await session.ExecAsync("echo twice", Subjects.Bounded()));
        await session.WriteAsync(TestPolicy.Bytes("abc"), Subjects.Bounded());
        session.SendEof();
        var buffer = new byte[10];

        Assert.That(await session.ReadAtLeastAsync(buffer, 10, false, Subjects.Bounded()), Is.EqualTo(3));
    }

    [Test]
    public async Task Global_requests_are_answered_in_order()
    {
        var accepted = _client.SendGlobalRequestAsync(new GlobalRequest("mirror@test", TestPolicy.Bytes("data")), Subjects.Bounded());
        var refused = _client.SendGlobalRequestAsync(new GlobalRequest("other@test"), Subjects.Bounded());

        var (first, second) = (await accepted, await refused);
        Assert.That((first.Success, first.Data.ToArray(), second.Success), Is.EqualTo((true, TestPolicy.Bytes("data"), false)));
    }

    [Test]
    public async Task A_channel_that_is_no_session_echoes()
    {
        using var channel = await _client.OpenChannelAsync(new ChannelOpen("echo@test"), Subjects.Bounded());
        await channel.WriteAsync(TestPolicy.Bytes("ping"), Subjects.Bounded());
        var buffer = new byte[4];
        await channel.ReadExactlyAsync(buffer, Subjects.Bounded());

        Assert.That(buffer, Is.EqualTo(TestPolicy.Bytes("ping")));
        await channel.CloseAsync(Subjects.Bounded());
        Assert.That(channel.IsOpen, Is.False);
    }

    [Test]
    public async Task Rekey_keeps_the_session()
    {
        var id = _client.SessionId.ToArray();
        await _client.RekeyAsync(Subjects.Bounded());

        Assert.That(_client.SessionId.ToArray(), Is.EqualTo(id));
        Assert.That((await _client.RunAsync("echo after", Subjects.Bounded())).OutputText, Is.EqualTo("after"));
    }

    [Test]
    public void What_is_known_of_the_connection()
    {
        Assert.That(_client.IsConnected && _client.IsAuthenticated);
        Assert.That(_client.UserName, Is.EqualTo(TestPolicy.User));
        Assert.That(_client.HostKey, Is.EqualTo(Subjects.HostKey.PublicKey));
        Assert.That(_client.ServerIdentification, Does.StartWith("SSH-2.0-SshCore"));
        Assert.That(_client.Algorithms!.StrictKex);
    }
}
