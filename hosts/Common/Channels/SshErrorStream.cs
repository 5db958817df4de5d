using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;

namespace SshCore.Hosts;

/// <summary>Extended data of a channel as a stream; closing it closes nothing.</summary>
internal sealed class SshErrorStream : SpanStream
{
    private readonly SshChannelStream _channel;

    public SshErrorStream(SshChannelStream channel) => _channel = channel;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override bool CanTimeout => true;

    public override int ReadTimeout
    {
        get => _channel.ReadTimeout;
        set => _channel.ReadTimeout = value;
    }

    public override int WriteTimeout
    {
        get => _channel.WriteTimeout;
        set => _channel.WriteTimeout = value;
    }

    public override long Length => throw new NotSupportedException("A channel has no length.");

    public override long Position
    {
        get => throw new NotSupportedException("A channel has no position.");
        set => throw new NotSupportedException("A channel has no position.");
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => _channel.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => _channel.ReadBlocking(buffer, DataStream.Error, _channel.ReadTimeout).Count;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(new Memory<byte>(buffer, offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _channel.ReadAsync(buffer, DataStream.Error, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => _channel.WriteBlocking(buffer, DataStream.Error, _channel.WriteTimeout);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(new ReadOnlyMemory<byte>(buffer, offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _channel.WriteAsync(buffer, DataStream.Error, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A channel cannot seek.");

    public override void SetLength(long value) => throw new NotSupportedException("A channel has no length.");
}
