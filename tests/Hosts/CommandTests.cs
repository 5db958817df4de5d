using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Hosts;

namespace SshCore.Tests.Hosts;

[TestFixtureSource(nameof(Hosts))]
internal sealed class CommandTests(Host clientHost, Host serverHost, Link link)
{
    private HostPair _pair = null!;
    private TestClient _client = null!;

    public static IEnumerable<object[]> Hosts =>
        from client in Enum.GetValues<Host>() from server in Enum.GetValues<Host>() from link in Enum.GetValues<Link>()
        select new object[] { client, server, link };

    [SetUp]
    public async Task Connect()
    {
        _pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        _client = _pair.Client;
    }

    [TearDown]
    public async Task Close() => await _pair.DisposeAsync();

    [Test]
    public async Task A_command_gives_output_and_status()
    {
        var result = await _client.RunAsync("echo hello");

        Assert.That(result.OutputText, Is.EqualTo("hello"));
        Assert.That(result.ExitStatus, Is.EqualTo(0u));
        Assert.That(result.IsSuccess);
    }

    [Test]
    public async Task Stderr_comes_apart()
    {
        var result = await _client.RunAsync("both");

        Assert.That((result.OutputText, result.ErrorText, result.ExitStatus), Is.EqualTo(("out", "err", (uint?)3)));
        Assert.That(result.IsSuccess, Is.False);
    }

    [Test]
    public async Task Input_is_given_and_ends()
    {
        var input = new byte[300_000];
        new Random(1).NextBytes(input);

        var result = await _client.RunAsync("cat", input);

        Assert.That(result.Output.Span.SequenceEqual(input));
    }

    [Test]
    public async Task Reading_can_be_given_up_without_holding_the_peer_up()
    {
        var input = new byte[5_000_000]; // more than a window: unread it would stop the server
        await using var session = await _client.OpenSessionAsync();
        await session.ExecAsync("cat", Subjects.Bounded());
        var waiting = session.ReadAsync(new byte[10], Subjects.Bounded());
        session.ShutdownRead();
        session.ShutdownRead();
        Assert.That(await waiting, Is.Zero);
        await session.WriteAsync(input, Subjects.Bounded());
        Assert.That(await session.ReadAsync(new byte[10], Subjects.Bounded()), Is.Zero);
        await session.SendEofAsync();
        Assert.That((await session.ExitAsync(Subjects.Bounded())).IsSuccess);
    }

    [Test]
    public async Task Keeping_alive_can_be_changed_while_it_runs()
    {
        Assert.That(_client.Base.KeepAlive.Interval, Is.EqualTo(TimeSpan.Zero));
        _client.Base.KeepAlive = new KeepAlive { Interval = TimeSpan.FromMilliseconds(20), MaxUnanswered = 3 };
        Assert.That(_client.Base.KeepAlive.Interval, Is.EqualTo(TimeSpan.FromMilliseconds(20)));
        Assert.That(() => _client.Base.KeepAlive = new KeepAlive { Interval = TimeSpan.FromSeconds(-1) }, Throws.InstanceOf<SshUsageException>());
        Assert.That((await _client.RunAsync("echo on")).OutputText, Is.EqualTo("on"));
    }

    [Test]
    public async Task A_signal_is_no_success()
    {
        var result = await _client.RunAsync("killed");

        Assert.That((result.Exit.Signal, result.Exit.CoreDumped, result.Exit.Message, result.IsSuccess), Is.EqualTo(("KILL", true, "gone", false)));
    }

    [Test]
    public async Task An_end_without_status_is_an_error() =>
        await Assert.ThrowsAsync<SshExitMissingException>(async () => await _client.RunAsync("nothing"));

    [Test]
    public async Task A_session_that_throws_ends_only_itself()
    {
        await Assert.ThrowsAsync<SshExitMissingException>(async () => await _client.RunAsync("throw"));
        Assert.That((await _client.RunAsync("echo still")).OutputText, Is.EqualTo("still"));
    }

    [Test]
    public async Task A_refused_command_is_an_error()
    {
        var error = await Assert.ThrowsAsync<SshChannelRequestException>(async () => await _client.RunAsync("refuse"));
        Assert.That(error!.RequestType, Is.EqualTo("exec"));
    }

    [Test]
    public async Task A_refused_channel_tells_the_reason()
    {
        var error = await Assert.ThrowsAsync<SshChannelOpenException>(async () => await _client.OpenChannelAsync(new ChannelOpen("other@test")));
        Assert.That((error!.Reason, error.Description), Is.EqualTo((ChannelOpenFailure.UnknownChannelType, "no such thing")));
    }

    [Test]
    public async Task Pty_variables_and_shell()
    {
        using var session = await _client.OpenSessionAsync();
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
        using var session = await _client.OpenSessionAsync();
        await session.PtyAsync(cancellationToken: Subjects.Bounded());
        await session.ExecAsync("wait", Subjects.Bounded());
        await session.ReadExactlyAsync(new byte[5], Subjects.Bounded());
        session.ChangeWindow(new PtySize(100, 50));
        Assert.That(await session.BreakAsync(600, Subjects.Bounded()));
        session.Signal("TERM");

        Assert.That((await session.DrainExitAsync(Subjects.Bounded())).IsSuccess);
        Assert.That(_pair.Policy.Log, Is.EqualTo(new[] { "window 100x50", "break 600", "signal TERM" }));
    }

    [Test]
    public async Task A_subsystem_and_a_second_start()
    {
        using var session = await _client.OpenSessionAsync();
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
        var accepted = _client.SendGlobalRequestAsync(new GlobalRequest("mirror@test", TestPolicy.Bytes("data")));
        var refused = _client.SendGlobalRequestAsync(new GlobalRequest("other@test"));

        var (first, second) = (await accepted, await refused);
        Assert.That((first.Success, first.Data.ToArray(), second.Success), Is.EqualTo((true, TestPolicy.Bytes("data"), false)));
    }

    [Test]
    public async Task A_channel_that_is_no_session_echoes()
    {
        using var channel = await _client.OpenChannelAsync(new ChannelOpen("echo@test"));
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
        var id = _client.Base.SessionId.ToArray();
        await _client.RekeyAsync();

        Assert.That(_client.Base.SessionId.ToArray(), Is.EqualTo(id));
        Assert.That((await _client.RunAsync("echo after")).OutputText, Is.EqualTo("after"));
    }

    [Test]
    public void What_is_known_of_the_connection()
    {
        Assert.That(_client.Base.IsConnected && _client.Base.IsAuthenticated);
        Assert.That(_client.Base.UserName, Is.EqualTo(TestPolicy.User));
        Assert.That(_client.Base.HostKey, Is.EqualTo(Subjects.HostKey.PublicKey));
        Assert.That(_client.Base.ServerIdentification, Does.StartWith("SSH-2.0-SshCore"));
        Assert.That(_client.Base.Algorithms!.StrictKex);
    }
}
