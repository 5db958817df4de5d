using SshCore.Cli.Unix;

namespace SshCore.Cli.Sftp.Terminal;

/// <summary>What we know of the terminal.</summary>
internal static class TerminalSize
{
    private const int Default = 80;
    private const int Most = 511;

    /// <summary>Columns of the terminal behind a descriptor; 80 if it is none.</summary>
    internal static int Columns(int descriptor)
    {
        using var terminal = Descriptor.Borrow(descriptor);
        return Descriptor.GetWindowSize(terminal) is { Columns: > 0 } size ? Math.Min((int)size.Columns, Most) : Default;
    }

    /// <summary>Whether our process group may write to the terminal without disturbing another one.</summary>
    internal static bool IsForeground(int descriptor)
    {
        using var terminal = Descriptor.Borrow(descriptor);
        return Libc.TcGetPgrp(terminal) == Libc.GetProcessGroup();
    }
}
