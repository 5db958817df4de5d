using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>ECPrivateKey (RFC 5915 §3), the body of an <c>EC PRIVATE KEY</c> block and of an EC key in PKCS#8.</summary>
internal static class Sec1Key
{
    public const string Label = "EC PRIVATE KEY";
    private const string What = "SEC1 key";

    /// <param name="body">The DER.</param>
    /// <param name="curve">The curve when the envelope names it; otherwise the body has to.</param>
    /// <param name="context">Provider and limits.</param>
    /// <param name="error">Why the result is null.</param>
    public static EcdsaPrivateKey? Read(ReadOnlySpan<byte> body, EcdsaCurve? curve, in KeyFileContext context, out SshError? error)
    {
        var outer = new DerReader(body);
        var reader = outer.Enter(DerReader.Sequence);
        int version = reader.ReadSmallInteger();
        var scalar = reader.Read(DerReader.OctetString);
        if (reader.Failed || !outer.IsComplete || version != 1)
        {
            error = KeyErrors.Damaged(What, "a sequence of version 1 and a private key");
            return null;
        }

        if (reader.PeekTag() == DerReader.Context0)
        {
            var parameters = reader.Enter(DerReader.Context0);
            var named = ReadCurve(ref parameters, out error);
            if (named is null)
            {
                return null;
            }

            if (!parameters.IsComplete || (curve is not null && named != curve))
            {
                error = KeyErrors.Damaged(What, "the curve of its envelope");
                return null;
            }

            curve = named;
        }

        ReadOnlySpan<byte> point = default;
        if (reader.PeekTag() == DerReader.Context1)
        {
            var field = reader.Enter(DerReader.Context1);
            point = field.ReadBitString();
            if (!field.IsComplete || point.IsEmpty)
            {
                reader.Fail();
            }
        }

        if (!reader.IsComplete || curve is null)
        {
            error = KeyErrors.Damaged(What, curve is null ? "the name of its curve" : "a public key at most");
            return null;
        }

        return EcdsaPrivateKey.Read(curve, scalar, point, context, out error);
    }

    /// <summary>The named curve of ECParameters (RFC 5480 §2.1.1).</summary>
    public static EcdsaCurve? ReadCurve(ref DerReader reader, out SshError? error)
    {
        error = null;
        if (reader.PeekTag() == DerReader.Sequence)
        {
            error = new SshError(SshErrorKind.UnsupportedKey, "The EC key describes its curve instead of naming it, which is not supported.");
            return null;
        }

        var oid = reader.Read(DerReader.ObjectIdentifier);
        var curve = reader.Failed ? null : EcdsaCurve.ForOid(oid);
        if (curve is null)
        {
            error = reader.Failed
                ? KeyErrors.Damaged(What, "the name of a curve")
                : new SshError(SshErrorKind.UnsupportedKey, "The EC key's curve is not supported", "nistp256, nistp384 or nistp521", Oid.Text(oid));
        }

        return curve;
    }

    public static void Write(DerWriter writer, EcdsaCurve curve, ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point, bool withCurve)
    {
        int sequence = writer.Begin(DerReader.Sequence);
        writer.WriteInteger(1);
        writer.Write(DerReader.OctetString, scalar);
        if (withCurve)
        {
            int parameters = writer.Begin(DerReader.Context0);
            writer.Write(DerReader.ObjectIdentifier, curve.Oid);
            writer.End(parameters);
        }

        int publicKey = writer.Begin(DerReader.Context1);
        writer.WriteBitString(point);
        writer.End(publicKey);
        writer.End(sequence);
    }
}
