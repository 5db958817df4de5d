using System.Buffers.Binary;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Transport;

/// <summary>Builds binary packets (RFC 4253 §6) in the send queue and seals them in place.</summary>
internal sealed class PacketWriter : IDisposable
{
    private const int HeaderLength = 5;

    private readonly SendQueue _queue;
    private readonly RandomSource _random;

    public PacketWriter(SendQueue queue, RandomSource random)
    {
        _queue = queue;
        _random = random;
    }

    public PacketProtection Protection { get; private set; } = new PlainProtection();

    /// <summary>Number of the next packet; wraps at 2³² (RFC 4253 §6.4).</summary>
    public uint Sequence { get; private set; }

    /// <summary>Packets sealed under the present protection.</summary>
    public long Packets { get; private set; }

    /// <summary>Bytes sealed under the present protection.</summary>
    public long Bytes { get; private set; }

    /// <summary>New keys for what follows; strict KEX restarts the numbering.</summary>
    public void Change(PacketProtection protection, bool resetSequence)
    {
        Protection.Dispose();
        Protection = protection;
        Packets = 0;
        Bytes = 0;
        if (resetSequence)
        {
            Sequence = 0;
        }
    }

    /// <summary>Room for a payload inside the queue; nothing else may be written before <see cref="Seal"/>.</summary>
    public Span<byte> Begin(int payloadLength) =>
        _queue.Reserve(HeaderLength + payloadLength + LargestTrailer).Slice(HeaderLength, payloadLength);

    /// <summary>As <see cref="Begin"/>, for a caller that keeps the room for a while.</summary>
    public Memory<byte> Lend(int payloadLength) =>
        _queue.Lend(HeaderLength + payloadLength + LargestTrailer).Slice(HeaderLength, payloadLength);

    /// <summary>Pads and seals the first <paramref name="payloadLength"/> bytes of what was begun.</summary>
    public void Seal(int payloadLength)
    {
        int padding = Protection.PaddingFor(payloadLength);
        int total = HeaderLength + payloadLength + padding + Protection.TagLength;
        var packet = _queue.Reserve(total).Slice(0, total);
        BinaryPrimitives.WriteUInt32BigEndian(packet, (uint)(1 + payloadLength + padding));
        packet[4] = (byte)padding;
        _random.Fill(packet.Slice(HeaderLength + payloadLength, padding));
        Protection.Seal(Sequence, packet);
        _queue.Commit(total);
        Sequence = unchecked(Sequence + 1);
        Packets++;
        Bytes += total;
    }

    public void Write(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(Begin(payload.Length));
        Seal(payload.Length);
    }

    public void Dispose() => Protection.Dispose();

    private int LargestTrailer => Protection.BlockLength + PacketProtection.SmallestPadding + Protection.TagLength;
}
