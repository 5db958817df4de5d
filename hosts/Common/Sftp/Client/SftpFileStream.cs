using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// An open file on the server, seekable. Reading in sequence is done ahead, writing is pipelined: a write returns when it was
/// sent, and its failure is thrown by a later write, by Flush or by closing, with its offset. One call at a time.
/// </summary>
public sealed partial class SftpFileStream : SpanStream
{
    private readonly SftpClientBase _client;
    private readonly SftpSession _session;
    private readonly SftpHandle _handle;
    private readonly FileAccess _access;
    private readonly bool _append;
    private readonly SftpReadAhead _reader;
    private readonly SftpWriteBehind _writer;
    private long _position;
    private bool _closed;

    internal SftpFileStream(SftpClientBase client, SftpHandle handle, SftpPath path, FileAccess access, bool append)
    {
        _client = client;
        _session = client.Session;
        _handle = handle;
        _access = access;
        _append = append;
        RemotePath = path;
        OperationTimeout = client.OperationTimeout;
        _reader = new(_session, handle, path, client.Options.Window);
        _writer = new(_session, handle, path);
    }

    /// <summary>The path it was opened by.</summary>
    public SftpPath RemotePath { get; }

    /// <summary>The server's handle, for requests of one's own.</summary>
    public SftpHandle Handle => _handle;

    /// <summary>How long one request may take; at first that of the client.</summary>
    public TimeSpan OperationTimeout { get; set; }

    /// <summary>
    /// True, the default: writes do not wait for their answers. False: each write waits, and throws its own failure.
    /// </summary>
    public bool IsPipelined { get; set; } = true;

    /// <inheritdoc/>
    public override bool CanRead => !_closed && (_access & FileAccess.Read) != 0;

    /// <inheritdoc/>
    public override bool CanWrite => !_closed && (_access & FileAccess.Write) != 0;

    /// <inheritdoc/>
    public override bool CanSeek => !_closed;

    /// <summary>The size on the server, which is asked for: blocks. See <see cref="StatAsync"/>.</summary>
    public override long Length => (long)(Stat().Size ?? throw SftpException.Found("The server does not tell the size of the file.", "stat", RemotePath));

    /// <summary>
    /// Where the next read or write happens; setting it asks nothing. A file that was opened to append is written at its end
    /// wherever that is.
    /// </summary>
    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A position is not negative.");
    }

    /// <summary>Moves; from the end it asks for the size and blocks.</summary>
    public override long Seek(long offset, SeekOrigin origin)
    {
        long from = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            SeekOrigin.End => Length,
            _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "Not an origin."),
        };
        long to = from + offset;
        if (to < 0)
        {
            throw new IOException("The position would be before the beginning of the file.");
        }

        return Position = to;
    }

    /// <summary>Blocks for data; 0 at the end of the file.</summary>
    /// <exception cref="SftpException">The server refused.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">Nothing came within <see cref="OperationTimeout"/>.</exception>
    public override int Read(Span<byte> buffer)
    {
        CheckRead();
        var call = Blocking;
        while (true)
        {
            if (TryRead(buffer, out int count, out var news))
            {
                return count;
            }

            SftpCall.Result(_session.For(call, news!, "Reading"));
        }
    }

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Waits for data; 0 at the end of the file. A cancelled read loses nothing.</summary>
    /// <exception cref="SftpException">The server refused.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">Nothing came within <see cref="OperationTimeout"/>.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        CheckRead();
        var call = Async(cancellationToken);
        while (true)
        {
            if (TryRead(buffer.Span, out int count, out var news))
            {
                return count;
            }

            await _session.For(call, news!, "Reading").ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="ReadAsync(Memory{byte}, CancellationToken)"/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(new Memory<byte>(buffer, offset, count), cancellationToken).AsTask();

    /// <summary>Sends all of the buffer; blocks while the window is full.</summary>
    /// <exception cref="SftpException">This or an earlier write failed; see its offset.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">The server answered nothing within <see cref="OperationTimeout"/>.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        CheckWrite();
        var call = Blocking;
        while (TrySend(ref buffer, out var news))
        {
            SftpCall.Result(_session.For(call, news!, "Writing"));
        }

        if (!IsPipelined)
        {
            SftpCall.Result(SettleCore(call));
        }
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Sends all of the buffer; waits while the window is full. After cancelling, <see cref="Position"/> tells how far it came.</summary>
    /// <exception cref="SftpException">This or an earlier write failed; see its offset.</exception>
    /// <exception cref="SshConnectionException">The connection ended.</exception>
    /// <exception cref="SshTimeoutException">The server answered nothing within <see cref="OperationTimeout"/>.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        CheckWrite();
        var call = Async(cancellationToken);
        while (TrySend(ref buffer, out var news))
        {
            await _session.For(call, news!, "Writing").ConfigureAwait(false);
        }

        if (!IsPipelined)
        {
            await SettleCore(call).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(new ReadOnlyMemory<byte>(buffer, offset, count), cancellationToken).AsTask();

    /// <summary>Blocks until all writes are answered. <see cref="Fsync"/> brings them to the server's disk.</summary>
    /// <exception cref="SftpException">A write failed; see its offset.</exception>
    public override void Flush() => SftpCall.Result(SettleCore(Blocking));

    /// <summary>Waits until all writes are answered. <see cref="FsyncAsync"/> brings them to the server's disk.</summary>
    /// <exception cref="SftpException">A write failed; see its offset.</exception>
    public override async Task FlushAsync(CancellationToken cancellationToken) => await SettleCore(Async(cancellationToken)).ConfigureAwait(false);

    /// <summary>Waits for the writes, then closes the file on the server.</summary>
    /// <exception cref="SftpException">A write or the closing failed: the file is not what was meant.</exception>
    public override async ValueTask DisposeAsync()
    {
        await CloseCore(Async(default)).ConfigureAwait(false);
        GC.SuppressFinalize(this);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            SftpCall.Result(CloseCore(Blocking));
        }

        base.Dispose(disposing);
    }

    internal void StartAt(long position) => _position = position;

    /// <summary>Lets go of the file without waiting; for failures that somebody reports already.</summary>
    internal void Abandon()
    {
        lock (_session.Driver.Gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _reader.DropLocked();
            _session.CloseLocked(_handle);
        }

        _session.Driver.Kick();
    }

    private SftpCall Blocking => SftpCall.Blocking(OperationTimeout);

    private SftpCall Async(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return SftpCall.Async(OperationTimeout, cancellationToken);
    }

    private bool TryRead(Span<byte> buffer, out int count, out HostOperation<bool>? news)
    {
        count = 0;
        news = null;
        if (buffer.IsEmpty)
        {
            return true;
        }

        bool done;
        lock (_session.Driver.Gate)
        {
            if (_writer.InFlight > 0)
            {
                // What was written is to be read: the writes come first.
                _writer.ThrowIfFailedLocked();
                news = _writer.NewsLocked(0);
                done = false;
            }
            else
            {
                // What has come may be read after the end of the session too.
                done = _reader.TryTakeLocked(_position, buffer, out count, out news);
                if (!done || count == 0)
                {
                    _session.ThrowIfEndedLocked();
                }
            }
        }

        _session.Driver.Kick();
        _position += count;
        return done;
    }

    private bool TrySend(ref ReadOnlyMemory<byte> buffer, out HostOperation<bool>? news)
    {
        var span = buffer.Span;
        bool waits = TrySend(ref span, out news);
        buffer = buffer.Slice(buffer.Length - span.Length);
        return waits;
    }

    // True: wait for the news and call again.
    private bool TrySend(ref ReadOnlySpan<byte> buffer, out HostOperation<bool>? news)
    {
        news = null;
        lock (_session.Driver.Gate)
        {
            _writer.ThrowIfFailedLocked();
            _session.ThrowIfEndedLocked();
            _reader.DropLocked();

            // Servers may work on several writes at once: what is appended goes one by one, or its order could change.
            int window = _append ? 1 : _client.Options.Window;
            int sent = _writer.SendLocked(_position, buffer, window);
            buffer = buffer.Slice(sent);
            _position += sent;
            if (!buffer.IsEmpty)
            {
                news = _writer.NewsLocked(window / 2);
            }
        }

        _session.Driver.Kick();
        return news is not null;
    }

    private async ValueTask<bool> SettleCore(SftpCall call)
    {
        while (true)
        {
            HostOperation<bool> news;
            lock (_session.Driver.Gate)
            {
                _writer.ThrowIfFailedLocked();
                if (_writer.InFlight == 0)
                {
                    return true;
                }

                news = _writer.NewsLocked(0);
            }

            await _session.For(call, news, "Writing").ConfigureAwait(false);
        }
    }

    internal async ValueTask<bool> CloseCore(SftpCall call)
    {
        if (_closed)
        {
            return false;
        }

        try
        {
            await SettleCore(call).ConfigureAwait(false);
        }
        catch
        {
            Abandon();
            throw;
        }

        HostOperation<bool> closing;
        lock (_session.Driver.Gate)
        {
            _closed = true;
            _reader.DropLocked();
            if (!_writer.HasWritten && (_session.IsClosed || _session.Machine.Error is not null))
            {
                return false; // nothing was changed that could be lost
            }
        }

        closing = _session.Begin<bool>("close", RemotePath, (m, r) => m.Close(_handle, r), static (SftpSession _, in SftpReply _) => true);
        return await _session.For(call, closing, "Closing the file").ConfigureAwait(false);
    }

    private void CheckRead()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if ((_access & FileAccess.Read) == 0)
        {
            throw new NotSupportedException("The file was not opened for reading.");
        }
    }

    private void CheckWrite()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if ((_access & FileAccess.Write) == 0)
        {
            throw new NotSupportedException("The file was not opened for writing.");
        }
    }
}
