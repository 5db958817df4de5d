using System.Threading;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// An open directory of a server, read piece by piece as the client asks. One call at a time; <see cref="CloseAsync"/> comes last and once.
/// <see cref="SftpListing"/> makes one of any sequence.
/// </summary>
public interface ISftpDirectory
{
    /// <summary>
    /// Fills the front of <paramref name="entries"/> with the next names. An empty <see cref="SftpFileName.LongName"/> lets the
    /// server write the usual line. "." and ".." may be among them.
    /// </summary>
    /// <returns>Names filled; 0 is the end.</returns>
    ValueTask<SftpResult<int>> ReadAsync(Memory<SftpFileName> entries, CancellationToken cancellationToken);

    /// <summary>CLOSE: gives the directory back.</summary>
    ValueTask<SftpStatus> CloseAsync();
}
