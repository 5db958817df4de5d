namespace SshCore.Security;

/// <summary>An AEAD with its key set, 12-byte nonce and 16-byte tag (AES-GCM).</summary>
public abstract class SshAead : IDisposable
{
    /// <summary>Nonce length in bytes.</summary>
    public const int NonceLength = 12;

    /// <summary>Tag length in bytes.</summary>
    public const int TagLength = 16;

    /// <summary>Encrypts <paramref name="data"/> in place and writes the tag.</summary>
    public abstract void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, Span<byte> tag);

    /// <summary>
    /// Decrypts <paramref name="data"/> in place if the tag is right; otherwise returns false, and what
    /// <paramref name="data"/> then holds must not be used.
    /// </summary>
    public abstract bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, ReadOnlySpan<byte> tag);

    /// <summary>Frees native state and zeroes the key.</summary>
    public abstract void Dispose();
}
