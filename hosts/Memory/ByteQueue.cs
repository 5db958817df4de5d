namespace SshCore.Memory;

/// <summary>Bytes in order, in one ring that grows; allocates nothing once it is large enough.</summary>
internal sealed class ByteQueue
{
    private byte[] _ring = new byte[1024];
    private int _start;

    public int Count { get; private set; }

    public void Enqueue(ReadOnlySpan<byte> bytes)
    {
        if (Count + bytes.Length > _ring.Length)
        {
            Grow(Count + bytes.Length);
        }

        int end = (_start + Count) & (_ring.Length - 1);
        int first = Math.Min(bytes.Length, _ring.Length - end);
        bytes.Slice(0, first).CopyTo(_ring.AsSpan(end));
        bytes.Slice(first).CopyTo(_ring);
        Count += bytes.Length;
    }

    /// <summary>The oldest bytes that lie in one piece.</summary>
    public ReadOnlyMemory<byte> Peek() => _ring.AsMemory(_start, Math.Min(Count, _ring.Length - _start));

    public void Drop(int count)
    {
        _start = (_start + count) & (_ring.Length - 1);
        Count -= count;
        _start = Count == 0 ? 0 : _start;
    }

    public void Clear() => Drop(Count);

    private void Grow(int needed)
    {
        int size = _ring.Length;
        while (size < needed)
        {
            size *= 2;
        }

        var larger = new byte[size];
        int first = Math.Min(Count, _ring.Length - _start);
        _ring.AsSpan(_start, first).CopyTo(larger);
        _ring.AsSpan(0, Count - first).CopyTo(larger.AsSpan(first));
        _ring = larger;
        _start = 0;
    }
}
