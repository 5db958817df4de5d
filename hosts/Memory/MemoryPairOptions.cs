namespace SshCore.Memory;

/// <summary>How many bytes reach a connection at a time.</summary>
public enum MemoryChunking
{
    /// <summary>As many as have arrived and fit its receive buffer.</summary>
    Whole,
    /// <summary>One after the other.</summary>
    OneByte,
    /// <summary>1 to 4096, drawn from <see cref="MemoryPairOptions.Seed"/>.</summary>
    Random,
}

/// <summary>How a <see cref="MemoryPair"/> carries bytes; the same in both directions but for the latency.</summary>
public sealed record MemoryPairOptions
{
    /// <summary>Whole chunks, no latency, no end of bandwidth.</summary>
    public static MemoryPairOptions Default { get; } = new();

    /// <summary>How bytes are cut on delivery.</summary>
    public MemoryChunking Chunking { get; init; }

    /// <summary>Seed of the random chunk sizes.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Virtual time a byte needs from the client to the server.</summary>
    public TimeSpan LatencyToServer { get; init; }

    /// <summary>Virtual time a byte needs from the server to the client.</summary>
    public TimeSpan LatencyToClient { get; init; }

    /// <summary>Bytes per second of virtual time, each way; null: no limit.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Bytes in flight, each way, at which the sender has to wait, as a socket's buffers would make it. At least 1.</summary>
    public int Capacity { get; init; } = 4 * 1024 * 1024;

    /// <summary>True: bytes go into leased buffers (<c>GetReceiveBuffer</c>). False: they are copied in (<c>Receive</c>).</summary>
    public bool LeaseInput { get; init; } = true;
}
