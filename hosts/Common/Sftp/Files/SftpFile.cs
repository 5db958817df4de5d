using System.Threading;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// A base for files: override one form of each operation, blocking or not. The server calls the ones that return a
/// <see cref="ValueTask"/>, which by default call the others; what is not overridden answers <see cref="SftpStatusCode.OperationUnsupported"/>.
/// </summary>
public abstract class SftpFile : ISftpFile
{
    /// <summary>A file opened with these flags.</summary>
    protected SftpFile(SftpOpenFlags flags = SftpOpenFlags.None) => Flags = flags;

    /// <summary>How it was opened.</summary>
    public SftpOpenFlags Flags { get; }

    /// <inheritdoc/>
    public virtual bool OverlapsReads => false;

    /// <summary>Fills the front of <paramref name="buffer"/> from <paramref name="offset"/> on; 0 is the end of the file.</summary>
    protected virtual SftpResult<int> Read(long offset, Span<byte> buffer) => SftpStatusCode.OperationUnsupported;

    /// <summary>Writes all of <paramref name="data"/> at <paramref name="offset"/>.</summary>
    protected virtual SftpStatus Write(long offset, ReadOnlySpan<byte> data) => SftpStatusCode.OperationUnsupported;

    /// <summary>FSTAT.</summary>
    protected virtual SftpResult<SftpAttributes> Stat() => SftpStatusCode.OperationUnsupported;

    /// <summary>FSETSTAT: sets the fields that are there.</summary>
    protected virtual SftpStatus SetStat(SftpAttributes attributes) => SftpStatusCode.OperationUnsupported;

    /// <summary>fstatvfs@openssh.com.</summary>
    protected virtual SftpResult<SftpStatVfs> StatVfs() => SftpStatusCode.OperationUnsupported;

    /// <summary>fsync@openssh.com.</summary>
    protected virtual SftpStatus Flush() => SftpStatusCode.OperationUnsupported;

    /// <summary>copy-data in one step; not supported makes the server read and write.</summary>
    protected virtual SftpStatus Copy(long offset, long length, ISftpFile destination, long destinationOffset) => SftpStatusCode.OperationUnsupported;

    /// <summary>CLOSE; by default there is nothing to give back.</summary>
    protected virtual SftpStatus Close() => SftpStatus.Ok;

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<int>> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) => new(Read(offset, buffer.Span));

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> WriteAsync(long offset, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => new(Write(offset, data.Span));

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<SftpAttributes>> StatAsync(CancellationToken cancellationToken) => new(Stat());

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> SetStatAsync(SftpAttributes attributes, CancellationToken cancellationToken) => new(SetStat(attributes));

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<SftpStatVfs>> StatVfsAsync(CancellationToken cancellationToken) => new(StatVfs());

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> FlushAsync(CancellationToken cancellationToken) => new(Flush());

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> CopyAsync(long offset, long length, ISftpFile destination, long destinationOffset, CancellationToken cancellationToken) =>
        new(Copy(offset, length, destination, destinationOffset));

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> CloseAsync() => new(Close());
}
