using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SshCore.Cli.Unix;

/// <summary>
/// Blocking reads and writes of a descriptor that others may share, so that its flags must stay as they are: a terminal or
/// whatever our parent gave us as 0, 1 and 2.
/// </summary>
internal static unsafe class BlockingDescriptor
{
    /// <summary>Writes all of it.</summary>
    /// <exception cref="UnixException">Nobody reads any more, or the disk is full.</exception>
    internal static void Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            int done = 0;
            while (done < bytes.Length)
            {
                nint count = Libc.Write(handle, start + done, (nuint)(bytes.Length - done));
                if (count >= 0)
                {
                    done += (int)count;
                }
                else
                {
                    WaitOrThrow(handle, PollEvents.Out, "write");
                }
            }
        }
    }

    /// <summary>Reads what there is, waiting for it; 0 at the end.</summary>
    internal static int Read(SafeFileHandle handle, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Read(handle, start, (nuint)buffer.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                WaitOrThrow(handle, PollEvents.In, "read");
            }
        }
    }

    /// <summary>Somebody else may have made it non-blocking: then waiting is up to us.</summary>
    private static void WaitOrThrow(SafeFileHandle handle, PollEvents wanted, string call)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error == UnixConstants.TryAgain)
        {
            var descriptor = new PollDescriptor { Descriptor = Descriptor.Number(handle), Wanted = wanted };
            _ = Libc.Poll(&descriptor, 1, -1);
        }
        else if (error != UnixConstants.Interrupted)
        {
            throw new UnixException(call, error);
        }
    }
}
