using System.IO;
using System.Threading.Tasks;

namespace SshCore.Async.Driving;

/// <summary>Any stream that can be read and written at the same time.</summary>
internal sealed class StreamTransport : AsyncTransport
{
    private readonly Stream _stream;
    private bool _leaveOpen;

    public StreamTransport(Stream stream, bool leaveOpen)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
    }

    public override bool CanWaitEmpty => false;

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => SocketCalls.ReadAsync(_stream, buffer);

    public override async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await SocketCalls.WriteAsync(_stream, bytes).ConfigureAwait(false);
        await _stream.FlushAsync().ConfigureAwait(false);
        return bytes.Length;
    }

    // A stream has no half of its own to close; the end of the whole follows.
    public override void ShutdownSend() => Close();

    public override void Detach() => _leaveOpen = true;

    public override void Close()
    {
        if (!_leaveOpen)
        {
            _stream.Dispose();
        }
    }
}
