using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Kex;

/// <summary>Finite-field Diffie-Hellman over a safe prime (RFC 4253 §8, RFC 8268, RFC 4419).</summary>
internal sealed class DhShare : AgreementShare
{
    /// <summary>Length of the private exponent: twice the strength of the strongest cipher.</summary>
    public const int PrivateBits = 512;

    private const int FewestBitsSet = 4;

    public DhShare(SshKeyAgreement agreement)
        : base(agreement)
    {
    }

    public override bool IsMpint => true;

    // "Values of 'e' or 'f' that are not in the range [1, p-1] MUST NOT be sent or accepted"; the agreement refuses all
    // outside 2..p-2, and values with hardly a bit set give the exponent away.
    public override bool TryAgree(ReadOnlySpan<byte> serverValue, SecretBytes encodedSecret) =>
        BitsSet(serverValue) >= FewestBitsSet && base.TryAgree(serverValue, encodedSecret);

    private static int BitsSet(ReadOnlySpan<byte> value)
    {
        int count = 0;
        foreach (byte b in value)
        {
            for (int rest = b; rest != 0; rest &= rest - 1)
            {
                count++;
            }
        }

        return count;
    }
}
