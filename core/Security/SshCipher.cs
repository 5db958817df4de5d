namespace SshCore.Security;

/// <summary>
/// A stream or block-mode cipher for one direction with key and IV set: state continues from call to call
/// (RFC 4253 §6.3, RFC 4344 §4).
/// </summary>
public abstract class SshCipher : IDisposable
{
    /// <summary>Lengths passed to <see cref="Transform"/> are multiples of this many bytes.</summary>
    public abstract int BlockLength { get; }

    /// <summary>Encrypts or decrypts in place.</summary>
    /// <exception cref="ArgumentException">The length is not a multiple of <see cref="BlockLength"/>.</exception>
    public abstract void Transform(Span<byte> data);

    /// <summary>Frees native state and zeroes the key.</summary>
    public abstract void Dispose();

    /// <summary>For implementations: a rest that is silently left plain must not exist.</summary>
    protected void RequireWholeBlocks(int length)
    {
        if (length % BlockLength != 0)
        {
            throw new ArgumentException($"{length} bytes are not whole blocks of {BlockLength}.", nameof(length));
        }
    }
}
