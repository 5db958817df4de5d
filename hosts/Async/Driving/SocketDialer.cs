using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Hosts.Driving;

namespace SshCore.Async.Driving;

/// <summary>Makes TCP connections: each address of a host in turn, within one time.</summary>
internal static class SocketDialer
{
    public static async ValueTask<Socket> ConnectAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var attempts = new DialAttempts(host, port, timeout);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout != Timeout.InfiniteTimeSpan)
        {
            limit.CancelAfter(timeout);
        }

        try
        {
            if (!attempts.TryLiteral(out var addresses))
            {
                addresses = await SocketCalls.ResolveAsync(host, limit.Token).ConfigureAwait(false);
            }

            return await ConnectAsync(attempts, addresses, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw attempts.TimedOut();
        }
        catch (SocketException ex)
        {
            throw attempts.NotFound(ex);
        }
    }

    private static async ValueTask<Socket> ConnectAsync(DialAttempts attempts, IPAddress[] addresses, CancellationToken cancellationToken)
    {
        foreach (var address in addresses)
        {
            var socket = DialAttempts.NewSocket(address);
            try
            {
                await SocketCalls.ConnectAsync(socket, attempts.EndPoint(address), cancellationToken).ConfigureAwait(false);
                return socket;
            }
            catch (Exception ex) when (attempts.GoesOnAfter(ex, socket))
            {
                // The next one may answer.
                continue;
            }
        }

        throw attempts.Exhausted();
    }
}
