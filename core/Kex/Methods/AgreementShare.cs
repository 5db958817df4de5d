using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Kex;

/// <summary>A Diffie-Hellman of any kind: both sides send their public value, and the secret is an mpint.</summary>
internal abstract class AgreementShare : KexShare
{
    private readonly SshKeyAgreement _agreement;

    protected AgreementShare(SshKeyAgreement agreement) => _agreement = agreement;

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
        serverValue = Begin();
        return TryAgree(clientValue, encodedSecret);
    }

    public override void Dispose() => _agreement.Dispose();
}
