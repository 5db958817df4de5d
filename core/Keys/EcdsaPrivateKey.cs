using System.Security.Cryptography;
using SshCore.Buffers;
using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>The private half of an <c>ecdsa-sha2-*</c> key.</summary>
public sealed class EcdsaPrivateKey : SshPrivateKey
{
    private readonly EcdsaPublicKey _publicKey;
    private readonly SecretBytes _scalar;

    private EcdsaPrivateKey(SshCryptoProvider crypto, EcdsaPublicKey publicKey, SecretBytes scalar, string comment)
        : base(crypto, publicKey, comment)
    {
        _publicKey = publicKey;
        _scalar = scalar;
    }

    private EcdsaCurve Curve => _publicKey.Curve;

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

    /// <summary>
    /// From the scalar of a file, with or without leading zeros; <paramref name="point"/> is the public half that the file
    /// has, or empty.
    /// </summary>
    internal static EcdsaPrivateKey? Read(
        EcdsaCurve curve, ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, in KeyFileContext context, out SshError? error)
    {
        error = context.Require(curve.Primitive);
        if (error is not null)
        {
            return null;
        }

        string what = $"{curve.Name} private key";
        while (scalar.Length > curve.FieldLength && scalar[0] == 0)
        {
            scalar = scalar.Slice(1);
        }

        using var padded = new SecretBytes(curve.FieldLength);
        if (scalar.Length <= curve.FieldLength)
        {
            scalar.CopyTo(padded.Span.Slice(curve.FieldLength - scalar.Length));
        }

        // SEC 1 §3.2.1: the private key is "an integer d in the interval [1, n-1]".
        if (scalar.Length > curve.FieldLength || !curve.IsScalar(padded.Span))
        {
            error = KeyErrors.Damaged(what, "a number from 1 to the group order minus 1");
            return null;
        }

        var key = Create(context.Crypto, curve, padded.Span, "");
        if (!point.IsEmpty && !point.SequenceEqual(key._publicKey.Point.Span))
        {
            error = KeyErrors.Damaged(what, "the public half of its own private half, uncompressed");
            key.Dispose();
            return null;
        }

        return key;
    }

    private static EcdsaPrivateKey Create(SshCryptoProvider crypto, EcdsaCurve curve, ReadOnlySpan<byte> scalar, string comment) =>
        new(crypto, EcdsaPublicKey.Create(curve, crypto.EcdsaPublicPoint(curve.Primitive, scalar)), new SecretBytes(scalar), comment);

    internal override void WriteOpenSshFields(SshWriter writer)
    {
        writer.WriteString(Curve.Name);
        writer.WriteString(_publicKey.Point.Span);
        writer.WriteMpint(_scalar.Span);
    }

    private protected override string WriteLegacyBody(DerWriter writer)
    {
        Sec1Key.Write(writer, Curve, _scalar.Span, _publicKey.Point.Span, withCurve: true);
        return Sec1Key.Label;
    }

    private protected override void WritePkcs8Body(DerWriter writer) =>
        Pkcs8Key.Write(
            writer, Oid.Ec, Curve, inner => Sec1Key.Write(inner, Curve, _scalar.Span, _publicKey.Point.Span, withCurve: false));

    private protected override SshSigner CreateSigner() => Crypto.CreateEcdsaSigner(Curve.Primitive, _scalar.Span);

    private protected override void WriteValue(SshWriter writer, byte[] raw)
    {
        // RFC 5656 §3.1.2: a string that holds mpint r and mpint s.
        int mark = writer.BeginString();
        writer.WriteMpint(raw.AsSpan(0, Curve.FieldLength));
        writer.WriteMpint(raw.AsSpan(Curve.FieldLength));
        writer.EndString(mark);
    }

    private protected override void ZeroSecret() => _scalar.Dispose();
}
