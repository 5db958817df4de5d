using System.Threading;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// An open file of a server. The server makes one call at a time to one file, save reads if <see cref="OverlapsReads"/>; <see cref="CloseAsync"/> comes last and once,
/// also when the session is lost. An exception of any call becomes a status (<see cref="SftpStatusMap"/>) and nothing more.
/// Who writes blocking code derives from <see cref="SftpFile"/>.
/// </summary>
public interface ISftpFile
{
    /// <summary>Whether several reads may be under way at once. It matters for reads that do not complete at once: they need not wait for each other.</summary>
    bool OverlapsReads { get; }

    /// <summary>Fills the front of <paramref name="buffer"/> with what stands at <paramref name="offset"/>.</summary>
    /// <param name="offset">Bytes from the beginning, at least 0.</param>
    /// <param name="buffer">Where the bytes go; at least 1 byte, never used after the call is done.</param>
    /// <param name="cancellationToken">The session ends.</param>
    /// <returns>Bytes filled; fewer than asked is allowed, 0 is the end of the file.</returns>
    ValueTask<SftpResult<int>> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Writes all of <paramref name="data"/> at <paramref name="offset"/>, or at the end if the file was opened to append.</summary>
    ValueTask<SftpStatus> WriteAsync(long offset, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>FSTAT.</summary>
    ValueTask<SftpResult<SftpAttributes>> StatAsync(CancellationToken cancellationToken);

    /// <summary>FSETSTAT: sets the fields that are there, no others.</summary>
    ValueTask<SftpStatus> SetStatAsync(SftpAttributes attributes, CancellationToken cancellationToken);

    /// <summary>fstatvfs@openssh.com.</summary>
    ValueTask<SftpResult<SftpStatVfs>> StatVfsAsync(CancellationToken cancellationToken);

    /// <summary>fsync@openssh.com: what was written is on the disk when this is done.</summary>
    ValueTask<SftpStatus> FlushAsync(CancellationToken cancellationToken);

    /// <summary>
    /// copy-data in one step, if this file system has one. <see cref="SftpStatusCode.OperationUnsupported"/> makes the server copy
    /// by reading and writing.
    /// </summary>
    /// <param name="offset">Where to read in this file.</param>
    /// <param name="length">Bytes to copy; 0 means up to the end.</param>
    /// <param name="destination">Where to write: another open file of the same file system, or this one.</param>
    /// <param name="destinationOffset">Where to write in it.</param>
    /// <param name="cancellationToken">The session ends.</param>
    ValueTask<SftpStatus> CopyAsync(long offset, long length, ISftpFile destination, long destinationOffset, CancellationToken cancellationToken);

    /// <summary>CLOSE: gives the file back; the status tells the client of late write errors.</summary>
    ValueTask<SftpStatus> CloseAsync();
}
