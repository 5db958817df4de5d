using System.Buffers.Binary;

namespace SshCore.Security;

/// <summary>A cipher with an -etm MAC (OpenSSH PROTOCOL §1.5): the length stays plain and the MAC covers the ciphertext.</summary>
internal sealed class EncryptThenMacProtection : CipherMacProtection
{
    public EncryptThenMacProtection(SshCipher cipher, SshMac mac)
        : base(cipher, mac)
    {
    }

    public override bool LengthIsPadded => false;

    public override void Seal(uint sequence, Span<byte> packet)
    {
        Cipher.Transform(packet.Slice(4, packet.Length - TagLength - 4));
        WriteTag(sequence, packet);
    }

    public override uint ReadLength(uint sequence, Span<byte> head) => BinaryPrimitives.ReadUInt32BigEndian(head);

    public override bool TryOpen(uint sequence, Span<byte> packet)
    {
        if (!HasRightTag(sequence, packet))
        {
            return false;
        }

        Cipher.Transform(packet.Slice(4, packet.Length - TagLength - 4));
        return true;
    }
}
