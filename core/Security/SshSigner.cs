namespace SshCore.Security;

/// <summary>A private signature key inside a provider.</summary>
public abstract class SshSigner : IDisposable
{
    /// <summary>
    /// Signs <paramref name="data"/>. <paramref name="hash"/> is the hash of ECDSA and RSA and ignored by Ed25519. The
    /// result is raw: 64 bytes for Ed25519; r and s, each in the field's length, for ECDSA; the modulus' length for RSA
    /// (verified before it is returned).
    /// </summary>
    public abstract byte[] Sign(Primitive hash, ReadOnlySpan<byte> data);

    /// <summary>Zeroes the private key.</summary>
    public abstract void Dispose();
}
