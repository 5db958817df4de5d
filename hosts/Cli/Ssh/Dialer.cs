using System.Net;
using System.Net.Sockets;
using System.Threading;
using Microsoft.Extensions.Logging;

namespace SshCore.Cli.Ssh;

/// <summary>Connects to the first of a host's addresses that answers.</summary>
internal static partial class Dialer
{
    /// <summary>Connects, as often as ConnectionAttempts says, a second apart.</summary>
    /// <exception cref="SocketException">The name has no address, or none of them answers; the last reason.</exception>
    internal static Socket Connect(SshArguments arguments, Target target, ILogger log)
    {
        for (int left = arguments.ConnectionAttempts ?? 1; ; left--)
        {
            try
            {
                return Once(arguments, target, log);
            }
            catch (SocketException) when (left > 1)
            {
                Thread.Sleep(TimeSpan.FromSeconds(1));
            }
        }
    }

    private static Socket Once(SshArguments arguments, Target target, ILogger log)
    {
        AddressFamily family = arguments.AddressFamilyIsV6 switch
        {
            null => AddressFamily.Unspecified,
            true => AddressFamily.InterNetworkV6,
            false => AddressFamily.InterNetwork,
        };
        IPAddress[] addresses = IPAddress.TryParse(target.Host, out IPAddress? literal) ? [literal] : Dns.GetHostAddresses(target.Host, family);
        var last = new SocketException((int)SocketError.HostNotFound);
        foreach (IPAddress address in addresses)
        {
            if (family != AddressFamily.Unspecified && address.AddressFamily != family)
            {
                continue;
            }

            log.Connecting(target.Host, address, target.Port);
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                if (arguments.TcpKeepAlive != false)
                {
                    socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                }

                Connect(socket, new IPEndPoint(address, target.Port), arguments.ConnectTimeout);
                log.Connected();
                return socket;
            }
            catch (SocketException e)
            {
                socket.Dispose();
                log.NotConnected(address, new SocketException((int)e.SocketErrorCode).Message);
                last = e;
            }
        }

        throw last;
    }

    private static void Connect(Socket socket, IPEndPoint where, TimeSpan? timeout)
    {
        if (timeout is not { } time || time <= TimeSpan.Zero)
        {
            socket.Connect(where);
            return;
        }

        socket.Blocking = false;
        try
        {
            socket.Connect(where);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.InProgress or SocketError.WouldBlock)
        {
            if (!socket.Poll(time, SelectMode.SelectWrite))
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            if (socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int error and not 0)
            {
                throw new SocketException(error);
            }
        }

        socket.Blocking = true;
    }

    [LoggerMessage(1, LogLevel.Debug, "Connecting to {Host} [{Address}] port {Port}")]
    private static partial void Connecting(this ILogger logger, string host, IPAddress address, int port);

    [LoggerMessage(2, LogLevel.Debug, "Connected")]
    private static partial void Connected(this ILogger logger);

    [LoggerMessage(3, LogLevel.Debug, "No connection to {Address}: {Reason}")]
    private static partial void NotConnected(this ILogger logger, IPAddress address, string reason);
}
