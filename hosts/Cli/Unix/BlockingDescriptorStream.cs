using System.IO;
using Microsoft.Win32.SafeHandles;

namespace SshCore.Cli.Unix;

/// <summary>A descriptor that others may share as a blocking stream; its flags stay as they are, and it is not closed.</summary>
internal sealed class BlockingDescriptorStream : Stream
{
    private readonly SafeFileHandle _handle;
    private readonly bool _isReader;

    internal BlockingDescriptorStream(SafeFileHandle handle, FileAccess access)
    {
        _handle = handle;
        _isReader = access == FileAccess.Read;
    }

    public override bool CanRead => _isReader;

    public override bool CanWrite => !_isReader;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer) => BlockingDescriptor.Read(_handle, buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => BlockingDescriptor.Write(_handle, buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
