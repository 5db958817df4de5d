using System.IO;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// A directory of the local disk, and nothing outside it, for an SFTP server. On Linux (x64, arm64; .NET 10) paths are bytes and
/// stay inside the root against everything a client, or another process inside the root, does meanwhile: the kernel's openat2
/// or, without it, a walk over directory handles. Links work as after chroot: an absolute target begins at the root. Only
/// regular files can be opened; no FIFO or device is ever waited for.
/// <para>
/// Elsewhere, and in the netstandard2.0 build, .NET's own files are used. Names are text there, links and mount points below
/// the root are refused and not followed, and a check can be outrun: whoever can change the tree by other means
/// than this file system can lead it out of the root. Serve such a tree only to users you trust with the rest.
/// </para>
/// What hard links or mounts bring into the root from outside before is inside it.
/// </summary>
public sealed class LocalFileSystem : SftpFileSystem, IDisposable
{
    private const int LongestPath = 4095;

    private readonly LocalDisk _disk;
    private readonly LocalFileSystemOptions _options;

    /// <summary>Serves a directory for reading and writing.</summary>
    /// <inheritdoc cref="LocalFileSystem(LocalFileSystemOptions)"/>
    public LocalFileSystem(string root)
        : this(new LocalFileSystemOptions { Root = root })
    {
    }

    /// <summary>Serves what the options say.</summary>
    /// <exception cref="DirectoryNotFoundException">The root is not there or is no directory.</exception>
    /// <exception cref="ArgumentException">The initial directory is not absolute, or the umask is none.</exception>
    public LocalFileSystem(LocalFileSystemOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!options.InitialDirectory.IsAbsolute || options.Umask is < 0 or > 0x1FF || string.IsNullOrEmpty(options.Root))
        {
            throw new ArgumentException("A root, an absolute initial directory and a umask of 0 to 0777 are needed.", nameof(options));
        }

        _options = options;
        _disk = LocalDisks.Open(options, new LocalRules(options.ReadOnly, (uint)options.Umask, options.Quota));
    }

    /// <inheritdoc/>
    public override SftpExtensions Extensions => base.Extensions | _disk.Extensions;

    /// <summary>Closes the root. Files that are open stay so.</summary>
    public void Dispose() => _disk.Dispose();

    /// <inheritdoc/>
    protected override SftpResult<ISftpFile> Open(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes)
    {
        const SftpOpenFlags changes = SftpOpenFlags.Write | SftpOpenFlags.Append | SftpOpenFlags.Create | SftpOpenFlags.Truncate;
        return (flags & changes) != 0 && _options.ReadOnly ? SftpStatusCode.PermissionDenied
            : Absolute(ref path) is { IsOk: false } refused ? refused
            : _disk.Open(path, flags, attributes);
    }

    /// <inheritdoc/>
    protected override SftpResult<ISftpDirectory> OpenDirectory(SftpPath path) =>
        Absolute(ref path) is { IsOk: false } refused ? refused : _disk.OpenDirectory(path);

    /// <inheritdoc/>
    protected override SftpResult<SftpAttributes> Stat(SftpPath path) =>
        Absolute(ref path) is { IsOk: false } refused ? refused : _disk.Stat(path, follow: true);

    /// <inheritdoc/>
    protected override SftpResult<SftpAttributes> LStat(SftpPath path) =>
        Absolute(ref path) is { IsOk: false } refused ? refused : _disk.Stat(path, follow: false);

    /// <inheritdoc/>
    protected override SftpStatus SetStat(SftpPath path, SftpAttributes attributes) =>
        Changing(ref path) is { IsOk: false } refused ? refused : _disk.SetStat(path, attributes, follow: true);

    /// <inheritdoc/>
    protected override SftpStatus LSetStat(SftpPath path, SftpAttributes attributes) =>
        Changing(ref path) is { IsOk: false } refused ? refused : _disk.SetStat(path, attributes, follow: false);

    /// <inheritdoc/>
    protected override SftpStatus Remove(SftpPath path) => Changing(ref path) is { IsOk: false } refused ? refused : _disk.Remove(path);

    /// <inheritdoc/>
    protected override SftpStatus Rename(SftpPath from, SftpPath to) => Rename(from, to, replace: false);

    /// <inheritdoc/>
    protected override SftpStatus PosixRename(SftpPath from, SftpPath to) => Rename(from, to, replace: true);

    /// <inheritdoc/>
    protected override SftpStatus MakeDirectory(SftpPath path, SftpAttributes attributes) =>
        Changing(ref path) is { IsOk: false } refused ? refused : _disk.MakeDirectory(path, attributes);

    /// <inheritdoc/>
    protected override SftpStatus RemoveDirectory(SftpPath path) =>
        Changing(ref path) is { IsOk: false } refused ? refused : _disk.RemoveDirectory(path);

    /// <inheritdoc/>
    protected override SftpStatus SymbolicLink(SftpPath target, SftpPath link) =>
        Changing(ref link) is { IsOk: false } refused ? refused
        : Check(target) is { IsOk: false } unfit ? unfit
        : _disk.SymbolicLink(target, link);

    /// <inheritdoc/>
    protected override SftpResult<SftpPath> ReadLink(SftpPath path) =>
        Absolute(ref path) is { IsOk: false } refused ? refused : _disk.ReadLink(path);

    /// <inheritdoc/>
    protected override SftpStatus HardLink(SftpPath existing, SftpPath link) =>
        Changing(ref existing) is { IsOk: false } refused ? refused
        : Changing(ref link) is { IsOk: false } unfit ? unfit
        : _disk.HardLink(existing, link);

    /// <inheritdoc/>
    protected override SftpResult<SftpPath> RealPath(SftpPath path)
    {
        path = path.IsEmpty ? "." : path;
        return Absolute(ref path) is { IsOk: false } refused ? refused : _disk.RealPath(path);
    }

    /// <inheritdoc/>
    protected override SftpResult<SftpPath> ExpandPath(SftpPath path)
    {
        if (path.IsEmpty || path.Span[0] != (byte)'~')
        {
            return RealPath(path);
        }

        int slash = path.Span.IndexOf((byte)'/');
        var user = new SftpPath(path.Bytes.Slice(1, (slash < 0 ? path.Length : slash) - 1));
        var rest = slash < 0 ? default : new SftpPath(path.Bytes.Slice(slash + 1));
        var home = HomeDirectory(user.ToString());
        return !home.IsOk ? home : RealPath(rest.IsEmpty ? home.Value : rest.IsAbsolute ? new SftpPath("." + rest) : home.Value.Combine(rest));
    }

    /// <inheritdoc/>
    protected override SftpResult<SftpPath> HomeDirectory(string user) =>
        string.IsNullOrEmpty(user) ? _options.InitialDirectory
        : _disk.HomeOf(user) is { } home ? home
        : new SftpStatus(SftpStatusCode.Failure, "Unknown user");

    /// <inheritdoc/>
    protected override SftpResult<SftpStatVfs> StatVfs(SftpPath path) =>
        Absolute(ref path) is { IsOk: false } refused ? refused : _disk.StatVfs(path);

    /// <inheritdoc/>
    protected override string UserName(uint userId) => _disk.UserName(userId);

    /// <inheritdoc/>
    protected override string GroupName(uint groupId) => _disk.GroupName(groupId);

    private SftpStatus Rename(SftpPath from, SftpPath to, bool replace) =>
        Changing(ref from) is { IsOk: false } refused ? refused
        : Changing(ref to) is { IsOk: false } unfit ? unfit
        : _disk.Rename(from, to, replace);

    private SftpStatus Changing(ref SftpPath path) => _options.ReadOnly ? SftpStatusCode.PermissionDenied : Absolute(ref path);

    private SftpStatus Absolute(ref SftpPath path)
    {
        if (Check(path) is { IsOk: false } refused)
        {
            return refused;
        }

        path = path.IsAbsolute ? path : _options.InitialDirectory.Combine(path);
        return path.Length > LongestPath ? Failure("File name too long") : SftpStatus.Ok;
    }

    // A NUL would cut the name short for the system, so that another file were meant than was checked.
    private static SftpStatus Check(SftpPath path) =>
        path.IsEmpty ? SftpStatusCode.NoSuchFile
        : path.Span.IndexOf((byte)0) >= 0 ? Failure("Invalid argument")
        : path.Length > LongestPath ? Failure("File name too long")
        : SftpStatus.Ok;

    private static SftpStatus Failure(string text) => new(SftpStatusCode.Failure, text);
}
