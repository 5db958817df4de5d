#if NETSTANDARD2_0
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Hosts;

/// <summary>Members of <see cref="Stream"/> over memory that netstandard2.0 lacks.</summary>
internal static class StreamMembers
{
    public static int Read(this Stream stream, Span<byte> buffer)
    {
        if (stream is SpanStream span)
        {
            return span.Read(buffer);
        }

        var bytes = new byte[buffer.Length];
        int count = stream.Read(bytes, 0, bytes.Length);
        bytes.AsSpan(0, count).CopyTo(buffer);
        return count;
    }

    public static void Write(this Stream stream, ReadOnlySpan<byte> buffer)
    {
        if (stream is SpanStream span)
        {
            span.Write(buffer);
            return;
        }

        stream.Write(buffer.ToArray(), 0, buffer.Length);
    }

    public static async ValueTask<int> ReadAsync(this Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (stream is SpanStream span)
        {
            return await span.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        var bytes = new byte[buffer.Length];
        int count = await stream.ReadAsync(bytes, 0, bytes.Length, cancellationToken).ConfigureAwait(false);
        bytes.AsSpan(0, count).CopyTo(buffer.Span);
        return count;
    }

    public static ValueTask DisposeAsync(this Stream stream)
    {
        if (stream is IAsyncDisposable disposable)
        {
            return disposable.DisposeAsync();
        }

        stream.Dispose();
        return default;
    }
}
#endif
