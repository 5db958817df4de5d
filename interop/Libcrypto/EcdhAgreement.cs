using System.Security.Cryptography;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>ECDH over a NIST curve (RFC 5656 §4); the cofactor is 1, so being on the curve is being in the group.</summary>
internal sealed class EcdhAgreement : SshKeyAgreement
{
    private readonly Curve _curve;
    private readonly NativeObject _private;
    private readonly byte[] _public;

    public EcdhAgreement(Primitive agreement, RandomSource random)
    {
        _curve = Curve.Of(agreement);
        byte[] scalar = _curve.NewScalar(random);
        _private = _curve.ReadScalar(scalar);
        CryptographicOperations.ZeroMemory(scalar);
        using var point = _curve.MultiplyGenerator(_private);
        _public = _curve.WritePoint(point);
    }

    public override ReadOnlySpan<byte> PublicValue => _public;

    public override bool TryAgree(ReadOnlySpan<byte> peerPublic, SecretBytes secret)
    {
        using var point = _curve.ReadPoint(peerPublic);
        if (point is null)
        {
            return false;
        }

        byte[] x = _curve.SharedX(point, _private);
        secret.Set(x);
        CryptographicOperations.ZeroMemory(x);
        return true;
    }

    public override void Dispose() => _private.Dispose();
}
