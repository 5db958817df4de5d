using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Hosts;

namespace SshCore.Tests.Hosts;

[TestFixtureSource(typeof(TestHosts), nameof(TestHosts.Each))]
internal sealed class ServerTests(Host host)
{
    [Test]
    public async Task Half_open_connections_of_a_source_are_bounded_and_log_ins_make_room()
    {
        var options = Subjects.Server(new TestPolicy()) with { ListenerLimits = new SshListenerLimits { HalfOpenPerSource = 2 } };
        await using var server = new TestServer(host, options);
        int port = server.Listen();
        await using var first = await TestClient.ConnectAsync(host, Subjects.Client(port));
        await using var second = await TestClient.ConnectAsync(host, Subjects.Client(port));
        using var idle1 = await Raw(port);
        using var idle2 = await Raw(port);
        Assert.That(await FirstBytes(idle1), Does.StartWith("SSH-2.0-"));
        Assert.That(await FirstBytes(idle2), Does.StartWith("SSH-2.0-"));

        using var refused = await Raw(port);
        Assert.That(await FirstBytes(refused), Is.Empty);
        Assert.That((await first.RunAsync("echo in")).OutputText, Is.EqualTo("in"));
    }

    [Test]
    public async Task A_source_that_fails_log_ins_is_locked_out()
    {
        var options = Subjects.Server(new TestPolicy());
        await using var server = new TestServer(host, options);
        int port = server.Listen();
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<SshAuthenticationException>(() => TestClient.ConnectAsync(host, Subjects.Client(port, "wrong")));
        }

        await Assert.ThatAsync(
            async () =>
            {
                // The server judges when it has seen the end, which is a little after the client has.
                using var socket = await Raw(port);
                return await FirstBytes(socket);
            },
            Is.Empty.After(5).Seconds.PollEvery(20).MilliSeconds);
    }

    [Test]
    public async Task Nothing_that_one_client_does_touches_another()
    {
        await using var server = new TestServer(host, Subjects.Server(new TestPolicy()));
        int port = server.Listen();
        await using var client = await TestClient.ConnectAsync(host, Subjects.Client(port));
        using (var garbage = await Raw(port))
        {
            await garbage.SendAsync(TestPolicy.Bytes("GET / HTTP/1.1\r\n\r\n"));
            await FirstBytes(garbage);
        }

        using (var reset = await Raw(port))
        {
            reset.LingerState = new LingerOption(true, 0);
        }

        await Assert.ThrowsAsync<SshExitMissingException>(() => client.RunAsync("throw"));
        await using var other = await TestClient.ConnectAsync(host, Subjects.Client(port));
        Assert.That((await other.RunAsync("echo fine")).OutputText, Is.EqualTo("fine"));
        Assert.That((await client.RunAsync("echo too")).OutputText, Is.EqualTo("too"));
    }

    [Test]
    public async Task A_policy_that_cannot_be_made_closes_the_connection_and_the_listener_goes_on()
    {
        int made = 0;
        var settings = Subjects.Server(new TestPolicy()).Settings;
        var options = new SshServerOptions(
            _ => Interlocked.Increment(ref made) == 1 ? throw new InvalidOperationException("not yet") : new TestPolicy(), settings);
        await using var server = new TestServer(host, options);
        int port = server.Listen();
        using (var socket = await Raw(port))
        {
            Assert.That(await FirstBytes(socket), Is.Empty);
        }

        await using var client = await TestClient.ConnectAsync(host, Subjects.Client(port));
        Assert.That(client.Base.IsAuthenticated);
    }

    [Test]
    public async Task Many_clients_at_once()
    {
        var options = Subjects.Server(new TestPolicy()) with { ListenerLimits = new SshListenerLimits { HalfOpenPerSource = 100 } };
        await using var server = new TestServer(host, options);
        int port = server.Listen();
        var results = await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
        {
            await using var client = await TestClient.ConnectAsync(host, Subjects.Client(port));
            return (await client.RunAsync($"echo {i}")).OutputText;
        })).WaitAsync(Subjects.Patience);

        Assert.That(results, Is.EqualTo(Enumerable.Range(0, 24).Select(i => $"{i}")));
    }

    [Test]
    public async Task Stopping_ends_the_connections_and_they_learn_why()
    {
        var pair = await HostPair.ConnectAsync(host, host, Link.Sockets);
        await pair.Server.DisposeAsync();

        var error = await pair.Client.WaitForEndAsync();
        Assert.That((error.Kind, error.Message), Is.EqualTo((SshErrorKind.PeerDisconnected, error.Message)));
        Assert.That(error.Message, Does.Contain("The server stops"));
        await pair.Client.DisposeAsync();
    }

    [Test]
    public async Task The_server_opens_a_channel_that_was_asked_for()
    {
        await using var pair = await HostPair.ConnectAsync(host, host, Link.Sockets, with: o => o with { AcceptedChannelTypes = ["forwarded-tcpip"] });
        Assert.That((await pair.Client.SendGlobalRequestAsync(new GlobalRequest("tcpip-forward", TestPolicy.Bytes("anything")))).Success);
        var opening = pair.Context.OpenChannelAsync(new ChannelOpen("forwarded-tcpip", TestPolicy.Bytes("data")), Subjects.Bounded());
        using var accepted = await pair.Client.AcceptChannelAsync();
        using var opened = await opening;
        await opened.WriteAsync(TestPolicy.Bytes("hello"), Subjects.Bounded());
        var buffer = new byte[5];
        await accepted.ReadExactlyAsync(buffer, Subjects.Bounded());

        Assert.That((accepted.ChannelType, accepted.OpenData.ToArray(), buffer), Is.EqualTo(("forwarded-tcpip", TestPolicy.Bytes("data"), TestPolicy.Bytes("hello"))));
    }

    [Test]
    public async Task A_channel_that_was_not_asked_for_is_refused()
    {
        await using var pair = await HostPair.ConnectAsync(host, host, Link.Sockets);
        foreach (string type in (string[])["forwarded-tcpip", "x11", "auth-agent@openssh.com", "session"])
        {
            var error = await Assert.ThrowsAsync<SshChannelOpenException>(() => pair.Context.OpenChannelAsync(new ChannelOpen(type), Subjects.Bounded()).AsTask());
            Assert.That(error!.Reason, Is.EqualTo(ChannelOpenFailure.AdministrativelyProhibited));
        }
    }

    [Test]
    public async Task What_the_policy_knows_of_a_connection()
    {
        await using var pair = await HostPair.ConnectAsync(host, host, Link.Sockets);
        var context = pair.Context;

        Assert.That(context.UserName, Is.EqualTo(TestPolicy.User));
        Assert.That(context.RemoteEndPoint.Host, Is.EqualTo("127.0.0.1"));
        Assert.That(context.LocalEndPoint.Port, Is.EqualTo(pair.Client.Base.RemoteEndPoint.Port));
        Assert.That(context.SessionId.ToArray(), Is.EqualTo(pair.Client.Base.SessionId.ToArray()));
        Assert.That(context.ClientIdentification, Does.StartWith("SSH-2.0-SshCore"));
        Assert.That(context.Algorithms!.CipherIn, Is.EqualTo(pair.Client.Base.Algorithms!.CipherOut));
    }

    [Test]
    public async Task A_login_that_is_too_slow_is_ended()
    {
        var options = Subjects.Server(new TestPolicy());
        options = options with { Settings = options.Settings with { Limits = options.Settings.Limits with { AuthTimeout = TimeSpan.FromMilliseconds(300) } } };
        await using var server = new TestServer(host, options);
        await using var client = await TestClient.ConnectAsync(host, Subjects.Client(server.Listen(), password: null));

        Assert.That((await client.WaitForEndAsync()).Kind, Is.EqualTo(SshErrorKind.PeerDisconnected));
    }

    [Test]
    public async Task A_banner_is_shown()
    {
        var options = Subjects.Server(new TestPolicy());
        options = options with { Settings = options.Settings with { Banner = "Welcome\n" } };
        await using var server = new TestServer(host, options);
        var shown = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = await TestClient.ConnectAsync(host, Subjects.Client(server.Listen()) with { BannerHandler = text => shown.TrySetResult(text) });

        Assert.That(await shown.Task.WaitAsync(Subjects.Patience), Is.EqualTo("Welcome\n"));
        Assert.That(client.Base.Banner, Is.EqualTo("Welcome\n"));
    }

    [Test]
    public async Task A_dead_client_is_found_by_keepalive()
    {
        var options = Subjects.Server(new TestPolicy());
        options = options with { Settings = options.Settings with { KeepAlive = new KeepAlive { Interval = TimeSpan.FromMilliseconds(50), MaxUnanswered = 2 } } };
        await using var server = new TestServer(host, options);
        int port = server.Listen();
        using var deaf = new TcpRelay(port);
        await using var client = await TestClient.ConnectAsync(host, Subjects.Client(deaf.Port));
        var context = server.Connections.Single();
        await client.RunAsync("echo x");
        deaf.Deafen();

        var error = await context.WaitForEndAsync(Subjects.Bounded());
        Assert.That(error.Kind, Is.EqualTo(SshErrorKind.Timeout));
    }

    private static async Task<Socket> Raw(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Subjects.Bounded());
        return socket;
    }

    private static async Task<string> FirstBytes(Socket socket)
    {
        var buffer = new byte[100];
        try
        {
            int count = await socket.ReceiveAsync(buffer, Subjects.Bounded());
            return System.Text.Encoding.ASCII.GetString(buffer, 0, count);
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
