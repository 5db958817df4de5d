using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Hosts;

namespace SshCore.Tests.Hosts;

[TestFixtureSource(typeof(CommandTests), nameof(CommandTests.Hosts))]
internal sealed class EndingTests(Host clientHost, Host serverHost, Link link)
{
    [Test]
    public async Task Closing_the_client_wakes_everybody_with_the_same_reason()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        var session = await pair.Client.OpenSessionAsync();
        await session.ExecAsync("wait", Subjects.Bounded());
        await session.ReadExactlyAsync(new byte[5], Subjects.Bounded());
        var quiet = await pair.Client.OpenSessionAsync();
        await quiet.ExecAsync("wait", Subjects.Bounded());
        await quiet.ReadExactlyAsync(new byte[5], Subjects.Bounded());

        var awaiting = session.ReadAsync(new byte[1], Subjects.Bounded()).AsTask();
        var blocked = TestClient.OnThread(() => quiet.Read(new byte[1]));
        var exiting = session.ExitAsync(Subjects.Bounded()).AsTask();
        var ending = pair.Client.WaitForEndAsync();
        await pair.Client.DisposeAsync();

        foreach (Task task in (Task[])[awaiting, blocked, exiting])
        {
            var error = await Assert.ThrowsAsync<SshConnectionException>(() => task.WaitAsync(Subjects.Patience));
            Assert.That(error!.Error.Kind, Is.EqualTo(SshErrorKind.LocalDisconnect));
        }

        Assert.That((await ending).Kind, Is.EqualTo(SshErrorKind.LocalDisconnect));
        await Assert.ThrowsAsync<SshConnectionException>(() => pair.Client.RunAsync("echo late"));
    }

    [Test]
    public async Task The_first_reason_counts()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        var reading = (await Waiting(pair)).ReadAsync(new byte[1], Subjects.Bounded()).AsTask();
        pair.Context.Disconnect(DisconnectReason.TooManyConnections, "full house");

        var error = await Assert.ThrowsAsync<SshConnectionException>(() => reading.WaitAsync(Subjects.Patience));
        Assert.That((error!.Error.Kind, error.Error.Reason), Is.EqualTo((SshErrorKind.PeerDisconnected, DisconnectReason.TooManyConnections)));
        Assert.That(error.Message, Does.Contain("full house"));

        await pair.Client.DisposeAsync();
        var later = await Assert.ThrowsAsync<SshConnectionException>(() => pair.Client.OpenSessionAsync());
        Assert.That(later!.Error, Is.EqualTo(error.Error));
        Assert.That(pair.Client.Base.Error, Is.EqualTo(error.Error));
    }

    [Test]
    public async Task A_full_write_ends_when_the_client_closes()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        var session = await Waiting(pair);
        var writing = clientHost == Host.Async
            ? Task.Run(() => session.WriteAsync(new byte[20_000_000], Subjects.Bounded()).AsTask())
            : TestClient.OnThread(() =>
            {
                session.Write(new byte[20_000_000]);
                return true;
            });
        await pair.Client.SendGlobalRequestAsync(new GlobalRequest("mirror@test"));
        await pair.Client.DisposeAsync();

        await Assert.ThrowsAsync<SshConnectionException>(() => writing.WaitAsync(Subjects.Patience));
    }

    [Test]
    public async Task The_session_on_the_server_ends_with_the_connection()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        await Waiting(pair);
        Assert.That(await pair.Policy.SessionEntered.WaitAsync(Subjects.Patience));
        await pair.Client.DisposeAsync();

        Assert.That(await pair.Policy.SessionLeft.WaitAsync(Subjects.Patience));
    }

    [Test]
    public async Task A_channel_closed_here_fails_its_own_waits_only()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        var session = await Waiting(pair);
        var awaiting = session.ReadAsync(new byte[1], Subjects.Bounded()).AsTask();
        session.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => awaiting.WaitAsync(Subjects.Patience));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.WriteAsync(new byte[1]).AsTask());
        Assert.That((await pair.Client.RunAsync("echo on")).OutputText, Is.EqualTo("on"));
        session.Dispose();
    }

    [Test]
    public async Task A_blocked_read_ends_when_another_thread_closes_the_channel()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        var session = await Waiting(pair);
        var reading = TestClient.OnThread(() => session.Read(new byte[1]));
        session.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.WaitAsync(Subjects.Patience));
    }

    [Test]
    public async Task Closing_from_many_threads_at_once_is_closing_once()
    {
        var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        var closing = new List<Task>();
        for (int i = 0; i < 8; i++)
        {
            closing.Add(Task.Run(() => pair.Client.DisposeAsync().AsTask()));
        }

        await Task.WhenAll(closing).WaitAsync(Subjects.Patience);
        await pair.Server.DisposeAsync();
        Assert.That(pair.Server.Connections, Is.Empty);
    }

    [Test]
    public async Task A_cancelled_read_loses_nothing()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        using var channel = await pair.Client.OpenChannelAsync(new ChannelOpen("echo@test"));
        using var cancel = new CancellationTokenSource();
        var cancelled = channel.ReadAsync(new byte[10], cancel.Token).AsTask();
        cancel.Cancel();

        await Assert.CatchAsync<OperationCanceledException>(() => cancelled);
        await channel.WriteAsync(TestPolicy.Bytes("kept"), Subjects.Bounded());
        var buffer = new byte[4];
        await channel.ReadExactlyAsync(buffer, Subjects.Bounded());
        Assert.That(buffer, Is.EqualTo(TestPolicy.Bytes("kept")));
    }

    [Test]
    public async Task A_cancelled_write_tells_how_far_it_came()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        using var channel = await pair.Client.OpenChannelAsync(new ChannelOpen("echo@test"));
        var data = new byte[10_000_000];
        new Random(3).NextBytes(data);
        using var cancel = new CancellationTokenSource();
        var writing = channel.WriteAsync(data, cancel.Token).AsTask();
        await pair.Client.SendGlobalRequestAsync(new GlobalRequest("mirror@test"));
        cancel.Cancel();

        var error = await Assert.CatchAsync<SshWriteCanceledException>(() => writing);
        Assert.That(error!.BytesTaken, Is.InRange(1, data.Length - 1));

        // The rest after what was taken: nothing is lost, nothing comes twice.
        var received = new byte[data.Length];
        var reading = channel.ReadExactlyAsync(received, Subjects.Bounded()).AsTask();
        await channel.WriteAsync(data.AsMemory(error.BytesTaken), Subjects.Bounded());
        await reading;
        Assert.That(received.AsSpan().SequenceEqual(data));
    }

    [Test]
    public async Task Blocking_calls_keep_their_time()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        var session = await Waiting(pair);
        session.ReadTimeout = 50;
        session.WriteTimeout = 50;

        await Assert.ThrowsAsync<SshTimeoutException>(() => TestClient.OnThread(() => session.Read(new byte[1])));
        var error = await Assert.ThrowsAsync<SshTimeoutException>(() => TestClient.OnThread(() =>
        {
            session.Write(new byte[100_000_000]);
            return 0;
        }));
        Assert.That(error!.BytesTaken, Is.GreaterThan(0));
        Assert.That((await pair.Client.RunAsync("echo alive")).OutputText, Is.EqualTo("alive"));
    }

    [Test]
    public async Task Writing_after_eof_is_a_usage_error_and_reading_goes_on()
    {
        await using var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        using var channel = await pair.Client.OpenChannelAsync(new ChannelOpen("echo@test"));
        await channel.WriteAsync(TestPolicy.Bytes("x"), Subjects.Bounded());
        channel.SendEof();
        channel.SendEof();

        await Assert.ThrowsAsync<SshUsageException>(() => channel.WriteAsync(new byte[1]).AsTask());
        Assert.That(await channel.ReadAtLeastAsync(new byte[5], 5, false, Subjects.Bounded()), Is.EqualTo(1));
        await channel.WaitForCloseAsync(Subjects.Bounded());
    }

    private static async Task<SshSession> Waiting(HostPair pair)
    {
        var session = await pair.Client.OpenSessionAsync();
        await session.ExecAsync("wait", Subjects.Bounded());
        await session.ReadExactlyAsync(new byte[5], Subjects.Bounded());
        return session;
    }
}
