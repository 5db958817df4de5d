namespace SshCore.Memory;

/// <summary>
/// Sees, and may change, bytes as they enter a link: <paramref name="offset"/> counts the bytes that entered before. What
/// it returns goes on instead; <paramref name="bytes"/> itself changes nothing, an empty result drops them.
/// </summary>
public delegate ReadOnlyMemory<byte> MemoryTap(long offset, ReadOnlyMemory<byte> bytes);

/// <summary>One direction of a <see cref="MemoryPair"/>: an ordered byte stream in virtual time.</summary>
public sealed class MemoryLink
{
    private readonly ByteQueue _bytes = new();
    private readonly Queue<Arrival> _arrivals = new();
    private readonly TimeSpan _latency;
    private readonly long? _bytesPerSecond;
    private readonly int _capacity;
    private SshInstant _lineFree;
    private long? _cutAfter;
    private int _arrived;
    private bool _ended;

    internal MemoryLink(MemoryPairOptions options, TimeSpan latency)
    {
        _latency = latency;
        _bytesPerSecond = options.BytesPerSecond;
        _capacity = Math.Max(options.Capacity, 1);
    }

    /// <summary>Observes or alters what the sender sends; null: nothing does.</summary>
    public MemoryTap? Tap { get; set; }

    /// <summary>While true nothing is delivered: the receiver's host does not read.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Bytes taken from the sender so far, before the tap.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Bytes delivered so far, those injected included.</summary>
    public long BytesDelivered { get; private set; }

    /// <summary>Bytes under way.</summary>
    public int BytesInFlight => _bytes.Count;

    /// <summary>True once the stream was cut or its sender has closed it.</summary>
    public bool IsCut => _ended;

    /// <summary>Cuts the stream once that many bytes in all have entered it; the rest is lost.</summary>
    public void CutAfter(long byteCount)
    {
        _cutAfter = byteCount;
        _ended |= BytesSent >= byteCount;
    }

    /// <summary>Cuts the stream now: what is under way still arrives, then the receiver sees its end.</summary>
    public void Cut() => _ended = true;

    internal bool HasRoom => _ended || _bytes.Count < _capacity;

    internal bool HasArrived => !IsStalled && _arrived > 0;

    internal bool IsAtEnd => _ended && _bytes.Count == 0 && !IsStalled;

    internal SshInstant? NextArrival => _arrivals.Count == 0 || IsStalled ? null : _arrivals.Peek().At;

    /// <summary>Takes bytes from the sender.</summary>
    /// <returns>How many: fewer than given when the link is full. A cut link swallows all.</returns>
    internal int Send(ReadOnlyMemory<byte> bytes, SshInstant now)
    {
        if (_ended)
        {
            return bytes.Length;
        }

        int taken = Math.Min(bytes.Length, _capacity - _bytes.Count);
        if (_cutAfter is { } cut)
        {
            taken = (int)Math.Min(taken, cut - BytesSent);
        }

        var sent = bytes.Slice(0, taken);
        var carried = Tap is { } tap ? tap(BytesSent, sent) : sent;
        BytesSent += taken;
        Carry(carried.Span, now);
        if (BytesSent >= _cutAfter)
        {
            _ended = true;
            return bytes.Length;
        }

        return taken;
    }

    /// <summary>Puts bytes on the way as if the sender had sent them; the tap does not see them.</summary>
    internal void Carry(ReadOnlySpan<byte> bytes, SshInstant now)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        _bytes.Enqueue(bytes);
        var leaves = now;
        if (_bytesPerSecond is { } rate)
        {
            leaves = _lineFree > now ? _lineFree : now;
            leaves += TimeSpan.FromTicks((long)(bytes.Length * (double)TimeSpan.TicksPerSecond / rate));
            _lineFree = leaves;
        }

        var at = leaves + _latency;
        if (at <= now && _arrivals.Count == 0)
        {
            _arrived += bytes.Length;
        }
        else
        {
            _arrivals.Enqueue(new(at, bytes.Length));
        }
    }

    /// <summary>Lets everything arrive that is due.</summary>
    internal void Tick(SshInstant now)
    {
        while (_arrivals.Count > 0 && _arrivals.Peek().At <= now)
        {
            _arrived += _arrivals.Dequeue().Count;
        }
    }

    internal ReadOnlyMemory<byte> Peek()
    {
        var bytes = _bytes.Peek();
        return bytes.Slice(0, Math.Min(bytes.Length, _arrived));
    }

    internal void Delivered(int count)
    {
        _bytes.Drop(count);
        _arrived -= count;
        BytesDelivered += count;
    }

    /// <summary>The receiver is gone: what is under way is lost.</summary>
    internal void Discard()
    {
        _ended = true;
        _bytes.Clear();
        _arrivals.Clear();
        _arrived = 0;
    }

    private readonly struct Arrival
    {
        public Arrival(SshInstant at, int count)
        {
            At = at;
            Count = count;
        }

        public SshInstant At { get; }

        public int Count { get; }
    }
}
