using System.IO;

namespace SshCore.Hosts;

#if NETSTANDARD2_0
using System.Threading;
using System.Threading.Tasks;

/// <summary>A stream with the members over memory that netstandard2.0's <see cref="Stream"/> lacks.</summary>
public abstract class SpanStream : Stream, IAsyncDisposable
{
    private protected SpanStream()
    {
    }

    /// <summary>Reads up to the buffer's length; 0 at the end.</summary>
    public abstract int Read(Span<byte> buffer);

    /// <summary>Writes all of the buffer.</summary>
    public abstract void Write(ReadOnlySpan<byte> buffer);

    /// <summary>Reads up to the buffer's length; 0 at the end.</summary>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <summary>Writes all of the buffer.</summary>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    /// <summary>Closes the stream.</summary>
    public virtual ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        return default;
    }
}
#else
/// <summary>A stream; the members over memory are <see cref="Stream"/>'s own here.</summary>
public abstract class SpanStream : Stream
{
    private protected SpanStream()
    {
    }
}
#endif
