using SshCore.Buffers;
using SshCore.Errors;
using SshCore.Security;

namespace SshCore.Transport;

/// <summary>Takes binary packets (RFC 4253 §6) out of the receive buffer, one at a time, opened in place.</summary>
internal sealed class PacketReader : IDisposable
{
    private readonly ReceiveBuffer _buffer;
    private uint _length;
    private bool _hasLength;

    public PacketReader(ReceiveBuffer buffer) => _buffer = buffer;

    public PacketProtection Protection { get; private set; } = new PlainProtection();

    /// <summary>Number of the next packet; wraps at 2³² (RFC 4253 §6.4).</summary>
    public uint Sequence { get; private set; }

    /// <summary>Packets opened under the present protection.</summary>
    public long Packets { get; private set; }

    /// <summary>Bytes opened under the present protection.</summary>
    public long Bytes { get; private set; }

    /// <summary>Largest packet_length accepted.</summary>
    public int LargestLength { get; set; }

    /// <summary>Bytes that the packet at the front needs in the buffer, as far as that is known.</summary>
    public int Needed => _hasLength ? TotalLength : Protection.HeadLength;

    private int TotalLength => 4 + (int)_length + Protection.TagLength;

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

    /// <summary>The next payload; it stays valid until the buffer is leased. False with no error: more bytes are needed.</summary>
    public bool TryRead(out Memory<byte> payload, out SshError? error)
    {
        payload = default;
        error = null;
        if (!_hasLength && !TryReadLength(ref error))
        {
            return false;
        }

        int total = TotalLength;
        if (_buffer.Length < total)
        {
            return false;
        }

        var packet = _buffer.Unread.Slice(0, total);
        if (!Protection.TryOpen(Sequence, packet))
        {
            error = Corrupted();
            return false;
        }

        int padding = packet[4];
        int payloadLength = (int)_length - 1 - padding;
        if (padding < PacketProtection.SmallestPadding || payloadLength < 1)
        {
            error = new SshError(SshErrorKind.InvalidMessage, "A packet's padding or payload is too short, or its padding longer than the packet.", "padding of 4 to 255 bytes and a payload of at least 1", $"packet_length {_length}, padding_length {padding}");
            return false;
        }

        payload = _buffer.Slice(5, payloadLength);
        _buffer.Skip(total);
        _hasLength = false;
        Sequence = unchecked(Sequence + 1);
        Packets++;
        Bytes += total;
        return true;
    }

    public void Dispose() => Protection.Dispose();

    private bool TryReadLength(ref SshError? error)
    {
        int head = Protection.HeadLength;
        if (_buffer.Length < head)
        {
            return false;
        }

        _length = Protection.ReadLength(Sequence, _buffer.Unread.Slice(0, head));
        ulong padded = (ulong)_length + (Protection.LengthIsPadded ? 4u : 0u);

        // "The minimum size of a packet is 16 (or the cipher block size, whichever is larger) bytes"; checked before
        // anything of the announced length is allocated or waited for.
        bool plausible = _length >= 5 && _length <= (uint)LargestLength
            && padded % (uint)Protection.BlockLength == 0
            && (!Protection.LengthIsPadded || padded >= 16);
        if (!plausible)
        {
            error = Protection.IsAuthenticated
                ? Corrupted()
                : new SshError(SshErrorKind.InvalidMessage, "A packet's length is impossible.", $"12 to {LargestLength}, with its 4 bytes a multiple of {Protection.BlockLength}", _length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return false;
        }

        _hasLength = true;
        return true;
    }

    // One error for every fault under keys: a wrong length, tag or MAC must look alike from outside.
    private static SshError Corrupted() =>
        new(SshErrorKind.Corrupted, "A packet is corrupted: its length or its authentication is wrong.");
}
