using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Hosts;

namespace SshCore.Tests.Hosts;

/// <summary>Which host drives a side.</summary>
public enum Host
{
    Async,
    Blocking,
}

/// <summary>A server of either host.</summary>
internal sealed class TestServer(Host host, SshServerOptions options) : IAsyncDisposable
{
    private readonly SshCore.Async.SshServer? _async = host == Host.Async ? new(options) : null;
    private readonly SshCore.Blocking.SshServer? _blocking = host == Host.Blocking ? new(options) : null;

    public IReadOnlyList<SshServerContext> Connections => _async?.Connections ?? _blocking!.Connections;

    public int Listen() => (_async?.Listen(Subjects.Loopback) ?? _blocking!.Listen(Subjects.Loopback)).Port;

    public SshServerContext Accept(System.IO.Stream stream) => _async?.Accept(stream) ?? _blocking!.Accept(stream);

    public SshServerContext Accept(System.Net.Sockets.Socket socket) => _async?.Accept(socket) ?? _blocking!.Accept(socket);

    public void Abandon()
    {
        _async?.Abandon();
        _blocking?.Abandon();
    }

    public async ValueTask DisposeAsync()
    {
        if (_async is not null)
        {
            await _async.DisposeAsync().AsTask().WaitAsync(Subjects.Patience);
        }
        else
        {
            await Task.Run(_blocking!.Dispose).WaitAsync(Subjects.Patience);
        }
    }
}

/// <summary>A client of either host, with the blocking one's calls on threads of their own.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly SshCore.Async.SshClient? _async;
    private readonly SshCore.Blocking.SshClient? _blocking;

    private TestClient(SshCore.Async.SshClient? asyncClient, SshCore.Blocking.SshClient? blocking)
    {
        _async = asyncClient;
        _blocking = blocking;
    }

    public SshClientBase Base => (SshClientBase?)_async ?? _blocking!;

    public static async Task<TestClient> ConnectAsync(Host host, SshClientOptions options, System.IO.Stream? stream = null) => host switch
    {
        Host.Async when stream is null => new(await SshCore.Async.SshClient.ConnectAsync(options, Subjects.Bounded()), null),
        Host.Async => new(await SshCore.Async.SshClient.ConnectAsync(options, stream, cancellationToken: Subjects.Bounded()), null),
        _ => new(null, await OnThread(() => stream is null ? SshCore.Blocking.SshClient.Connect(options) : SshCore.Blocking.SshClient.Connect(options, stream))),
    };

    public static async Task<TestClient> ConnectAsync(Host host, SshClientOptions options, System.Net.Sockets.Socket socket) => host switch
    {
        Host.Async => new(await SshCore.Async.SshClient.ConnectAsync(options, socket, Subjects.Bounded()), null),
        _ => new(null, await OnThread(() => SshCore.Blocking.SshClient.Connect(options, socket))),
    };

    public Task<SshCommandResult> RunAsync(string command, ReadOnlyMemory<byte> input = default) =>
        _async?.RunAsync(command, input, Subjects.Bounded()).AsTask() ?? OnThread(() => _blocking!.Run(command, input, Subjects.Patience));

    public Task<SshSession> OpenSessionAsync() =>
        _async?.OpenSessionAsync(Subjects.Bounded()).AsTask() ?? OnThread(() => _blocking!.OpenSession(Subjects.Patience));

    public Task<SshChannelStream> OpenChannelAsync(ChannelOpen open) =>
        _async?.OpenChannelAsync(open, Subjects.Bounded()).AsTask() ?? OnThread(() => _blocking!.OpenChannel(open, Subjects.Patience));

    public Task<SshChannelStream> AcceptChannelAsync() =>
        _async?.AcceptChannelAsync(Subjects.Bounded()).AsTask() ?? OnThread(() => _blocking!.AcceptChannel(Subjects.Patience));

    public Task<SshGlobalReply> SendGlobalRequestAsync(GlobalRequest request) =>
        _async?.SendGlobalRequestAsync(request, Subjects.Bounded()).AsTask() ?? OnThread(() => _blocking!.SendGlobalRequest(request, Subjects.Patience));

    public Task RekeyAsync() => _async?.RekeyAsync(Subjects.Bounded()).AsTask() ?? OnThread(() =>
    {
        _blocking!.Rekey(Subjects.Patience);
        return true;
    });

    public Task AuthenticateAsync(params IReadOnlyList<SshCredential> credentials) =>
        _async?.AuthenticateAsync(TestPolicy.User, credentials, Subjects.Bounded()).AsTask() ?? OnThread(() =>
        {
            _blocking!.Authenticate(TestPolicy.User, credentials);
            return true;
        });

    public Task<Errors.SshError> WaitForEndAsync() =>
        _async?.WaitForEndAsync(Subjects.Bounded()).AsTask() ?? OnThread(() => _blocking!.WaitForEnd(Subjects.Patience));

    public async ValueTask DisposeAsync()
    {
        if (_async is not null)
        {
            await _async.DisposeAsync().AsTask().WaitAsync(Subjects.Patience);
        }
        else
        {
            await Task.Run(_blocking!.Dispose).WaitAsync(Subjects.Patience);
        }
    }

    public static Task<T> OnThread<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception ex)
            {
                done.SetException(ex);
            }
        })
        { IsBackground = true }.Start();
        return done.Task.WaitAsync(Subjects.Patience + Subjects.Patience);
    }
}
