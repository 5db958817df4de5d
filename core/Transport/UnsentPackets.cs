namespace SshCore.Transport;

/// <summary>Control packets of one kind that were made and have not left: those that wait for keys and those in the output.</summary>
internal sealed class UnsentPackets
{
    // More than this is not kept for a connection that has become idle.
    private const int Kept = 16;

    private readonly Queue<(long End, int Size)> _sealed = new();
    private int _largest;

    /// <summary>Payloads that wait for the end of our key exchange.</summary>
    public int HeldCount { get; private set; }

    /// <summary>Bytes of those payloads.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>Packets in the output.</summary>
    public int SealedCount => _sealed.Count;

    /// <summary>Bytes of those packets.</summary>
    public long SealedBytes { get; private set; }

    /// <summary>Packets in all.</summary>
    public int Count => HeldCount + SealedCount;

    /// <summary>Bytes in all.</summary>
    public long Bytes => HeldBytes + SealedBytes;

    /// <summary>A payload waits for the end of our key exchange.</summary>
    public void Hold(int size)
    {
        HeldCount++;
        HeldBytes += size;
    }

    /// <summary>It waits no more.</summary>
    public void Release(int size)
    {
        HeldCount--;
        HeldBytes -= size;
    }

    /// <summary>A packet was sealed, up to <paramref name="end"/> in the count of all output bytes.</summary>
    public void Add(long end, int size)
    {
        _sealed.Enqueue((end, size));
        _largest = Math.Max(_largest, _sealed.Count);
        SealedBytes += size;
    }

    /// <summary>The output was sent up to <paramref name="sent"/>.</summary>
    public void Advance(long sent)
    {
        while (_sealed.Count > 0 && _sealed.Peek().End <= sent)
        {
            SealedBytes -= _sealed.Dequeue().Size;
        }

        if (_sealed.Count == 0 && _largest > Kept)
        {
            _sealed.TrimExcess();
            _largest = 0;
        }
    }
}
