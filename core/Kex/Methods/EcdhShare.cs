using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Kex;

/// <summary>Elliptic curve Diffie-Hellman (RFC 5656 §4, RFC 8731): curve25519 and the NIST curves.</summary>
internal sealed class EcdhShare : KexShare
{
    private readonly SshKeyAgreement _agreement;

    public EcdhShare(SshKeyAgreement agreement) => _agreement = agreement;

    public override bool IsMpint => false;

    public override byte[] Begin() => _agreement.PublicValue.ToArray();

    public override bool TryAgree(ReadOnlySpan<byte> serverValue, SecretBytes encodedSecret)
    {
        using var raw = new SecretBytes();
        if (!_agreement.TryAgree(serverValue, raw))
        {
            return false;
        }

        EncodeMpint(raw, encodedSecret);
        return true;
    }

    public override bool TryRespond(ReadOnlySpan<byte> clientValue, out byte[] serverValue, SecretBytes encodedSecret)
    {
        serverValue = _agreement.PublicValue.ToArray();
        return TryAgree(clientValue, encodedSecret);
    }

    public override void Dispose() => _agreement.Dispose();
}
