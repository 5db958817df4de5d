using System.Threading;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// A base for file systems: override one form of each operation, blocking or not (in SftpFileSystem.Async.cs). The server calls the ones that
/// return a <see cref="ValueTask"/>, which by default call the others; what is not overridden answers <see cref="SftpStatusCode.OperationUnsupported"/>.
/// </summary>
public abstract partial class SftpFileSystem : ISftpFileSystem
{
    /// <summary>By default the extensions that need nothing of a file system.</summary>
    public virtual SftpExtensions Extensions => SftpExtensions.Limits | SftpExtensions.CopyData | SftpExtensions.CheckFile;

    /// <summary>A session begins.</summary>
    protected virtual void SessionStarted()
    {
    }

    /// <summary>The session has ended; <paramref name="error"/> is null if the client just closed the stream.</summary>
    protected virtual void SessionEnded(Exception? error)
    {
    }

    /// <summary>OPEN of a file.</summary>
    protected virtual SftpResult<ISftpFile> Open(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes) => SftpStatusCode.OperationUnsupported;

    /// <summary>All names of a directory; <see cref="OpenDirectory"/> is for those who want to give them piece by piece.</summary>
    protected virtual SftpResult<IReadOnlyList<SftpFileName>> ListFolder(SftpPath path) => new(SftpStatusCode.OperationUnsupported);

    /// <summary>OPENDIR; by default of what <see cref="ListFolder"/> returns.</summary>
    protected virtual SftpResult<ISftpDirectory> OpenDirectory(SftpPath path)
    {
        var names = ListFolder(path);
        return names.IsOk ? new SftpResult<ISftpDirectory>(new SftpListing(names.Value)) : names.Status;
    }

    /// <summary>STAT: follows links.</summary>
    protected virtual SftpResult<SftpAttributes> Stat(SftpPath path) => SftpStatusCode.OperationUnsupported;

    /// <summary>LSTAT: of a link itself.</summary>
    protected virtual SftpResult<SftpAttributes> LStat(SftpPath path) => SftpStatusCode.OperationUnsupported;

    /// <summary>SETSTAT: sets the fields that are there; follows links.</summary>
    protected virtual SftpStatus SetStat(SftpPath path, SftpAttributes attributes) => SftpStatusCode.OperationUnsupported;

    /// <summary>lsetstat@openssh.com.</summary>
    protected virtual SftpStatus LSetStat(SftpPath path, SftpAttributes attributes) => SftpStatusCode.OperationUnsupported;

    /// <summary>REMOVE of a file.</summary>
    protected virtual SftpStatus Remove(SftpPath path) => SftpStatusCode.OperationUnsupported;

    /// <summary>RENAME: fails if <paramref name="to"/> is there.</summary>
    protected virtual SftpStatus Rename(SftpPath from, SftpPath to) => SftpStatusCode.OperationUnsupported;

    /// <summary>posix-rename@openssh.com: replaces <paramref name="to"/>.</summary>
    protected virtual SftpStatus PosixRename(SftpPath from, SftpPath to) => SftpStatusCode.OperationUnsupported;

    /// <summary>MKDIR.</summary>
    protected virtual SftpStatus MakeDirectory(SftpPath path, SftpAttributes attributes) => SftpStatusCode.OperationUnsupported;

    /// <summary>RMDIR of an empty directory.</summary>
    protected virtual SftpStatus RemoveDirectory(SftpPath path) => SftpStatusCode.OperationUnsupported;

    /// <summary>SYMLINK: <paramref name="link"/> is made and holds <paramref name="target"/>.</summary>
    protected virtual SftpStatus SymbolicLink(SftpPath target, SftpPath link) => SftpStatusCode.OperationUnsupported;

    /// <summary>READLINK.</summary>
    protected virtual SftpResult<SftpPath> ReadLink(SftpPath path) => SftpStatusCode.OperationUnsupported;

    /// <summary>hardlink@openssh.com: <paramref name="link"/> is a further name of <paramref name="existing"/>.</summary>
    protected virtual SftpStatus HardLink(SftpPath existing, SftpPath link) => SftpStatusCode.OperationUnsupported;

    /// <summary>REALPATH; by default "/" in front, and "." and ".." resolved in the text alone.</summary>
    protected virtual SftpResult<SftpPath> RealPath(SftpPath path) => SftpPathText.Normalize(path);

    /// <summary>expand-path@openssh.com; by default as <see cref="RealPath"/>.</summary>
    protected virtual SftpResult<SftpPath> ExpandPath(SftpPath path) => RealPath(path);

    /// <summary>home-directory; by default not supported.</summary>
    protected virtual SftpResult<SftpPath> HomeDirectory(string user) => SftpStatusCode.OperationUnsupported;

    /// <summary>statvfs@openssh.com.</summary>
    protected virtual SftpResult<SftpStatVfs> StatVfs(SftpPath path) => SftpStatusCode.OperationUnsupported;

    /// <summary>The name of a user; empty if it has none.</summary>
    protected virtual string UserName(uint userId) => "";

    /// <summary>The name of a group; empty if it has none.</summary>
    protected virtual string GroupName(uint groupId) => "";
}
