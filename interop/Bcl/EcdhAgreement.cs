using System.Security.Cryptography;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>ECDH over a NIST curve (RFC 5656 §4). The key pair is the platform's own: it takes no random source.</summary>
internal sealed class EcdhAgreement : SshKeyAgreement
{
    private readonly Primitive _curve;
    private readonly ECDiffieHellman _key;
    private readonly byte[] _public;

    public EcdhAgreement(Primitive curve)
        : this(curve, ECDiffieHellman.Create(Names.Curve(curve).Curve))
    {
    }

    /// <summary>With a given scalar: the door for published vectors.</summary>
    internal EcdhAgreement(Primitive curve, ReadOnlySpan<byte> scalar)
        : this(curve, ECDiffieHellman.Create(PointEncoding.Private(curve, scalar)))
    {
    }

    private EcdhAgreement(Primitive curve, ECDiffieHellman key)
    {
        _curve = curve;
        _key = key;
        _public = PointEncoding.Write(_key.ExportParameters(false).Q);
    }

    public override ReadOnlySpan<byte> PublicValue => _public;

    public override bool TryAgree(ReadOnlySpan<byte> peerPublic, SecretBytes secret)
    {
        if (!PointEncoding.TryRead(_curve, peerPublic, out var parameters))
        {
            return false;
        }

        try
        {
            using var peer = ECDiffieHellman.Create(parameters);
            using var peerKey = peer.PublicKey;
            byte[] shared = _key.DeriveRawSecretAgreement(peerKey);
            secret.Set(shared);
            CryptographicOperations.ZeroMemory(shared);
            return true;
        }
        catch (CryptographicException)
        {
            // The import refuses points off the curve.
            return false;
        }
    }

    public override void Dispose() => _key.Dispose();
}
