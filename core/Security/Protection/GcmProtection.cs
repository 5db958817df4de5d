using System.Buffers.Binary;

namespace SshCore.Security;

/// <summary>
/// AES-GCM as RFC 5647 §7.2 has it, under the names of OpenSSH (PROTOCOL §1.6): the plain length is associated data, the
/// nonce is 4 fixed bytes and a 64-bit invocation counter.
/// </summary>
internal sealed class GcmProtection : PacketProtection
{
    private readonly SshAead _aead;
    private readonly byte[] _nonce;

    public GcmProtection(SshAead aead, ReadOnlySpan<byte> iv)
    {
        _aead = aead;
        _nonce = iv.ToArray();
    }

    public override int BlockLength => 16;

    public override int TagLength => SshAead.TagLength;

    public override bool LengthIsPadded => false;

    public override void Seal(uint sequence, Span<byte> packet)
    {
        int end = packet.Length - SshAead.TagLength;
        _aead.Seal(_nonce, packet.Slice(0, 4), packet.Slice(4, end - 4), packet.Slice(end));
        Increment();
    }

    public override uint ReadLength(uint sequence, Span<byte> head) => BinaryPrimitives.ReadUInt32BigEndian(head);

    public override bool TryOpen(uint sequence, Span<byte> packet)
    {
        int end = packet.Length - SshAead.TagLength;
        bool opened = _aead.TryOpen(_nonce, packet.Slice(0, 4), packet.Slice(4, end - 4), packet.Slice(end));
        Increment();
        return opened;
    }

    public override void Dispose() => _aead.Dispose();

    private void Increment()
    {
        var counter = _nonce.AsSpan(4);
        BinaryPrimitives.WriteUInt64BigEndian(counter, unchecked(BinaryPrimitives.ReadUInt64BigEndian(counter) + 1));
    }
}
