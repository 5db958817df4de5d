using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SshCore.Errors;
using SshCore.Hosts.Driving;

namespace SshCore.Hosts;

/// <summary>
/// What a server of any host has and decides: the sockets it listens on, whom it admits, the connections that are alive,
/// and how each of them is set up and judged. How to wait for sockets is the host's matter.
/// </summary>
internal sealed class ServedConnections
{
    private readonly SshServerOptions _options;
    private readonly ListenerGuard _guard;
    private readonly object _lock = new();
    private readonly HashSet<SshServerContext> _connections = [];
    private readonly List<Socket> _listeners = [];
    private readonly TaskCompletionSource<bool> _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stopped;

    public ServedConnections(SshServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _guard = new(options.ListenerLimits, options.Logger);
    }

    /// <summary>The connections that are alive, half-open ones included.</summary>
    public IReadOnlyList<SshServerContext> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _connections];
            }
        }
    }

    /// <summary>True once it was told to stop.</summary>
    public bool IsStopped
    {
        get
        {
            lock (_lock)
            {
                return _stopped;
            }
        }
    }

    /// <summary>A socket that listens there. It is closed with the others.</summary>
    /// <exception cref="SocketException">It cannot be bound.</exception>
    public Socket Listen(IPEndPoint endPoint)
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
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_stopped, this);
                _listeners.Add(socket);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Serves a socket that was accepted, or closes it if it is not admitted.</summary>
    public void Take(Socket socket, Action<Socket, SshListenerTicket> serve)
    {
        var ticket = _guard.Admit(((IPEndPoint)socket.RemoteEndPoint!).Address);
        if (ticket is null)
        {
            socket.Dispose();
            return;
        }

        try
        {
            serve(socket, ticket);
        }
        catch
        {
            _guard.Close(ticket, SshConnectionOutcome.Harmless);
            throw;
        }
    }

    /// <summary>
    /// After an exception of accepting: false if the listener has to end. Whatever one connection or policy does, it goes
    /// on; <paramref name="pauses"/> says that the failure is not the connection's own, such as no more file handles.
    /// </summary>
    public bool GoesOnAfter(Exception exception, Socket? accepted, out bool pauses)
    {
        accepted?.Dispose();
        pauses = accepted is null;
        if (IsStopped)
        {
            return false;
        }

        _options.Logger.AcceptFailed(exception);
        return true;
    }

    /// <summary>How long to wait when accepting itself has failed: it may pass.</summary>
    public static TimeSpan Pause { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Makes a connection and counts it as alive. <see cref="Ended"/> and <see cref="Gone"/> have to follow.</summary>
    public SshServerContext Add<T>(
        SshEndPoint remote, SshEndPoint local, SshListenerTicket? ticket, Func<SshConnection, ServerDecisions, T> connect, out T connection)
        where T : HostConnection
    {
        var context = new SshServerContext(remote, local, _options.PolicyFor(remote));
        connection = connect(new SshServerConnection(_options.EffectiveSettings()), new ServerDecisions(context));
        connection.LoginHandler = user => context.Policy.OnAuthenticated(context, user);
        if (ticket is not null)
        {
            connection.LoggedInHandler = () => _guard.LoggedIn(ticket);
        }

        context.Connection = connection;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            _connections.Add(context);
        }

        return context;
    }

    /// <summary>A connection has ended: what its end says of its source counts from now on.</summary>
    public void Ended(SshServerContext context, SshListenerTicket? ticket, SshError error)
    {
        if (ticket is not null)
        {
            var connection = context.Connection;
            _guard.Close(ticket, ListenerGuard.Judge(error, connection.HasLoggedIn, context.FailedAttempts, connection.HasCrashed));
        }
    }

    /// <summary>Nothing of a connection is left.</summary>
    public void Gone(SshServerContext context)
    {
        context.Connection.Release();
        lock (_lock)
        {
            _connections.Remove(context);
            SettleLocked();
        }
    }

    /// <summary>Stops to listen and to take connections. The task completes when none is left.</summary>
    public Task Stop()
    {
        Socket[] listeners;
        lock (_lock)
        {
            _stopped = true;
            listeners = [.. _listeners];
            _listeners.Clear();
            SettleLocked();
        }

        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        return _empty.Task;
    }

    /// <summary>Ends all connections.</summary>
    public void DisconnectAll()
    {
        foreach (var connection in All)
        {
            connection.Disconnect(DisconnectReason.ByApplication, "The server stops.");
        }
    }

    /// <summary>Lets go of all sockets without ending them for others who have them; <see cref="Stop"/> has to follow.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _stopped = true;
            foreach (var listener in _listeners)
            {
                SocketCopy.Detach(listener);
            }
        }

        foreach (var context in All)
        {
            context.Connection.Abandon();
        }
    }

    private void SettleLocked()
    {
        if (_stopped && _connections.Count == 0)
        {
            _empty.TrySetResult(true);
        }
    }
}
