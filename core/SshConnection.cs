using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Kex;

namespace SshCore;

/// <summary>
/// One SSH-2 connection without I/O: bytes in, time in, events out, bytes out. The host's loop is: feed bytes or
/// <see cref="Tick"/>, poll events until there are none, send <see cref="PeekOutput"/>, then wait for the stream, for
/// <see cref="NextTimeout"/> or for the application. Another order may cost latency, never correctness. Used by one
/// thread at a time; never throws on bytes of the peer.
/// </summary>
public abstract class SshConnection : IDisposable
{
    private protected SshConnection()
    {
    }

    /// <summary>False: leave bytes in the stream, there is work or unsent output first.</summary>
    public bool WantsInput { get; }
    /// <summary>
    /// Leases memory of the connection's own to read into; packets are decrypted in place. Any length from 1 byte may be
    /// committed. One lease at a time; it stays valid while commands are given, until <see cref="CommitReceived"/>.
    /// </summary>
    public Memory<byte> GetReceiveBuffer() => default;
    /// <summary>Ends the lease with <paramref name="count"/> bytes filled; 0 is allowed.</summary>
    public void CommitReceived(int count) { }
    /// <summary>Copies bytes in instead of leasing.</summary>
    /// <returns>Bytes taken: fewer than given when <see cref="WantsInput"/> turned false.</returns>
    public int Receive(ReadOnlySpan<byte> bytes) => 0;
    /// <summary>The peer closed the stream: what is buffered is still handled, then the connection ends.</summary>
    public void ReceiveEnd() { }
    /// <summary>The host's own I/O failed: the connection ends with this as its first error, nothing more is sent.</summary>
    public void Abort(string reason) { }
    /// <summary>Tells the time. Monotonic, idempotent, the only clock; late or extra ticks are harmless.</summary>
    public void Tick(SshInstant now) { }
    /// <summary>When <see cref="Tick"/> is due next, even if nothing else happens; null for never.</summary>
    public SshInstant? NextTimeout { get; }
    /// <summary>Decrypts and handles packets until one event appears or input runs dry.</summary>
    public bool TryPollEvent(out SshEvent e) { e = default; return false; }
    /// <summary>
    /// Takes the next contiguous unread bytes of a ChannelData event's channel and stream, normally the slice of the packet
    /// just decrypted; valid until the next <see cref="TryPollEvent"/>. Empty once all was taken. What is not taken stays
    /// for <see cref="SshChannel.Read"/>.
    /// </summary>
    public ReadOnlyMemory<byte> BorrowData(in SshEvent e) => default;
    /// <summary>True if <see cref="PeekOutput"/> has bytes.</summary>
    public bool HasOutput { get; }
    /// <summary>The next bytes to send; never moved while peeked, more may come behind them.</summary>
    public ReadOnlyMemory<byte> PeekOutput() => default;
    /// <summary>Drops the first <paramref name="count"/> bytes of the output: they were sent.</summary>
    public void AdvanceOutput(int count) { }
    /// <summary>Closed, all events polled, all output sent: close the stream and drop it.</summary>
    public bool IsFinished { get; }
    /// <summary>Why it ended; null while it lives.</summary>
    public SshError? Error { get; }
    /// <summary>True between success of authentication and the end.</summary>
    public bool IsAuthenticated { get; }
    /// <summary>What is in use; null before the first exchange is done.</summary>
    public NegotiatedAlgorithms? Algorithms { get; }
    /// <summary>The session identifier; empty before the first exchange.</summary>
    public ReadOnlyMemory<byte> SessionId { get; }
    /// <summary>The peer's identification line; null before it came.</summary>
    public string? PeerIdentification { get; }
    /// <summary>Opens a channel; ChannelOpened or ChannelRefused follows.</summary>
    /// <exception cref="SshUsageException">Not authenticated, ended, or too many channels.</exception>
    public ChannelId OpenChannel(ChannelOpen open) => default;
    /// <summary>A view of a channel.</summary>
    public SshChannel Channel(ChannelId id) => default;
    /// <summary>Sends a global request; GlobalReplied follows if it wants a reply.</summary>
    /// <exception cref="SshUsageException">Not authenticated or ended.</exception>
    public GlobalRequestId SendGlobalRequest(GlobalRequest request) => default;
    /// <summary>Starts a key exchange now; does nothing while one is under way.</summary>
    public void StartRekey() { }
    /// <summary>Sends IGNORE with that many random bytes (RFC 4253 §11.2).</summary>
    public void SendIgnore(int byteCount) { }
    /// <summary>Sends DEBUG (RFC 4253 §11.3).</summary>
    public void SendDebug(string message, bool alwaysDisplay = false) { }
    /// <summary>Sends PING (OpenSSH PROTOCOL §1.8); PongReceived follows. False if the peer did not announce ping@openssh.com.</summary>
    public bool TrySendPing(ReadOnlySpan<byte> data) => false;
    /// <summary>Sends DISCONNECT and ends; a second call does nothing.</summary>
    public void Disconnect(DisconnectReason reason = DisconnectReason.ByApplication, string description = "") { }
    /// <summary>Zeroes keys and returns buffers, without sending anything.</summary>
    public void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>The client's side of a connection.</summary>
public sealed class SshClientConnection : SshConnection
{
    /// <summary>Starts: the identification is in the output at once. The first <see cref="SshConnection.Tick"/> sets the clock that the deadlines count from.</summary>
    public SshClientConnection(SshClientSettings settings) { }
    /// <summary>
    /// Logs in as <paramref name="userName"/>: AuthMethodNeeded follows, at once after the first key exchange. May be
    /// called before it, so that the service request leaves together with NEWKEYS.
    /// </summary>
    /// <exception cref="SshUsageException">A log-in is under way or has succeeded.</exception>
    public void Authenticate(string userName) { }
    /// <summary>The server's host key; null before it was verified.</summary>
    public Keys.SshPublicKey? HostKey { get; }
    /// <summary>The server's server-sig-algs; null if it sent none.</summary>
    public IReadOnlyList<string>? ServerSigAlgs { get; }
}

/// <summary>The server's side of a connection.</summary>
public sealed class SshServerConnection : SshConnection
{
    /// <summary>Starts: the identification is in the output at once.</summary>
    public SshServerConnection(SshServerSettings settings) { }
    /// <summary>The user who logged in; null before.</summary>
    public string? UserName { get; }
}
