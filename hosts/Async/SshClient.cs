using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Async.Driving;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;

namespace SshCore.Async;

/// <summary>
/// An SSH client that blocks no thread. One connection serves any number of callers at once; it can be closed from
/// anywhere at any moment, and whoever waits then learns the first reason for the end.
/// </summary>
public sealed class SshClient : SshClientBase, IAsyncDisposable
{
    private readonly AsyncConnection _connection;

    private SshClient(SshClientOptions options, AsyncConnection connection, ClientDecisions decisions, SshEndPoint remote)
        : base(options, connection, decisions, remote) => _connection = connection;

    /// <summary>
    /// Connects over TCP, checks the host key and, if the options name a user, logs in.
    /// </summary>
    /// <exception cref="SshConnectionException">It cannot be reached, or the connection ended; see the error.</exception>
    /// <exception cref="SshHostKeyException">The host key is not trusted, or has changed (<see cref="SshHostKeyChangedException"/>).</exception>
    /// <exception cref="SshAuthenticationException">The log-in failed.</exception>
    /// <exception cref="SshTimeoutException">The TCP connection took too long.</exception>
    public static async ValueTask<SshClient> ConnectAsync(SshClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        var socket = await SocketDialer.ConnectAsync(options.Host, options.Port, options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
        var remote = SshEndPoint.Of(socket.RemoteEndPoint);
        return await StartAsync(options, new SocketTransport(socket), remote, remote.Host, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// As <see cref="ConnectAsync(SshClientOptions, CancellationToken)"/> over a stream that is connected already: a channel
    /// of another connection, the pipes of a proxy command. It must allow a read and a write at the same time, and closing
    /// it must end them. It belongs to the client from now on.
    /// </summary>
    public static ValueTask<SshClient> ConnectAsync(SshClientOptions options, Stream stream, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stream);
        return StartAsync(options, new StreamTransport(stream, leaveOpen), SshEndPoint.Unknown, null, cancellationToken);
    }

    /// <summary>As <see cref="ConnectAsync(SshClientOptions, CancellationToken)"/> over a connected socket, which belongs to the client from now on.</summary>
    public static ValueTask<SshClient> ConnectAsync(SshClientOptions options, Socket socket, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(socket);
        IPEndPoint? remote;
        try
        {
            remote = socket.RemoteEndPoint as IPEndPoint;
            if (remote is not null)
            {
                socket.NoDelay = true;
            }
        }
        catch (ObjectDisposedException ex)
        {
            throw new SshConnectionException("The socket is closed.", ex);
        }

        var where = SshEndPoint.Of(remote);
        return StartAsync(options, new SocketTransport(socket), where, remote is null ? null : where.Host, cancellationToken);
    }

    /// <summary>
    /// Logs in. After a failure the connection is still there, if the server left it, and this can be called again.
    /// Cancelling ends the connection.
    /// </summary>
    /// <exception cref="SshAuthenticationException">No credential was accepted.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    public async ValueTask AuthenticateAsync(string userName, IReadOnlyList<SshCredential> credentials, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(userName);
        ArgumentNullException.ThrowIfNull(credentials);
        cancellationToken.ThrowIfCancellationRequested();
        var login = BeginLogin(userName, credentials, out var plan);
        using (plan)
        {
            try
            {
                await _connection.WaitAsync(login, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _connection.Disconnect(DisconnectReason.AuthCancelledByUser, "The log-in was cancelled.");
                throw;
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

    /// <summary>Runs a command to its end and collects its output.</summary>
    /// <exception cref="SshExitMissingException">It ended without status and signal: whether it succeeded is not known.</exception>
    /// <exception cref="SshChannelOpenException">The server opens no session.</exception>
    /// <exception cref="SshChannelRequestException">The server refused the command.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    public ValueTask<SshCommandResult> RunAsync(string command, CancellationToken cancellationToken = default) =>
        RunAsync(command, default, cancellationToken);

    /// <summary>Runs a command to its end with <paramref name="input"/> as its standard input, and collects its output.</summary>
    /// <inheritdoc cref="RunAsync(string, CancellationToken)"/>
    public async ValueTask<SshCommandResult> RunAsync(string command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        using var session = await OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        return await session.RunAsync(System.Text.Encoding.UTF8.GetBytes(command), input, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Opens a session channel.</summary>
    /// <exception cref="SshChannelOpenException">The server refused it.</exception>
    public async ValueTask<SshSession> OpenSessionAsync(CancellationToken cancellationToken = default) =>
        (SshSession)await OpenChannelAsync(ChannelOpen.Session(), cancellationToken).ConfigureAwait(false);

    /// <summary>Opens a channel of any type. Cancelling closes it if the server opens it all the same.</summary>
    /// <exception cref="SshChannelOpenException">The server refused it.</exception>
    public ValueTask<SshChannelStream> OpenChannelAsync(ChannelOpen open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        cancellationToken.ThrowIfCancellationRequested();
        return _connection.WaitAsync(BeginOpen(open).Operation, cancellationToken);
    }

    /// <summary>Starts SFTP on a channel of its own.</summary>
    /// <exception cref="SshChannelOpenException">The server opens no session.</exception>
    /// <exception cref="SshChannelRequestException">The server has no SFTP.</exception>
    /// <exception cref="SftpException">What runs there does not speak SFTP.</exception>
    public async ValueTask<SftpClient> OpenSftpAsync(SftpClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= SftpClientOptions.Default;
        cancellationToken.ThrowIfCancellationRequested();
        var call = SftpCall.Async(options.OperationTimeout, cancellationToken);
        return new(await SftpClientBase.OpenCore(call, _connection, BeginOpen(ChannelOpen.Session()), options).ConfigureAwait(false), options);
    }

    /// <summary>Takes the next channel that the server opened, of a type that <see cref="SshClientOptions.AcceptedChannelTypes"/> allows.</summary>
    public ValueTask<SshChannelStream> AcceptChannelAsync(CancellationToken cancellationToken = default) => _connection.AcceptAsync(cancellationToken);

    /// <summary>Sends a global request and waits for the answer if it asks for one.</summary>
    public ValueTask<SshGlobalReply> SendGlobalRequestAsync(GlobalRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        return _connection.WaitAsync(_connection.BeginGlobal(request), cancellationToken);
    }

    /// <summary>Changes the keys and waits until the new ones are in use. The session id stays.</summary>
    public async ValueTask RekeyAsync(CancellationToken cancellationToken = default) =>
        await _connection.WaitAsync(_connection.BeginRekey(), cancellationToken).ConfigureAwait(false);

    /// <summary>Waits for the end of the connection: the reason, whatever it is.</summary>
    public ValueTask<SshError> WaitForEndAsync(CancellationToken cancellationToken = default) => _connection.WaitAsync(_connection.Ended, cancellationToken);

    /// <summary>Sends DISCONNECT and waits until it has left, at most the limits' close time.</summary>
    public async ValueTask DisconnectAsync(DisconnectReason reason = DisconnectReason.ByApplication, string description = "", CancellationToken cancellationToken = default)
    {
        _connection.Disconnect(reason, description);
        await _connection.WaitAsync(_connection.Drained, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Disconnects and lets go of everything. Whoever waits learns that the connection was closed.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync().ConfigureAwait(false);
        _connection.Release();
    }

    private static async ValueTask<SshClient> StartAsync(SshClientOptions options, AsyncTransport transport, SshEndPoint remote, string? address, CancellationToken cancellationToken)
    {
        SshClient client;
        AsyncConnection connection;
        try
        {
            var decisions = new ClientDecisions(options) { Address = address };
            connection = new AsyncConnection(new SshClientConnection(options.EffectiveSettings()), decisions, options.Logger, transport)
            {
                BannerShown = options.BannerHandler,
            };
            client = new SshClient(options, connection, decisions, remote);
        }
        catch
        {
            transport.Close();
            throw;
        }

        try
        {
            if (options.UserName is { } user)
            {
                // Asked for before the first exchange, so that the service request leaves together with NEWKEYS.
                var login = client.AuthenticateAsync(user, options.Credentials, cancellationToken);
                connection.Run();
                await login.ConfigureAwait(false);
            }
            else
            {
                connection.Run();
                await connection.WaitAsync(connection.Ready, cancellationToken).ConfigureAwait(false);
            }

            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
