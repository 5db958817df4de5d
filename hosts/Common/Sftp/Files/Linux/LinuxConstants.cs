using System.Runtime.InteropServices;

namespace SshCore.Hosts.Sftp;

/// <summary>Numbers of Linux's interface on x64 and arm64; where they differ the property says so.</summary>
internal static class LinuxConstants
{
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int NoControllingTerminal = 0x100;
    internal const int Append = 0x400;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int PathOnly = 0x200000;

    internal const int AtNoFollow = 0x100;
    internal const int AtRemoveDirectory = 0x200;
    internal const int AtEmptyPath = 0x1000;

    internal const ulong ResolveNoMagicLinks = 0x02;
    internal const ulong ResolveInRoot = 0x10;

    internal const int RenameNoReplace = 1;

    internal const int OpenAt2 = 437;
    internal const int ChangeModeAt2 = 452;

    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int EINTR = 4;
    internal const int EIO = 5;
    internal const int EBADF = 9;
    internal const int EAGAIN = 11;
    internal const int EBUSY = 16;
    internal const int EEXIST = 17;
    internal const int EXDEV = 18;
    internal const int ENOTDIR = 20;
    internal const int EISDIR = 21;
    internal const int EINVAL = 22;
    internal const int ENAMETOOLONG = 36;
    internal const int ENOSYS = 38;
    internal const int ELOOP = 40;
    internal const int EOPNOTSUPP = 95;

    /// <summary>PATH_MAX with its NUL.</summary>
    internal const int LongestPath = 4096;

    /// <summary>True where these numbers hold.</summary>
    internal static bool IsKnown => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    internal static int DirectoryOnly => IsArm ? 0x4000 : 0x10000;

    internal static int NoFollow => IsArm ? 0x8000 : 0x20000;

    internal static int StatX => IsArm ? 291 : 332;

    internal static int RenameAt2 => IsArm ? 276 : 316;

    internal static int GetDents64 => IsArm ? 61 : 217;

    internal static int CopyFileRange => IsArm ? 285 : 326;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
}
