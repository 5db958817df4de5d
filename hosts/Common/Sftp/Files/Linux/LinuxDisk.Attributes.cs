using System.Globalization;
using System.Text;
using SshCore.Sftp;
using static SshCore.Hosts.Sftp.LinuxConstants;

namespace SshCore.Hosts.Sftp;

/// <content>Attributes of a path.</content>
internal sealed unsafe partial class LinuxDisk
{
    public override SftpStatus SetStat(SftpPath path, SftpAttributes attributes, bool follow)
    {
        using var file = OpenPath(path, follow);
        int result = LinuxCalls.Stat(file, out var stat);
        if (result < 0)
        {
            return LinuxCalls.Status(result);
        }

        // Each field is tried, as OpenSSH does it; the first failure is told.
        SftpStatus first = default;
        if (attributes.Size is { } size)
        {
            Keep(ref first, follow ? Resize(path, size) : LinuxCalls.Status(-EINVAL));
        }

        if (attributes.Permissions is { } mode)
        {
            Keep(ref first, LinuxCalls.Status(ChangeMode(file.Value, mode & 0xFFF, stat.Type == SftpFileType.SymbolicLink)));
        }

        if (attributes.AccessTime is { } access && attributes.ModifyTime is { } modify)
        {
            Keep(ref first, LinuxCalls.Status(SetTimes(file.Value, access, modify, stat.Type == SftpFileType.SymbolicLink)));
        }

        if (attributes.UserId is { } user && attributes.GroupId is { } group)
        {
            byte empty = 0;
            Keep(ref first, LinuxCalls.Status(LinuxCalls.Errno(LinuxLibc.ChangeOwnerAt(file.Value, &empty, user, group, AtEmptyPath | AtNoFollow))));
        }

        return first;
    }

    public static void Keep(ref SftpStatus first, SftpStatus next) => first = first.IsOk ? next : first;

    private SftpStatus Resize(SftpPath path, ulong size)
    {
        if (size > long.MaxValue)
        {
            return new SftpStatus(SftpStatusCode.Failure, "File too large");
        }

        var opened = Open(path, SftpOpenFlags.Write, default);
        if (!opened.IsOk)
        {
            return opened.Status;
        }

        using var file = (LinuxFile)opened.Value;
        return file.Resize((long)size);
    }

    // A descriptor that was opened for its path alone has no rights: the mode is changed by fchmodat2 (Linux 6.6) or through
    // this process's own table in /proc, which leads to that very file. A link has no mode, and chmod would follow it.
    private static int ChangeMode(int file, uint mode, bool isLink)
    {
        if (isLink)
        {
            return -EOPNOTSUPP;
        }

        byte empty = 0;
        int result = LinuxCalls.Errno(LinuxLibc.Syscall(ChangeModeAt2, file, &empty, (nint)mode, AtEmptyPath, 0, 0));
        return result is -ENOSYS or -EINVAL ? ChangeModeByOwnPath(file, mode) : result;
    }

    internal static int ChangeModeByOwnPath(int file, uint mode)
    {
        fixed (byte* path = OwnPath(file))
        {
            return LinuxCalls.Errno(LinuxLibc.ChangeMode(path, mode));
        }
    }

    private static int SetTimes(int file, uint access, uint modify, bool isLink)
    {
        long* times = stackalloc long[] { access, 0, modify, 0 };
        byte empty = 0;
        int result = LinuxCalls.Errno(LinuxLibc.SetTimesAt(file, &empty, times, AtEmptyPath | AtNoFollow));
        return result is -EINVAL or -ENOSYS && !isLink ? SetTimesByOwnPath(file, times) : result;
    }

    internal static int SetTimesByOwnPath(int file, long* times)
    {
        fixed (byte* path = OwnPath(file))
        {
            return LinuxCalls.Errno(LinuxLibc.SetTimesAt(-100, path, times, 0));
        }
    }

    private static byte[] OwnPath(int file) => Encoding.ASCII.GetBytes("/proc/self/fd/" + file.ToString(CultureInfo.InvariantCulture) + "\0");
}
