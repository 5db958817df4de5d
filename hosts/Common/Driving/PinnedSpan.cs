using System.Buffers;

namespace SshCore.Hosts.Driving;

/// <summary>Memory over a span that its owner keeps fixed while it blocks.</summary>
internal sealed unsafe class PinnedSpan : MemoryManager<byte>
{
    private byte* _start;
    private int _length;

    /// <summary>Covers other bytes from now on; null and 0 for none.</summary>
    public Memory<byte> Cover(byte* start, int length)
    {
        _start = start;
        _length = length;
        return length == 0 ? Memory<byte>.Empty : CreateMemory(length);
    }

    public override Span<byte> GetSpan() => new(_start, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
