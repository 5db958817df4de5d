namespace SshCore.Sftp;

/// <summary>Names of the extensions that both machines know.</summary>
public static class SftpExtensionNames
{
    /// <summary>Rename that replaces the target (OpenSSH PROTOCOL §4.3).</summary>
    public const string PosixRename = "posix-rename@openssh.com";
    /// <summary>File system figures by path (OpenSSH PROTOCOL §4.4).</summary>
    public const string StatVfs = "statvfs@openssh.com";
    /// <summary>File system figures by handle (OpenSSH PROTOCOL §4.4).</summary>
    public const string FStatVfs = "fstatvfs@openssh.com";
    /// <summary>Hard links (OpenSSH PROTOCOL §4.5).</summary>
    public const string HardLink = "hardlink@openssh.com";
    /// <summary>Flush to the disk (OpenSSH PROTOCOL §4.6).</summary>
    public const string FSync = "fsync@openssh.com";
    /// <summary>Attributes of a link itself (OpenSSH PROTOCOL §4.7).</summary>
    public const string LSetStat = "lsetstat@openssh.com";
    /// <summary>The server's limits (OpenSSH PROTOCOL §4.8).</summary>
    public const string Limits = "limits@openssh.com";
    /// <summary>REALPATH that knows <c>~</c> (OpenSSH PROTOCOL §4.9).</summary>
    public const string ExpandPath = "expand-path@openssh.com";
    /// <summary>Copy on the server (draft-ietf-secsh-filexfer-extensions-00 §7).</summary>
    public const string CopyData = "copy-data";
    /// <summary>A user's home directory (draft-ietf-secsh-filexfer-extensions-00 §5).</summary>
    public const string HomeDirectory = "home-directory";
    /// <summary>Names of numeric users and groups (OpenSSH PROTOCOL §4.12).</summary>
    public const string UsersGroupsById = "users-groups-by-id@openssh.com";
    /// <summary>Hashes of a file by path (draft-ietf-secsh-filexfer-extensions-00 §3).</summary>
    public const string CheckFileName = "check-file-name";
    /// <summary>Hashes of a file by handle (draft-ietf-secsh-filexfer-extensions-00 §3).</summary>
    public const string CheckFileHandle = "check-file-handle";
    /// <summary>Hashes of a file by handle, as Paramiko names it.</summary>
    public const string CheckFile = "check-file";
}
