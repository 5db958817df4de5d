using System.Buffers.Binary;

namespace SshCore.Security;

/// <summary>chacha20-poly1305@openssh.com (PROTOCOL.chacha20poly1305): the length is encrypted under a key of its own.</summary>
internal sealed class ChaChaPolyProtection : PacketProtection
{
    private readonly SshChaChaPoly _cipher;

    public ChaChaPolyProtection(SshChaChaPoly cipher) => _cipher = cipher;

    public override int BlockLength => 8;

    public override int TagLength => SshChaChaPoly.TagLength;

    public override bool LengthIsPadded => false;

    public override void Seal(uint sequence, Span<byte> packet)
    {
        int end = packet.Length - SshChaChaPoly.TagLength;
        _cipher.Seal(sequence, packet.Slice(0, end), packet.Slice(end));
    }

    public override uint ReadLength(uint sequence, Span<byte> head)
    {
        // The tag covers the encrypted length: decrypt a copy.
        Span<byte> length = stackalloc byte[4];
        head.Slice(0, 4).CopyTo(length);
        _cipher.CryptLength(sequence, length);
        return BinaryPrimitives.ReadUInt32BigEndian(length);
    }

    public override bool TryOpen(uint sequence, Span<byte> packet)
    {
        int end = packet.Length - SshChaChaPoly.TagLength;
        return _cipher.TryOpen(sequence, packet.Slice(0, end), packet.Slice(end));
    }

    public override void Dispose() => _cipher.Dispose();
}
