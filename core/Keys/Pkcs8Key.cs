using SshCore.Errors;

namespace SshCore.Keys;

/// <summary>PrivateKeyInfo and OneAsymmetricKey (RFC 5208 §5, RFC 5958 §2), the body of a <c>PRIVATE KEY</c> block.</summary>
internal static class Pkcs8Key
{
    public const string Label = "PRIVATE KEY";
    public const string EncryptedLabel = "ENCRYPTED PRIVATE KEY";
    private const string What = "PKCS#8 key";

    public static SshPrivateKey? Read(ReadOnlySpan<byte> body, in KeyFileContext context, out SshError? error)
    {
        error = null;
        var outer = new DerReader(body);
        var reader = outer.Enter(DerReader.Sequence);
        int version = reader.ReadSmallInteger();
        var algorithm = reader.Enter(DerReader.Sequence);
        var oid = algorithm.Read(DerReader.ObjectIdentifier);
        var key = reader.Read(DerReader.OctetString);
        if (reader.Failed || algorithm.Failed || !outer.IsComplete || version > 1)
        {
            error = KeyErrors.Damaged(What, "version 0 or 1, an algorithm and a private key");
            return null;
        }

        var point = ReadTrailer(ref reader, version);
        if (!reader.IsComplete)
        {
            error = KeyErrors.Damaged(What, "attributes and a public key at most");
            return null;
        }

        if (oid.SequenceEqual(Oid.Ec))
        {
            return Sec1Key.ReadCurve(ref algorithm, out error) is not { } curve ? null
                : Ended(algorithm, out error) ? Sec1Key.Read(key, curve, context, out error)
                : null;
        }

        if (oid.SequenceEqual(Oid.Rsa))
        {
            // RFC 8017 §A.1: "the parameters field MUST have a value of type NULL"; its absence is common and harmless.
            return (algorithm.IsComplete || algorithm.Read(DerReader.Null).IsEmpty) && Ended(algorithm, out error)
                ? Pkcs1Key.Read(key, context, out error)
                : null;
        }

        if (oid.SequenceEqual(Oid.Ed25519))
        {
            // RFC 8410 §7: the private key is an OCTET STRING in the OCTET STRING.
            var inner = new DerReader(key);
            var seed = inner.Read(DerReader.OctetString);
            return Ended(algorithm, out error) && Ended(inner, out error) ? Ed25519PrivateKey.Read(seed, point, context, out error) : null;
        }

        error = oid.SequenceEqual(Oid.Dsa)
            ? KeyErrors.UnsupportedType("ssh-dss")
            : new SshError(SshErrorKind.UnsupportedKey, "The key's algorithm is not supported", "RSA, EC or Ed25519", Oid.Text(oid));
        return null;
    }

    /// <summary>Writes the key under <paramref name="oid"/>; <paramref name="curve"/> names the curve of an EC key.</summary>
    public static void Write(DerWriter writer, ReadOnlySpan<byte> oid, EcdsaCurve? curve, Action<DerWriter> key)
    {
        int sequence = writer.Begin(DerReader.Sequence);
        writer.WriteInteger(0);
        int algorithm = writer.Begin(DerReader.Sequence);
        writer.Write(DerReader.ObjectIdentifier, oid);
        if (curve is not null)
        {
            writer.Write(DerReader.ObjectIdentifier, curve.Oid);
        }
        else if (oid.SequenceEqual(Oid.Rsa))
        {
            writer.Write(DerReader.Null, default);
        }

        writer.End(algorithm);
        int octets = writer.Begin(DerReader.OctetString);
        key(writer);
        writer.End(octets);
        writer.End(sequence);
    }

    /// <summary>Skips [0] attributes and gives the content of [1] publicKey, which only version 1 has (RFC 5958 §2).</summary>
    private static ReadOnlySpan<byte> ReadTrailer(ref DerReader reader, int version)
    {
        const byte publicKeyTag = 0x81;
        if (reader.PeekTag() == DerReader.Context0)
        {
            reader.Read(DerReader.Context0);
        }

        if (version == 0 || reader.PeekTag() != publicKeyTag)
        {
            return default;
        }

        var bits = reader.Read(publicKeyTag);
        if (bits.IsEmpty || bits[0] != 0)
        {
            reader.Fail();
            return default;
        }

        return bits.Slice(1);
    }

    private static bool Ended(in DerReader reader, out SshError? error)
    {
        error = reader.IsComplete ? null : KeyErrors.Damaged(What, "the parameters of its algorithm and a whole private key");
        return error is null;
    }
}
