namespace SshCore.Cli;

/// <summary>What the program returns.</summary>
internal static class ExitCodes
{
    internal const int Success = 0;

    /// <summary>serve and demo: something failed.</summary>
    internal const int Failure = 1;

    /// <summary>serve and demo: the command line is wrong.</summary>
    internal const int Usage = 2;

    /// <summary>ssh: an error of ours, as in OpenSSH; every other value is the remote command's.</summary>
    internal const int Ssh = 255;

    /// <summary>Nobody reads standard output: what a shell reports of a program that SIGPIPE has ended.</summary>
    internal const int OutputClosed = 128 + 13;
}
