using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SshCore.Async.Driving;
using SshCore.Errors;
using SshCore.Hosts;
using SshCore.Hosts.Driving;

namespace SshCore.Async;

/// <summary>
/// An SSH server that blocks no thread: listens on any number of end points, or serves streams it is given. What fails in
/// one connection or session never touches another, nor the listeners.
/// </summary>
public sealed class SshServer : IAsyncDisposable
{
    private readonly SshServerOptions _options;
    private readonly ListenerGuard _guard;
    private readonly object _lock = new();
    private readonly HashSet<SshServerContext> _connections = [];
    private readonly List<Listener> _listeners = [];
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource<bool>? _empty;

    /// <summary>A server that does not listen yet.</summary>
    public SshServer(SshServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _guard = new(options.ListenerLimits, options.Logger);
    }

    /// <summary>The connections that are alive, half-open ones included.</summary>
    public IReadOnlyList<SshServerContext> Connections
    {
        get
        {
            lock (_lock)
            {
                return [.. _connections];
            }
        }
    }

    /// <summary>Listens on an end point; port 0 takes a free one. Returns at once with the end point it listens on.</summary>
    /// <exception cref="SocketException">It cannot be bound.</exception>
    public IPEndPoint Listen(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endPoint);
            socket.Listen(_options.Backlog);
            var listener = new Listener(socket, this);
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
                _listeners.Add(listener);
            }

            listener.Done = listener.RunAsync();
            return (IPEndPoint)socket.LocalEndPoint!;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Serves a stream that is connected already. It belongs to the connection from now on; limits of listeners do not apply.</summary>
    public SshServerContext Accept(Stream stream, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Serve(new StreamTransport(stream, leaveOpen), SshEndPoint.Unknown, SshEndPoint.Unknown, null);
    }

    /// <summary>Serves a connected socket, which belongs to the connection from now on; limits of listeners do not apply.</summary>
    public SshServerContext Accept(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return Serve(socket, null);
    }

    /// <summary>
    /// Stops to listen and waits until all connections have ended by themselves; when <paramref name="cancellationToken"/> is
    /// cancelled, ends them.
    /// </summary>
    public async ValueTask StopAsync(CancellationToken cancellationToken = default)
    {
        Task empty = await StopListeningAsync().ConfigureAwait(false);
        using (cancellationToken.Register(static s => ((SshServer)s!).DisconnectAll(), this))
        {
            await empty.ConfigureAwait(false);
        }
    }

    /// <summary>Stops to listen, ends all connections, and waits until they have.</summary>
    public async ValueTask DisposeAsync()
    {
        Task empty = await StopListeningAsync().ConfigureAwait(false);
        DisconnectAll();
        await empty.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async ValueTask<Task> StopListeningAsync()
    {
        Listener[] listeners;
        Task empty;
        lock (_lock)
        {
            listeners = [.. _listeners];
            _listeners.Clear();
            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_connections.Count == 0)
            {
                _empty.TrySetResult(true);
            }

            empty = _empty.Task;
        }

        if (!_stop.IsCancellationRequested)
        {
            _stop.Cancel();
        }

        foreach (var listener in listeners)
        {
            listener.Socket.Dispose();
            await listener.Done.ConfigureAwait(false);
        }

        return empty;
    }

    private void DisconnectAll()
    {
        foreach (var connection in Connections)
        {
            connection.Disconnect(DisconnectReason.ByApplication, "The server stops.");
        }
    }

    private SshServerContext Serve(Socket socket, SshListenerTicket? ticket)
    {
        if (socket.RemoteEndPoint is IPEndPoint remote)
        {
            socket.NoDelay = true;
            var local = (IPEndPoint)socket.LocalEndPoint!;
            return Serve(new SocketTransport(socket), new(remote.Address.ToString(), remote.Port), new(local.Address.ToString(), local.Port), ticket);
        }

        return Serve(new SocketTransport(socket), SshEndPoint.Unknown, SshEndPoint.Unknown, ticket);
    }

    private SshServerContext Serve(AsyncTransport transport, SshEndPoint remote, SshEndPoint local, SshListenerTicket? ticket)
    {
        try
        {
            var context = new SshServerContext(remote, local, _options.PolicyFor(remote));
            var connection = new AsyncConnection(new SshServerConnection(_options.EffectiveSettings()), new ServerDecisions(context), _options.Logger, transport)
            {
                LoginHandler = user => context.Policy.OnAuthenticated(context, user),
            };
            context.Connection = connection;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
                _connections.Add(context);
            }

            if (ticket is not null)
            {
                connection.LoggedInHandler = () => _guard.LoggedIn(ticket);
            }

            _ = WatchAsync(context, connection, ticket);
            connection.Run();
            return context;
        }
        catch
        {
            transport.Close();
            throw;
        }
    }

    private async Task WatchAsync(SshServerContext context, AsyncConnection connection, SshListenerTicket? ticket)
    {
        var error = await connection.WaitAsync(connection.Ended, CancellationToken.None).ConfigureAwait(false);
        if (ticket is not null)
        {
            _guard.Close(ticket, ListenerGuard.Judge(error, connection.HasLoggedIn, context.FailedAttempts, connection.HasCrashed));
        }

        await connection.WaitAsync(connection.Drained, CancellationToken.None).ConfigureAwait(false);
        connection.Release();
        lock (_lock)
        {
            _connections.Remove(context);
            if (_connections.Count == 0)
            {
                _empty?.TrySetResult(true);
            }
        }
    }

    private sealed class Listener
    {
        // After a failure that is not the connection's own, such as no more file handles.
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

        private readonly SshServer _server;

        public Listener(Socket socket, SshServer server)
        {
            Socket = socket;
            _server = server;
        }

        public Socket Socket { get; }

        public Task Done { get; set; } = Task.CompletedTask;

        public async Task RunAsync()
        {
            var stop = _server._stop.Token;
            while (!stop.IsCancellationRequested)
            {
                Socket? socket = null;
                try
                {
                    socket = await SocketCalls.AcceptAsync(Socket, stop).ConfigureAwait(false);
                    Take(socket);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                catch (ObjectDisposedException)
                {
                    socket?.Dispose();
                    return;
                }
#pragma warning disable CA1031 // Whatever one connection or policy does, the listener goes on.
                catch (Exception ex)
#pragma warning restore CA1031
                {
                    socket?.Dispose();
                    if (stop.IsCancellationRequested)
                    {
                        return;
                    }

                    _server._options.Logger.AcceptFailed(ex);
                    if (socket is null)
                    {
                        await Task.Delay(Pause, CancellationToken.None).ConfigureAwait(false);
                    }
                }
            }
        }

        private void Take(Socket socket)
        {
            var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
            var ticket = _server._guard.Admit(address);
            if (ticket is null)
            {
                socket.Dispose();
                return;
            }

            try
            {
                _server.Serve(socket, ticket);
            }
            catch
            {
                _server._guard.Close(ticket, SshConnectionOutcome.Harmless);
                throw;
            }
        }
    }
}
