using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SshCore.Blocking.Driving;

/// <summary>
/// Waits in the system until a socket has something to read, in a way that another thread can end at once. On Linux that
/// takes one descriptor, made by the first such wait; elsewhere the wait lasts until its time has run out.
/// </summary>
internal sealed unsafe partial class ReadableWait : IDisposable
{
    private const string Libc = "libc";
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const short PollIn = 1;

    private readonly Socket _socket;
    private SafeFileHandle? _signal;
    private bool _isPlain = !OperatingSystem.IsLinux();

    public ReadableWait(Socket socket) => _socket = socket;

    /// <summary>Makes the next wait one that can be ended. False if this system has no such waits.</summary>
    public bool TryArm()
    {
        if (_signal is null && !_isPlain)
        {
            int descriptor = EventDescriptor(0, CloseOnExec | NonBlocking);
            _isPlain = descriptor < 0; // no descriptor is free: late is better than never
            _signal = _isPlain ? null : new SafeFileHandle(descriptor, ownsHandle: true);
        }

        return _signal is not null;
    }

    /// <summary>Waits at most that long; true if there may be something to read. Negative: for ever, after <see cref="TryArm"/> only.</summary>
    public bool Wait(TimeSpan timeout, bool canEnd)
    {
        if (!canEnd || _signal is not { } signal)
        {
            return _socket.Poll(timeout, SelectMode.SelectRead);
        }

        var handle = _socket.SafeHandle;
        bool holdsSocket = false;
        bool holdsSignal = false;
        try
        {
            handle.DangerousAddRef(ref holdsSocket);
            signal.DangerousAddRef(ref holdsSignal);
            var polled = stackalloc Polled[2];
            polled[0] = new() { Descriptor = (int)handle.DangerousGetHandle(), Wanted = PollIn };
            polled[1] = new() { Descriptor = (int)signal.DangerousGetHandle(), Wanted = PollIn };

            // Rounded up: the last part of a millisecond would else be spent in calls.
            int found = Poll(polled, 2, timeout < TimeSpan.Zero ? -1 : (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue));
            if (found > 0 && polled[1].Found != 0)
            {
                ulong count;
                _ = Read(polled[1].Descriptor, &count, sizeof(ulong));
            }

            // A failure, such as a signal that came, counts as time that has run out.
            return found > 0 && polled[0].Found != 0;
        }
        finally
        {
            if (holdsSignal)
            {
                signal.DangerousRelease();
            }

            if (holdsSocket)
            {
                handle.DangerousRelease();
            }
        }
    }

    /// <summary>Ends the wait that was armed, or the next one if that is over.</summary>
    public void End()
    {
        if (_signal is not { IsClosed: false } signal)
        {
            return;
        }

        bool holds = false;
        try
        {
            signal.DangerousAddRef(ref holds);
            ulong one = 1;
            _ = Write((int)signal.DangerousGetHandle(), &one, sizeof(ulong));
        }
        finally
        {
            if (holds)
            {
                signal.DangerousRelease();
            }
        }
    }

    public void Dispose() => _signal?.Dispose();

    [LibraryImport(Libc, EntryPoint = "eventfd")]
    private static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Libc, EntryPoint = "poll")]
    private static partial int Poll(Polled* descriptors, nuint count, int timeout);

    [LibraryImport(Libc, EntryPoint = "read")]
    private static partial nint Read(int descriptor, ulong* value, nuint size);

    [LibraryImport(Libc, EntryPoint = "write")]
    private static partial nint Write(int descriptor, ulong* value, nuint size);

    // struct pollfd
    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
