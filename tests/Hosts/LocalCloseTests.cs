using System.Diagnostics;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Blocking.Driving;
using SshCore.Channels;

namespace SshCore.Tests.Hosts;

/// <summary>Who blocks in a read learns of a close on this side at once, whatever the peer does.</summary>
internal sealed class LocalCloseTests
{
    [Test]
    [Platform("Linux")]
    public async Task A_wait_for_a_socket_ends_without_the_socket()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(Subjects.Loopback);
        listener.Listen();
        using var wait = new ReadableWait(listener);
        Assert.That(wait.TryArm());
        var waiting = TestClient.OnThread(() => wait.Wait(Timeout.InfiniteTimeSpan, canEnd: true));
        Assert.That(waiting.IsCompleted, Is.False);
        wait.End();
        Assert.That(await waiting, Is.False);

        // An end counts once, and what the socket has is found with it.
        Assert.That(wait.Wait(TimeSpan.Zero, canEnd: true), Is.False);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        Assert.That(wait.Wait(Timeout.InfiniteTimeSpan, canEnd: true));
        wait.End();
        Assert.That(wait.Wait(Timeout.InfiniteTimeSpan, canEnd: true));
    }

    [Test]
    [Platform("Linux")]
    public async Task A_blocked_read_ends_at_once_when_its_channel_is_closed_and_the_peer_is_silent()
    {
        const int Rounds = 10;
        await using var server = new TestServer(Host.Async, Subjects.Server(new TestPolicy()));
        using var relay = new TcpRelay(server.Listen());
        var client = await TestClient.ConnectAsync(Host.Blocking, Subjects.Client(relay.Port));
        var channels = new List<SshCore.Hosts.SshChannelStream>();
        for (int i = 0; i < Rounds; i++)
        {
            channels.Add(await client.OpenChannelAsync(new ChannelOpen("echo@test")));
        }

        relay.Deafen();
        var total = TimeSpan.Zero;
        foreach (var channel in channels)
        {
            using var begun = new ManualResetEventSlim();
            var reading = TestClient.OnThread(() =>
            {
                begun.Set();
                return channel.Read(new byte[1]);
            });
            begun.Wait();
            SpinWait.SpinUntil(() => reading.IsCompleted, TimeSpan.FromMilliseconds(5)); // so long it takes to get into the wait
            var clock = Stopwatch.StartNew();
            channel.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.WaitAsync(Subjects.Patience));
            total += clock.Elapsed;
        }

        TestContext.Out.WriteLine($"{total.TotalMilliseconds / Rounds:F2} ms from a close to the reader's return");

        // With waits of a slice it would be nearly a slice, 200 ms, each time.
        Assert.That(total, Is.LessThan(TimeSpan.FromMilliseconds(100 * Rounds)));
        relay.Cut();
        await client.DisposeAsync();
    }
}
