namespace SshCore.Cli.Sftp.Commands;

/// <summary>A command is wrong or could not be done; the message is for the user, in OpenSSH's words where scripts know them.</summary>
internal sealed class SftpCommandException : Exception
{
    internal SftpCommandException(string message)
        : base(message)
    {
    }

    internal SftpCommandException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
