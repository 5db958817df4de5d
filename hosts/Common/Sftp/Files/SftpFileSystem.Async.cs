using System.Threading;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

public abstract partial class SftpFileSystem
{
    /// <inheritdoc/>
    public virtual ValueTask SessionStartedAsync(CancellationToken cancellationToken)
    {
        SessionStarted();
        return default;
    }

    /// <inheritdoc/>
    public virtual ValueTask SessionEndedAsync(Exception? error)
    {
        SessionEnded(error);
        return default;
    }

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<ISftpFile>> OpenAsync(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes, CancellationToken cancellationToken) =>
        new(Open(path, flags, attributes));

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<ISftpDirectory>> OpenDirectoryAsync(SftpPath path, CancellationToken cancellationToken) => new(OpenDirectory(path));

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<SftpAttributes>> StatAsync(SftpPath path, CancellationToken cancellationToken) => new(Stat(path));

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<SftpAttributes>> LStatAsync(SftpPath path, CancellationToken cancellationToken) => new(LStat(path));

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> SetStatAsync(SftpPath path, SftpAttributes attributes, CancellationToken cancellationToken) => new(SetStat(path, attributes));

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> LSetStatAsync(SftpPath path, SftpAttributes attributes, CancellationToken cancellationToken) => new(LSetStat(path, attributes));

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> RemoveAsync(SftpPath path, CancellationToken cancellationToken) => new(Remove(path));

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> RenameAsync(SftpPath from, SftpPath to, CancellationToken cancellationToken) => new(Rename(from, to));

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> PosixRenameAsync(SftpPath from, SftpPath to, CancellationToken cancellationToken) => new(PosixRename(from, to));

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> MakeDirectoryAsync(SftpPath path, SftpAttributes attributes, CancellationToken cancellationToken) => new(MakeDirectory(path, attributes));

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> RemoveDirectoryAsync(SftpPath path, CancellationToken cancellationToken) => new(RemoveDirectory(path));

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> SymbolicLinkAsync(SftpPath target, SftpPath link, CancellationToken cancellationToken) => new(SymbolicLink(target, link));

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<SftpPath>> ReadLinkAsync(SftpPath path, CancellationToken cancellationToken) => new(ReadLink(path));

    /// <inheritdoc/>
    public virtual ValueTask<SftpStatus> HardLinkAsync(SftpPath existing, SftpPath link, CancellationToken cancellationToken) => new(HardLink(existing, link));

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<SftpPath>> RealPathAsync(SftpPath path, CancellationToken cancellationToken) => new(RealPath(path));

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<SftpPath>> ExpandPathAsync(SftpPath path, CancellationToken cancellationToken) => new(ExpandPath(path));

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<SftpPath>> HomeDirectoryAsync(string user, CancellationToken cancellationToken) => new(HomeDirectory(user));

    /// <inheritdoc/>
    public virtual ValueTask<SftpResult<SftpStatVfs>> StatVfsAsync(SftpPath path, CancellationToken cancellationToken) => new(StatVfs(path));

    /// <inheritdoc/>
    public virtual ValueTask<string> UserNameAsync(uint userId, CancellationToken cancellationToken) => new(UserName(userId));

    /// <inheritdoc/>
    public virtual ValueTask<string> GroupNameAsync(uint groupId, CancellationToken cancellationToken) => new(GroupName(groupId));
}
