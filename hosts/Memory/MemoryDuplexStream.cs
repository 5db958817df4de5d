using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Memory;

/// <summary>
/// One end of a pair of streams joined in memory, as a connected socket would be: what one end writes the other reads,
/// closing one end ends the other's reading. For hosts that work on streams and threads, in real time. One reader and one
/// writer at a time; closing is allowed from any thread and wakes both.
/// </summary>
public sealed partial class MemoryDuplexStream : Stream
{
    private readonly BytePipe _in;
    private readonly BytePipe _out;

    private MemoryDuplexStream(BytePipe inbound, BytePipe outbound)
    {
        _in = inbound;
        _out = outbound;
    }

    /// <summary>Makes both ends; each direction holds <paramref name="capacity"/> bytes before its writer waits.</summary>
    public static (MemoryDuplexStream A, MemoryDuplexStream B) CreatePair(int capacity = 64 * 1024)
    {
        var toB = new BytePipe(capacity);
        var toA = new BytePipe(capacity);
        return (new(toA, toB), new(toB, toA));
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Says that nothing more will be written; reading goes on.</summary>
    public void EndWriting() => _out.CloseWriter();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        while (true)
        {
            if (_in.TryRead(buffer.AsSpan(offset, count), out var change) is { } read)
            {
                return read;
            }

            change.GetAwaiter().GetResult();
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count)
    {
        while (count > 0)
        {
            int written = _out.TryWrite(buffer.AsSpan(offset, count), out var change);
            offset += written;
            count -= written;
            if (written == 0)
            {
                change.GetAwaiter().GetResult();
            }
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadWhenThereAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteWhenRoomAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _out.CloseWriter();
            _in.CloseReader();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadWhenThereAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_in.TryRead(destination.Span, out var change) is { } read)
            {
                return read;
            }

            await WaitAsync(change, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask WriteWhenRoomAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int written = _out.TryWrite(bytes.Span, out var change);
            bytes = bytes.Slice(written);
            if (written == 0)
            {
                await WaitAsync(change, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task WaitAsync(Task change, CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.Register(() => cancelled.TrySetCanceled(cancellationToken)))
        {
            await (await Task.WhenAny(change, cancelled.Task).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }
}
