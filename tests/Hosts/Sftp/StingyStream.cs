using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Tests.Hosts.Sftp;

/// <summary>A stream over memory that hands out at most so many bytes at once, and counts what is done to it.</summary>
internal sealed class StingyStream(byte[] content, int most, bool seekable = true) : Stream
{
    private readonly MemoryStream _memory = Filled(content);

    public List<int> Writes { get; } = [];

    public int LargestRead { get; private set; }

    public bool Failing { get; set; }

    public bool Closed { get; private set; }

    public byte[] Content => _memory.ToArray();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => seekable;

    public override long Length => seekable ? _memory.Length : throw new NotSupportedException();

    public override long Position
    {
        get => seekable ? _memory.Position : throw new NotSupportedException();
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        LargestRead = Math.Max(LargestRead, buffer.Length);
        return _memory.Read(buffer[..Math.Min(buffer.Length, most)]);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return Read(buffer.Span);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Failing)
        {
            throw new IOException("The disk is full.");
        }

        Writes.Add(buffer.Length);
        _memory.Write(buffer);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        Write(buffer.Span);
    }

    public override long Seek(long offset, SeekOrigin origin) => seekable ? _memory.Seek(offset, origin) : throw new NotSupportedException();

    public override void SetLength(long value) => _memory.SetLength(value);

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        Closed = true;
        base.Dispose(disposing);
    }

    private static MemoryStream Filled(byte[] content)
    {
        var memory = new MemoryStream();
        memory.Write(content);
        memory.Position = 0;
        return memory;
    }
}
