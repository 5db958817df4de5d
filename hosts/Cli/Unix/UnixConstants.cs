namespace SshCore.Cli.Unix;

/// <summary>Numbers of the C library that differ between Linux and macOS.</summary>
internal static class UnixConstants
{
    internal const int OpenReadOnly = 0;
    internal const int OpenWriteOnly = 1;
    internal const int OpenReadWrite = 2;

    internal const int Interrupted = 4;
    internal const int InputOutputError = 5;
    internal const int NoSuchProcess = 3;
    internal const int BrokenPipe = 32;

    internal const int GetDescriptorFlags = 1;
    internal const int SetDescriptorFlags = 2;
    internal const int GetStatusFlags = 3;
    internal const int SetStatusFlags = 4;
    internal const int CloseOnExecFlag = 1;

    internal const int WaitNoHang = 1;

    private static readonly bool Mac = OperatingSystem.IsMacOS();

    internal static bool IsMac => Mac;

    internal static int OpenNoControllingTerminal => Mac ? 0x20000 : 0x100;

    internal static int OpenCloseOnExec => Mac ? 0x1000000 : 0x80000;

    internal static int OpenAppend => Mac ? 0x8 : 0x400;

    internal static int NonBlocking => Mac ? 0x4 : 0x800;

    internal static int TryAgain => Mac ? 35 : 11;

    internal static nuint GetWindowSize => Mac ? 0x40087468u : 0x5413u;

    internal static nuint SetWindowSize => Mac ? 0x80087467u : 0x5414u;

    /// <summary>SETSIGDEF, SETSIGMASK and SETSID; on macOS also CLOEXEC_DEFAULT, which closes what no action names.</summary>
    internal static short SpawnFlags => Mac ? (short)(0x04 | 0x08 | 0x0400 | 0x4000) : (short)(0x04 | 0x08 | 0x80);

    /// <summary>F_SETPIPE_SZ; Linux only.</summary>
    internal const int SetPipeSize = 1031;
}
