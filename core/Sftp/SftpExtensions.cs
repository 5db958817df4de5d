namespace SshCore.Sftp;

/// <summary>The extensions of version 3 that both machines know, as announced in SSH_FXP_VERSION.</summary>
[Flags]
public enum SftpExtensions
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>posix-rename@openssh.com "1": rename over what is there.</summary>
    PosixRename = 1 << 0,
    /// <summary>statvfs@openssh.com "2".</summary>
    StatVfs = 1 << 1,
    /// <summary>fstatvfs@openssh.com "2".</summary>
    FStatVfs = 1 << 2,
    /// <summary>hardlink@openssh.com "1".</summary>
    HardLink = 1 << 3,
    /// <summary>fsync@openssh.com "1".</summary>
    FSync = 1 << 4,
    /// <summary>lsetstat@openssh.com "1": attributes of a link itself.</summary>
    LSetStat = 1 << 5,
    /// <summary>limits@openssh.com "1".</summary>
    Limits = 1 << 6,
    /// <summary>expand-path@openssh.com "1": REALPATH that knows a leading tilde.</summary>
    ExpandPath = 1 << 7,
    /// <summary>copy-data "1": copies inside the server (draft-ietf-secsh-filexfer-extensions-00 §7).</summary>
    CopyData = 1 << 8,
    /// <summary>home-directory "1" (draft-ietf-secsh-filexfer-extensions-00 §5).</summary>
    HomeDirectory = 1 << 9,
    /// <summary>users-groups-by-id@openssh.com "1": names of numeric users and groups.</summary>
    UsersGroupsById = 1 << 10,
    /// <summary>check-file: hashes made by the server (draft-ietf-secsh-filexfer-extensions-00 §3, and the bare name that Paramiko uses).</summary>
    CheckFile = 1 << 11,
    /// <summary>All of them.</summary>
    All = (1 << 12) - 1,
}
