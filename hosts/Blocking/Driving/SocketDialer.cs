using System.Net;
using System.Net.Sockets;
using System.Threading;
using SshCore.Hosts;
using SshCore.Hosts.Driving;

namespace SshCore.Blocking.Driving;

/// <summary>Makes TCP connections: each address of a host in turn, within one time. Looking the name up takes the system's time.</summary>
internal static class SocketDialer
{
    public static Socket Connect(string host, int port, TimeSpan timeout)
    {
        var attempts = new DialAttempts(host, port, timeout);
        try
        {
            return Connect(attempts, attempts.TryLiteral(out var addresses) ? addresses : Dns.GetHostAddresses(host), timeout);
        }
        catch (SocketException ex)
        {
            throw attempts.NotFound(ex);
        }
    }

    private static Socket Connect(DialAttempts attempts, IPAddress[] addresses, TimeSpan timeout)
    {
        bool isBounded = timeout != Timeout.InfiniteTimeSpan;
        var end = HostClock.Now + (isBounded ? timeout : TimeSpan.Zero);
        foreach (var address in addresses)
        {
            var socket = DialAttempts.NewSocket(address);
            try
            {
                return TryConnect(socket, attempts.EndPoint(address), isBounded ? end - HostClock.Now : Timeout.InfiniteTimeSpan) ? socket : throw attempts.TimedOut();
            }
            catch (Exception ex) when (attempts.GoesOnAfter(ex, socket))
            {
                // The next one may answer.
                continue;
            }
        }

        throw attempts.Exhausted();
    }

    private static bool TryConnect(Socket socket, IPEndPoint endPoint, TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            socket.Connect(endPoint);
            return true;
        }

        socket.Blocking = false;
        try
        {
            socket.Connect(endPoint);
            return true;
        }
        catch (SocketException ex) when (ex.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (!socket.Poll(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, SelectMode.SelectWrite))
            {
                return false;
            }
        }

        int error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        return error == 0 ? true : throw new SocketException(error);
    }
}
