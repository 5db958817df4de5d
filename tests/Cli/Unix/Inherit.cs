using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SshCore.Cli.Unix;

namespace SshCore.Tests.Cli.Unix;

internal static class Inherit
{
    /// <summary>Clears close-on-exec.</summary>
    internal static void Allow(SafeFileHandle handle)
    {
        _ = NativeFcntl((int)handle.DangerousGetHandle(), 2, 0);
    }

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int NativeFcntl(int descriptor, int command, nint argument);
}
