using SshCore.Buffers;

namespace SshCore.Security;

/// <summary>An ephemeral key pair of a key encapsulation mechanism.</summary>
public abstract class SshKemKeyPair : IDisposable
{
    /// <summary>The encapsulation key.</summary>
    public abstract ReadOnlySpan<byte> PublicKey { get; }

    /// <summary>Decapsulates; false for a ciphertext of the wrong length. Wrong content gives an unrelated secret.</summary>
    public abstract bool TryDecapsulate(ReadOnlySpan<byte> ciphertext, SecretBytes secret);

    /// <summary>Zeroes the private key.</summary>
    public abstract void Dispose();
}
