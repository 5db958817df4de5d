using System.Net;
using System.Net.Sockets;
using System.Threading;
using SshCore.Errors;
using SshCore.Hosts;

namespace SshCore.Blocking.Driving;

/// <summary>Makes TCP connections: each address of a host in turn, within one time. Looking the name up takes the system's time.</summary>
internal static class SocketDialer
{
    public static Socket Connect(string host, int port, TimeSpan timeout)
    {
        try
        {
            var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : Dns.GetHostAddresses(host);
            return Connect(host, port, addresses, timeout);
        }
        catch (SocketException ex)
        {
            throw Failed(host, port, ex.Message, ex);
        }
    }

    private static Socket Connect(string host, int port, IPAddress[] addresses, TimeSpan timeout)
    {
        bool isBounded = timeout != Timeout.InfiniteTimeSpan;
        var end = HostClock.Now + (isBounded ? timeout : TimeSpan.Zero);
        var failures = new List<Exception>();
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                if (!TryConnect(socket, new IPEndPoint(address, port), isBounded ? end - HostClock.Now : Timeout.InfiniteTimeSpan))
                {
                    throw new SshTimeoutException($"{host} did not answer on port {port} within {timeout}.");
                }

                return socket;
            }
            catch (SocketException ex)
            {
                socket.Dispose();
                failures.Add(ex);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw failures.Count switch
        {
            0 => Failed(host, port, "it has no address", null),
            1 => Failed(host, port, failures[0].Message, failures[0]),
            _ => Failed(host, port, $"none of its {failures.Count} addresses answers", new AggregateException(failures)),
        };
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

    private static SshConnectionException Failed(string host, int port, string why, Exception? cause) =>
        new(new SshError(SshErrorKind.HostFailure, $"Cannot connect to {host} port {port}: {why}."), cause);
}
