using SshCore.Buffers;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Kex;
using SshCore.Messages;
using SshCore.Transport;
using SshCore.Wire;

namespace SshCore;

/// <summary>
/// One SSH-2 connection without I/O: bytes in, time in, events out, bytes out. The host's loop is: feed bytes or
/// <see cref="Tick"/>, poll events until there are none, send <see cref="PeekOutput"/>, then wait for the stream, for
/// <see cref="NextTimeout"/> or for the application. Another order may cost latency, never correctness. Used by one
/// thread at a time; never throws on bytes of the peer.
/// </summary>
/// <remarks>
/// Polling pauses while too much output waits: after output was sent, poll again. <see cref="NextTimeout"/> is due at
/// once while there is something to poll.
/// </remarks>
public abstract partial class SshConnection : IDisposable
{
    // A packet with it, its fields included, is one that OpenSSH takes.
    private const int LargestText = 32 * 1024;

    private readonly SshSettings _settings;
    private readonly ReceiveBuffer _received = new();
    private readonly SendQueue _output = new();
    private readonly PacketReader _reader;
    private readonly PacketWriter _writer;
    private readonly VersionExchange _version;
    private readonly KexMachine _kex;
    private readonly ChannelTable _channels;
    private readonly Queue<SshEvent> _events = new();
    private byte[] _sessionId = [];
    private KeepAlive _keepAlive;
    private bool _ended;
    private bool _disposed;
    private bool _secretsForgotten;

    private protected SshConnection(SshSettings settings, bool isServer)
    {
        SettingsCheck.Check(settings);
        _settings = settings;
        _keepAlive = settings.KeepAlive;
        IsServer = isServer;
        _reader = new PacketReader(_received) { LargestLength = settings.Limits.PacketLengthBeforeAuth };
        _writer = new PacketWriter(_output, settings.RandomOrDefault);
        _version = new VersionExchange(isServer, settings.Limits);
        _kex = new KexMachine(this, this);
        _channels = new ChannelTable(this);
        OwnIdentification = "SSH-2.0-" + settings.SoftwareVersion;
    }

    /// <summary>True for the server's side.</summary>
    public bool IsServer { get; }

    /// <summary>
    /// False: leave bytes in the stream, there is unsent output, unanswered work or input to poll first; or nothing more is expected, after
    /// <see cref="ReceiveEnd"/> and after the end.
    /// </summary>
    public bool WantsInput => !_endReceived && Error is null && !IsChoked && _received.Length < UnpolledInputLimit;

    /// <summary>
    /// Leases memory of the connection's own to read into; packets are decrypted in place. Any length from 1 byte may be
    /// committed. One lease at a time; it stays valid while commands are given, until <see cref="CommitReceived"/>.
    /// </summary>
    public Memory<byte> GetReceiveBuffer()
    {
        ThrowIfDisposed();
        _channels.ReleaseBorrowed();
        return _received.Lease(_version.Identification is null ? 1 : _reader.Needed);
    }

    /// <summary>Ends the lease with <paramref name="count"/> bytes filled; 0 is allowed.</summary>
    /// <exception cref="SshUsageException">There is no lease.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The lease is shorter.</exception>
    public void CommitReceived(int count)
    {
        ThrowIfDisposed();
        _received.Commit(count);
        if (Error is not null)
        {
            _received.Skip(_received.Length);
        }
        else if (count > 0)
        {
            OnBytesReceived(count);
        }
    }

    /// <summary>Copies bytes in instead of leasing.</summary>
    /// <returns>Bytes taken: fewer than given when <see cref="WantsInput"/> is false or turns so.</returns>
    public int Receive(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        while (taken < bytes.Length && WantsInput)
        {
            var room = GetReceiveBuffer().Span;
            int count = Math.Min(room.Length, bytes.Length - taken);
            bytes.Slice(taken, count).CopyTo(room);
            CommitReceived(count);
            taken += count;
        }

        return taken;
    }

    /// <summary>The peer closed the stream: what is buffered is still handled, then the connection ends.</summary>
    public void ReceiveEnd() => _endReceived = true;

    /// <summary>The host's own I/O failed: the connection ends with this as its error, nothing more is sent.</summary>
    public void Abort(string reason)
    {
        End(new SshError(SshErrorKind.HostFailure, reason), sendDisconnect: false);
        GiveUpOutput();
        ForgetSecretsIfEnded();
    }

    /// <summary>Decrypts and handles packets until one event appears or input runs dry.</summary>
    public bool TryPollEvent(out SshEvent e)
    {
        do
        {
            if (!_disposed)
            {
                _channels.ReleaseBorrowed();
                if (TryPollSftp(out e))
                {
                    return true;
                }

                if (_events.Count == 0)
                {
                    Process();
                }

                ForgetSecretsIfEnded();
            }

            if (_events.Count == 0)
            {
                e = default;
                return false;
            }

            e = _events.Dequeue();
        }
        while (_sftp.Count > 0 && TakeForSftp(ref e));
        return true;
    }

    /// <summary>
    /// Takes the next contiguous unread bytes of a ChannelData event's channel and stream, normally the slice of the packet
    /// just decrypted; valid until the next <see cref="TryPollEvent"/> or <see cref="GetReceiveBuffer"/>. Empty once all
    /// was taken. What is not taken stays for <see cref="SshChannel.Read"/>.
    /// </summary>
    public ReadOnlyMemory<byte> BorrowData(in SshEvent e) => _channels.Borrow(e);

    /// <summary>True if <see cref="PeekOutput"/> has bytes.</summary>
    public bool HasOutput
    {
        get
        {
            DrainSftp();
            return _output.Length > 0;
        }
    }

    /// <summary>The next bytes to send; never moved while peeked, more may come behind them.</summary>
    public ReadOnlyMemory<byte> PeekOutput()
    {
        DrainSftp();
        return _output.Peek();
    }

    /// <summary>
    /// Drops the first <paramref name="count"/> bytes of the output: they were sent. Does nothing once the output was given
    /// up by <see cref="Abort"/>, <see cref="Dispose"/> or <see cref="SshLimits.CloseTimeout"/>, as it may be while a send
    /// is under way.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer bytes are waiting.</exception>
    public void AdvanceOutput(int count)
    {
        if (_outputGivenUp)
        {
            return;
        }

        _output.Advance(count);
        OnOutputAdvanced();
        ForgetSecretsIfEnded();
    }

    /// <summary>Closed, all events polled, all output sent or given up: close the stream and drop it.</summary>
    public bool IsFinished => _ended && _events.Count == 0 && !_hasDeferred && !HasOutput;

    /// <summary>Why it ended; null while it lives.</summary>
    public SshError? Error { get; private set; }

    /// <summary>True between success of authentication and the end.</summary>
    public bool IsAuthenticated => AuthSucceeded && Error is null;

    /// <summary>What is in use; null before the first exchange is done.</summary>
    public NegotiatedAlgorithms? Algorithms => _kex.InUse;

    /// <summary>The session identifier; empty before the first exchange (RFC 4253 §7.2).</summary>
    public ReadOnlyMemory<byte> SessionId => _sessionId;

    /// <summary>Our identification line without its end.</summary>
    public string OwnIdentification { get; }

    /// <summary>The peer's identification line without its end; null before it came.</summary>
    public string? PeerIdentification => _version.Identification;

    /// <summary>Opens a channel; ChannelOpened or ChannelRefused follows.</summary>
    /// <exception cref="SshUsageException">Not authenticated, ended, too many channels, or too many commands wait unsent.</exception>
    public ChannelId OpenChannel(ChannelOpen open)
    {
        ThrowUnlessOpen();
        return _channels.Open(open);
    }

    /// <summary>A view of a channel.</summary>
    public SshChannel Channel(ChannelId id) => new(_channels, id);

    /// <summary>Sends a global request; GlobalReplied follows if it wants a reply.</summary>
    /// <exception cref="SshUsageException">Not authenticated, ended, or too many commands wait unsent.</exception>
    public GlobalRequestId SendGlobalRequest(GlobalRequest request)
    {
        ThrowUnlessOpen();
        return _channels.SendGlobal(request);
    }

    /// <summary>Starts a key exchange now; does nothing while one is under way, before the first one, and after the end.</summary>
    public void StartRekey()
    {
        if (Error is null && _kex.Done > 0 && _kex.IsIdle)
        {
            _kex.Start();
        }
    }

    /// <summary>Sends IGNORE with that many random bytes (RFC 4253 §11.2), 0 to 32 KiB.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is another.</exception>
    /// <exception cref="SshUsageException">The first key exchange is not done, the connection has ended, or too many commands wait unsent.</exception>
    public void SendIgnore(int byteCount)
    {
        if (byteCount is < 0 or > LargestText)
        {
            throw new ArgumentOutOfRangeException(nameof(byteCount), byteCount, $"An IGNORE carries 0 to {LargestText} bytes.");
        }

        ThrowUnlessKeyed();
        AdmitCommand();
        SendIgnoreNow(byteCount);
    }

    private void SendIgnoreNow(int byteCount)
    {
        var writer = Port.Begin(MessageId.Ignore);
        writer.WriteUInt32((uint)byteCount);
        _settings.RandomOrDefault.Fill(writer.Reserve(byteCount));
        Port.Send();
    }

    /// <summary>Sends DEBUG (RFC 4253 §11.3), at most 32 KiB of UTF-8.</summary>
    /// <exception cref="ArgumentException">The message is longer.</exception>
    /// <exception cref="SshUsageException">The first key exchange is not done, the connection has ended, or too many commands wait unsent.</exception>
    public void SendDebug(string message, bool alwaysDisplay = false)
    {
        ThrowIfLonger(Wire.Utf8.ByteCount(message ?? throw new ArgumentNullException(nameof(message))), nameof(message));
        ThrowUnlessKeyed();
        AdmitCommand();
        var writer = Port.Begin(MessageId.Debug);
        writer.WriteBoolean(alwaysDisplay);
        writer.WriteString(message);
        writer.WriteString("");
        Port.Send();
    }

    /// <summary>
    /// Sends PING (OpenSSH PROTOCOL §1.8), to which PongReceived follows. False, and nothing sent, if the peer has not
    /// announced ping@openssh.com or no keys are in use.
    /// </summary>
    /// <exception cref="ArgumentException">There are more than 32 KiB of data.</exception>
    /// <exception cref="SshUsageException">Too many commands wait unsent.</exception>
    public bool TrySendPing(ReadOnlySpan<byte> data)
    {
        ThrowIfLonger(data.Length, nameof(data));
        if (!_peerAnswersPing || Error is not null)
        {
            return false;
        }

        AdmitCommand();
        _pingsUnanswered++;
        Port.Begin(MessageId.Ping).WriteString(data);
        Port.Send();
        return true;
    }

    /// <summary>Sends DISCONNECT behind all that was written so far, and ends; a second call does nothing.</summary>
    /// <exception cref="ArgumentException">The description has more than 32 KiB of UTF-8.</exception>
    public void Disconnect(DisconnectReason reason = DisconnectReason.ByApplication, string description = "")
    {
        ThrowIfLonger(Wire.Utf8.ByteCount(description ?? throw new ArgumentNullException(nameof(description))), nameof(description));
        End(new SshError(SshErrorKind.LocalDisconnect, description.Length == 0 ? "Disconnected by this side." : description) { Reason = reason }, sendDisconnect: true);
        ForgetSecretsIfEnded();
    }

    /// <summary>
    /// Zeroes keys and returns buffers, without sending anything: no DISCONNECT, no CLOSE, and what waited unsent is gone. So
    /// this is also how a forked child drops its copy of a connection that its parent goes on using.
    /// </summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        Abort("The connection was disposed.");
        AbortSftp();
        _disposed = true;
        _channels.ReturnBuffers();
        _received.Dispose();
        _scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Keys.SshPublicKey? KexHostKey => _kex.HostKey;

    private IConnectionPort Port => this;

    /// <summary>
    /// Zeroes all keys once the connection has ended: its last packet is sealed, and none will be opened. Called where the host
    /// leaves the connection, so that nothing that is still at work finds its key gone.
    /// </summary>
    private void ForgetSecretsIfEnded()
    {
        if (Error is null || _secretsForgotten)
        {
            return;
        }

        _secretsForgotten = true;
        _reader.Dispose();
        _writer.Dispose();
        _kex.Dispose();
    }

    private static void ThrowIfLonger(int length, string argument)
    {
        if (length > LargestText)
        {
            throw new ArgumentException($"At most {LargestText} bytes can be sent; there are {length}.", argument);
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    private void ThrowUnlessKeyed()
    {
        if (Error is not null || _kex.Done == 0)
        {
            throw new SshUsageException(Error is null ? "The first key exchange is not done." : "The connection has ended: " + Error);
        }
    }

    private void ThrowUnlessOpen()
    {
        if (!IsAuthenticated)
        {
            throw new SshUsageException(Error is null ? "Not authenticated." : "The connection has ended: " + Error);
        }
    }
}
