using System.Net.Sockets;
using System.Threading.Tasks;
using SshCore.Hosts.Driving;

namespace SshCore.Async.Driving;

/// <summary>A connected socket.</summary>
internal sealed class SocketTransport : AsyncTransport
{
    private readonly Socket _socket;
    private PromptAck _ack;

    public SocketTransport(Socket socket) => _socket = socket;

    public override bool CanWaitEmpty => SocketCalls.CanWaitEmpty;

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        // An empty receive waits for more; any other one has taken what was there.
        if (buffer.IsEmpty)
        {
            _ack.BeforeWait(_socket);
        }
        else
        {
            _ack.Received();
        }

        return SocketCalls.ReceiveAsync(_socket, buffer);
    }

    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        _ack.Sent();
        return SocketCalls.SendAsync(_socket, bytes);
    }

    public override void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            Close(); // the peer is gone already
        }
        catch (ObjectDisposedException)
        {
            Close();
        }
    }

    public override void Detach() => SocketCopy.Detach(_socket);

    public override void Close() => _socket.Dispose();
}
