using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace SshCore.Cli.Unix;

/// <summary>
/// A pipe end or a terminal's master side as a stream without a blocked thread. Reading from a master whose other side
/// nobody has open any more is an end, not an error.
/// </summary>
internal sealed class DescriptorStream : Stream
{
    private readonly SafeFileHandle _handle;
    private readonly bool _readable;
    private readonly bool _writable;
    private readonly PollReactor _reactor;

    /// <summary>Takes the descriptor over and makes it non-blocking.</summary>
    internal DescriptorStream(SafeFileHandle handle, FileAccess access, PollReactor? reactor = null)
    {
        _handle = handle;
        _reactor = reactor ?? PollReactor.Next();
        _readable = access.HasFlag(FileAccess.Read);
        _writable = access.HasFlag(FileAccess.Write);
        Descriptor.SetNonBlocking(handle);
    }

    internal SafeFileHandle Handle => _handle;

    public override bool CanRead => _readable;

    public override bool CanWrite => _writable;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            int count = TryRead(buffer.Span);
            if (count >= 0)
            {
                return count;
            }

            await _reactor.WaitAsync(_handle, PollEvents.In, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <exception cref="UnixException">Nobody reads the other end any more (EPIPE).</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            int count = TryWrite(buffer.Span);
            if (count < 0)
            {
                await _reactor.WaitAsync(_handle, PollEvents.Out, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                buffer = buffer[count..];
            }
        }
    }

    /// <summary>Completes when there is something to read, the end included.</summary>
    internal Task WaitReadableAsync(CancellationToken cancellationToken) => _reactor.WaitAsync(_handle, PollEvents.In, cancellationToken);

    /// <summary>Reads what is there without waiting, as much as fits; false at the end.</summary>
    internal bool TryFill(Span<byte> buffer, out int count)
    {
        count = 0;
        while (count < buffer.Length)
        {
            int read = TryRead(buffer[count..]);
            if (read <= 0)
            {
                return read < 0;
            }

            count += read;
        }

        return true;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, default).GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer, offset, count, default).GetAwaiter().GetResult();

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_handle.IsClosed)
        {
            // The handle itself closes once a poll that has it in its set returns.
            _reactor.Close(_handle);
        }

        base.Dispose(disposing);
    }

    /// <returns>Bytes read, 0 at the end, -1 if there is nothing yet.</returns>
    private unsafe int TryRead(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                nint count = Libc.Read(_handle, bytes, (nuint)buffer.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == UnixConstants.TryAgain)
                {
                    return -1;
                }

                if (error == UnixConstants.InputOutputError)
                {
                    return 0;
                }

                if (error != UnixConstants.Interrupted)
                {
                    throw new UnixException("read", error);
                }
            }
        }
    }

    /// <returns>Bytes written, -1 if there is no room yet.</returns>
    private unsafe int TryWrite(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            while (true)
            {
                nint count = Libc.Write(_handle, bytes, (nuint)buffer.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == UnixConstants.TryAgain)
                {
                    return -1;
                }

                if (error != UnixConstants.Interrupted)
                {
                    throw new UnixException("write", error);
                }
            }
        }
    }
}
