namespace SshCore.Security;

/// <summary>
/// Seals or opens whole binary packets (RFC 4253 §6) in place, for one direction under one set of keys. It knows how
/// packets are padded and how much one key may protect. A packet is
/// <c>length(4) ‖ padding_length(1) ‖ payload ‖ padding ‖ tag</c>.
/// </summary>
internal abstract class PacketProtection : IDisposable
{
    /// <summary>Smallest padding (RFC 4253 §6: "There MUST be at least four bytes of padding").</summary>
    public const int SmallestPadding = 4;

    /// <summary>The padded part is a multiple of this.</summary>
    public abstract int BlockLength { get; }

    /// <summary>Bytes after the padding.</summary>
    public abstract int TagLength { get; }

    /// <summary>Whether the length field counts in the padded part: not where it stays plain or is encrypted apart.</summary>
    public abstract bool LengthIsPadded { get; }

    /// <summary>Bytes that <see cref="ReadLength"/> needs.</summary>
    public virtual int HeadLength => 4;

    /// <summary>True once packets are authenticated: then every fault is reported alike.</summary>
    public virtual bool IsAuthenticated => true;

    /// <summary>
    /// Packets that one key may protect: half of what the sequence number counts, which is ChaCha20's nonce, so that an
    /// exchange has time (RFC 4344 §3.1).
    /// </summary>
    public const long PacketLimit = 1L << 31;

    /// <summary>Bytes that one key may protect (RFC 4344 §3.2).</summary>
    public long ByteLimit => BlockLength >= 16 ? 1L << 36 : 1L << 30;

    /// <summary>Padding for a payload: random bytes fill it.</summary>
    public int PaddingFor(int payloadLength)
    {
        int covered = (LengthIsPadded ? 5 : 1) + payloadLength;
        int padding = BlockLength - covered % BlockLength;
        return padding < SmallestPadding ? padding + BlockLength : padding;
    }

    /// <summary>Encrypts <paramref name="packet"/>, whose last <see cref="TagLength"/> bytes receive the tag.</summary>
    public abstract void Seal(uint sequence, Span<byte> packet);

    /// <summary>
    /// Finds packet_length in the first <see cref="HeadLength"/> bytes, which it may decrypt in place: called once per
    /// packet.
    /// </summary>
    public abstract uint ReadLength(uint sequence, Span<byte> head);

    /// <summary>Authenticates and decrypts the rest in place; false if anything is wrong with it.</summary>
    public abstract bool TryOpen(uint sequence, Span<byte> packet);

    public abstract void Dispose();
}
