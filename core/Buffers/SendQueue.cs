using System.Buffers;

namespace SshCore.Buffers;

/// <summary>
/// Sealed packets on their way out, in pooled segments that never move. A packet is built in reserved room at the end;
/// the host peeks at the front. Empty, it holds no memory.
/// </summary>
internal sealed class SendQueue : IDisposable
{
    private const int SmallestSegment = 4 * 1024;
    private const int LargestSegment = 256 * 1024;

    private readonly Queue<Segment> _segments = new();
    private Segment? _spare;
    private Segment? _last;
    private int _nextSize = SmallestSegment;
    private bool _isHeld;

    /// <summary>Bytes waiting.</summary>
    public long Length => Appended - Advanced;

    /// <summary>Bytes ever added.</summary>
    public long Appended { get; private set; }

    /// <summary>Bytes ever sent.</summary>
    public long Advanced { get; private set; }

    /// <summary>Contiguous room at the end; fill it and <see cref="Commit"/>.</summary>
    public Span<byte> Reserve(int size)
    {
        if (_last is null || _last.Bytes.Length - _last.End < size)
        {
            Append(size);
        }

        return _last!.Bytes.AsSpan(_last.End, size);
    }

    /// <summary>As <see cref="Reserve"/>, for a caller that keeps it for a while.</summary>
    public Memory<byte> Lend(int size)
    {
        Reserve(size);
        return _last!.Bytes.AsMemory(_last.End, size);
    }

    /// <summary>As <see cref="Lend"/>, but bytes before it may be sent, and even the queue disposed of, before <see cref="Commit"/>.</summary>
    public Memory<byte> Hold(int size)
    {
        var room = Lend(size);
        _isHeld = true;
        return room;
    }

    public void Commit(int count)
    {
        _isHeld = false;
        _last!.End += count;
        Appended += count;
    }

    public ReadOnlyMemory<byte> Peek()
    {
        if (_segments.Count == 0)
        {
            return default;
        }

        var first = _segments.Peek();
        first.IsPeeked = true;
        return first.Bytes.AsMemory(first.Start, first.End - first.Start);
    }

    public void Advance(int count)
    {
        if (count < 0 || count > Length)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"{Length} bytes are waiting.");
        }

        Advanced += count;
        while (_segments.Count > 0)
        {
            var first = _segments.Peek();
            int step = Math.Min(count, first.End - first.Start);
            first.Start += step;
            count -= step;
            if (first.Start < first.End || (_isHeld && first == _last))
            {
                break;
            }

            _segments.Dequeue();
            Release(first);
        }
    }

    public void Dispose()
    {
        while (_segments.Count > 0)
        {
            var segment = _segments.Dequeue();
            if (segment.IsPeeked || (_isHeld && segment == _last))
            {
                // A send may still be reading it, or somebody filling it: the pool must not give it to anybody else.
                segment.Bytes = [];
            }

            Release(segment);
        }

        Advanced = Appended;
    }

    private void Append(int size)
    {
        if (_last is { } empty && empty.Start == empty.End)
        {
            // Something was begun in it and given up. It must not stay: in front it would hide what follows.
            ArrayPool<byte>.Shared.Return(empty.Bytes);
            empty.Bytes = ArrayPool<byte>.Shared.Rent(Math.Max(size, _nextSize));
            empty.Start = empty.End = 0;
            return;
        }

        var segment = _spare ?? new Segment();
        _spare = segment.Next;
        segment.Next = null;
        segment.Bytes = ArrayPool<byte>.Shared.Rent(Math.Max(size, _nextSize));
        _nextSize = _segments.Count == 0 ? SmallestSegment : Math.Min(segment.Bytes.Length * 4, LargestSegment);
        if (size > SmallestSegment)
        {
            _nextSize = LargestSegment;
        }

        _segments.Enqueue(segment);
        _last = segment;
    }

    private void Release(Segment segment)
    {
        if (segment.Bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(segment.Bytes);
        }

        segment.Bytes = [];
        segment.IsPeeked = false;
        segment.Start = segment.End = 0;
        segment.Next = _spare;
        _spare = segment;
        if (_last == segment)
        {
            _last = null;
        }
    }

    private sealed class Segment
    {
        public byte[] Bytes = [];
        public int Start;
        public int End;
        public bool IsPeeked;

        /// <summary>The next one that is out of use.</summary>
        public Segment? Next;
    }
}
