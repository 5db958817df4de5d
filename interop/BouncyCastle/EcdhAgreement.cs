using System.Security.Cryptography;
using Org.BouncyCastle.Math;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>ECDH over a NIST curve (RFC 5656 §4); the cofactor is 1. The scalar is an immutable number and cannot be zeroed.</summary>
internal sealed class EcdhAgreement : SshKeyAgreement
{
    private readonly Curve _curve;
    private readonly byte[] _public;
    private BigInteger? _private;

    public EcdhAgreement(Primitive agreement, RandomSource random)
    {
        _curve = Curve.Of(agreement);
        byte[] scalar = _curve.NewScalar(random);
        _private = new BigInteger(1, scalar);
        CryptographicOperations.ZeroMemory(scalar);
        _public = _curve.PublicPoint(_private);
    }

    public override ReadOnlySpan<byte> PublicValue => _public;

    public override bool TryAgree(ReadOnlySpan<byte> peerPublic, SecretBytes secret)
    {
        var own = _private ?? throw new ObjectDisposedException(nameof(SshKeyAgreement));
        if (_curve.ReadPoint(peerPublic) is not { } point)
        {
            return false;
        }

        byte[] x = Curve.SharedX(point, own);
        secret.Set(x);
        CryptographicOperations.ZeroMemory(x);
        return true;
    }

    public override void Dispose() => _private = null;
}
