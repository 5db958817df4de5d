using System.IO;
using Microsoft.Win32.SafeHandles;
using SshCore.Sftp;
using static SshCore.Hosts.Sftp.LinuxConstants;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// A tree of Linux. Each operation opens what its path means, or the directory of it, by <see cref="LinuxPaths"/>, and then
/// works on that descriptor or on one name in it: no path is looked up twice.
/// </summary>
internal sealed unsafe partial class LinuxDisk : LocalDisk
{
    private static readonly SftpStatus NotRegular = new(SftpStatusCode.Failure, "Not a regular file");

    private readonly SafeFileHandle _root;
    private readonly LinuxPaths _paths;
    private readonly LocalRules _rules;
    private readonly bool _confined;

    public LinuxDisk(LocalFileSystemOptions options, LocalRules rules)
    {
        string root = Path.GetFullPath(options.Root);
        int opened = LinuxCalls.OpenAt(-100, new SftpPath(root).Span, PathOnly | DirectoryOnly, 0);
        if (opened < 0)
        {
            throw new DirectoryNotFoundException($"The root '{root}' can't be opened: {LinuxCalls.Status(opened).Text}.");
        }

        _root = new SafeFileHandle(opened, ownsHandle: true);
        _rules = rules;
        _confined = root != "/";
        var kernel = new LinuxKernelPaths(_root);
        _paths = !_confined && options.Confinement == LocalConfinement.Best ? new LinuxPlainPaths(_root)
            : options.Confinement == LocalConfinement.Walk || !kernel.IsAvailable ? new LinuxWalkedPaths(_root)
            : kernel;
    }

    /// <summary>True if the kernel keeps paths inside the root.</summary>
    public bool UsesKernel => _paths is LinuxKernelPaths;

    public override SftpExtensions Extensions => SftpExtensions.PosixRename | SftpExtensions.StatVfs | SftpExtensions.FStatVfs | SftpExtensions.HardLink
        | SftpExtensions.FSync | SftpExtensions.LSetStat | SftpExtensions.ExpandPath | SftpExtensions.HomeDirectory | SftpExtensions.UsersGroupsById;

    public override SftpResult<ISftpFile> Open(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes)
    {
        bool writes = (flags & SftpOpenFlags.Write) != 0;
        bool truncates = (flags & SftpOpenFlags.Truncate) != 0;
        bool isNew = (flags & SftpOpenFlags.Create) != 0 && (flags & SftpOpenFlags.Exclusive) != 0;
        if (truncates && !writes)
        {
            return new SftpStatus(SftpStatusCode.Failure, "Invalid argument");
        }

        // Opening a device can do something by itself, so it is looked at before. What comes in its place meanwhile is found
        // below, and O_NONBLOCK keeps a FIFO from being waited for.
        if (!isNew && LookAt(path) is { IsOk: false } refused)
        {
            return refused;
        }

        int how = NonBlocking | NoControllingTerminal
            | (writes ? (flags & SftpOpenFlags.Read) != 0 ? ReadWrite : WriteOnly : 0)
            | ((flags & SftpOpenFlags.Append) != 0 ? Append : 0)
            | ((flags & SftpOpenFlags.Create) != 0 ? Create : 0)
            | (isNew ? Exclusive : 0);
        int opened = _paths.Open(path.Span, how, _rules.Mode(attributes, 0x1B6));
        if (opened < 0)
        {
            return LinuxCalls.Status(opened);
        }

        var file = new SafeFileHandle(opened, ownsHandle: true);
        int result = LinuxCalls.Stat(opened, default, out var stat);
        var status = result < 0 ? LinuxCalls.Status(result) : Check(stat);
        if (status.IsOk && truncates && stat.Size > 0)
        {
            status = LinuxFile.Resize(file, (long)stat.Size, 0, _rules);
        }

        if (!status.IsOk)
        {
            file.Dispose();
            return status;
        }

        return new LinuxFile(file, flags, _rules);
    }

    public override SftpResult<ISftpDirectory> OpenDirectory(SftpPath path)
    {
        int opened = _paths.Open(path.Span, DirectoryOnly | NonBlocking);
        return opened < 0 ? LinuxCalls.Status(opened) : new LinuxDirectory(new SafeFileHandle(opened, ownsHandle: true), _confined);
    }

    public override SftpResult<SftpAttributes> Stat(SftpPath path, bool follow)
    {
        using var file = OpenPath(path, follow);
        int result = LinuxCalls.Stat(file, out var stat);
        return result < 0 ? LinuxCalls.Status(result) : stat.Attributes;
    }

    public override SftpStatus Remove(SftpPath path)
    {
        using var parent = new LinuxDescriptor(_paths.OpenParent(path.Span, out var name));
        if (!parent.IsOpen)
        {
            return LinuxCalls.Status(parent.Value);
        }

        long size = 0;
        if (_rules.HasQuota && LinuxCalls.Stat(parent.Value, name, out var stat) >= 0 && stat.Links == 1 && stat.Type == SftpFileType.Regular)
        {
            size = (long)stat.Size;
        }

        var status = On(parent.Value, name, static (directory, text) => LinuxLibc.UnlinkAt(directory, text, 0));
        if (status.IsOk)
        {
            _rules.TryResize(size, 0);
        }

        return status;
    }

    public override SftpStatus RemoveDirectory(SftpPath path)
    {
        using var parent = new LinuxDescriptor(_paths.OpenParent(path.Span, out var name));
        return parent.IsOpen
            ? On(parent.Value, name, static (directory, text) => LinuxLibc.UnlinkAt(directory, text, AtRemoveDirectory))
            : LinuxCalls.Status(parent.Value);
    }

    public override SftpStatus MakeDirectory(SftpPath path, SftpAttributes attributes)
    {
        using var parent = new LinuxDescriptor(_paths.OpenParent(path.Span, out var name));
        if (!parent.IsOpen)
        {
            return LinuxCalls.Status(parent.Value == -EBUSY ? -EEXIST : parent.Value);
        }

        uint mode = _rules.Mode(attributes, 0x1FF);
        return On(parent.Value, name, (directory, text) => LinuxLibc.MakeDirectoryAt(directory, text, mode));
    }

    public override SftpStatus SymbolicLink(SftpPath target, SftpPath link)
    {
        using var parent = new LinuxDescriptor(_paths.OpenParent(link.Span, out var name));
        if (!parent.IsOpen)
        {
            return LinuxCalls.Status(parent.Value);
        }

        var content = LinuxCalls.Terminated(target.Span)!;
        return On(parent.Value, name, (directory, text) =>
        {
            fixed (byte* pointer = content)
            {
                return LinuxLibc.SymbolicLinkAt(pointer, directory, text);
            }
        });
    }

    public override SftpResult<SftpPath> ReadLink(SftpPath path)
    {
        using var link = OpenPath(path, follow: false);
        int result = LinuxCalls.Stat(link, out var stat);
        if (result < 0)
        {
            return LinuxCalls.Status(result);
        }

        if (stat.Type != SftpFileType.SymbolicLink)
        {
            return LinuxCalls.Status(-EINVAL);
        }

        result = LinuxCalls.ReadLink(link.Value, out byte[] target);
        return result < 0 ? LinuxCalls.Status(result) : new SftpPath(target);
    }

    public override SftpStatus HardLink(SftpPath existing, SftpPath link) => Between(existing, link, static (fromDirectory, from, toDirectory, to) =>
        LinuxCalls.Errno(LinuxLibc.LinkAt(fromDirectory, from, toDirectory, to, 0)));

    public override SftpStatus Rename(SftpPath from, SftpPath to, bool replace) =>
        Between(from, to, replace ? RenameOver : RenameNew);

    public override SftpResult<SftpPath> RealPath(SftpPath path)
    {
        int result = _paths.Canonical(path.Span, out byte[] canonical);
        return result < 0 ? LinuxCalls.Status(result) : new SftpPath(canonical);
    }

    public override SftpResult<SftpStatVfs> StatVfs(SftpPath path)
    {
        using var file = OpenPath(path, follow: true);
        return file.IsOpen ? LinuxFile.StatVfs(file.Value) : LinuxCalls.Status(file.Value);
    }

    public override void Dispose()
    {
        _root.Dispose();
        base.Dispose();
    }

    private static SftpStatus Check(in LinuxStat stat) => stat.Type switch
    {
        SftpFileType.Regular => SftpStatus.Ok,
        SftpFileType.Directory => LinuxCalls.Status(-EISDIR),
        _ => NotRegular,
    };

    private SftpStatus LookAt(SftpPath path)
    {
        using var file = OpenPath(path, follow: true);
        return file.IsOpen && LinuxCalls.Stat(file.Value, default, out var stat) >= 0 ? Check(stat) : SftpStatus.Ok;
    }

    // A slash at the end asks for the directory behind a link.
    private LinuxDescriptor OpenPath(SftpPath path, bool follow) =>
        new(_paths.Open(path.Span, PathOnly | (follow || path.Span[^1] == (byte)'/' ? 0 : NoFollow)));

    private static SftpStatus On(int directory, ReadOnlySpan<byte> name, NameCall call)
    {
        fixed (byte* text = LinuxCalls.Terminated(name))
        {
            return LinuxCalls.Status(LinuxCalls.Errno(call(directory, text)));
        }
    }

    private SftpStatus Between(SftpPath from, SftpPath to, PairCall call)
    {
        using var fromParent = new LinuxDescriptor(_paths.OpenParent(from.Span, out var fromName));
        using var toParent = new LinuxDescriptor(_paths.OpenParent(to.Span, out var toName));
        if (!fromParent.IsOpen || !toParent.IsOpen)
        {
            return LinuxCalls.Status(fromParent.IsOpen ? toParent.Value : fromParent.Value);
        }

        fixed (byte* fromText = LinuxCalls.Terminated(fromName))
        fixed (byte* toText = LinuxCalls.Terminated(toName))
        {
            return LinuxCalls.Status(call(fromParent.Value, fromText, toParent.Value, toText));
        }
    }

    private int RenameOver(int fromDirectory, byte* from, int toDirectory, byte* to)
    {
        // A file that is renamed to itself stays, and what is not there to be renamed replaces nothing.
        long lost = 0;
        var source = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(from);
        var target = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(to);
        if (_rules.HasQuota && LinuxCalls.Stat(toDirectory, target, out var stat) >= 0 && stat.Links == 1 && stat.Type == SftpFileType.Regular
            && LinuxCalls.Stat(fromDirectory, source, out var moved) >= 0 && !moved.IsSameAs(stat))
        {
            lost = (long)stat.Size;
        }

        int result = LinuxCalls.Errno(LinuxLibc.RenameAt(fromDirectory, from, toDirectory, to));
        if (result >= 0)
        {
            _rules.TryResize(lost, 0);
        }

        return result;
    }

    // "It is an error if there already exists a file with the name specified by newpath" (draft-ietf-secsh-filexfer-02 §6.5).
    // Where the file system lacks RENAME_NOREPLACE, link refuses an existing name just as well; for directories, which can't
    // be linked, a look has to do.
    private static int RenameNew(int fromDirectory, byte* from, int toDirectory, byte* to)
    {
        int result = LinuxCalls.Errno(LinuxLibc.Syscall(RenameAt2, fromDirectory, from, toDirectory, (nint)to, RenameNoReplace, 0));
        return result is -EINVAL or -ENOSYS ? RenameByLink(fromDirectory, from, toDirectory, to) : result;
    }

    // renameat2 says EINVAL too for a directory that is to go into itself; so does what follows.
    internal static int RenameByLink(int fromDirectory, byte* from, int toDirectory, byte* to)
    {
        var source = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(from);
        var target = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(to);
        int result = LinuxCalls.Stat(fromDirectory, source, out var stat);
        if (result >= 0 && stat.Type == SftpFileType.Regular)
        {
            result = LinuxCalls.Errno(LinuxLibc.LinkAt(fromDirectory, from, toDirectory, to, 0));
            if (result is not (-EPERM or -EOPNOTSUPP))
            {
                return result < 0 ? result : LinuxCalls.Errno(LinuxLibc.UnlinkAt(fromDirectory, from, 0));
            }
        }
        else if (result < 0)
        {
            return result;
        }

        result = LinuxCalls.Stat(toDirectory, target, out _);
        return result != -ENOENT ? Math.Min(result, -EEXIST) : LinuxCalls.Errno(LinuxLibc.RenameAt(fromDirectory, from, toDirectory, to));
    }

    private delegate int NameCall(int directory, byte* name);

    private delegate int PairCall(int fromDirectory, byte* from, int toDirectory, byte* to);
}
