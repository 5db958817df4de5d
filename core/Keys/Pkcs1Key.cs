using SshCore.Errors;
using SshCore.Security;

namespace SshCore.Keys;

/// <summary>RSAPrivateKey (RFC 8017 §A.1.2), the body of an <c>RSA PRIVATE KEY</c> block.</summary>
internal static class Pkcs1Key
{
    public const string Label = "RSA PRIVATE KEY";

    public static RsaPrivateKey? Read(ReadOnlySpan<byte> body, in KeyFileContext context, out SshError? error)
    {
        error = null;
        var outer = new DerReader(body);
        var reader = outer.Enter(DerReader.Sequence);
        int version = reader.ReadSmallInteger();
        var modulus = reader.ReadInteger();
        var exponent = reader.ReadInteger();
        var d = reader.ReadInteger();
        var p = reader.ReadInteger();
        var q = reader.ReadInteger();
        var dp = reader.ReadInteger();
        var dq = reader.ReadInteger();
        var inverse = reader.ReadInteger();
        if (!reader.IsComplete || !outer.IsComplete || version != 0)
        {
            error = KeyErrors.Damaged("PKCS#1 key", "a sequence of version 0 and eight numbers");
            return null;
        }

        var key = RsaPrivateKey.Read(
            new RsaPrivateParameters
            {
                Modulus = modulus.ToArray(),
                Exponent = exponent.ToArray(),
                D = d.ToArray(),
                P = p.ToArray(),
                Q = q.ToArray(),
                InverseQ = inverse.ToArray(),
            },
            context,
            out error);
        if (key is not null && (dp.Length > p.Length || dq.Length > q.Length
            || !RsaConsistency.IsReduced(dp, d, p) || !RsaConsistency.IsReduced(dq, d, q)))
        {
            error = KeyErrors.Damaged("PKCS#1 key", "exponents of p and q that belong to d");
            key.Dispose();
            return null;
        }

        return key;
    }

    public static void Write(DerWriter writer, RsaPrivateParameters key)
    {
        int sequence = writer.Begin(DerReader.Sequence);
        writer.WriteInteger(0);
        writer.WriteInteger(key.Modulus);
        writer.WriteInteger(key.Exponent);
        writer.WriteInteger(key.D);
        writer.WriteInteger(key.P);
        writer.WriteInteger(key.Q);
        writer.WriteInteger(RsaConsistency.Reduce(key.D, key.P));
        writer.WriteInteger(RsaConsistency.Reduce(key.D, key.Q));
        writer.WriteInteger(key.InverseQ);
        writer.End(sequence);
    }
}
