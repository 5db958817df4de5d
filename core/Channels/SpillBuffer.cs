using System.Buffers;

namespace SshCore.Channels;

/// <summary>
/// Received data that its reader has not taken yet, in arrays rented while there is any. Its owner bounds it by the
/// window. Small data fills up the last array, so what is rented stays in proportion to what is held.
/// </summary>
internal struct SpillBuffer
{
    private const int SmallestSegment = 4 * 1024;
    private const int LargestSegment = 1024 * 1024;

    private Segment[]? _segments; // a ring
    private int _first;
    private int _count;

    /// <summary>Bytes held.</summary>
    public long Length { get; private set; }

    /// <summary>Copies data to the end.</summary>
    public void Append(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            if (_count == 0 || Last.End == Last.Bytes.Length)
            {
                AddSegment(data.Length);
            }

            ref var last = ref Last;
            int count = Math.Min(data.Length, last.Bytes.Length - last.End);
            data.Slice(0, count).CopyTo(last.Bytes.AsSpan(last.End));
            last.End += count;
            Length += count;
            data = data.Slice(count);
        }
    }

    /// <summary>Copies the oldest bytes out and drops them.</summary>
    public int Read(Span<byte> destination)
    {
        int taken = 0;
        while (_count > 0 && taken < destination.Length)
        {
            ref var first = ref _segments![_first];
            int count = Math.Min(destination.Length - taken, first.End - first.Start);
            first.Bytes.AsSpan(first.Start, count).CopyTo(destination.Slice(taken));
            first.Start += count;
            taken += count;
            Length -= count;
            if (first.Start == first.End)
            {
                ArrayPool<byte>.Shared.Return(DropFirst().Bytes);
            }
        }

        return taken;
    }

    /// <summary>
    /// Takes the oldest contiguous bytes without copying. Their array moves to <paramref name="lent"/>; whoever owns
    /// that list returns it.
    /// </summary>
    public ReadOnlyMemory<byte> Lend(List<byte[]> lent)
    {
        if (_count == 0)
        {
            return default;
        }

        var segment = DropFirst();
        lent.Add(segment.Bytes);
        Length -= segment.End - segment.Start;
        return segment.Bytes.AsMemory(segment.Start, segment.End - segment.Start);
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (_count > 0)
        {
            ArrayPool<byte>.Shared.Return(DropFirst().Bytes);
        }

        _segments = null;
        Length = 0;
    }

    private readonly ref Segment Last => ref _segments![(_first + _count - 1) % _segments.Length];

    private void AddSegment(int needed)
    {
        _segments ??= new Segment[4];
        if (_count == _segments.Length)
        {
            var larger = new Segment[_count * 2];
            for (int i = 0; i < _count; i++)
            {
                larger[i] = _segments[(_first + i) % _count];
            }

            _segments = larger;
            _first = 0;
        }

        int size = (int)Math.Min(Math.Max(Math.Max(Length, needed), SmallestSegment), LargestSegment);
        _count++;
        Last = new Segment { Bytes = ArrayPool<byte>.Shared.Rent(size) };
    }

    private Segment DropFirst()
    {
        var segment = _segments![_first];
        _segments[_first] = default;
        _first = (_first + 1) % _segments.Length;
        _count--;
        return segment;
    }

    private struct Segment
    {
        public byte[] Bytes;
        public int Start;
        public int End;
    }
}
