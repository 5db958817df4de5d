using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// A file as Python and Paramiko know it, over any stream: lines, buffered or line-buffered writes, universal newlines,
/// appending. Reads are as long as asked for except at the end. <see cref="SftpTextFile"/> is the same for text. One thread
/// at a time; sync and async calls may be mixed.
/// </summary>
public sealed partial class BufferedFile : SpanStream
{
    /// <summary>Bytes that are read at once for lines, and the buffer's size when only buffering by lines is asked for.</summary>
    public const int DefaultBufferSize = 8192;

    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly LineBuffer _ahead;
    private readonly WriteBuffer? _behind;
    private readonly int _chunk;
    private long? _position;
    private bool _closed;

    /// <summary>A file over <paramref name="stream"/>, which should be opened with the mode's <see cref="SftpFileMode.OpenFlags"/>.</summary>
    /// <param name="stream">Where the bytes are. If it can't seek, reads and writes don't touch each other.</param>
    /// <param name="mode">What may be done; this class takes it for granted that <c>w</c> has cut and <c>x</c> has created the file.</param>
    /// <param name="bufferSize">0 or negative: writes go out at once. 1: whenever a line is whole. More: when that many bytes wait.</param>
    /// <param name="leaveOpen">True: closing this file leaves the stream open.</param>
    /// <exception cref="ArgumentException">The stream can't do what the mode needs.</exception>
    public BufferedFile(Stream stream, SftpFileMode mode, int bufferSize = -1, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if ((mode.CanRead && !stream.CanRead) || (mode.CanWrite && !stream.CanWrite) || !(mode.CanRead || mode.CanWrite))
        {
            throw new ArgumentException($"The stream can't be used in mode '{mode}'.", nameof(stream));
        }

        _stream = stream;
        _leaveOpen = leaveOpen;
        Mode = mode;
        _chunk = bufferSize > 1 ? bufferSize : DefaultBufferSize;
        _ahead = new(mode.HasUniversalNewlines);
        _behind = bufferSize > 0 && mode.CanWrite ? new(_chunk, lines: bufferSize == 1) : null;
        _position = mode.IsAppend && stream.CanSeek ? null : 0;
        if (_position is not null && stream.CanSeek)
        {
            _position = stream.Position;
        }
    }

    /// <summary>The mode it was opened with.</summary>
    public SftpFileMode Mode { get; }

    /// <summary>The ends of lines met so far; only kept in mode <c>U</c>.</summary>
    public SftpNewlines Newlines => _ahead.Seen;

    /// <inheritdoc/>
    public override bool CanRead => !_closed && Mode.CanRead;

    /// <inheritdoc/>
    public override bool CanWrite => !_closed && Mode.CanWrite;

    /// <inheritdoc/>
    public override bool CanSeek => !_closed && _stream.CanSeek;

    /// <summary>Bytes of the file, with those that wait to be written.</summary>
    /// <exception cref="NotSupportedException">The stream can't seek.</exception>
    public override long Length
    {
        get
        {
            ThrowIfClosed();
            int waiting = _behind?.Length ?? 0;
            return waiting == 0 ? _stream.Length : Math.Max(_stream.Length, (Mode.IsAppend ? _stream.Length : At()) + waiting);
        }
    }

    /// <summary>
    /// Bytes of the file before the next one that is read or written. What a line took counts as it is in the file, so
    /// that it can be sought again in mode <c>U</c> too. Without a seekable stream it is the count of bytes read and
    /// written; while appended bytes wait it is not reliable.
    /// </summary>
    public override long Position
    {
        get
        {
            ThrowIfClosed();
            return At() + (_behind?.Length ?? 0);
        }

        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Moves; bytes that wait are written first. When appending, the next write goes to the end all the same.</summary>
    /// <exception cref="NotSupportedException">The stream can't seek.</exception>
    public override long Seek(long offset, SeekOrigin origin)
    {
        ThrowIfClosed();
        if (!_stream.CanSeek)
        {
            throw new NotSupportedException("The file can't be sought.");
        }

        WriteWaiting();
        long here = At();
        long there = _stream.Seek(origin == SeekOrigin.Current ? checked(here + offset) : offset, origin == SeekOrigin.Current ? SeekOrigin.Begin : origin);
        _ahead.Clear();
        _position = there;
        return there;
    }

    /// <summary>Cuts or extends the file; bytes that wait are written first.</summary>
    public override void SetLength(long value)
    {
        ThrowUnlessWritable();
        WriteWaiting();
        if (_stream.CanSeek && _ahead.Length > 0)
        {
            SeekBack();
        }

        _stream.SetLength(value);
    }

    /// <summary>Writes what waits and flushes the stream.</summary>
    public override void Flush()
    {
        ThrowIfClosed();
        WriteWaiting();
        _stream.Flush();
    }

    /// <inheritdoc cref="Flush"/>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        await WriteWaitingAsync(cancellationToken).ConfigureAwait(false);
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what waits and closes the file. Again: does nothing.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_closed)
        {
            try
            {
                await WriteWaitingAsync(default).ConfigureAwait(false);
            }
            finally
            {
                _closed = true;
                if (!_leaveOpen)
                {
                    await _stream.DisposeAsync().ConfigureAwait(false);
                }
            }
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_closed)
        {
            try
            {
                WriteWaiting();
            }
            finally
            {
                _closed = true;
                if (!_leaveOpen)
                {
                    _stream.Dispose();
                }
            }
        }

        base.Dispose(disposing);
    }

    // A file that is appended to begins at its end; its size is asked for when it first matters.
    private long At() => _position ??= _stream.Seek(0, SeekOrigin.End);

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_closed, this);

    private void ThrowUnlessReadable()
    {
        ThrowIfClosed();
        if (!Mode.CanRead)
        {
            throw new NotSupportedException("The file is not open for reading.");
        }
    }

    private void ThrowUnlessWritable()
    {
        ThrowIfClosed();
        if (!Mode.CanWrite)
        {
            throw new NotSupportedException("The file is not open for writing.");
        }
    }
}
