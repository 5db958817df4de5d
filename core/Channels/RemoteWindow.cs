namespace SshCore.Channels;

/// <summary>The peer's receive window of one channel (RFC 4254 §5.2) as arithmetic.</summary>
internal struct RemoteWindow
{
    /// <summary>The largest packet we send even if the peer takes larger ones.</summary>
    public const int LargestPacket = 32 * 1024;

    /// <summary>A window that the peer announced with a maximum packet size, which must not be 0.</summary>
    public RemoteWindow(uint size, uint maxPacketSize)
    {
        Available = size;
        PacketSize = (int)Math.Min(maxPacketSize, LargestPacket);
    }

    /// <summary>Bytes that we may still send.</summary>
    public uint Available { get; private set; }

    /// <summary>Data bytes that go into one packet.</summary>
    public int PacketSize { get; }

    /// <summary>
    /// Adds a WINDOW_ADJUST. False if the window would pass 2³²-1: "The maximum window size is 2^32-1 bytes"; nothing
    /// changes then.
    /// </summary>
    public bool TryAdjust(uint count)
    {
        if ((ulong)Available + count > uint.MaxValue)
        {
            return false;
        }

        Available += count;
        return true;
    }

    /// <summary>Data bytes of the next packet when that many are offered and that many fit into the output.</summary>
    public readonly int Fit(int offered, int room)
    {
        int most = Math.Min(Math.Min(offered, room), PacketSize);
        return Available < (uint)most ? (int)Available : most;
    }

    /// <summary>Counts sent data, at most <see cref="Available"/>.</summary>
    public void Spend(int count) => Available -= (uint)count;
}
