using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Kex;

/// <summary>
/// A KEM joined with X25519: the client sends encapsulation key ‖ X25519 value, the server ciphertext ‖ X25519 value, and
/// K = HASH(KEM secret ‖ X25519 secret), encoded as a string (draft-ietf-sshm-mlkem-hybrid-kex §2,
/// draft-ietf-sshm-ntruprime-ssh §3).
/// </summary>
internal sealed class HybridShare : KexShare
{
    private const int CurveLength = 32;

    private readonly SshCryptoProvider _crypto;
    private readonly KexMethod _method;
    private readonly RandomSource _random;
    private readonly SshKeyAgreement _curve;
    private SshKemKeyPair? _kem;

    public HybridShare(SshCryptoProvider crypto, KexMethod method, RandomSource random)
    {
        _crypto = crypto;
        _method = method;
        _random = random;
        _curve = crypto.CreateKeyAgreement(method.Agreement, random);
    }

    public override bool IsMpint => false;

    public override byte[] Begin()
    {
        _kem = _crypto.CreateKemKeyPair(_method.Kem!.Value, _random);
        return Join(_kem.PublicKey, _curve.PublicValue);
    }

    public override bool TryAgree(ReadOnlySpan<byte> serverValue, SecretBytes encodedSecret)
    {
        using var kem = new SecretBytes();
        using var curve = new SecretBytes();
        if (_kem is null || serverValue.Length <= CurveLength
            || !_kem.TryDecapsulate(serverValue.Slice(0, serverValue.Length - CurveLength), kem)
            || !_curve.TryAgree(serverValue.Slice(serverValue.Length - CurveLength), curve))
        {
            return false;
        }

        Combine(kem, curve, encodedSecret);
        return true;
    }

    public override bool TryRespond(ReadOnlySpan<byte> clientValue, out byte[] serverValue, SecretBytes encodedSecret)
    {
        serverValue = [];
        using var kem = new SecretBytes();
        using var curve = new SecretBytes();
        if (clientValue.Length <= CurveLength
            || !_crypto.TryEncapsulate(_method.Kem!.Value, clientValue.Slice(0, clientValue.Length - CurveLength), _random, out var ciphertext, kem)
            || !_curve.TryAgree(clientValue.Slice(clientValue.Length - CurveLength), curve))
        {
            return false;
        }

        serverValue = Join(ciphertext, _curve.PublicValue);
        Combine(kem, curve, encodedSecret);
        return true;
    }

    public override void Dispose()
    {
        _kem?.Dispose();
        _curve.Dispose();
    }

    private static byte[] Join(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var joined = new byte[first.Length + second.Length];
        first.CopyTo(joined);
        second.CopyTo(joined.AsSpan(first.Length));
        return joined;
    }

    private void Combine(SecretBytes kem, SecretBytes curve, SecretBytes encodedSecret)
    {
        using var hash = _crypto.CreateHash(_method.Hash);
        hash.Append(kem.Span);
        hash.Append(curve.Span);
        using var combined = new SecretBytes(hash.Length);
        hash.Finish(combined.Span);
        EncodeString(combined.Span, encodedSecret);
    }
}
