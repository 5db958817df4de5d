using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SshCore.Security;

/// <summary>A cipher with a plain MAC (RFC 4253 §6.4): everything is encrypted, the MAC covers the plaintext.</summary>
internal sealed class EncryptAndMacProtection : PacketProtection
{
    private readonly SshCipher _cipher;
    private readonly SshMac _mac;
    private readonly byte[] _tag;

    public EncryptAndMacProtection(SshCipher cipher, SshMac mac)
    {
        _cipher = cipher;
        _mac = mac;
        _tag = new byte[mac.Length];
    }

    public override int BlockLength => _cipher.BlockLength;

    public override int TagLength => _mac.Length;

    public override bool LengthIsPadded => true;

    public override int HeadLength => BlockLength;

    public override void Seal(uint sequence, Span<byte> packet)
    {
        int end = packet.Length - _mac.Length;
        _mac.ComputePacket(sequence, packet.Slice(0, end), packet.Slice(end));
        _cipher.Transform(packet.Slice(0, end));
    }

    public override uint ReadLength(uint sequence, Span<byte> head)
    {
        _cipher.Transform(head.Slice(0, BlockLength));
        return BinaryPrimitives.ReadUInt32BigEndian(head);
    }

    public override bool TryOpen(uint sequence, Span<byte> packet)
    {
        int end = packet.Length - _mac.Length;
        _cipher.Transform(packet.Slice(BlockLength, end - BlockLength));
        _mac.ComputePacket(sequence, packet.Slice(0, end), _tag);
        return CryptographicOperations.FixedTimeEquals(_tag, packet.Slice(end));
    }

    public override void Dispose()
    {
        _cipher.Dispose();
        _mac.Dispose();
    }
}
