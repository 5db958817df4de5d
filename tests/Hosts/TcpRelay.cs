using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Tests.Hosts;

/// <summary>A wire between client and server that a test can count on and cut.</summary>
internal sealed class TcpRelay : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _sockets = [];
    private readonly TaskCompletionSource<bool> _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _cutAfter;
    private long _carried;
    private readonly bool _stalls;
    private bool _deaf;

    /// <param name="target">The server's port.</param>
    /// <param name="cutAfter">Cuts both ways after so many bytes from the server.</param>
    /// <param name="stalls">Stops carrying instead of cutting.</param>
    public TcpRelay(int target, long cutAfter = long.MaxValue, bool stalls = false)
    {
        _cutAfter = cutAfter;
        _stalls = stalls;
        _listener.Bind(Subjects.Loopback);
        _listener.Listen();
        _ = RunAsync(target);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Done once the wire was cut.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Resets both connections, as a machine that crashes.</summary>
    public void Cut()
    {
        lock (_sockets)
        {
            foreach (var socket in _sockets)
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }

            _sockets.Clear();
        }

        _reached.TrySetResult(true);
    }

    /// <summary>Carries nothing any more, but keeps both connections open.</summary>
    public void Deafen() => Volatile.Write(ref _deaf, true);

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task RunAsync(int target)
    {
        var client = await _listener.AcceptAsync();
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        await server.ConnectAsync(IPAddress.Loopback, target);
        lock (_sockets)
        {
            _sockets.Add(client);
            _sockets.Add(server);
        }

        _ = CopyAsync(client, server, counts: false);
        await CopyAsync(server, client, counts: true);
    }

    private async Task CopyAsync(Socket from, Socket to, bool counts)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                if (Volatile.Read(ref _deaf))
                {
                    continue;
                }

                long room = counts ? _cutAfter - _carried : long.MaxValue;
                await to.SendAsync(buffer.AsMemory(0, (int)Math.Min(count, room)));
                _carried += counts ? count : 0;
                if (count >= room && _stalls)
                {
                    Deafen();
                    _reached.TrySetResult(true);
                }
                else if (count >= room)
                {
                    Cut();
                    return;
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            _reached.TrySetResult(true);
        }
    }
}
