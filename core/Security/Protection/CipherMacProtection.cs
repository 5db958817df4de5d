using System.Security.Cryptography;

namespace SshCore.Security;

/// <summary>A cipher and a MAC of its own, in whichever order a derived class applies them.</summary>
internal abstract class CipherMacProtection : PacketProtection
{
    private readonly SshMac _mac;
    private readonly byte[] _tag;

    protected CipherMacProtection(SshCipher cipher, SshMac mac)
    {
        Cipher = cipher;
        _mac = mac;
        _tag = new byte[mac.Length];
    }

    public sealed override int BlockLength => Cipher.BlockLength;

    public sealed override int TagLength => _mac.Length;

    protected SshCipher Cipher { get; }

    public sealed override void Dispose()
    {
        Cipher.Dispose();
        _mac.Dispose();
    }

    /// <summary>Writes the MAC over all before it into the packet's last bytes.</summary>
    protected void WriteTag(uint sequence, Span<byte> packet)
    {
        int end = packet.Length - TagLength;
        _mac.ComputePacket(sequence, packet.Slice(0, end), packet.Slice(end));
    }

    /// <summary>Whether the packet's last bytes are the MAC over all before them; takes the same time either way.</summary>
    protected bool HasRightTag(uint sequence, ReadOnlySpan<byte> packet)
    {
        int end = packet.Length - TagLength;
        _mac.ComputePacket(sequence, packet.Slice(0, end), _tag);
        return CryptographicOperations.FixedTimeEquals(_tag, packet.Slice(end));
    }
}
