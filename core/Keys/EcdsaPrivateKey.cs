using System.Security.Cryptography;
using SshCore.Buffers;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>The private half of an <c>ecdsa-sha2-*</c> key.</summary>
public sealed class EcdsaPrivateKey : SshPrivateKey
{
    private readonly EcdsaCurve _curve;
    private readonly SecretBytes _scalar;

    private EcdsaPrivateKey(SshCryptoProvider crypto, EcdsaPublicKey publicKey, SecretBytes scalar, string comment)
        : base(crypto, publicKey, comment)
    {
        _curve = publicKey.Curve;
        _scalar = scalar;
    }

    internal static EcdsaPrivateKey Generate(SshCryptoProvider crypto, EcdsaCurve curve, RandomSource random, string comment)
    {
        var scalar = crypto.GenerateEcdsaScalar(curve.Primitive, random);
        try
        {
            return Create(crypto, curve, scalar, comment);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    /// <summary>From the scalar in the field's length, 1 to the group order minus 1, which is copied.</summary>
    internal static EcdsaPrivateKey Create(SshCryptoProvider crypto, EcdsaCurve curve, ReadOnlySpan<byte> scalar, string comment) =>
        new(crypto, EcdsaPublicKey.Create(curve, crypto.EcdsaPublicPoint(curve.Primitive, scalar)), new SecretBytes(scalar), comment);

    private protected override SshSigner CreateSigner() => Crypto.CreateEcdsaSigner(_curve.Primitive, _scalar.Span);

    private protected override void WriteValue(SshWriter writer, byte[] raw)
    {
        // RFC 5656 §3.1.2: a string that holds mpint r and mpint s.
        int mark = writer.BeginString();
        writer.WriteMpint(raw.AsSpan(0, _curve.FieldLength));
        writer.WriteMpint(raw.AsSpan(_curve.FieldLength));
        writer.EndString(mark);
    }

    private protected override void ZeroSecret() => _scalar.Dispose();
}
