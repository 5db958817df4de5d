using System.Formats.Asn1;
using System.Numerics;
using NUnit.Framework;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>Ed25519, ECDSA and RSASSA-PKCS1-v1_5 verification.</summary>
internal sealed class SignatureTests
{
    [OverProviders(Primitive.Ed25519)]
    public void Ed25519(Under under) => WycheproofFile.ForEach("ed25519", c =>
    {
        byte[] key = Hex.Bytes(c.Group.GetProperty("publicKey").GetProperty("pk").GetString()!);
        WycheproofFile.Decide(under.Provider.VerifyEd25519(key, c.Bytes("msg"), c.Bytes("sig")), c.IsValid, "verified");
    });

    // The files have DER signatures and the seam has raw ones: what is not strict DER with two numbers that fit the field
    // has no raw form, which decides it as refused; those must then all be invalid.
    [OverProviders(Primitive.EcdsaP256, Primitive.EcdsaP384, Primitive.EcdsaP521, WithDefault = false)]
    public void Ecdsa(Under under, Primitive primitive)
    {
        var (name, length, hash) = primitive switch
        {
            Primitive.EcdsaP256 => ("ecdsa_secp256r1_sha256", 32, Primitive.Sha256),
            Primitive.EcdsaP384 => ("ecdsa_secp384r1_sha384", 48, Primitive.Sha384),
            _ => ("ecdsa_secp521r1_sha512", 66, Primitive.Sha512),
        };
        int asked = 0;
        WycheproofFile.ForEach(name, c =>
        {
            byte[] point = Hex.Bytes(c.Group.GetProperty("publicKey").GetProperty("uncompressed").GetString()!);
            bool verified = false;
            if (TryRaw(c.Bytes("sig"), length, out byte[] raw))
            {
                asked++;
                verified = under.Provider.VerifyEcdsa(primitive, point, hash, c.Bytes("msg"), raw);
            }

            WycheproofFile.Decide(verified, c.IsValid, "verified");
        });
        Assert.That(asked, Is.GreaterThan(200));
    }

    // The acceptable case leaves out the NULL of the algorithm identifier; RFC 8017 §8.2.2 note lets a verifier refuse it,
    // and comparing whole encodings does.
    [OverProviders(Primitive.Rsa, WithDefault = false)]
    public void Rsa(Under under)
    {
        foreach (var (name, hash) in new[] { ("rsa_signature_2048_sha256", Primitive.Sha256), ("rsa_signature_3072_sha512", Primitive.Sha512) })
        {
            WycheproofFile.ForEach(name, c =>
            {
                var key = c.Group.GetProperty("publicKey");
                byte[] modulus = Hex.Bytes(key.GetProperty("modulus").GetString()!);
                byte[] exponent = Hex.Bytes(key.GetProperty("publicExponent").GetString()!);
                WycheproofFile.Decide(under.Provider.VerifyRsa(modulus, exponent, hash, c.Bytes("msg"), c.Bytes("sig")), c.IsValid, "verified");
            });
        }
    }

    private static bool TryRaw(byte[] der, int length, out byte[] raw)
    {
        raw = new byte[2 * length];
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            var sequence = reader.ReadSequence();
            var r = sequence.ReadInteger();
            var s = sequence.ReadInteger();
            sequence.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            return TryWrite(r, raw.AsSpan(0, length)) && TryWrite(s, raw.AsSpan(length));
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool TryWrite(BigInteger number, Span<byte> field)
    {
        if (number.Sign < 0 || number.GetByteCount(isUnsigned: true) > field.Length)
        {
            return false;
        }

        number.TryWriteBytes(field[(field.Length - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
        return true;
    }
}
