namespace SshCore.Security;

/// <summary>
/// chacha20-poly1305@openssh.com with its 64-byte key set (PROTOCOL.chacha20poly1305): K_2 is the first half of the key
/// and protects the packet, K_1 the second half and protects the four length bytes; the nonce is the packet's sequence
/// number as a big-endian 64-bit number; the Poly1305 key is block 0 of K_2's stream and the body starts at block 1.
/// </summary>
public abstract class SshChaChaPoly : IDisposable
{
    /// <summary>Length of the combined key.</summary>
    public const int KeyLength = 64;

    /// <summary>Tag length in bytes.</summary>
    public const int TagLength = 16;

    /// <summary>Encrypts or decrypts the four length bytes in place.</summary>
    public abstract void CryptLength(uint sequence, Span<byte> length);

    /// <summary>
    /// Encrypts the body (what follows the four length bytes of <paramref name="packet"/>), then the length, and writes the
    /// tag over the encrypted length and body. <paramref name="packet"/> starts with the plain length.
    /// </summary>
    public abstract void Seal(uint sequence, Span<byte> packet, Span<byte> tag);

    /// <summary>
    /// Verifies the tag over <paramref name="packet"/> (encrypted length and body) and, only if it is right, decrypts the
    /// body in place; the length bytes stay as they are.
    /// </summary>
    public abstract bool TryOpen(uint sequence, Span<byte> packet, ReadOnlySpan<byte> tag);

    /// <summary>
    /// Encrypts data without length bytes, and writes the tag over it: the form of openssh-key-v1 files, where the
    /// sequence number is 0 and K_1 is not used.
    /// </summary>
    public abstract void SealBody(uint sequence, Span<byte> body, Span<byte> tag);

    /// <summary>Verifies the tag over <paramref name="body"/> and, only if it is right, decrypts it in place.</summary>
    public abstract bool TryOpenBody(uint sequence, Span<byte> body, ReadOnlySpan<byte> tag);

    /// <summary>Frees native state and zeroes the key.</summary>
    public abstract void Dispose();
}
