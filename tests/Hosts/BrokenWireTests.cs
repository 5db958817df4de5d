using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Hosts;
using SshCore.Memory;

namespace SshCore.Tests.Hosts;

[TestFixtureSource(typeof(TestHosts), nameof(TestHosts.Each))]
internal sealed class BrokenWireTests(Host host)
{
    [Test]
    public async Task A_wire_cut_in_the_middle_of_a_transfer_is_no_end_of_file([Values(200_000, 1_000_000, 5_000_000)] long after)
    {
        var policy = new TestPolicy();
        await using var server = new TestServer(host, Subjects.Server(policy));
        using var relay = new TcpRelay(server.Listen(), after);
        await using var client = await TestClient.ConnectAsync(host, Subjects.Client(relay.Port));
        var session = await client.OpenSessionAsync();
        await session.ExecAsync("flood", Subjects.Bounded());

        long read = 0;
        var error = await Assert.ThrowsAsync<SshConnectionException>(async () =>
        {
            var buffer = new byte[30_000];
            while (await session.ReadAsync(buffer, Subjects.Bounded()) is var count and > 0)
            {
                read += count;
            }
        });

        Assert.That(read, Is.InRange(1, after));
        Assert.That(error!.Error.Kind, Is.EqualTo(SshErrorKind.HostFailure).Or.EqualTo(SshErrorKind.ConnectionLost));
        var exit = await Assert.ThrowsAsync<SshConnectionException>(() => session.ExitAsync(Subjects.Bounded()).AsTask());
        Assert.That(exit!.Error, Is.EqualTo(error.Error));
        Assert.That(await policy.SessionLeft.WaitAsync(Subjects.Patience));
    }

    // The identification, in key exchanges, in the log-in, and later.
    [Test]
    public async Task A_wire_cut_anywhere_ends_connecting([Values(0, 1, 20, 30, 500, 1500, 2500, 2800, 3200, 3600)] long after)
    {
        await using var server = new TestServer(host, Subjects.Server(new TestPolicy()));
        using var relay = new TcpRelay(server.Listen(), after);
        try
        {
            await using var client = await TestClient.ConnectAsync(host, Subjects.Client(relay.Port));
            await client.RunAsync("flood");
            Assert.Fail("The wire was not cut.");
        }
        catch (SshConnectionException ex)
        {
            Assert.That(ex.Error.Kind, Is.EqualTo(SshErrorKind.HostFailure).Or.EqualTo(SshErrorKind.ConnectionLost));
        }

        await relay.Reached.WaitAsync(Subjects.Patience);
    }

    [Test]
    public async Task Keeping_alive_that_begins_later_finds_a_dead_wire()
    {
        await using var server = new TestServer(host, Subjects.Server(new TestPolicy()));
        using var relay = new TcpRelay(server.Listen());
        await using var client = await TestClient.ConnectAsync(host, Subjects.Client(relay.Port));
        relay.Deafen();
        client.Base.KeepAlive = new KeepAlive { Interval = TimeSpan.FromMilliseconds(20), MaxUnanswered = 2 };
        Assert.That((await client.WaitForEndAsync()).Kind, Is.EqualTo(SshErrorKind.Timeout));
    }

    [Test]
    public async Task A_server_that_says_nothing_times_out()
    {
        using var silent = Silent(out int port);
        var error = await Assert.ThrowsAsync<SshConnectionException>(() => TestClient.ConnectAsync(host, Subjects.Client(port) with { BannerTimeout = TimeSpan.FromMilliseconds(100) }));
        Assert.That(error!.Error.Kind, Is.EqualTo(SshErrorKind.Timeout));
        Assert.That(error.Message, Does.Contain("identify"));
    }

    [Test]
    public async Task A_server_that_stops_after_its_identification_times_out()
    {
        var (a, b) = MemoryDuplexStream.CreatePair();
        await b.WriteAsync(TestPolicy.Bytes("SSH-2.0-silence\r\n"));
        var error = await Assert.ThrowsAsync<SshConnectionException>(() => TestClient.ConnectAsync(host, Subjects.Client() with { HandshakeTimeout = TimeSpan.FromMilliseconds(100) }, a));
        Assert.That(error!.Error.Kind, Is.EqualTo(SshErrorKind.Timeout));
    }

    [Test]
    public async Task Something_else_than_ssh_is_told_apart()
    {
        var (a, b) = MemoryDuplexStream.CreatePair();
        await b.WriteAsync(TestPolicy.Bytes("SSH-1.5-ancient\r\n"));
        var error = await Assert.ThrowsAsync<SshConnectionException>(() => TestClient.ConnectAsync(host, Subjects.Client(), a));
        Assert.That(error!.Error.Kind, Is.EqualTo(SshErrorKind.Incompatible));
    }

    [Test]
    public async Task No_algorithm_in_common_names_both_lists()
    {
        await using var server = new TestServer(host, Subjects.Server(new TestPolicy()));
        var error = await Assert.ThrowsAsync<SshConnectionException>(() => TestClient.ConnectAsync(
            host,
            Subjects.Client(server.Listen()) with { Algorithms = Security.SshAlgorithmPreferences.Default with { HostKeys = ["rsa-sha2-512"] } }));
        Assert.That(error!.Message, Does.Contain("rsa-sha2-512").And.Contain("ssh-ed25519"));
    }

    [Test]
    public async Task Nobody_listens()
    {
        int port;
        using (Silent(out port))
        {
        }

        var error = await Assert.ThrowsAsync<SshConnectionException>(() => TestClient.ConnectAsync(host, Subjects.Client(port)));
        Assert.That((error!.Error.Kind, error.InnerException), Is.EqualTo((SshErrorKind.HostFailure, error.InnerException as SocketException)));
        Assert.That(error.Message, Does.Contain($"127.0.0.1 port {port}"));
    }

    [Test]
    public async Task Every_address_of_a_name_is_tried()
    {
        // localhost has ::1 as well as a rule, where nobody listens.
        await using var server = new TestServer(host, Subjects.Server(new TestPolicy()));
        await using var client = await TestClient.ConnectAsync(host, Subjects.Client(server.Listen()) with { Host = "localhost" });
        Assert.That(client.Base.RemoteEndPoint.Host, Is.EqualTo("127.0.0.1"));
    }

    [Test]
    public async Task A_stream_that_fails_is_the_cause()
    {
        var (a, b) = MemoryDuplexStream.CreatePair();
        await using var server = new TestServer(host, Subjects.Server(new TestPolicy()));
        server.Accept(b);
        var failing = new FailingStream(a);
        await using var client = await TestClient.ConnectAsync(host, Subjects.Client(), failing);
        failing.Fails = true;
        var error = await Assert.ThrowsAsync<SshConnectionException>(() => client.RunAsync("echo x"));
        Assert.That(error!.InnerException, Is.InstanceOf<IOException>());
        Assert.That(error.Message, Does.Contain("the wire burns"));
    }

    [Test]
    public async Task A_stream_whose_writes_never_end_does_not_hold_up_closing()
    {
        var (a, b) = MemoryDuplexStream.CreatePair();
        await using var server = new TestServer(host, Subjects.Server(new TestPolicy()));
        server.Accept(b);
        var stuck = new FailingStream(a);
        var options = Subjects.Client();
        options = options with { Settings = options.Settings with { Limits = options.Settings.Limits with { CloseTimeout = TimeSpan.FromMilliseconds(200) } } };
        await using var client = await TestClient.ConnectAsync(host, options, stuck);
        stuck.Sticks = true;
        var running = client.RunAsync("echo x");
        await client.DisposeAsync();

        var error = await Assert.ThrowsAsync<SshConnectionException>(() => running);
        Assert.That(error!.Error.Kind, Is.EqualTo(SshErrorKind.LocalDisconnect));
    }

    private static Socket Silent(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(Subjects.Loopback);
        socket.Listen();
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private sealed class FailingStream(Stream inner) : Stream
    {
        private readonly ManualResetEventSlim _closed = new();

        public bool Fails { get; set; }

        public bool Sticks { get; set; }

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => 0;

        public override long Position { get; set; }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Fails)
            {
                throw new IOException("the wire burns");
            }

            if (Sticks)
            {
                _closed.Wait();
            }

            inner.Write(buffer, offset, count);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Sticks)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            Write(buffer.ToArray(), 0, buffer.Length);
        }

        public override long Seek(long offset, SeekOrigin origin) => 0;

        public override void SetLength(long value)
        {
        }

        protected override void Dispose(bool disposing)
        {
            _closed.Set();
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
