using SshCore.Buffers;

namespace SshCore.Security;

/// <summary>One side's ephemeral key pair of a Diffie-Hellman style agreement.</summary>
public abstract class SshKeyAgreement : IDisposable
{
    /// <summary>
    /// The public value: 32 bytes for X25519, the uncompressed point for NIST curves, the unsigned big-endian magnitude
    /// for finite-field groups.
    /// </summary>
    public abstract ReadOnlySpan<byte> PublicValue { get; }

    /// <summary>
    /// Computes the shared secret: 32 bytes for X25519, the X coordinate in the field's length for NIST curves, the
    /// magnitude for finite-field groups. False, with no secret, for every invalid peer value: wrong length, a point off
    /// the curve or at infinity, an all-zero X25519 result, a value outside 2..p-2.
    /// </summary>
    public abstract bool TryAgree(ReadOnlySpan<byte> peerPublic, SecretBytes secret);

    /// <summary>Zeroes the private value.</summary>
    public abstract void Dispose();
}
