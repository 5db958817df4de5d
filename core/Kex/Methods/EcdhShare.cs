using SshCore.Security;

namespace SshCore.Kex;

/// <summary>Elliptic curve Diffie-Hellman (RFC 5656 §4, RFC 8731): curve25519 and the NIST curves.</summary>
internal sealed class EcdhShare : AgreementShare
{
    public EcdhShare(SshKeyAgreement agreement)
        : base(agreement)
    {
    }

    public override bool IsMpint => false;
}
