using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace SshCore.Cli.Ssh;

/// <summary>Connects to the first of a host's addresses that answers.</summary>
internal static partial class Dialer
{
    /// <summary>Connects, as often as ConnectionAttempts says, a second apart.</summary>
    /// <exception cref="SocketException">The name has no address, or none of them answers; the last reason.</exception>
    internal static async Task<Socket> ConnectAsync(SshArguments arguments, Target target, ILogger log)
    {
        for (int left = arguments.ConnectionAttempts ?? 1; ; left--)
        {
            try
            {
                return await OnceAsync(arguments, target, log).ConfigureAwait(false);
            }
            catch (SocketException) when (left > 1)
            {
                await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            }
        }
    }

    private static async Task<Socket> OnceAsync(SshArguments arguments, Target target, ILogger log)
    {
        AddressFamily family = arguments.AddressFamilyIsV6 switch
        {
            null => AddressFamily.Unspecified,
            true => AddressFamily.InterNetworkV6,
            false => AddressFamily.InterNetwork,
        };
        IPAddress[] addresses = IPAddress.TryParse(target.Host, out IPAddress? literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, family).ConfigureAwait(false);
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

                await ConnectAsync(socket, new IPEndPoint(address, target.Port), arguments.ConnectTimeout).ConfigureAwait(false);
                log.Connected();
                return socket;
            }
            catch (SocketException e)
            {
                socket.Dispose();
                log.NotConnected(address, e.Message);
                last = e;
            }
        }

        throw last;
    }

    private static async Task ConnectAsync(Socket socket, IPEndPoint where, TimeSpan? timeout)
    {
        if (timeout is not { } time || time <= TimeSpan.Zero)
        {
            await socket.ConnectAsync(where).ConfigureAwait(false);
            return;
        }

        using var late = new CancellationTokenSource(time);
        try
        {
            await socket.ConnectAsync(where, late.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Connecting to {Host} [{Address}] port {Port}")]
    private static partial void Connecting(this ILogger logger, string host, IPAddress address, int port);

    [LoggerMessage(2, LogLevel.Debug, "Connected")]
    private static partial void Connected(this ILogger logger);

    [LoggerMessage(3, LogLevel.Debug, "No connection to {Address}: {Reason}")]
    private static partial void NotConnected(this ILogger logger, IPAddress address, string reason);
}
