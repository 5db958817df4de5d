namespace SshCore.Sftp;

/// <summary>One entry of SSH_FXP_NAME (draft-ietf-secsh-filexfer-02 §7).</summary>
/// <param name="Name">The file name: relative to the directory that is listed, or the path of REALPATH and READLINK.</param>
/// <param name="LongName">A line as of <c>ls -l</c>, for people only.</param>
/// <param name="Attributes">What is known of the file; for a link of the link itself.</param>
public readonly record struct SftpFileName(SftpPath Name, SftpPath LongName, SftpAttributes Attributes);
