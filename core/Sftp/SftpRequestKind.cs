namespace SshCore.Sftp;

/// <summary>What a client asked for.</summary>
public enum SftpRequestKind : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>SSH_FXP_OPEN.</summary>
    Open,
    /// <summary>SSH_FXP_CLOSE.</summary>
    Close,
    /// <summary>SSH_FXP_READ.</summary>
    Read,
    /// <summary>SSH_FXP_WRITE.</summary>
    Write,
    /// <summary>SSH_FXP_LSTAT.</summary>
    LStat,
    /// <summary>SSH_FXP_FSTAT.</summary>
    FStat,
    /// <summary>SSH_FXP_SETSTAT.</summary>
    SetStat,
    /// <summary>SSH_FXP_FSETSTAT.</summary>
    FSetStat,
    /// <summary>SSH_FXP_OPENDIR.</summary>
    OpenDirectory,
    /// <summary>SSH_FXP_READDIR.</summary>
    ReadDirectory,
    /// <summary>SSH_FXP_REMOVE.</summary>
    Remove,
    /// <summary>SSH_FXP_MKDIR.</summary>
    MakeDirectory,
    /// <summary>SSH_FXP_RMDIR.</summary>
    RemoveDirectory,
    /// <summary>SSH_FXP_REALPATH.</summary>
    RealPath,
    /// <summary>SSH_FXP_STAT.</summary>
    Stat,
    /// <summary>SSH_FXP_RENAME.</summary>
    Rename,
    /// <summary>SSH_FXP_READLINK.</summary>
    ReadLink,
    /// <summary>SSH_FXP_SYMLINK.</summary>
    SymbolicLink,
    /// <summary>posix-rename@openssh.com.</summary>
    PosixRename,
    /// <summary>statvfs@openssh.com.</summary>
    StatVfs,
    /// <summary>fstatvfs@openssh.com.</summary>
    FStatVfs,
    /// <summary>hardlink@openssh.com.</summary>
    HardLink,
    /// <summary>fsync@openssh.com.</summary>
    FSync,
    /// <summary>lsetstat@openssh.com.</summary>
    LSetStat,
    /// <summary>limits@openssh.com.</summary>
    Limits,
    /// <summary>expand-path@openssh.com.</summary>
    ExpandPath,
    /// <summary>copy-data.</summary>
    CopyData,
    /// <summary>home-directory.</summary>
    HomeDirectory,
    /// <summary>users-groups-by-id@openssh.com.</summary>
    UsersGroupsById,
    /// <summary>check-file-name, check-file-handle or check-file.</summary>
    CheckFile,
    /// <summary>Another extension.</summary>
    Extended,
}
