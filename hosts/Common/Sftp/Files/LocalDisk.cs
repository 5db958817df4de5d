using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// What a system offers for <see cref="LocalFileSystem"/>. All paths are absolute, mean the root by "/", hold no NUL and are
/// not empty. That nothing is changed in read-only mode is the caller's to see to.
/// </summary>
internal abstract class LocalDisk : IDisposable
{
    public abstract SftpExtensions Extensions { get; }

    public abstract SftpResult<ISftpFile> Open(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes);

    public abstract SftpResult<ISftpDirectory> OpenDirectory(SftpPath path);

    public abstract SftpResult<SftpAttributes> Stat(SftpPath path, bool follow);

    public abstract SftpStatus SetStat(SftpPath path, SftpAttributes attributes, bool follow);

    public abstract SftpStatus Remove(SftpPath path);

    public abstract SftpStatus Rename(SftpPath from, SftpPath to, bool replace);

    public abstract SftpStatus MakeDirectory(SftpPath path, SftpAttributes attributes);

    public abstract SftpStatus RemoveDirectory(SftpPath path);

    public abstract SftpStatus SymbolicLink(SftpPath target, SftpPath link);

    public abstract SftpResult<SftpPath> ReadLink(SftpPath path);

    public abstract SftpStatus HardLink(SftpPath existing, SftpPath link);

    public abstract SftpResult<SftpPath> RealPath(SftpPath path);

    public abstract SftpResult<SftpStatVfs> StatVfs(SftpPath path);

    public abstract string UserName(uint userId);

    public abstract string GroupName(uint groupId);

    /// <summary>The home of a user as a path below this root; null if there is none to tell.</summary>
    public abstract SftpPath? HomeOf(string user);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}
