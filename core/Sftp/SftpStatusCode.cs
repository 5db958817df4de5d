namespace SshCore.Sftp;

/// <summary>The codes of SSH_FXP_STATUS in version 3 (draft-ietf-secsh-filexfer-02 §7).</summary>
public enum SftpStatusCode : uint
{
    /// <summary>Done.</summary>
    Ok = 0,
    /// <summary>The end of the file or of the directory.</summary>
    EndOfFile = 1,
    /// <summary>There is no such file.</summary>
    NoSuchFile = 2,
    /// <summary>The user may not.</summary>
    PermissionDenied = 3,
    /// <summary>Any other failure: version 3 has no code of its own for it.</summary>
    Failure = 4,
    /// <summary>The packet is malformed.</summary>
    BadMessage = 5,
    /// <summary>There is no connection; never sent.</summary>
    NoConnection = 6,
    /// <summary>The connection was lost; never sent.</summary>
    ConnectionLost = 7,
    /// <summary>The server does not know the operation.</summary>
    OperationUnsupported = 8,
}
