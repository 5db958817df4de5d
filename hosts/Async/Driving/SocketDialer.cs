using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Errors;
using SshCore.Hosts;

namespace SshCore.Async.Driving;

/// <summary>Makes TCP connections: each address of a host in turn, within one time.</summary>
internal static class SocketDialer
{
    public static async ValueTask<Socket> ConnectAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            limit.CancelAfter(timeout);
        }

        try
        {
            var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await SocketCalls.ResolveAsync(host, limit.Token).ConfigureAwait(false);
            return await ConnectAsync(host, port, addresses, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SshTimeoutException($"{host} did not answer on port {port} within {timeout}.");
        }
        catch (SocketException ex)
        {
            throw Failed(host, port, ex.Message, ex);
        }
    }

    private static async ValueTask<Socket> ConnectAsync(string host, int port, IPAddress[] addresses, CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.NoDelay = true;
                await SocketCalls.ConnectAsync(socket, new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
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

    private static SshConnectionException Failed(string host, int port, string why, Exception? cause) =>
        new(new SshError(SshErrorKind.HostFailure, $"Cannot connect to {host} port {port}: {why}."), cause);
}
