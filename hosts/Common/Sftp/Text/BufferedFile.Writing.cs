using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>Writing.</content>
public sealed partial class BufferedFile
{
    /// <summary>Writes all of the buffer, or keeps it until it is due: see the constructor's bufferSize.</summary>
    /// <exception cref="NotSupportedException">It is not open for writing.</exception>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        BeginWrite();
        if (_behind is null)
        {
            GoToEnd();
            _stream.Write(buffer);
            _position += buffer.Length;
        }
        else
        {
            WriteFront(_behind.Add(buffer));
        }
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        BeginWrite();
        if (_behind is null)
        {
            GoToEnd();
            await _stream.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            _position += buffer.Length;
        }
        else
        {
            await WriteFrontAsync(_behind.Add(buffer.Span), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes text as UTF-8.</summary>
    public void Write(string text) => Write(Bytes(text).Span);

    /// <inheritdoc cref="Write(string)"/>
    public ValueTask WriteAsync(string text, CancellationToken cancellationToken = default) => WriteAsync(Bytes(text), cancellationToken);

    /// <summary>Writes one after the other as UTF-8; nothing is put between them.</summary>
    public void WriteLines(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        foreach (string line in lines)
        {
            Write(line);
        }
    }

    /// <inheritdoc cref="WriteLines(IEnumerable{string})"/>
    public async ValueTask WriteLinesAsync(IEnumerable<string> lines, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        foreach (string line in lines)
        {
            await WriteAsync(line, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes one after the other; nothing is put between them.</summary>
    public void WriteLines(IEnumerable<byte[]> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        foreach (byte[] line in lines)
        {
            Write(line.AsSpan());
        }
    }

    /// <inheritdoc cref="WriteLines(IEnumerable{byte[]})"/>
    public async ValueTask WriteLinesAsync(IEnumerable<byte[]> lines, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        foreach (byte[] line in lines)
        {
            await WriteAsync(line.AsMemory(), cancellationToken).ConfigureAwait(false);
        }
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => new SftpPath(text).Bytes;

    // A write goes where the user is, not where the reading ahead has got to.
    private void BeginWrite()
    {
        ThrowUnlessWritable();
        if (_stream.CanSeek && (_ahead.Length > 0 || _ahead.AwaitsLineFeed))
        {
            SeekBack();
        }
    }

    private void SeekBack()
    {
        _stream.Seek(At(), SeekOrigin.Begin);
        _ahead.Clear();
    }

    private void GoToEnd()
    {
        if (Mode.IsAppend && _stream.CanSeek)
        {
            _position = _stream.Seek(0, SeekOrigin.End);
        }
    }

    private void WriteWaiting() => WriteFront(_behind?.Length ?? 0);

    private ValueTask WriteWaitingAsync(CancellationToken cancellationToken) => WriteFrontAsync(_behind?.Length ?? 0, cancellationToken);

    // What failed stays and is tried again by the next flush.
    private void WriteFront(int count)
    {
        if (count > 0)
        {
            GoToEnd();
            _stream.Write(_behind!.Front(count).Span);
            Written(count);
        }
    }

    private async ValueTask WriteFrontAsync(int count, CancellationToken cancellationToken)
    {
        if (count > 0)
        {
            GoToEnd();
            await _stream.WriteAsync(_behind!.Front(count), cancellationToken).ConfigureAwait(false);
            Written(count);
        }
    }

    private void Written(int count)
    {
        _behind!.Drop(count);
        _position += count;
    }
}
