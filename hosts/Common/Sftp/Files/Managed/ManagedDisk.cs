using System.IO;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>A tree by .NET's own files, for systems without the calls that are safe against races. Links are not followed.</summary>
internal sealed class ManagedDisk : LocalDisk
{
    private readonly string _root;
    private readonly ManagedPaths _paths;
    private readonly LocalRules _rules;

    public ManagedDisk(LocalFileSystemOptions options, LocalRules rules)
    {
        _root = Path.GetFullPath(options.Root);
        if (!Directory.Exists(_root))
        {
            throw new DirectoryNotFoundException($"The root '{_root}' is not there.");
        }

        _paths = new(_root);
        _rules = rules;
    }

    public override SftpExtensions Extensions => SftpExtensions.PosixRename | SftpExtensions.FSync | SftpExtensions.LSetStat | SftpExtensions.ExpandPath
        | SftpExtensions.HomeDirectory;

    public override SftpResult<ISftpFile> Open(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes)
    {
        if (_paths.Find(path, out string local) is { IsOk: false } refused)
        {
            return refused;
        }

        bool create = (flags & SftpOpenFlags.Create) != 0;
        bool isNew = create && (flags & SftpOpenFlags.Exclusive) != 0;
        var access = ((flags & SftpOpenFlags.Read) != 0 ? FileAccess.Read : 0) | ((flags & SftpOpenFlags.Write) != 0 ? FileAccess.Write : 0);
        return Do<ISftpFile>(() =>
        {
            if (Directory.Exists(local))
            {
                return new SftpStatus(SftpStatusCode.Failure, "Is a directory");
            }

            if (!isNew && !IsRegular(local))
            {
                return new SftpStatus(SftpStatusCode.Failure, "Not a regular file");
            }

            var stream = new FileStream(local, isNew ? FileMode.CreateNew : create ? FileMode.OpenOrCreate : FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete, 1);
            var file = new ManagedFile(stream, local, flags, _rules);
            return (flags & SftpOpenFlags.Truncate) != 0 && file.Resize(0) is { IsOk: false } failed ? failed : file;
        });
    }

    public override SftpResult<ISftpDirectory> OpenDirectory(SftpPath path) =>
        _paths.Find(path, out string local) is { IsOk: false } refused ? refused : Do<ISftpDirectory>(() =>
            Directory.Exists(local) ? new SftpListing(Names(local)) : new SftpStatus(SftpStatusCode.NoSuchFile));

    public override SftpResult<SftpAttributes> Stat(SftpPath path, bool follow) =>
        _paths.Find(path, out string local, allowLink: !follow) is { IsOk: false } refused ? refused : Do(() => ManagedAttributes.Of(local));

    public override SftpStatus SetStat(SftpPath path, SftpAttributes attributes, bool follow)
    {
        if (_paths.Find(path, out string local) is { IsOk: false } refused)
        {
            return refused;
        }

        if (attributes.Size is not null)
        {
            var opened = follow ? Open(path, SftpOpenFlags.Write, default) : SftpStatusCode.Failure;
            if (!opened.IsOk)
            {
                return opened.Status;
            }

            using var file = (ManagedFile)opened.Value;
            var resized = file.Resize(attributes.Size is <= long.MaxValue and var size ? (long)size : long.MaxValue);
            if (!resized.IsOk)
            {
                return resized;
            }
        }

        return Do(() => ManagedAttributes.Set(local, attributes));
    }

    public override SftpStatus Remove(SftpPath path) => _paths.Find(path, out string local, allowLink: true) is { IsOk: false } refused ? refused : Do(() =>
    {
        if (!ManagedPaths.IsLink(local) && Directory.Exists(local))
        {
            return new SftpStatus(SftpStatusCode.Failure, "Is a directory");
        }

        var file = new FileInfo(local);
        long size = file.Length;
        file.Delete();
        _rules.TryResize(size, 0);
        return SftpStatus.Ok;
    });

    public override SftpStatus Rename(SftpPath from, SftpPath to, bool replace) =>
        _paths.Find(from, out string source, allowLink: true) is { IsOk: false } refused ? refused
        : _paths.Find(to, out string target, allowLink: true) is { IsOk: false } unfit ? unfit
        : source == _root || target == _root ? new SftpStatus(SftpStatusCode.Failure, "Device or resource busy")
        : Do(() =>
        {
            if (Directory.Exists(source) && !ManagedPaths.IsLink(source))
            {
                Directory.Move(source, target);
            }
            else if (replace && File.Exists(target) && source != target)
            {
                File.Replace(source, target, null);
            }
            else
            {
                File.Move(source, target);
            }

            return SftpStatus.Ok;
        });

    public override SftpStatus MakeDirectory(SftpPath path, SftpAttributes attributes) => _paths.Find(path, out string local) is { IsOk: false } refused ? refused : Do(() =>
    {
        if (Directory.Exists(local) || File.Exists(local))
        {
            return new SftpStatus(SftpStatusCode.Failure, "File exists");
        }

        if (!Directory.Exists(Path.GetDirectoryName(local)!))
        {
            return SftpStatusCode.NoSuchFile;
        }

        Directory.CreateDirectory(local);
        return SftpStatus.Ok;
    });

    public override SftpStatus RemoveDirectory(SftpPath path) =>
        _paths.Find(path, out string local) is { IsOk: false } refused ? refused
        : local == _root ? new SftpStatus(SftpStatusCode.Failure, "Device or resource busy")
        : Do(() =>
        {
            Directory.Delete(local, recursive: false);
            return SftpStatus.Ok;
        });

    public override SftpStatus SymbolicLink(SftpPath target, SftpPath link) => SftpStatusCode.OperationUnsupported;

    public override SftpResult<SftpPath> ReadLink(SftpPath path) => SftpStatusCode.OperationUnsupported;

    public override SftpStatus HardLink(SftpPath existing, SftpPath link) => SftpStatusCode.OperationUnsupported;

    public override SftpResult<SftpPath> RealPath(SftpPath path) =>
        _paths.Find(path, out _) is { IsOk: false } refused ? refused : SftpPathText.Normalize(path);

    public override SftpResult<SftpStatVfs> StatVfs(SftpPath path) => SftpStatusCode.OperationUnsupported;

    public override string UserName(uint userId) => "";

    public override string GroupName(uint groupId) => "";

    public override SftpPath? HomeOf(string user) => null;

    private static IEnumerable<SftpFileName> Names(string folder)
    {
        foreach (string local in Directory.EnumerateFileSystemEntries(folder))
        {
            var attributes = Do(() => ManagedAttributes.Of(local));
            if (attributes.IsOk)
            {
                yield return new(Path.GetFileName(local), default, attributes.Value);
            }
        }
    }

    // A device or FIFO of a Unix would be waited for.
    private static bool IsRegular(string local)
    {
        var attributes = Do(() => ManagedAttributes.Of(local));
        return !attributes.IsOk || (attributes.Value.IsRegularFile && (File.GetAttributes(local) & FileAttributes.Device) == 0);
    }

    private static SftpResult<T> Do<T>(Func<SftpResult<T>> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return SftpStatusMap.FromException(e);
        }
    }

    private static SftpStatus Do(Func<SftpStatus> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return SftpStatusMap.FromException(e);
        }
    }
}
