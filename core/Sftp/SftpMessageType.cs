namespace SshCore.Sftp;

/// <summary>The packet types of version 3 (draft-ietf-secsh-filexfer-02 §3).</summary>
public enum SftpMessageType : byte
{
    /// <summary>SSH_FXP_INIT, client.</summary>
    Init = 1,
    /// <summary>SSH_FXP_VERSION, server.</summary>
    Version = 2,
    /// <summary>SSH_FXP_OPEN.</summary>
    Open = 3,
    /// <summary>SSH_FXP_CLOSE.</summary>
    Close = 4,
    /// <summary>SSH_FXP_READ.</summary>
    Read = 5,
    /// <summary>SSH_FXP_WRITE.</summary>
    Write = 6,
    /// <summary>SSH_FXP_LSTAT.</summary>
    LStat = 7,
    /// <summary>SSH_FXP_FSTAT.</summary>
    FStat = 8,
    /// <summary>SSH_FXP_SETSTAT.</summary>
    SetStat = 9,
    /// <summary>SSH_FXP_FSETSTAT.</summary>
    FSetStat = 10,
    /// <summary>SSH_FXP_OPENDIR.</summary>
    OpenDirectory = 11,
    /// <summary>SSH_FXP_READDIR.</summary>
    ReadDirectory = 12,
    /// <summary>SSH_FXP_REMOVE.</summary>
    Remove = 13,
    /// <summary>SSH_FXP_MKDIR.</summary>
    MakeDirectory = 14,
    /// <summary>SSH_FXP_RMDIR.</summary>
    RemoveDirectory = 15,
    /// <summary>SSH_FXP_REALPATH.</summary>
    RealPath = 16,
    /// <summary>SSH_FXP_STAT.</summary>
    Stat = 17,
    /// <summary>SSH_FXP_RENAME.</summary>
    Rename = 18,
    /// <summary>SSH_FXP_READLINK.</summary>
    ReadLink = 19,
    /// <summary>SSH_FXP_SYMLINK; its arguments come in OpenSSH's order, target first.</summary>
    SymbolicLink = 20,
    /// <summary>SSH_FXP_STATUS, server.</summary>
    Status = 101,
    /// <summary>SSH_FXP_HANDLE, server.</summary>
    Handle = 102,
    /// <summary>SSH_FXP_DATA, server.</summary>
    Data = 103,
    /// <summary>SSH_FXP_NAME, server.</summary>
    Name = 104,
    /// <summary>SSH_FXP_ATTRS, server.</summary>
    Attributes = 105,
    /// <summary>SSH_FXP_EXTENDED.</summary>
    Extended = 200,
    /// <summary>SSH_FXP_EXTENDED_REPLY, server.</summary>
    ExtendedReply = 201,
}
