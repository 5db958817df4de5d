using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// A server's file over streams: one to read from, one to write to, or one for both. A stream that can seek is moved where
/// each request says; with <see cref="SftpOpenFlags.Append"/> writes always go to the end. One that cannot seek takes requests only in their order.
/// </summary>
public class SftpStreamFile : SftpFile
{
    private long _readPosition;
    private long _writePosition;

    /// <summary>A file over one stream for whatever it can do.</summary>
    public SftpStreamFile(Stream stream, SftpOpenFlags flags = SftpOpenFlags.None)
        : this(Checked(stream).CanRead ? stream : null, stream.CanWrite ? stream : null, flags)
    {
    }

    /// <summary>A file over one stream for each direction; null refuses that direction. They are closed with the file.</summary>
    public SftpStreamFile(Stream? readStream, Stream? writeStream, SftpOpenFlags flags = SftpOpenFlags.None)
        : base(flags)
    {
        ReadStream = readStream;
        WriteStream = writeStream;
    }

    /// <summary>Where reads go; null if there is none.</summary>
    public Stream? ReadStream { get; }

    /// <summary>Where writes go; null if there is none.</summary>
    public Stream? WriteStream { get; }

    /// <inheritdoc/>
    public override async ValueTask<SftpResult<int>> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (ReadStream is not { } stream)
        {
            return SftpStatusCode.PermissionDenied;
        }

        if (!TryMove(stream, offset, _readPosition))
        {
            return new SftpStatus(SftpStatusCode.Failure, "The file can only be read in order");
        }

        int count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _readPosition = offset + count;
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask<SftpStatus> WriteAsync(long offset, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (WriteStream is not { } stream)
        {
            return SftpStatusCode.PermissionDenied;
        }

        if ((Flags & SftpOpenFlags.Append) != 0)
        {
            offset = stream.CanSeek ? stream.Length : _writePosition;
        }

        if (!TryMove(stream, offset, _writePosition))
        {
            return new(SftpStatusCode.Failure, "The file can only be written in order");
        }

        await stream.WriteAsync(data, cancellationToken).ConfigureAwait(false);
        _writePosition = offset + data.Length;
        return SftpStatus.Ok;
    }

    /// <inheritdoc/>
    public override async ValueTask<SftpStatus> FlushAsync(CancellationToken cancellationToken)
    {
        if (WriteStream is { } stream)
        {
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return SftpStatus.Ok;
    }

    /// <inheritdoc/>
    protected override SftpResult<SftpAttributes> Stat() =>
        (ReadStream ?? WriteStream) is { CanSeek: true } stream ? new SftpAttributes { Size = (ulong)stream.Length } : SftpStatusCode.OperationUnsupported;

    /// <inheritdoc/>
    protected override SftpStatus SetStat(SftpAttributes attributes)
    {
        if (WriteStream is not { CanSeek: true } stream || attributes with { Size = null } != default)
        {
            return SftpStatusCode.OperationUnsupported;
        }

        if (attributes.Size is { } size)
        {
            stream.SetLength((long)size);
        }

        return SftpStatus.Ok;
    }

    /// <inheritdoc/>
    protected override SftpStatus Close()
    {
        try
        {
            ReadStream?.Dispose();
        }
        finally
        {
            WriteStream?.Dispose();
        }

        return SftpStatus.Ok;
    }

    private static Stream Checked(Stream stream) => stream ?? throw new ArgumentNullException(nameof(stream));

    private static bool TryMove(Stream stream, long offset, long position)
    {
        if (stream.CanSeek)
        {
            stream.Position = offset;
            return true;
        }

        return offset == position;
    }
}
