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

/// <summary>Whoever closes, whenever: nobody hangs, and everybody learns an error.</summary>
internal sealed class ClosingPhaseTests
{
    // Bytes from the server: before and in its identification, in the key exchange, the log-in, and after.
    private static readonly long[] Phases = [0, 5, 30, 700, 1500, 2500, 2700, 2900, 3100, 3300];

    [Test]
    public async Task Cancelling_ends_connecting_in_every_phase([ValueSource(nameof(Phases))] long after)
    {
        await using var server = new TestServer(Host.Async, Subjects.Server(new TestPolicy()));
        using var relay = new TcpRelay(server.Listen(), after, stalls: true);
        using var cancel = new CancellationTokenSource();
        var connecting = Task.Run(async () =>
        {
            await using var client = await SshCore.Async.SshClient.ConnectAsync(Subjects.Client(relay.Port), cancel.Token);
            await client.RunAsync("flood", cancel.Token);
        });
        await relay.Reached.WaitAsync(Subjects.Patience);
        cancel.Cancel();

        await Assert.CatchAsync<OperationCanceledException>(() => connecting.WaitAsync(Subjects.Patience));
    }

    [Test]
    public async Task Closing_the_socket_ends_blocking_connecting_in_every_phase([ValueSource(nameof(Phases))] long after)
    {
        await using var server = new TestServer(Host.Blocking, Subjects.Server(new TestPolicy()));
        using var relay = new TcpRelay(server.Listen(), after, stalls: true);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, relay.Port);
        var connecting = TestClient.OnThread(() =>
        {
            using var client = SshCore.Blocking.SshClient.Connect(Subjects.Client(relay.Port), socket);
            return client.Run("flood");
        });
        await relay.Reached.WaitAsync(Subjects.Patience);
        socket.Dispose();

        var error = await Assert.ThrowsAsync<SshConnectionException>(() => connecting);
        Assert.That(error!.Error.Kind, Is.EqualTo(SshErrorKind.HostFailure).Or.EqualTo(SshErrorKind.ConnectionLost));
    }

    [Test]
    public async Task Stopping_the_server_ends_clients_in_every_phase([Values] Host host, [ValueSource(nameof(Phases))] long after)
    {
        var server = new TestServer(host, Subjects.Server(new TestPolicy()));
        using var relay = new TcpRelay(server.Listen(), after, stalls: true);
        var connecting = Task.Run(async () =>
        {
            await using var client = await TestClient.ConnectAsync(host, Subjects.Client(relay.Port));
            await client.RunAsync("flood");
        });
        await relay.Reached.WaitAsync(Subjects.Patience);
        await server.DisposeAsync();
        relay.Cut();

        await Assert.ThrowsAsync<SshConnectionException>(() => connecting.WaitAsync(Subjects.Patience));
    }

    [TestCaseSource(typeof(CommandTests), nameof(CommandTests.Hosts))]
    public async Task Whoever_closes_in_the_middle_of_everything(Host clientHost, Host serverHost, Link link)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            var pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
            var jobs = Enumerable.Range(0, 6).Select(i => i switch
            {
                0 => Until(() => pair.Client.RunAsync("cat", new byte[500_000])),
                1 => Until(async () =>
                {
                    using var channel = await pair.Client.OpenChannelAsync(new ChannelOpen("echo@test"));
                    await channel.WriteAsync(new byte[1000], Subjects.Bounded());
                    await channel.ReadExactlyAsync(new byte[1000], Subjects.Bounded());
                }),
                2 => Until(() => TestClient.OnThread(() =>
                {
                    using var channel = pair.Client.OpenSessionAsync().GetAwaiter().GetResult();
                    channel.Exec("flood");
                    for (int n = 0; n < 20; n++)
                    {
                        channel.ReadExactly(new byte[10_000]);
                    }

                    return true;
                })),
                3 => Until(async () =>
                {
                    await pair.Client.RekeyAsync();
                    await pair.Client.RekeyAsync();
                    await pair.Client.WaitForEndAsync();
                }),
                4 => Until(() => pair.Client.SendGlobalRequestAsync(new GlobalRequest("mirror@test"))),
                _ => Until(() => pair.Client.RunAsync("status 1")),
            }).ToArray();

            // Some work of random length first, so that the end comes anywhere.
            for (int n = random.Next(30); n > 0; n--)
            {
                await pair.Client.SendGlobalRequestAsync(new GlobalRequest("other@test"));
            }

            if (seed % 3 == 0)
            {
                await pair.Server.DisposeAsync();
            }
            else if (seed % 3 == 1)
            {
                await pair.Client.DisposeAsync();
            }
            else
            {
                pair.Context.Disconnect();
            }

            var errors = await Task.WhenAll(jobs).WaitAsync(Subjects.Patience);
            Assert.That(errors.OfType<SshConnectionException>().Select(e => e.Error).Distinct().Count(), Is.EqualTo(1), "all learn the same first error");
            await pair.DisposeAsync();
        }
    }

    // Again and again until it fails, as all must once the connection has ended.
    private static Task<Exception> Until(Func<Task> job) => Task.Run(async () =>
    {
        while (true)
        {
            try
            {
                await job();
            }
            catch (Exception ex) when (ex is SshConnectionException or ObjectDisposedException)
            {
                return ex;
            }
            catch (Exception ex) when (ex is SshChannelRequestException or SshChannelOpenException or SshExitMissingException or SshException)
            {
                // The server's side of the channel went first: the connection follows.
                continue;
            }
        }
    });
}
