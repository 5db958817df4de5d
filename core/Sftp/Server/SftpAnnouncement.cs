namespace SshCore.Sftp;

/// <summary>The extensions as SSH_FXP_VERSION announces them (OpenSSH's PROTOCOL §4, draft-ietf-secsh-filexfer-extensions-00).</summary>
internal static class SftpAnnouncement
{
    /// <summary>Those with a version of their own as data; check-file has its hashes.</summary>
    public static readonly (SftpExtensions Extension, string Name, string Version)[] Versioned =
    [
        (SftpExtensions.PosixRename, SftpExtensionNames.PosixRename, "1"),
        (SftpExtensions.StatVfs, SftpExtensionNames.StatVfs, "2"),
        (SftpExtensions.FStatVfs, SftpExtensionNames.FStatVfs, "2"),
        (SftpExtensions.HardLink, SftpExtensionNames.HardLink, "1"),
        (SftpExtensions.FSync, SftpExtensionNames.FSync, "1"),
        (SftpExtensions.LSetStat, SftpExtensionNames.LSetStat, "1"),
        (SftpExtensions.Limits, SftpExtensionNames.Limits, "1"),
        (SftpExtensions.ExpandPath, SftpExtensionNames.ExpandPath, "1"),
        (SftpExtensions.CopyData, SftpExtensionNames.CopyData, "1"),
        (SftpExtensions.HomeDirectory, SftpExtensionNames.HomeDirectory, "1"),
        (SftpExtensions.UsersGroupsById, SftpExtensionNames.UsersGroupsById, "1"),
    ];
}
