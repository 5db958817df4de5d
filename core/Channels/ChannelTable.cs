using SshCore.Messages;

namespace SshCore.Channels;

/// <summary>All channels of one connection (RFC 4254 §5).</summary>
internal sealed class ChannelTable
{
    public ChannelTable(IConnectionPort port)
    {
    }

    public int Write(ChannelId id, ReadOnlySpan<byte> data, DataStream stream) => 0;
    public bool TryReserve(ChannelId id, int sizeHint, DataStream stream, out ChannelReservation reservation) { reservation = default; return false; }
    public void CommitReservation(int count) { }
    public int Read(ChannelId id, Span<byte> destination, DataStream stream) => 0;
    public int Available(ChannelId id, DataStream stream) => 0;
    public int WriteRoom(ChannelId id) => 0;
    public void Consume(ChannelId id, int count) { }
    public void SendEof(ChannelId id) { }
    public void Close(ChannelId id) { }
    public ChannelRequestId Request(ChannelId id, ChannelRequest request) => default;
    public bool IsOpen(ChannelId id) => false;
    public bool IsEof(ChannelId id) => false;
}
