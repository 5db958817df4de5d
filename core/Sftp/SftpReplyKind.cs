namespace SshCore.Sftp;

/// <summary>What <see cref="SftpClientMachine.TryPoll"/> has. The comment names what can be asked of the reply.</summary>
public enum SftpReplyKind : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>VERSION came: the session is up. See <see cref="SftpClientMachine.Extensions"/>.</summary>
    Version,
    /// <summary>The server's limits came. See <see cref="SftpClientMachine.ServerLimits"/>.</summary>
    Limits,
    /// <summary>SSH_FXP_STATUS: <see cref="SftpReply.Code"/>, <see cref="SftpReply.Message"/>, <see cref="SftpReply.Language"/>.</summary>
    Status,
    /// <summary>SSH_FXP_HANDLE: <see cref="SftpReply.Handle"/>.</summary>
    Handle,
    /// <summary>SSH_FXP_DATA: <see cref="SftpReply.Length"/> bytes, see <see cref="SftpClientMachine.BorrowData"/>.</summary>
    Data,
    /// <summary>SSH_FXP_NAME: <see cref="SftpReply.Names"/>.</summary>
    Names,
    /// <summary>SSH_FXP_ATTRS: <see cref="SftpReply.Attributes"/>.</summary>
    Attributes,
    /// <summary>Reply to statvfs@ and fstatvfs@openssh.com: <see cref="SftpReply.FileSystem"/>.</summary>
    FileSystem,
    /// <summary>Reply to check-file: <see cref="SftpReply.Algorithm"/>, and the hashes by <see cref="SftpClientMachine.BorrowData"/>.</summary>
    Hashes,
    /// <summary>Reply to users-groups-by-id@openssh.com: <see cref="SftpReply.Users"/> and <see cref="SftpReply.Groups"/>.</summary>
    UsersAndGroups,
    /// <summary>Reply to another extension: what follows the request-id, by <see cref="SftpClientMachine.BorrowData"/>.</summary>
    Extended,
    /// <summary>The session ended before this request was answered. See <see cref="SftpMachine.Error"/>.</summary>
    Abandoned,
    /// <summary>The session has ended; the last reply of all. See <see cref="SftpMachine.Error"/>.</summary>
    Ended,
    /// <summary>A download has <see cref="SftpReply.Length"/> bytes at <see cref="SftpReply.Offset"/>: <see cref="SftpClientMachine.BorrowData"/>.</summary>
    TransferData,
    /// <summary>An upload takes data: <see cref="SftpUpload.TryReserve"/>.</summary>
    TransferRoom,
    /// <summary>A transfer has ended: <see cref="SftpTransfer.Failure"/> is null if it is done.</summary>
    TransferEnded,
}
