using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SshCore.Blocking.Driving;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;

namespace SshCore.Blocking;

/// <summary>
/// An SSH client of ordinary blocking calls. One connection serves any number of threads at once; it can be closed from
/// any of them at any moment, and whoever waits then learns the first reason for the end. Time-outs are null for no limit.
/// </summary>
public sealed class SshClient : SshClientBase, IDisposable
{
    private readonly BlockingConnection _connection;

    private SshClient(SshClientOptions options, BlockingConnection connection, ClientDecisions decisions, SshEndPoint remote)
        : base(options, connection, decisions, remote) => _connection = connection;

    /// <summary>
    /// Connects over TCP, checks the host key and, if the options name a user, logs in. How long that may take is in the
    /// options. Callbacks of policies and credentials are called on this thread.
    /// </summary>
    /// <exception cref="SshConnectionException">It cannot be reached, or the connection ended; see the error.</exception>
    /// <exception cref="SshHostKeyException">The host key is not trusted, or has changed (<see cref="SshHostKeyChangedException"/>).</exception>
    /// <exception cref="SshAuthenticationException">The log-in failed.</exception>
    /// <exception cref="SshTimeoutException">The TCP connection took too long.</exception>
    public static SshClient Connect(SshClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Connect(options, SocketDialer.Connect(options.Host, options.Port, options.ConnectTimeout));
    }

    /// <summary>As <see cref="Connect(SshClientOptions)"/> over a connected socket, which belongs to the client from now on.</summary>
    public static SshClient Connect(SshClientOptions options, Socket socket)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(socket);
        try
        {
            var remote = socket.RemoteEndPoint as IPEndPoint;
            if (remote is not null)
            {
                socket.NoDelay = true;
            }

            var where = SshEndPoint.Of(remote);
            var decisions = new ClientDecisions(options) { Address = remote is null ? null : where.Host };
            var connection = new SocketConnection(new SshClientConnection(options.EffectiveSettings()), decisions, options.Logger, socket, callersDecide: true)
            {
                BannerShown = options.BannerHandler,
            };
            return Start(new SshClient(options, connection, decisions, where));
        }
        catch (ObjectDisposedException ex)
        {
            throw new SshConnectionException("The socket is closed.", ex);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// As <see cref="Connect(SshClientOptions)"/> over a stream that is connected already. It must allow a read and a write
    /// at the same time, and closing it must end them. It belongs to the client from now on.
    /// </summary>
    public static SshClient Connect(SshClientOptions options, Stream stream, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stream);
        try
        {
            var decisions = new ClientDecisions(options);
            var connection = new StreamConnection(new SshClientConnection(options.EffectiveSettings()), decisions, options.Logger, stream, leaveOpen)
            {
                BannerShown = options.BannerHandler,
            };
            return Start(new SshClient(options, connection, decisions, SshEndPoint.Unknown));
        }
        catch
        {
            if (!leaveOpen)
            {
                stream.Dispose();
            }

            throw;
        }
    }

    /// <summary>
    /// Logs in. After a failure the connection is still there, if the server left it, and this can be called again. How
    /// long it may take is in the options.
    /// </summary>
    /// <exception cref="SshAuthenticationException">No credential was accepted.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    public void Authenticate(string userName, params IReadOnlyList<SshCredential> credentials)
    {
        ArgumentNullException.ThrowIfNull(userName);
        var login = BeginLogin(userName, credentials, out var plan);
        using (plan)
        {
            try
            {
                _connection.Wait(login, Timeout.InfiniteTimeSpan, "The log-in");
            }
            catch (SshException ex)
            {
                var explained = Explain(ex, plan);
                if (ReferenceEquals(explained, ex))
                {
                    throw;
                }

                throw explained;
            }
        }
    }

    /// <summary>Runs a command to its end, with <paramref name="input"/> as its standard input, and collects its output.</summary>
    /// <param name="command">The command.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="timeout">Time for each wait: for the channel, and for output between pieces of it.</param>
    /// <exception cref="SshExitMissingException">It ended without status and signal: whether it succeeded is not known.</exception>
    /// <exception cref="SshChannelOpenException">The server opens no session.</exception>
    /// <exception cref="SshChannelRequestException">The server refused the command.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">A wait took too long.</exception>
    public SshCommandResult Run(string command, ReadOnlyMemory<byte> input = default, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(command);
        using var session = OpenSession(timeout);
        if (timeout is { } time)
        {
            session.ReadTimeout = (int)Math.Min(Math.Max(1, time.TotalMilliseconds), int.MaxValue);
        }

        return session.Run(System.Text.Encoding.UTF8.GetBytes(command), input);
    }

    /// <summary>Opens a session channel.</summary>
    /// <exception cref="SshChannelOpenException">The server refused it.</exception>
    /// <exception cref="SshTimeoutException">It did not answer in time.</exception>
    public SshSession OpenSession(TimeSpan? timeout = null) => (SshSession)OpenChannel(ChannelOpen.Session(), timeout);

    /// <summary>Opens a channel of any type. If the time runs out it is closed as soon as the server opens it.</summary>
    /// <exception cref="SshChannelOpenException">The server refused it.</exception>
    /// <exception cref="SshTimeoutException">It did not answer in time.</exception>
    public SshChannelStream OpenChannel(ChannelOpen open, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        return _connection.Wait(BeginOpen(open).Operation, timeout ?? Timeout.InfiniteTimeSpan, "Opening the channel");
    }

    /// <summary>Starts SFTP on a channel of its own.</summary>
    /// <exception cref="SshChannelOpenException">The server opens no session.</exception>
    /// <exception cref="SshChannelRequestException">The server has no SFTP.</exception>
    /// <exception cref="SftpException">What runs there does not speak SFTP.</exception>
    public SftpClient OpenSftp(SftpClientOptions? options = null)
    {
        options ??= SftpClientOptions.Default;
        var call = SftpCall.Blocking(options.OperationTimeout);
        return new(SftpCall.Result(SftpClientBase.OpenCore(call, _connection, BeginOpen(ChannelOpen.Session()), options)), options);
    }

    /// <summary>Takes the next channel that the server opened, of a type that <see cref="SshClientOptions.AcceptedChannelTypes"/> allows.</summary>
    /// <exception cref="SshTimeoutException">None came in time.</exception>
    public SshChannelStream AcceptChannel(TimeSpan? timeout = null) => _connection.Accept(timeout ?? Timeout.InfiniteTimeSpan);

    /// <summary>Sends a global request and blocks for the answer if it asks for one.</summary>
    /// <exception cref="SshTimeoutException">No answer came in time.</exception>
    public SshGlobalReply SendGlobalRequest(GlobalRequest request, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _connection.Wait(_connection.BeginGlobal(request), timeout ?? Timeout.InfiniteTimeSpan, $"The global request '{request.Name}'");
    }

    /// <summary>Changes the keys and blocks until the new ones are in use. The session id stays.</summary>
    /// <exception cref="SshTimeoutException">The server takes longer.</exception>
    public void Rekey(TimeSpan? timeout = null) => _connection.Wait(_connection.BeginRekey(), timeout ?? Timeout.InfiniteTimeSpan, "The key exchange");

    /// <summary>Blocks until the connection has ended: the reason, whatever it is.</summary>
    /// <exception cref="SshTimeoutException">It lives longer.</exception>
    public SshError WaitForEnd(TimeSpan? timeout = null) => _connection.Wait(_connection.Ended, timeout ?? Timeout.InfiniteTimeSpan, "The connection");

    /// <summary>Sends DISCONNECT and blocks until it has left, at most the limits' close time.</summary>
    public void Disconnect(DisconnectReason reason = DisconnectReason.ByApplication, string description = "")
    {
        _connection.Disconnect(reason, description);
        _connection.Wait(_connection.Drained, Timeout.InfiniteTimeSpan, "Closing");
    }

    /// <summary>Disconnects and lets go of everything. Whoever waits learns that the connection was closed.</summary>
    public void Dispose()
    {
        Disconnect();
        _connection.Release();
    }

    private static SshClient Start(SshClient client)
    {
        try
        {
            client._connection.Run();
            if (client.Options.UserName is { } user)
            {
                // Asked for before the first exchange is done, so that the service request leaves together with NEWKEYS.
                client.Authenticate(user, client.Options.Credentials);
            }
            else
            {
                client._connection.Wait(client._connection.Ready, Timeout.InfiniteTimeSpan, "The key exchange");
            }

            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
