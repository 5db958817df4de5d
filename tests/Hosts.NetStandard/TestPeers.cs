using System.Threading;
using System.Threading.Tasks;
using SshCore.Async;
using SshCore.Channels;
using SshCore.Hosts;

namespace SshCore.Tests.Hosts;

/// <summary>The one host that has a netstandard2.0 build.</summary>
public enum Host
{
    Async,
}

/// <summary>A server of it.</summary>
internal sealed class TestServer(Host host, SshServerOptions options) : IAsyncDisposable
{
    private readonly SshServer _server = host == Host.Async ? new(options) : throw new ArgumentOutOfRangeException(nameof(host));

    public IReadOnlyList<SshServerContext> Connections => _server.Connections;

    public int Listen() => _server.Listen(Subjects.Loopback).Port;

    public SshServerContext Accept(System.IO.Stream stream) => _server.Accept(stream);

    public ValueTask DisposeAsync() => new(_server.DisposeAsync().AsTask().WaitAsync(Subjects.Patience));
}

/// <summary>A client of it.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly SshClient _client;

    private TestClient(SshClient client) => _client = client;

    public SshClientBase Base => _client;

    public static async Task<TestClient> ConnectAsync(Host host, SshClientOptions options, System.IO.Stream? stream = null) => host == Host.Async
        ? new(await (stream is null
            ? SshClient.ConnectAsync(options, Subjects.Bounded())
            : SshClient.ConnectAsync(options, stream, cancellationToken: Subjects.Bounded())))
        : throw new ArgumentOutOfRangeException(nameof(host));

    public Task<SshCommandResult> RunAsync(string command, ReadOnlyMemory<byte> input = default) => _client.RunAsync(command, input, Subjects.Bounded()).AsTask();

    public Task<SshSession> OpenSessionAsync() => _client.OpenSessionAsync(Subjects.Bounded()).AsTask();

    public Task<SshChannelStream> OpenChannelAsync(ChannelOpen open) => _client.OpenChannelAsync(open, Subjects.Bounded()).AsTask();

    public Task<SshChannelStream> AcceptChannelAsync() => _client.AcceptChannelAsync(Subjects.Bounded()).AsTask();

    public Task<SshGlobalReply> SendGlobalRequestAsync(GlobalRequest request) => _client.SendGlobalRequestAsync(request, Subjects.Bounded()).AsTask();

    public Task RekeyAsync() => _client.RekeyAsync(Subjects.Bounded()).AsTask();

    public Task AuthenticateAsync(params IReadOnlyList<SshCredential> credentials) =>
        _client.AuthenticateAsync(TestPolicy.User, credentials, Subjects.Bounded()).AsTask();

    public Task<Errors.SshError> WaitForEndAsync() => _client.WaitForEndAsync(Subjects.Bounded()).AsTask();

    public ValueTask DisposeAsync() => new(_client.DisposeAsync().AsTask().WaitAsync(Subjects.Patience));

    /// <summary>For the blocking members of streams: on a thread of its own.</summary>
    public static Task<T> OnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(Subjects.Patience + Subjects.Patience);
}
