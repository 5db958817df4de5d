namespace SshCore.Sftp;

/// <summary>An extension as VERSION or INIT announces it (draft-ietf-secsh-filexfer-02 §4).</summary>
/// <param name="Name">Its name, for example <c>posix-rename@openssh.com</c>.</param>
/// <param name="Data">Its data; for those of OpenSSH a version number as text.</param>
public readonly record struct SftpExtension(string Name, ReadOnlyMemory<byte> Data);
