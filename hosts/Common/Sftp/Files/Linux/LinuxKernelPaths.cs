using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static SshCore.Hosts.Sftp.LinuxConstants;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// The kernel keeps the path inside the root: openat2 with RESOLVE_IN_ROOT, under which ".." ends at the root and absolute
/// links begin there, and RESOLVE_NO_MAGICLINKS for the links of /proc that are no text. Since Linux 5.6.
/// </summary>
internal sealed unsafe class LinuxKernelPaths(SafeFileHandle root) : LinuxPaths(root)
{
    private const int MaxAttempts = 32;

    private readonly LinuxWalkedPaths _walked = new(root);

    /// <summary>False if the kernel is older than the call, or a filter of system calls forbids it.</summary>
    public bool IsAvailable
    {
        get
        {
            using var probe = new LinuxDescriptor(Open("/"u8, PathOnly | DirectoryOnly));
            return probe.IsOpen;
        }
    }

    protected override int Open(int root, ReadOnlySpan<byte> path, int flags, uint mode)
    {
        if (path.Length >= LongestPath)
        {
            return -ENAMETOOLONG;
        }

        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            int result = Call(root, path, flags, mode);
            if (result is not (-EAGAIN or -EINTR))
            {
                return result;
            }
        }

        // The kernel gives up on ".." whenever anything on the system is renamed at that moment.
        return _walked.Open(path, flags, mode);
    }

    private static int Call(int root, ReadOnlySpan<byte> path, int flags, uint mode)
    {
        if (LinuxCalls.Terminated(path) is not { } text)
        {
            return -EINVAL;
        }

        var how = new OpenHow
        {
            Flags = (ulong)(flags | CloseOnExec),
            Mode = (flags & Create) != 0 ? mode : 0,
            Resolve = ResolveInRoot | ResolveNoMagicLinks,
        };
        fixed (byte* pointer = text)
        {
            return LinuxCalls.Errno(LinuxLibc.Syscall(OpenAt2, root, pointer, (nint)(&how), sizeof(OpenHow), 0, 0));
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
