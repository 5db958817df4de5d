using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SshCore.Security;

/// <summary>A cipher with an -etm MAC (OpenSSH PROTOCOL §1.5): the length stays plain and the MAC covers the ciphertext.</summary>
internal sealed class EncryptThenMacProtection : PacketProtection
{
    private readonly SshCipher _cipher;
    private readonly SshMac _mac;
    private readonly byte[] _tag;

    public EncryptThenMacProtection(SshCipher cipher, SshMac mac)
    {
        _cipher = cipher;
        _mac = mac;
        _tag = new byte[mac.Length];
    }

    public override int BlockLength => _cipher.BlockLength;

    public override int TagLength => _mac.Length;

    public override bool LengthIsPadded => false;

    public override void Seal(uint sequence, Span<byte> packet)
    {
        int end = packet.Length - _mac.Length;
        _cipher.Transform(packet.Slice(4, end - 4));
        _mac.ComputePacket(sequence, packet.Slice(0, end), packet.Slice(end));
    }

    public override uint ReadLength(uint sequence, Span<byte> head) => BinaryPrimitives.ReadUInt32BigEndian(head);

    public override bool TryOpen(uint sequence, Span<byte> packet)
    {
        int end = packet.Length - _mac.Length;
        _mac.ComputePacket(sequence, packet.Slice(0, end), _tag);
        if (!CryptographicOperations.FixedTimeEquals(_tag, packet.Slice(end)))
        {
            return false;
        }

        _cipher.Transform(packet.Slice(4, end - 4));
        return true;
    }

    public override void Dispose()
    {
        _cipher.Dispose();
        _mac.Dispose();
    }
}
