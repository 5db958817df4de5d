using System.IO;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>Attributes of .NET's files as those of SFTP. Owner and group are not known to .NET.</summary>
internal static class ManagedAttributes
{
    private static readonly DateTime Epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static SftpResult<SftpAttributes> Of(string local)
    {
        var attributes = File.GetAttributes(local);
        bool directory = (attributes & FileAttributes.Directory) != 0;
        bool link = (attributes & FileAttributes.ReparsePoint) != 0;
        var type = link ? SftpFileType.SymbolicLink : directory ? SftpFileType.Directory : SftpFileType.Regular;
        uint rights = type == SftpFileType.Regular ? 0x1B6u : 0x1FFu;
        return new SftpAttributes
        {
            Size = type == SftpFileType.Regular ? (ulong)new FileInfo(local).Length : 0,
            Permissions = (uint)type | ((attributes & FileAttributes.ReadOnly) != 0 ? rights & 0x16D : rights & 0x1ED),
            AccessTime = Seconds(File.GetLastAccessTimeUtc(local)),
            ModifyTime = Seconds(File.GetLastWriteTimeUtc(local)),
        };
    }

    public static SftpStatus Set(string local, SftpAttributes attributes)
    {
        var now = File.GetAttributes(local);
        if (attributes.Permissions is { } mode && (now & FileAttributes.Directory) == 0)
        {
            File.SetAttributes(local, (mode & 0x80) != 0 ? now & ~FileAttributes.ReadOnly : now | FileAttributes.ReadOnly);
        }

        if (attributes.AccessTime is { } access && attributes.ModifyTime is { } modify)
        {
            File.SetLastAccessTimeUtc(local, Epoch.AddSeconds(access));
            File.SetLastWriteTimeUtc(local, Epoch.AddSeconds(modify));
        }

        return attributes.UserId is null ? SftpStatus.Ok : SftpStatusCode.OperationUnsupported;
    }

    private static uint Seconds(DateTime time) => (uint)Math.Min(Math.Max((time - Epoch).TotalSeconds, 0), uint.MaxValue);
}
