using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Microsoft.Extensions.Logging;
using SshCore.Blocking.Driving;
using SshCore.Errors;
using SshCore.Hosts;
using SshCore.Hosts.Driving;

namespace SshCore.Blocking;

/// <summary>
/// An SSH server of ordinary blocking code: a thread for each connection and for each session. Listens on any number of end
/// points, or serves streams it is given. What fails in one connection or session never touches another, nor the listeners.
/// </summary>
public sealed class SshServer : IDisposable
{
    private readonly SshServerOptions _options;
    private readonly ServedConnections _served;
    private readonly List<ReadableWait> _listening = [];

    /// <summary>A server that does not listen yet.</summary>
    public SshServer(SshServerOptions options)
    {
        _served = new(options);
        _options = options;
    }

    /// <summary>The connections that are alive, half-open ones included.</summary>
    public IReadOnlyList<SshServerContext> Connections => _served.All;

    /// <summary>Listens on an end point, on a thread of its own; port 0 takes a free one. Returns the end point it listens on.</summary>
    /// <exception cref="SocketException">It cannot be bound.</exception>
    public IPEndPoint Listen(IPEndPoint endPoint)
    {
        var socket = _served.Listen(endPoint);
        var bound = (IPEndPoint)socket.LocalEndPoint!;
        socket.Blocking = false;
        var wait = new ReadableWait(socket);
        lock (_listening)
        {
            _listening.Add(wait);
        }

        HostThreads.Run(() => AcceptLoop(socket, wait));
        return bound;
    }

    /// <summary>Serves a stream that is connected already. It belongs to the connection from now on; limits of listeners do not apply.</summary>
    public SshServerContext Accept(Stream stream, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Serve(
            (core, decisions) => new StreamConnection(core, decisions, _options.Logger, stream, leaveOpen),
            SshEndPoint.Unknown,
            SshEndPoint.Unknown,
            null);
    }

    /// <summary>Serves a connected socket, which belongs to the connection from now on; limits of listeners do not apply.</summary>
    public SshServerContext Accept(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return Serve(socket, null);
    }

    /// <summary>
    /// Stops to listen and waits until all connections have ended by themselves; those that have not after
    /// <paramref name="timeout"/> are ended.
    /// </summary>
    public void Stop(TimeSpan timeout)
    {
        var empty = _served.Stop();
        if (!empty.Wait(timeout < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : timeout))
        {
            _served.DisconnectAll();
            empty.Wait();
        }
    }

    /// <summary>Stops to listen, ends all connections, and waits until they have.</summary>
    public void Dispose() => Stop(TimeSpan.Zero);

    /// <summary>
    /// Gives up this process's copies of all sockets, those that listen included, without ending anything for another process
    /// that has them too, as after a fork: closes descriptors alone and sends nothing. Sessions here learn that their
    /// connections were given up. Streams are left open, for their owners to close.
    /// </summary>
    /// <exception cref="SocketException">The system has no free descriptor, one of which this takes for a moment.</exception>
    public void Abandon()
    {
        _served.Abandon();
        lock (_listening)
        {
            foreach (var wait in _listening)
            {
                wait.End();
            }
        }

        _ = _served.Stop();
    }

    private void AcceptLoop(Socket listener, ReadableWait wait)
    {
        AcceptAll(listener, wait);
        lock (_listening)
        {
            _listening.Remove(wait);
        }

        wait.Dispose();
    }

    // Never in accept(2) itself: only shutdown(2) would end that, and for everybody who has the socket.
    private void AcceptAll(Socket listener, ReadableWait wait)
    {
        while (true)
        {
            Socket? socket = null;
            try
            {
                wait.Wait(wait.TryArm() ? Timeout.InfiniteTimeSpan : BlockingConnection.Slice, canEnd: true);
                socket = listener.Accept();
                _served.Take(socket, (accepted, ticket) => Serve(accepted, ticket));
            }
            catch (SocketException ex) when (ex.SocketErrorCode == SocketError.WouldBlock)
            {
                // The time has run out, or the client has gone before it was met.
                continue;
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
                    Thread.Sleep(ServedConnections.Pause);
                }
            }
        }
    }

    private SshServerContext Serve(Socket socket, SshListenerTicket? ticket)
    {
        var remote = SshEndPoint.Of(socket.RemoteEndPoint);
        var local = SshEndPoint.Of(socket.LocalEndPoint);
        if (remote != SshEndPoint.Unknown)
        {
            socket.NoDelay = true;
        }

        return Serve((core, decisions) => new SocketConnection(core, decisions, _options.Logger, socket, callersDecide: false), remote, local, ticket);
    }

    private SshServerContext Serve(
        Func<SshConnection, ServerDecisions, BlockingConnection> connect, SshEndPoint remote, SshEndPoint local, SshListenerTicket? ticket)
    {
        var context = _served.Add(remote, local, ticket, connect, out var connection);
        connection.TerminatedHandler = () =>
        {
            if (context.Error is { } error)
            {
                _served.Ended(context, ticket, error);
            }

            _served.Gone(context);
        };
        connection.Run();
        return context;
    }
}
