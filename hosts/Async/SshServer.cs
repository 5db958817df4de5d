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
    private readonly ServedConnections _served;
    private readonly object _lock = new();
    private readonly List<Task> _listening = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>A server that does not listen yet.</summary>
    public SshServer(SshServerOptions options)
    {
        _served = new(options);
        _options = options;
    }

    /// <summary>The connections that are alive, half-open ones included.</summary>
    public IReadOnlyList<SshServerContext> Connections => _served.All;

    /// <summary>Listens on an end point; port 0 takes a free one. Returns at once with the end point it listens on.</summary>
    /// <exception cref="SocketException">It cannot be bound.</exception>
    public IPEndPoint Listen(IPEndPoint endPoint)
    {
        var socket = _served.Listen(endPoint);
        var bound = (IPEndPoint)socket.LocalEndPoint!;
        var done = ListenAsync(socket);
        lock (_lock)
        {
            _listening.Add(done);
        }

        return bound;
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
        using (cancellationToken.Register(static s => ((ServedConnections)s!).DisconnectAll(), _served))
        {
            await empty.ConfigureAwait(false);
        }
    }

    /// <summary>Stops to listen, ends all connections, and waits until they have.</summary>
    public async ValueTask DisposeAsync()
    {
        Task empty = await StopListeningAsync().ConfigureAwait(false);
        _served.DisconnectAll();
        await empty.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>
    /// Gives up this process's copies of all sockets, those that listen included, without ending anything for another process
    /// that has them too, as after a fork: closes descriptors alone and sends nothing. Sessions here learn that their
    /// connections were given up. Streams are left open, for their owners to close.
    /// </summary>
    /// <exception cref="SocketException">The system has no free descriptor, one of which this takes for a moment.</exception>
    public void Abandon()
    {
        _served.Abandon();
        _ = _served.Stop();
    }

    private async ValueTask<Task> StopListeningAsync()
    {
        var empty = _served.Stop();
        Task[] listening;
        lock (_lock)
        {
            listening = [.. _listening];
            _listening.Clear();
        }

        if (!_stop.IsCancellationRequested)
        {
            _stop.Cancel();
        }

        await Task.WhenAll(listening).ConfigureAwait(false);
        return empty;
    }

    private SshServerContext Serve(Socket socket, SshListenerTicket? ticket)
    {
        var remote = SshEndPoint.Of(socket.RemoteEndPoint);
        var local = SshEndPoint.Of(socket.LocalEndPoint);
        if (remote != SshEndPoint.Unknown)
        {
            socket.NoDelay = true;
        }

        return Serve(new SocketTransport(socket), remote, local, ticket);
    }

    private SshServerContext Serve(AsyncTransport transport, SshEndPoint remote, SshEndPoint local, SshListenerTicket? ticket)
    {
        try
        {
            var context = _served.Add(
                remote, local, ticket, (core, decisions) => new AsyncConnection(core, decisions, _options.Logger, transport), out var connection);
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
        _served.Ended(context, ticket, await connection.WaitAsync(connection.Ended, CancellationToken.None).ConfigureAwait(false));
        await connection.WaitAsync(connection.Drained, CancellationToken.None).ConfigureAwait(false);
        _served.Gone(context);
    }

    private async Task ListenAsync(Socket listener)
    {
        var stop = _stop.Token;
        while (true)
        {
            Socket? socket = null;
            try
            {
                socket = await SocketCalls.AcceptAsync(listener, stop).ConfigureAwait(false);
                _served.Take(socket, (accepted, ticket) => Serve(accepted, ticket));
            }
#pragma warning disable CA1031 // Whatever one connection or policy does, the listener goes on.
            catch (Exception ex)
#pragma warning restore CA1031
            {
                if (!_served.GoesOnAfter(ex, socket, out bool pauses))
                {
                    return;
                }

                if (pauses)
                {
                    await Task.Delay(ServedConnections.Pause, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
    }
}
