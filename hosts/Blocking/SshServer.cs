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
    private readonly ListenerGuard _guard;
    private readonly object _lock = new();
    private readonly HashSet<SshServerContext> _connections = [];
    private readonly List<Socket> _listeners = [];
    private bool _stopped;

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

    /// <summary>Listens on an end point, on a thread of its own; port 0 takes a free one. Returns the end point it listens on.</summary>
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
            var bound = (IPEndPoint)socket.LocalEndPoint!;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_stopped, this);
                _listeners.Add(socket);
            }

            HostThreads.Run(() => AcceptLoop(socket));
            return bound;
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
        Socket[] listeners;
        lock (_lock)
        {
            _stopped = true;
            listeners = [.. _listeners];
            _listeners.Clear();
        }

        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        if (!WaitUntilEmpty(timeout))
        {
            foreach (var connection in Connections)
            {
                connection.Disconnect(DisconnectReason.ByApplication, "The server stops.");
            }

            WaitUntilEmpty(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Stops to listen, ends all connections, and waits until they have.</summary>
    public void Dispose() => Stop(TimeSpan.Zero);

    private bool WaitUntilEmpty(TimeSpan timeout)
    {
        bool isBounded = timeout >= TimeSpan.Zero;
        var end = HostClock.Now + (isBounded ? timeout : TimeSpan.Zero);
        lock (_lock)
        {
            while (_connections.Count > 0)
            {
                var left = isBounded ? end - HostClock.Now : timeout;
                if (isBounded && left <= TimeSpan.Zero)
                {
                    return false;
                }

                Monitor.Wait(_lock, left);
            }

            return true;
        }
    }

    private void AcceptLoop(Socket listener)
    {
        while (true)
        {
            Socket? socket = null;
            try
            {
                socket = listener.Accept();
                Take(socket);
            }
#pragma warning disable CA1031 // Whatever one connection or policy does, the listener goes on.
            catch (Exception ex)
#pragma warning restore CA1031
            {
                socket?.Dispose();
                lock (_lock)
                {
                    if (_stopped)
                    {
                        return;
                    }
                }

                _options.Logger.AcceptFailed(ex);
                if (socket is null)
                {
                    // Not the connection's own failure, such as no more file handles: it may pass.
                    Thread.Sleep(100);
                }
            }
        }
    }

    private void Take(Socket socket)
    {
        var ticket = _guard.Admit(((IPEndPoint)socket.RemoteEndPoint!).Address);
        if (ticket is null)
        {
            socket.Dispose();
            return;
        }

        try
        {
            Serve(socket, ticket);
        }
        catch
        {
            _guard.Close(ticket, SshConnectionOutcome.Harmless);
            throw;
        }
    }

    private SshServerContext Serve(Socket socket, SshListenerTicket? ticket)
    {
        var remote = SshEndPoint.Unknown;
        var local = SshEndPoint.Unknown;
        if (socket.RemoteEndPoint is IPEndPoint from)
        {
            socket.NoDelay = true;
            var to = (IPEndPoint)socket.LocalEndPoint!;
            remote = new(from.Address.ToString(), from.Port);
            local = new(to.Address.ToString(), to.Port);
        }

        return Serve(
            (core, decisions) => new SocketConnection(core, decisions, _options.Logger, socket, callersDecide: false), remote, local, ticket);
    }

    private SshServerContext Serve(
        Func<SshConnection, ServerDecisions, BlockingConnection> connect, SshEndPoint remote, SshEndPoint local, SshListenerTicket? ticket)
    {
        var context = new SshServerContext(remote, local, _options.PolicyFor(remote));
        var connection = connect(new SshServerConnection(_options.EffectiveSettings()), new ServerDecisions(context));
        context.Connection = connection;
        connection.LoginHandler = user => context.Policy.OnAuthenticated(context, user);
        connection.TerminatedHandler = () => OnTerminated(context, connection, ticket);
        if (ticket is not null)
        {
            connection.LoggedInHandler = () => _guard.LoggedIn(ticket);
        }

        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            _connections.Add(context);
        }

        connection.Run();
        return context;
    }

    private void OnTerminated(SshServerContext context, BlockingConnection connection, SshListenerTicket? ticket)
    {
        if (ticket is not null && context.Error is { } error)
        {
            _guard.Close(ticket, ListenerGuard.Judge(error, connection.HasLoggedIn, context.FailedAttempts, connection.HasCrashed));
        }

        connection.Release();
        lock (_lock)
        {
            _connections.Remove(context);
            Monitor.PulseAll(_lock);
        }
    }
}
