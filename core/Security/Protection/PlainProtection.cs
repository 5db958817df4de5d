using System.Buffers.Binary;

namespace SshCore.Security;

/// <summary>Packets before the first NEWKEYS: padded to 8 bytes (RFC 4253 §6), neither encrypted nor authenticated.</summary>
internal sealed class PlainProtection : PacketProtection
{
    public override int BlockLength => 8;

    public override int TagLength => 0;

    public override bool LengthIsPadded => true;

    public override bool IsAuthenticated => false;

    public override void Seal(uint sequence, Span<byte> packet)
    {
    }

    public override uint ReadLength(uint sequence, Span<byte> head) => BinaryPrimitives.ReadUInt32BigEndian(head);

    public override bool TryOpen(uint sequence, Span<byte> packet) => true;

    public override void Dispose()
    {
    }
}
