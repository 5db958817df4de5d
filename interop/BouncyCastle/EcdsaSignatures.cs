using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>ECDSA (FIPS 186-5) with the deterministic k of RFC 6979, in the full width of the order.</summary>
internal sealed class EcdsaSignatures : SshSigner
{
    private readonly Curve _curve;
    private ECPrivateKeyParameters? _key;

    public EcdsaSignatures(Primitive primitive, ReadOnlySpan<byte> scalar)
    {
        _curve = Curve.Of(primitive);
        _key = new ECPrivateKeyParameters(_curve.ReadScalar(scalar), _curve.Domain);
    }

    public override byte[] Sign(Primitive hash, ReadOnlySpan<byte> data)
    {
        var key = _key ?? throw new ObjectDisposedException(nameof(SshSigner));
        var signer = new ECDsaSigner(new HMacDsaKCalculator(Digests.Create(hash)));
        signer.Init(true, key);
        var rs = signer.GenerateSignature(Digests.Compute(hash, data));
        byte[] signature = new byte[2 * _curve.FieldLength];
        _curve.Encode(rs[0]).CopyTo(signature, 0);
        _curve.Encode(rs[1]).CopyTo(signature, _curve.FieldLength);
        return signature;
    }

    public static bool Verify(Primitive primitive, ReadOnlySpan<byte> point, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var curve = Curve.Of(primitive);
        if (signature.Length != 2 * curve.FieldLength || curve.ReadPoint(point) is not { } q)
        {
            return false;
        }

        var r = new BigInteger(1, signature.Slice(0, curve.FieldLength).ToArray());
        var s = new BigInteger(1, signature.Slice(curve.FieldLength).ToArray());
        var verifier = new ECDsaSigner();
        verifier.Init(false, new ECPublicKeyParameters(q, curve.Domain));

        // Zero and numbers from n on are refused inside.
        return verifier.VerifySignature(Digests.Compute(hash, data), r, s);
    }

    public override void Dispose() => _key = null;
}
