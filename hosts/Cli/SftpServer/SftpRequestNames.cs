using SshCore.Sftp;

namespace SshCore.Cli.SftpServers;

/// <summary>The names of requests as OpenSSH's sftp-server has them for -P, -p and -Q.</summary>
internal static class SftpRequestNames
{
    private static readonly (SftpRequestKind Kind, string Name, SftpExtensions Extension)[] Table =
    [
        (SftpRequestKind.Open, "open", SftpExtensions.None),
        (SftpRequestKind.Close, "close", SftpExtensions.None),
        (SftpRequestKind.Read, "read", SftpExtensions.None),
        (SftpRequestKind.Write, "write", SftpExtensions.None),
        (SftpRequestKind.LStat, "lstat", SftpExtensions.None),
        (SftpRequestKind.FStat, "fstat", SftpExtensions.None),
        (SftpRequestKind.SetStat, "setstat", SftpExtensions.None),
        (SftpRequestKind.FSetStat, "fsetstat", SftpExtensions.None),
        (SftpRequestKind.OpenDirectory, "opendir", SftpExtensions.None),
        (SftpRequestKind.ReadDirectory, "readdir", SftpExtensions.None),
        (SftpRequestKind.Remove, "remove", SftpExtensions.None),
        (SftpRequestKind.MakeDirectory, "mkdir", SftpExtensions.None),
        (SftpRequestKind.RemoveDirectory, "rmdir", SftpExtensions.None),
        (SftpRequestKind.RealPath, "realpath", SftpExtensions.None),
        (SftpRequestKind.Stat, "stat", SftpExtensions.None),
        (SftpRequestKind.Rename, "rename", SftpExtensions.None),
        (SftpRequestKind.ReadLink, "readlink", SftpExtensions.None),
        (SftpRequestKind.SymbolicLink, "symlink", SftpExtensions.None),
        (SftpRequestKind.PosixRename, "posix-rename", SftpExtensions.PosixRename),
        (SftpRequestKind.StatVfs, "statvfs", SftpExtensions.StatVfs),
        (SftpRequestKind.FStatVfs, "fstatvfs", SftpExtensions.FStatVfs),
        (SftpRequestKind.HardLink, "hardlink", SftpExtensions.HardLink),
        (SftpRequestKind.FSync, "fsync", SftpExtensions.FSync),
        (SftpRequestKind.LSetStat, "lsetstat", SftpExtensions.LSetStat),
        (SftpRequestKind.Limits, "limits", SftpExtensions.Limits),
        (SftpRequestKind.ExpandPath, "expand-path", SftpExtensions.ExpandPath),
        (SftpRequestKind.CopyData, "copy-data", SftpExtensions.CopyData),
        (SftpRequestKind.HomeDirectory, "home-directory", SftpExtensions.HomeDirectory),
        (SftpRequestKind.UsersGroupsById, "users-groups-by-id", SftpExtensions.UsersGroupsById),
        (SftpRequestKind.CheckFile, "check-file", SftpExtensions.CheckFile),
    ];

    internal static IEnumerable<string> All
    {
        get
        {
            foreach (var entry in Table)
            {
                yield return entry.Name;
            }
        }
    }

    internal static string Of(SftpRequestKind kind)
    {
        foreach (var entry in Table)
        {
            if (entry.Kind == kind)
            {
                return entry.Name;
            }
        }

        return "";
    }

    /// <summary>The extensions whose requests are let through: the others are not announced.</summary>
    internal static SftpExtensions ExtensionsOf(Func<SftpRequestKind, bool> allows)
    {
        var result = SftpExtensions.None;
        foreach (var entry in Table)
        {
            result |= allows(entry.Kind) ? entry.Extension : SftpExtensions.None;
        }

        return result;
    }
}
