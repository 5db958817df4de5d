using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.Sntrup;

/// <summary>
/// sntrup761 alone: the key exchange that most servers in the field prefer, which no library at hand computes in reasonable
/// time. Its running time depends on no secret. The random source alone determines keys and encapsulations.
/// </summary>
public sealed class SntrupProvider : SshCryptoProvider
{
    /// <inheritdoc/>
    public override string Name => "sntrup";

    /// <summary>The system's generator, from a pool.</summary>
    public override RandomSource Random => SystemRandom.Instance;

    /// <inheritdoc/>
    public override bool Supports(Primitive primitive) => primitive == Primitive.Sntrup761;

    /// <inheritdoc/>
    public override SshKemKeyPair CreateKemKeyPair(Primitive kem, RandomSource random) =>
        kem == Primitive.Sntrup761 ? new SntrupKeyPair(random) : base.CreateKemKeyPair(kem, random);

    /// <inheritdoc/>
    public override bool TryEncapsulate(Primitive kem, ReadOnlySpan<byte> publicKey, RandomSource random, out byte[] ciphertext, SecretBytes secret)
    {
        if (kem != Primitive.Sntrup761)
        {
            return base.TryEncapsulate(kem, publicKey, random, out ciphertext, secret);
        }

        ciphertext = [];
        if (publicKey.Length != Kem.PublicKeyLength)
        {
            return false;
        }

        ciphertext = new byte[Kem.CiphertextLength];
        Kem.Encapsulate(publicKey, random, ciphertext, secret.Reset(Kem.SecretLength));
        return true;
    }
}
