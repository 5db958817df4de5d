using System.Threading;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// What an SFTP server serves: every request of version 3 as a hook. Paths come as the client sent them, absolute or not, as
/// bytes; relative ones mean the place that <see cref="RealPathAsync"/> tells for ".". Calls for different files may overlap when an earlier
/// one has not completed yet. An exception of a hook becomes a status (<see cref="SftpStatusMap"/>) and nothing more.
/// Who writes blocking code derives from <see cref="SftpFileSystem"/>.
/// </summary>
public interface ISftpFileSystem
{
    /// <summary>
    /// The extensions that are announced. limits@, copy-data and check-file are the server's own work and need nothing of the file system.
    /// </summary>
    SftpExtensions Extensions { get; }

    /// <summary>A session begins, before any other call for it.</summary>
    ValueTask SessionStartedAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The session has ended and its files are closed, also if it could not start; <paramref name="error"/> is null if the client
    /// just closed the stream.
    /// </summary>
    ValueTask SessionEndedAsync(Exception? error);

    /// <summary>OPEN of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="flags">At least one of <see cref="SftpOpenFlags.Read"/> and <see cref="SftpOpenFlags.Write"/>, and no bit without a name.</param>
    /// <param name="attributes">What a file that is made shall have; often empty.</param>
    /// <param name="cancellationToken">The session ends.</param>
    ValueTask<SftpResult<ISftpFile>> OpenAsync(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes, CancellationToken cancellationToken);

    /// <summary>OPENDIR.</summary>
    ValueTask<SftpResult<ISftpDirectory>> OpenDirectoryAsync(SftpPath path, CancellationToken cancellationToken);

    /// <summary>STAT: follows links.</summary>
    ValueTask<SftpResult<SftpAttributes>> StatAsync(SftpPath path, CancellationToken cancellationToken);

    /// <summary>LSTAT: of a link itself.</summary>
    ValueTask<SftpResult<SftpAttributes>> LStatAsync(SftpPath path, CancellationToken cancellationToken);

    /// <summary>SETSTAT: sets the fields that are there, no others; follows links.</summary>
    ValueTask<SftpStatus> SetStatAsync(SftpPath path, SftpAttributes attributes, CancellationToken cancellationToken);

    /// <summary>lsetstat@openssh.com: as SETSTAT, on a link itself.</summary>
    ValueTask<SftpStatus> LSetStatAsync(SftpPath path, SftpAttributes attributes, CancellationToken cancellationToken);

    /// <summary>REMOVE of a file; not of a directory.</summary>
    ValueTask<SftpStatus> RemoveAsync(SftpPath path, CancellationToken cancellationToken);

    /// <summary>RENAME: fails if <paramref name="to"/> is there.</summary>
    ValueTask<SftpStatus> RenameAsync(SftpPath from, SftpPath to, CancellationToken cancellationToken);

    /// <summary>posix-rename@openssh.com: replaces <paramref name="to"/> in one step.</summary>
    ValueTask<SftpStatus> PosixRenameAsync(SftpPath from, SftpPath to, CancellationToken cancellationToken);

    /// <summary>MKDIR.</summary>
    ValueTask<SftpStatus> MakeDirectoryAsync(SftpPath path, SftpAttributes attributes, CancellationToken cancellationToken);

    /// <summary>RMDIR of an empty directory.</summary>
    ValueTask<SftpStatus> RemoveDirectoryAsync(SftpPath path, CancellationToken cancellationToken);

    /// <summary>SYMLINK: <paramref name="link"/> is made and holds <paramref name="target"/>, which is text and need not be there.</summary>
    ValueTask<SftpStatus> SymbolicLinkAsync(SftpPath target, SftpPath link, CancellationToken cancellationToken);

    /// <summary>READLINK: what the link holds.</summary>
    ValueTask<SftpResult<SftpPath>> ReadLinkAsync(SftpPath path, CancellationToken cancellationToken);

    /// <summary>hardlink@openssh.com: <paramref name="link"/> is a further name of <paramref name="existing"/>.</summary>
    ValueTask<SftpStatus> HardLinkAsync(SftpPath existing, SftpPath link, CancellationToken cancellationToken);

    /// <summary>REALPATH: the absolute path, links resolved where they are there. Must not tell of anything outside the root.</summary>
    ValueTask<SftpResult<SftpPath>> RealPathAsync(SftpPath path, CancellationToken cancellationToken);

    /// <summary>expand-path@openssh.com: as REALPATH, with a leading "~" or "~user" resolved first.</summary>
    ValueTask<SftpResult<SftpPath>> ExpandPathAsync(SftpPath path, CancellationToken cancellationToken);

    /// <summary>home-directory: the home of a user, of the session's own for an empty name.</summary>
    ValueTask<SftpResult<SftpPath>> HomeDirectoryAsync(string user, CancellationToken cancellationToken);

    /// <summary>statvfs@openssh.com.</summary>
    ValueTask<SftpResult<SftpStatVfs>> StatVfsAsync(SftpPath path, CancellationToken cancellationToken);

    /// <summary>users-groups-by-id@openssh.com: the name of a user; empty if it has none. Also asked for the lines of listings.</summary>
    ValueTask<string> UserNameAsync(uint userId, CancellationToken cancellationToken);

    /// <summary>users-groups-by-id@openssh.com: the name of a group; empty if it has none.</summary>
    ValueTask<string> GroupNameAsync(uint groupId, CancellationToken cancellationToken);
}
