using System.Globalization;
using System.Runtime.InteropServices;
using SshCore.Native.Boundary;

namespace SshCore.Native.Easy;

/// <summary>Connects a TCP socket to a host, one address after the other.</summary>
internal static unsafe class Dialer
{
    public static int Connect(string host, int port, SshInstant? until)
    {
        var hints = new Libc.AddressInfo { Type = Libc.Stream };
        Libc.AddressInfo* all;
        if (Libc.Resolve(host, port.ToString(CultureInfo.InvariantCulture), &hints, &all) is not 0 and var failure)
        {
            throw new NativeException(Result.Io, $"{host} cannot be resolved: {Libc.ResolveError(failure)}");
        }

        try
        {
            string reason = "it has no address";
            int left = 0;
            for (var address = all; address is not null; address = address->Next)
            {
                left++;
            }

            for (var address = all; address is not null; address = address->Next)
            {
                int fd = Libc.Socket(address->Family, address->Type | Libc.CloseOnExec, address->Protocol);
                var share = Share(until, left--);
                if (fd < 0)
                {
                    reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
                }
                else
                {
                    reason = TryConnect(fd, *address, share);
                    if (reason.Length == 0)
                    {
                        return fd;
                    }

                    _ = Libc.Close(fd);
                }
            }

            throw new NativeException(until is { } end && Clock.Now >= end ? Result.Timeout : Result.Io, $"{host} port {port}: {reason}");
        }
        finally
        {
            Libc.FreeAddresses(all);
        }
    }

    // An address that never answers leaves time for the others.
    private static SshInstant? Share(SshInstant? until, int addresses) =>
        until is { } end ? Clock.Now + ((end - Clock.Now) / addresses) : null;

    // Empty for success.
    private static string TryConnect(int fd, in Libc.AddressInfo address, SshInstant? until)
    {
        int one = 1;
        _ = Libc.SetFlag(fd, Libc.SetFlags, Libc.NonBlocking);
        _ = Libc.SetOption(fd, Libc.Tcp, Libc.NoDelay, &one, sizeof(int));
        if (Libc.Connect(fd, address.Address, address.Length) == 0)
        {
            return "";
        }

        int error = Marshal.GetLastPInvokeError();
        if (error != Libc.InProgress)
        {
            return Marshal.GetPInvokeErrorMessage(error);
        }

        while (true)
        {
            var entry = new Libc.PollEntry { Fd = fd, Events = Libc.PollOut };
            int wait = until is { } end ? (int)Math.Clamp(Math.Ceiling((end - Clock.Now).TotalMilliseconds), 0, int.MaxValue) : -1;
            int ready = Libc.Poll(&entry, 1, wait);
            if (ready == 0)
            {
                return "no answer in time";
            }

            error = Marshal.GetLastPInvokeError();
            if (ready < 0 && error != Libc.Interrupted)
            {
                return Marshal.GetPInvokeErrorMessage(error);
            }

            if (ready > 0)
            {
                uint length = sizeof(int);
                return Libc.GetOption(fd, Libc.SocketLevel, Libc.SocketError, &error, &length) == 0 && error == 0
                    ? "" : Marshal.GetPInvokeErrorMessage(error);
            }
        }
    }
}
