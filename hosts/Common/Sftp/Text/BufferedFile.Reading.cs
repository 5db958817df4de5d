using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Hosts.Sftp;

/// <content>Reading. Each method is a loop of a step that does no I/O and one read of the stream.</content>
public sealed partial class BufferedFile
{
    /// <summary>Fills the buffer; fewer bytes only at the end of the file.</summary>
    /// <exception cref="NotSupportedException">It is not open for reading.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public override int Read(Span<byte> buffer)
    {
        BeginRead();
        int count = TakeBytes(buffer);
        while (count < buffer.Length)
        {
            if (IsDirect(buffer.Length - count))
            {
                int read = _stream.Read(buffer.Slice(count));
                _position += read;
                count += read;
                if (read == 0)
                {
                    break;
                }
            }
            else if (Fill(buffer.Length - count))
            {
                count += TakeBytes(buffer.Slice(count));
            }
            else
            {
                break;
            }
        }

        return count;
    }

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await BeginReadAsync(cancellationToken).ConfigureAwait(false);
        int count = TakeBytes(buffer.Span);
        while (count < buffer.Length)
        {
            if (IsDirect(buffer.Length - count))
            {
                int read = await _stream.ReadAsync(buffer.Slice(count), cancellationToken).ConfigureAwait(false);
                _position += read;
                count += read;
                if (read == 0)
                {
                    break;
                }
            }
            else if (await FillAsync(buffer.Length - count, cancellationToken).ConfigureAwait(false))
            {
                count += TakeBytes(buffer.Span.Slice(count));
            }
            else
            {
                break;
            }
        }

        return count;
    }

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Reads <paramref name="count"/> bytes, fewer only at the end; all up to the end if it is negative.</summary>
    /// <exception cref="NotSupportedException">It is not open for reading.</exception>
    public byte[] ReadBytes(int count = -1)
    {
        BeginRead();
        while (Missing(count) is > 0 and var missing && Fill(missing))
        {
        }

        return TakeUpTo(count);
    }

    /// <inheritdoc cref="ReadBytes"/>
    public async ValueTask<byte[]> ReadBytesAsync(int count = -1, CancellationToken cancellationToken = default)
    {
        await BeginReadAsync(cancellationToken).ConfigureAwait(false);
        while (Missing(count) is > 0 and var missing && await FillAsync(missing, cancellationToken).ConfigureAwait(false))
        {
        }

        return TakeUpTo(count);
    }

    /// <summary>
    /// Reads a line with its end, which the last one may lack; NULs stay. At most <paramref name="most"/> bytes unless that
    /// is negative. Empty at the end of the file.
    /// </summary>
    /// <exception cref="NotSupportedException">It is not open for reading.</exception>
    public byte[] ReadLine(int most = -1)
    {
        BeginRead();
        byte[]? line;
        while (!TryTakeLine(most, out line))
        {
            if (!Fill(LineChunk(most)))
            {
                return TakeUpTo(most);
            }
        }

        if (MayAskForLineFeed)
        {
            Fill(1);
        }

        return line;
    }

    /// <inheritdoc cref="ReadLine"/>
    public async ValueTask<byte[]> ReadLineAsync(int most = -1, CancellationToken cancellationToken = default)
    {
        await BeginReadAsync(cancellationToken).ConfigureAwait(false);
        byte[]? line;
        while (!TryTakeLine(most, out line))
        {
            if (!await FillAsync(LineChunk(most), cancellationToken).ConfigureAwait(false))
            {
                return TakeUpTo(most);
            }
        }

        if (MayAskForLineFeed)
        {
            await FillAsync(1, cancellationToken).ConfigureAwait(false);
        }

        return line;
    }

    /// <summary>The lines from here to the end, read as they are asked for; may be mixed with <see cref="ReadLine"/>.</summary>
    public IEnumerable<byte[]> ReadLines()
    {
        ThrowUnlessReadable();
        return Lines();

        IEnumerable<byte[]> Lines()
        {
            while (ReadLine() is { Length: > 0 } line)
            {
                yield return line;
            }
        }
    }

    /// <inheritdoc cref="ReadLines"/>
    public IAsyncEnumerable<byte[]> ReadLinesAsync(CancellationToken cancellationToken = default)
    {
        ThrowUnlessReadable();
        return Lines(cancellationToken);

        async IAsyncEnumerable<byte[]> Lines([EnumeratorCancellation] CancellationToken cancel)
        {
            while (await ReadLineAsync(-1, cancel).ConfigureAwait(false) is { Length: > 0 } line)
            {
                yield return line;
            }
        }
    }

    /// <summary>All lines to the end, or whole lines until <paramref name="sizeHint"/> bytes are reached if that is not negative.</summary>
    public IReadOnlyList<byte[]> ReadAllLines(int sizeHint = -1)
    {
        var lines = new List<byte[]>();
        long size = 0;
        while ((sizeHint < 0 || size < sizeHint || lines.Count == 0) && ReadLine() is { Length: > 0 } line)
        {
            lines.Add(line);
            size += line.Length;
        }

        return lines;
    }

    /// <inheritdoc cref="ReadAllLines"/>
    public async ValueTask<IReadOnlyList<byte[]>> ReadAllLinesAsync(int sizeHint = -1, CancellationToken cancellationToken = default)
    {
        var lines = new List<byte[]>();
        long size = 0;
        while ((sizeHint < 0 || size < sizeHint || lines.Count == 0) && await ReadLineAsync(-1, cancellationToken).ConfigureAwait(false) is { Length: > 0 } line)
        {
            lines.Add(line);
            size += line.Length;
        }

        return lines;
    }

    // What waits to be written may be what is read next.
    private void BeginRead()
    {
        ThrowUnlessReadable();
        WriteWaiting();
        At();
    }

    private ValueTask BeginReadAsync(CancellationToken cancellationToken)
    {
        ThrowUnlessReadable();
        At();
        return WriteWaitingAsync(cancellationToken);
    }

    private bool Fill(int wanted)
    {
        var room = _ahead.Room(Chunk(wanted));
        return Filled(_stream.Read(room.Array!, room.Offset, room.Count));
    }

    private async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellationToken)
    {
        var room = _ahead.Room(Chunk(wanted));
        return Filled(await _stream.ReadAsync(room.AsMemory(), cancellationToken).ConfigureAwait(false));
    }

    private bool Filled(int count)
    {
        _ahead.Filled(count);
        if (count == 0)
        {
            _ahead.AtEnd();
        }

        Advance();
        return count > 0;
    }

    // Without write buffering nothing is read beyond what was asked for, as Paramiko does it; with it, whole buffers.
    private int Chunk(int wanted) => _behind is null && wanted > 0 ? wanted : Math.Max(wanted, _chunk);

    // Nothing is kept and nothing more than this is to be read: the bytes need no stop on their way.
    private bool IsDirect(int wanted) => _ahead.Length == 0 && !_ahead.AwaitsLineFeed && Chunk(wanted) == wanted;

    // A file answers at once, and then the position is behind CR LF; a pipe might wait for ever.
    private bool MayAskForLineFeed => _ahead.AwaitsLineFeed && _stream.CanSeek;

    private int Missing(int count) => count < 0 ? Math.Max(_chunk, Math.Min(_ahead.Length, 1 << 20)) : count - _ahead.Length;

    private int LineChunk(int most) => most < 0 ? _chunk : Math.Max(1, most - _ahead.Length);

    private int TakeBytes(Span<byte> buffer)
    {
        int count = _ahead.Take(buffer);
        Advance();
        return count;
    }

    private bool TryTakeLine(int most, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? line)
    {
        line = _ahead.TakeLine(most);
        Advance();
        return line is not null;
    }

    private byte[] TakeUpTo(int most)
    {
        var rest = _ahead.TakeRest(most < 0 ? int.MaxValue : most);
        Advance();
        return rest;
    }

    private void Advance() => _position += _ahead.TakeConsumed();
}
