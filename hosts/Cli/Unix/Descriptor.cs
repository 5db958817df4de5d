using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SshCore.Cli.Unix;

/// <summary>Opening and marking file descriptors.</summary>
internal static unsafe class Descriptor
{
    /// <summary>Wraps a descriptor without owning it, for 0, 1 and 2.</summary>
    internal static SafeFileHandle Borrow(int number) => new(number, ownsHandle: false);

    /// <summary>True if it is a terminal.</summary>
    internal static bool IsTerminal(int number) => Libc.IsATty(number) == 1;

    /// <summary>Opens a path, close-on-exec and without making it the controlling terminal.</summary>
    internal static SafeFileHandle Open(string path, int access)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + "\0"))
        {
            int number = Libc.Open(bytes, access | UnixConstants.OpenCloseOnExec | UnixConstants.OpenNoControllingTerminal);
            return number >= 0 ? new SafeFileHandle(number, ownsHandle: true) : throw UnixException.Last(path);
        }
    }

    /// <summary>Opens an existing file so that every write goes to its end.</summary>
    internal static SafeFileHandle OpenToAppend(string path) => Open(path, UnixConstants.OpenWriteOnly | UnixConstants.OpenAppend);

    /// <summary>A pipe, both ends close-on-exec.</summary>
    internal static (SafeFileHandle Reader, SafeFileHandle Writer) Pipe()
    {
        int* pair = stackalloc int[2];
        int result = UnixConstants.IsMac ? Libc.Pipe(pair) : Libc.Pipe2(pair, UnixConstants.OpenCloseOnExec);
        if (result != 0)
        {
            throw UnixException.Last("pipe");
        }

        if (UnixConstants.IsMac)
        {
            Control(pair[0], UnixConstants.SetDescriptorFlags, UnixConstants.CloseOnExecFlag);
            Control(pair[1], UnixConstants.SetDescriptorFlags, UnixConstants.CloseOnExecFlag);
        }

        return (new SafeFileHandle(pair[0], ownsHandle: true), new SafeFileHandle(pair[1], ownsHandle: true));
    }

    /// <summary>Asks for a larger buffer; where there is none to ask for, the pipe stays as it is.</summary>
    internal static void EnlargePipe(SafeFileHandle pipe, int bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            Control(Number(pipe), UnixConstants.SetPipeSize, bytes);
        }
    }

    /// <summary>
    /// Makes reads and writes return at once. Only for descriptors of our own: the flag is shared with everybody who
    /// has the same open file.
    /// </summary>
    internal static void SetNonBlocking(SafeFileHandle handle)
    {
        int number = Number(handle);
        int flags = Control(number, UnixConstants.GetStatusFlags, 0);
        if (flags < 0 || Control(number, UnixConstants.SetStatusFlags, flags | UnixConstants.NonBlocking) < 0)
        {
            throw UnixException.Last("fcntl");
        }
    }

    /// <summary>Opens /dev/null on 0, 1 or 2 if our parent closed them, so that nothing else lands there.</summary>
    internal static void EnsureStandardOnes()
    {
        fixed (byte* path = "/dev/null\0"u8)
        {
            for (int number = 0; number <= 2; number++)
            {
                if (Control(number, UnixConstants.GetDescriptorFlags, 0) < 0)
                {
                    _ = Libc.Open(path, UnixConstants.OpenReadWrite);
                }
            }
        }
    }

    /// <summary>Size of the terminal; null if it is none.</summary>
    internal static WindowSize? GetWindowSize(SafeFileHandle terminal)
    {
        WindowSize size;
        return Ioctl(terminal, UnixConstants.GetWindowSize, &size) == 0 ? size : null;
    }

    /// <summary>Sets the size; the terminal's foreground processes get SIGWINCH.</summary>
    internal static void SetWindowSize(SafeFileHandle terminal, WindowSize size)
    {
        if (Ioctl(terminal, UnixConstants.SetWindowSize, &size) != 0)
        {
            throw UnixException.Last("TIOCSWINSZ");
        }
    }

    internal static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    private static int Ioctl(SafeFileHandle terminal, nuint request, WindowSize* size) => VariadicOnStack
        ? Libc.IoctlPadded(terminal, request, 0, 0, 0, 0, 0, 0, size)
        : Libc.Ioctl(terminal, request, size);

    private static int Control(int number, int command, nint argument) => VariadicOnStack
        ? Libc.FcntlPadded(number, command, 0, 0, 0, 0, 0, 0, argument)
        : Libc.Fcntl(number, command, argument);

    private static bool VariadicOnStack => UnixConstants.IsMac && RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
}
