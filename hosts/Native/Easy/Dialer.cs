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
            throw new NativeException(Result.Io, $"{host} cannot be resolved (getaddrinfo: {failure}).");
        }

        try
        {
            string reason = "it has no address";
            for (var address = all; address is not null; address = address->Next)
            {
                int fd = Libc.Socket(address->Family, address->Type, address->Protocol);
                if (fd >= 0)
                {
                    reason = TryConnect(fd, *address, until);
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

    // Empty for success.
    private static string TryConnect(int fd, in Libc.AddressInfo address, SshInstant? until)
    {
        int one = 1;
        _ = Libc.Control(fd, Libc.SetFlags, Libc.NonBlocking);
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
            int wait = until is { } end ? (int)Math.Clamp((end - Clock.Now).TotalMilliseconds, 0, int.MaxValue) : -1;
            int ready = Libc.Poll(&entry, 1, wait);
            if (ready == 0)
            {
                return "no answer in time";
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
