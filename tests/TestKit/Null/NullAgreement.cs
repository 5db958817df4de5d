using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.TestKit.Null;

/// <summary>Both sides derive the secret from the two public values, which is no secret at all.</summary>
internal sealed class NullAgreement(byte[] publicValue, int secretLength, bool isPoint, bool isMagnitude) : SshKeyAgreement
{
    public override ReadOnlySpan<byte> PublicValue => publicValue;

    public override bool TryAgree(ReadOnlySpan<byte> peerPublic, SecretBytes secret)
    {
        bool acceptable = isMagnitude
            ? peerPublic.Length > 0 && peerPublic.Length <= publicValue.Length + 1
            : peerPublic.Length == publicValue.Length && (!isPoint || peerPublic[0] == 4);
        if (!acceptable || !peerPublic.ContainsAnyExcept((byte)0))
        {
            return false;
        }

        var other = peerPublic.ToArray();
        bool oursFirst = publicValue.AsSpan().SequenceCompareTo(other) < 0;
        secret.Set(NullDigest.Of(1, secretLength, oursFirst ? publicValue : other, oursFirst ? other : publicValue));
        return true;
    }

    public override void Dispose()
    {
    }
}

/// <summary>The secret follows from the public key and the ciphertext.</summary>
internal sealed class NullKem(byte[] publicKey, int ciphertextLength) : SshKemKeyPair
{
    public const int SecretLength = 32;

    public override ReadOnlySpan<byte> PublicKey => publicKey;

    public override bool TryDecapsulate(ReadOnlySpan<byte> ciphertext, SecretBytes secret)
    {
        if (ciphertext.Length != ciphertextLength)
        {
            return false;
        }

        secret.Set(Secret(publicKey, ciphertext.ToArray()));
        return true;
    }

    public static byte[] Secret(byte[] publicKey, byte[] ciphertext) => NullDigest.Of(2, SecretLength, publicKey, ciphertext);

    public override void Dispose()
    {
    }
}
