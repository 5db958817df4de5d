using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Hosts.Driving;
using SshCore.Hosts.Sftp;

namespace SshCore.Hosts;

/// <summary>
/// One channel as a stream: reading gives the peer's data, writing sends. Extended data (stderr) is a stream of its own,
/// <see cref="ErrorStream"/>. All members may be used from any thread; one read per stream at a time, writes of several
/// threads follow each other whole. A channel that is not read never holds up the others, but what is not read stays in
/// its window: when that is full the peer waits, for both streams.
/// </summary>
public partial class SshChannelStream : SpanStream
{
    private readonly WaitQueue _standardReaders = new();
    private readonly WaitQueue _errorReaders = new();
    private readonly WaitQueue _anyReaders = new();
    private readonly WaitQueue _writers = new();
    private HostWaiter? _spare;
    private bool _eof;
    private bool _closed;
    private bool _failed;
    private bool _eofSent;
    private bool _readEnded;
    private bool _disposed;
    private int _readTimeout = Timeout.Infinite;
    private int _writeTimeout = Timeout.Infinite;

    internal SshChannelStream(HostConnection connection, ChannelId id, string type)
    {
        Connection = connection;
        Id = id;
        ChannelType = type;
        Scope = new(connection);
        ErrorStream = new SshErrorStream(this);
    }

    /// <summary>The channel's id; its local number appears in the logs.</summary>
    public ChannelId Id { get; }

    /// <summary>The channel type, for example <c>session</c>.</summary>
    public string ChannelType { get; }

    /// <summary>A label of the application's choice; the id at first.</summary>
    public string Name
    {
        get => field ?? Id.ToString();
        set;
    }

    /// <summary>Data of the open message, or of the confirmation if this side opened it.</summary>
    public ReadOnlyMemory<byte> OpenData { get; internal set; }

    /// <summary>Extended data of type 1, stderr of a session: read by the client, written by the server.</summary>
    public Stream ErrorStream { get; }

    /// <summary>
    /// True: reading this stream gives stderr as well, in the order in which it came as far as that is known, and
    /// <see cref="ErrorStream"/> has nothing.
    /// </summary>
    public bool CombineErrorStream { get; set; }

    /// <summary>True until both sides have closed the channel or the connection has ended.</summary>
    public bool IsOpen
    {
        get
        {
            lock (Connection.Gate)
            {
                return !_closed && !_disposed;
            }
        }
    }

    /// <summary>The peer sends no more; what came before may still be unread.</summary>
    public bool IsEof
    {
        get
        {
            lock (Connection.Gate)
            {
                return _eof || _closed;
            }
        }
    }

    /// <summary>The peer has said that it reads no more of what we send (eow@openssh.com).</summary>
    public bool PeerStoppedReading { get; private protected set; }

    /// <summary>Bytes that can be read at once.</summary>
    public int Available
    {
        get
        {
            lock (Connection.Gate)
            {
                return Connection.IsCoreGone ? 0 : Core.Available();
            }
        }
    }

    /// <summary>Bytes of <see cref="ErrorStream"/> that can be read at once.</summary>
    public int ErrorAvailable
    {
        get
        {
            lock (Connection.Gate)
            {
                return Connection.IsCoreGone ? 0 : Core.Available(DataStream.Error);
            }
        }
    }

    /// <summary>Bytes that a write would take without waiting.</summary>
    public int WriteRoom
    {
        get
        {
            lock (Connection.Gate)
            {
                return Connection.IsCoreGone || _closed || _disposed || _eofSent || !_writers.IsEmpty ? 0 : Core.WriteRoom;
            }
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanTimeout => true;

    /// <summary>Milliseconds a blocking read waits; -1 for ever. Not for the async forms: they have tokens.</summary>
    public override int ReadTimeout
    {
        get => _readTimeout;
        set => _readTimeout = Checked(value);
    }

    /// <summary>Milliseconds a blocking write waits in all; -1 for ever. Not for the async forms: they have tokens.</summary>
    public override int WriteTimeout
    {
        get => _writeTimeout;
        set => _writeTimeout = Checked(value);
    }

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException("A channel has no length.");

    /// <summary>Not supported.</summary>
    public override long Position
    {
        get => throw new NotSupportedException("A channel has no position.");
        set => throw new NotSupportedException("A channel has no position.");
    }

    internal HostConnection Connection { get; }

    /// <summary>Requests of the peer on this channel, one after the other.</summary>
    internal DecisionScope Scope { get; }

    /// <summary>Done once the channel has closed.</summary>
    internal HostOperation<bool> Closed { get; } = new();

    /// <summary>Done once status or signal came, or the channel closed without: then null.</summary>
    internal HostOperation<SshExit?> Exit { get; } = new();

    /// <summary>The SFTP session that has the channel's data; null if none does.</summary>
    internal SftpSession? Sftp { get; set; }

    private protected SshChannel Core => Connection.Core.Channel(Id);

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A channel cannot seek.");

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException("A channel has no length.");

    /// <summary>Does nothing: written data is never held back.</summary>
    public override void Flush()
    {
    }

    /// <summary>Does nothing: written data is never held back.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    /// <summary>Says that no more data will be sent (RFC 4254 §5.3); what was written goes first. Reading goes on.</summary>
    public void SendEof()
    {
        lock (Connection.Gate)
        {
            if (_eofSent || _closed || _disposed || Connection.Core.Error is not null)
            {
                return;
            }

            _eofSent = true;
            if (_writers.IsEmpty)
            {
                Core.SendEof();
            }
        }

        Connection.Kick();
    }

    /// <summary>
    /// Reads no more, without the peer being told or held up: what is unread and all that still comes, on both streams, is
    /// dropped. Reads under way and later ones give 0, as at the end of the stream. Writing, requests and the exit status
    /// go on. A second call does nothing.
    /// </summary>
    public void ShutdownRead()
    {
        lock (Connection.Gate)
        {
            if (_readEnded || _closed || _disposed || Connection.IsCoreGone)
            {
                return;
            }

            _readEnded = true;
            Core.ShutdownRead();
            EndReadersLocked(_standardReaders);
            EndReadersLocked(_errorReaders);
            EndReadersLocked(_anyReaders);
        }

        Connection.Kick();
    }

    /// <summary>As <see cref="SendEof"/>; completes at once.</summary>
    public ValueTask SendEofAsync()
    {
        SendEof();
        return default;
    }

    /// <summary>Sends a request (RFC 4254 §5.4) and waits for the answer if it asks for one.</summary>
    /// <returns>False if the peer refused it.</returns>
    public ValueTask<bool> RequestAsync(ChannelRequest request, CancellationToken cancellationToken = default) =>
        Connection.WaitAsync(Connection.BeginRequest(this, request), cancellationToken);

    /// <summary>Sends a request (RFC 4254 §5.4) and blocks for the answer if it asks for one.</summary>
    /// <returns>False if the peer refused it.</returns>
    /// <exception cref="SshTimeoutException">No answer within <paramref name="timeout"/>.</exception>
    public bool Request(ChannelRequest request, TimeSpan? timeout = null) =>
        Connection.Wait(Connection.BeginRequest(this, request), timeout ?? Timeout.InfiniteTimeSpan, $"The request '{request.Type}'");

    /// <summary>Waits until both sides have closed the channel, or the connection has ended.</summary>
    public ValueTask<bool> WaitForCloseAsync(CancellationToken cancellationToken = default) =>
        Connection.WaitAsync(Closed, cancellationToken);

    /// <summary>Blocks until both sides have closed the channel, or the connection has ended.</summary>
    /// <exception cref="SshTimeoutException">It is still open after <paramref name="timeout"/>.</exception>
    public void WaitForClose(TimeSpan? timeout = null) =>
        Connection.Wait(Closed, timeout ?? Timeout.InfiniteTimeSpan, "Closing the channel");

    /// <summary>Closes the channel (RFC 4254 §5.3) after what was written, and waits for the peer to do the same.</summary>
    public async ValueTask CloseAsync(CancellationToken cancellationToken = default)
    {
        CloseOnce();
        await Connection.WaitAsync(Closed, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends CLOSE after what was written, without waiting for the peer. Reads and writes under way end.</summary>
    public override ValueTask DisposeAsync()
    {
        CloseOnce();
        GC.SuppressFinalize(this);
        return base.DisposeAsync();
    }

    /// <summary>Type and id.</summary>
    public override string ToString() => $"{ChannelType} {Name}";

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CloseOnce();
        }

        base.Dispose(disposing);
    }

    internal void ThrowIfUnusableLocked()
    {
        Connection.ThrowIfEndedLocked();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_closed)
        {
            throw new SshException(new SshError(SshErrorKind.PeerDisconnected, "The peer has closed the channel."));
        }
    }

    private void CloseOnce()
    {
        lock (Connection.Gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            EndWaitersLocked();
            if (!_closed && !Connection.IsCoreGone)
            {
                Core.Close();
            }
        }

        Connection.Kick();
    }

    private static int Checked(int timeout) =>
        timeout is > 0 or Timeout.Infinite ? timeout : throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A time-out is positive, or -1 for none.");
}
