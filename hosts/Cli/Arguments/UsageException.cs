namespace SshCore.Cli.Arguments;

/// <summary>The command line, or a file it names, says something wrong; the message is one line for the user.</summary>
internal sealed class UsageException : Exception
{
    internal UsageException(string message)
        : base(message)
    {
    }

    internal UsageException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
