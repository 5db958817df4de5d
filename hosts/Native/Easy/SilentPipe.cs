using System.Runtime.InteropServices;

namespace SshCore.Native.Easy;

/// <summary>
/// Writes to a descriptor that is no socket, without the SIGPIPE that would end a program which has not set it aside: it is
/// blocked in this thread meanwhile, and taken away if the write has raised it.
/// </summary>
internal static unsafe partial class SilentPipe
{
    // Larger than any system's sigset_t.
    private const int SetSize = 128;

    private static int Block { get; } = OperatingSystem.IsMacOS() ? 1 : 0;

    private static int Restore { get; } = OperatingSystem.IsMacOS() ? 3 : 2;

    public static nint Write(int fd, byte* buffer, nuint length)
    {
        byte* pipe = stackalloc byte[SetSize];
        byte* before = stackalloc byte[SetSize];
        byte* pending = stackalloc byte[SetSize];
        _ = Empty(pipe);
        _ = Add(pipe, Libc.PipeSignal);
        _ = Pending(pending);
        bool wasPending = Contains(pending, Libc.PipeSignal) == 1;
        _ = Mask(Block, pipe, before);
        nint written = Libc.Write(fd, buffer, length);
        int error = Marshal.GetLastPInvokeError();
        if (written < 0 && error == Libc.BrokenPipe && !wasPending && Pending(pending) == 0 && Contains(pending, Libc.PipeSignal) == 1)
        {
            int signal;
            _ = Wait(pipe, &signal);
        }

        _ = Mask(Restore, before, null);
        Marshal.SetLastPInvokeError(error);
        return written;
    }

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int Empty(byte* set);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    private static partial int Add(byte* set, int signal);

    [LibraryImport("libc", EntryPoint = "sigismember")]
    private static partial int Contains(byte* set, int signal);

    [LibraryImport("libc", EntryPoint = "sigpending")]
    private static partial int Pending(byte* set);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int Mask(int how, byte* set, byte* old);

    [LibraryImport("libc", EntryPoint = "sigwait")]
    private static partial int Wait(byte* set, int* signal);
}
