using System.Runtime.InteropServices;
using System.Text;
using SshCore.Native.Boundary;

namespace SshCore.Native.Objects;

/// <summary><c>sshcore_blob</c>: bytes or text that a call made, in memory that never moves; zeroed when it is freed.</summary>
internal sealed unsafe class BlobObject : NativeObject
{
    private readonly nint _bytes;

    public BlobObject(ReadOnlySpan<byte> bytes)
    {
        Length = bytes.Length;
        _bytes = (nint)NativeMemory.Alloc((nuint)bytes.Length + 1);
        bytes.CopyTo(new Span<byte>((void*)_bytes, bytes.Length));
        ((byte*)_bytes)[bytes.Length] = 0;
    }

    public BlobObject(string text)
        : this(Encoding.UTF8.GetBytes(text))
    {
    }

    public nint Pointer => _bytes;

    public int Length { get; }

    protected override void Release()
    {
        NativeMemory.Clear((void*)_bytes, (nuint)Length);
        NativeMemory.Free((void*)_bytes);
    }
}
