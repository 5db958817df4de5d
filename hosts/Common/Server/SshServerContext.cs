using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Hosts.Driving;
using SshCore.Kex;

namespace SshCore.Hosts;

/// <summary>One connection of a server: what the policy and the application know of it and can do with it.</summary>
public sealed class SshServerContext
{
    private HostConnection? _connection;

    internal SshServerContext(SshEndPoint remote, SshEndPoint local, SshServerPolicy policy)
    {
        RemoteEndPoint = remote;
        LocalEndPoint = local;
        Policy = policy;
    }

    /// <summary>Where the client is; <see cref="SshEndPoint.Unknown"/> over a stream.</summary>
    public SshEndPoint RemoteEndPoint { get; }

    /// <summary>Where it has connected to; <see cref="SshEndPoint.Unknown"/> over a stream.</summary>
    public SshEndPoint LocalEndPoint { get; }

    /// <summary>The policy that decides for this connection.</summary>
    public SshServerPolicy Policy { get; }

    /// <summary>The user who has logged in; null before.</summary>
    public string? UserName => Locked(c => ((SshServerConnection)c.Core).UserName);

    /// <summary>The client's identification line; null before it came.</summary>
    public string? ClientIdentification => Locked(c => c.Core.PeerIdentification);

    /// <summary>What is in use; null before the first exchange is done.</summary>
    public NegotiatedAlgorithms? Algorithms => Locked(c => c.Core.Algorithms);

    /// <summary>The session identifier; empty before the first exchange.</summary>
    public ReadOnlyMemory<byte> SessionId => Locked(c => c.Core.SessionId);

    /// <summary>Why it ended; null while it lives.</summary>
    public SshError? Error => Locked(c => c.Core.Error);

    /// <summary>Place for the policy's own state.</summary>
    public object? State { get; set; }

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken EndToken => Connection.EndToken;

    internal ILogger Log => Connection.Log;

    /// <summary>Refused attempts, without those of method none.</summary>
    internal int FailedAttempts { get; set; }

    internal HostConnection Connection
    {
        get => _connection ?? throw new InvalidOperationException("The connection has not started.");
        set => _connection = value;
    }

    /// <summary>Ends the connection. The first end counts.</summary>
    public void Disconnect(DisconnectReason reason = DisconnectReason.ByApplication, string description = "") =>
        Connection.Disconnect(reason, description);

    /// <summary>Waits for the end: the reason, whatever it is.</summary>
    public ValueTask<SshError> WaitForEndAsync(CancellationToken cancellationToken = default) => Connection.WaitAsync(Connection.Ended, cancellationToken);

    /// <summary>Blocks for the end: the reason, whatever it is.</summary>
    /// <exception cref="SshTimeoutException">It lives longer than <paramref name="timeout"/>.</exception>
    public SshError WaitForEnd(TimeSpan? timeout = null) => Connection.Wait(Connection.Ended, timeout ?? Timeout.InfiniteTimeSpan, "The connection");

    /// <summary>Opens a channel towards the client.</summary>
    /// <exception cref="SshChannelOpenException">The client refused it.</exception>
    public ValueTask<SshChannelStream> OpenChannelAsync(ChannelOpen open, CancellationToken cancellationToken = default) =>
        Connection.WaitAsync(Connection.BeginOpen(open, (c, id) => new SshChannelStream(c, id, open.Type)).Operation, cancellationToken);

    /// <summary>Opens a channel towards the client, blocking for its answer.</summary>
    /// <exception cref="SshChannelOpenException">The client refused it.</exception>
    public SshChannelStream OpenChannel(ChannelOpen open, TimeSpan? timeout = null) =>
        Connection.Wait(Connection.BeginOpen(open, (c, id) => new SshChannelStream(c, id, open.Type)).Operation, timeout ?? Timeout.InfiniteTimeSpan, "Opening the channel");

    /// <summary>Sends a global request and waits for the answer if it asks for one.</summary>
    public ValueTask<SshGlobalReply> SendGlobalRequestAsync(GlobalRequest request, CancellationToken cancellationToken = default) =>
        Connection.WaitAsync(Connection.BeginGlobal(request), cancellationToken);

    /// <summary>Changes the keys and waits until the new ones are in use.</summary>
    public async ValueTask RekeyAsync(CancellationToken cancellationToken = default) =>
        await Connection.WaitAsync(Connection.BeginRekey(), cancellationToken).ConfigureAwait(false);

    /// <summary>Sends IGNORE with that many random bytes (RFC 4253 §11.2).</summary>
    public void SendIgnore(int byteCount) => Connection.Command(() => Connection.Core.SendIgnore(byteCount));

    /// <summary>Sends DEBUG (RFC 4253 §11.3).</summary>
    public void SendDebug(string message, bool alwaysDisplay = false) => Connection.Command(() => Connection.Core.SendDebug(message, alwaysDisplay));

    private T Locked<T>(Func<HostConnection, T> read)
    {
        var connection = Connection;
        lock (connection.Gate)
        {
            return read(connection);
        }
    }
}
