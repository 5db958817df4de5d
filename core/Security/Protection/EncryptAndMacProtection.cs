using System.Buffers.Binary;

namespace SshCore.Security;

/// <summary>A cipher with a plain MAC (RFC 4253 §6.4): everything is encrypted, the MAC covers the plaintext.</summary>
internal sealed class EncryptAndMacProtection : CipherMacProtection
{
    public EncryptAndMacProtection(SshCipher cipher, SshMac mac)
        : base(cipher, mac)
    {
    }

    public override bool LengthIsPadded => true;

    public override int HeadLength => BlockLength;

    public override void Seal(uint sequence, Span<byte> packet)
    {
        WriteTag(sequence, packet);
        Cipher.Transform(packet.Slice(0, packet.Length - TagLength));
    }

    public override uint ReadLength(uint sequence, Span<byte> head)
    {
        Cipher.Transform(head.Slice(0, BlockLength));
        return BinaryPrimitives.ReadUInt32BigEndian(head);
    }

    public override bool TryOpen(uint sequence, Span<byte> packet)
    {
        Cipher.Transform(packet.Slice(BlockLength, packet.Length - TagLength - BlockLength));
        return HasRightTag(sequence, packet);
    }
}
