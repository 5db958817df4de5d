using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc7748;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>X25519 (RFC 7748 §5).</summary>
internal sealed class X25519Agreement : SshKeyAgreement
{
    private readonly byte[] _private = new byte[X25519.ScalarSize];
    private readonly byte[] _public = new byte[X25519.PointSize];

    public X25519Agreement(RandomSource random)
    {
        random.Fill(_private);
        X25519.GeneratePublicKey(_private, 0, _public, 0);
    }

    public override ReadOnlySpan<byte> PublicValue => _public;

    public override bool TryAgree(ReadOnlySpan<byte> peerPublic, SecretBytes secret)
    {
        if (peerPublic.Length != X25519.PointSize)
        {
            return false;
        }

        byte[] result = new byte[X25519.PointSize];

        // RFC 8731 §3: "clients and servers MUST also abort if the [...] derived shared secret [is] all-zero": false here.
        bool good = X25519.CalculateAgreement(_private, 0, peerPublic.ToArray(), 0, result, 0);
        if (good)
        {
            secret.Set(result);
        }

        CryptographicOperations.ZeroMemory(result);
        return good;
    }

    public override void Dispose() => CryptographicOperations.ZeroMemory(_private);
}
