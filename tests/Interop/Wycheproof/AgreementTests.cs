using NUnit.Framework;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>X25519 and ECDH over raw points.</summary>
internal sealed class AgreementTests
{
    // The acceptable cases: RFC 7748 §5 takes points of the twist and numbers beyond the field, so those must give the
    // listed secret; RFC 8731 §3 refuses an all-zero secret, so those must be refused.
    [OverProviders(Primitive.X25519)]
    public void X25519(Under under) => WycheproofFile.ForEach("x25519", c =>
    {
        using var own = under.Provider.CreateKeyAgreement(Primitive.X25519, new ScriptedRandom(c.Bytes("private")));
        using var secret = new SecretBytes();
        bool agreed = own.TryAgree(c.Bytes("public"), secret);
        WycheproofFile.Decide(agreed, c.Result != "invalid" && !c.Has("ZeroSharedSecret"), "agreed");
        if (agreed)
        {
            WycheproofFile.Decide(secret.Span.SequenceEqual(c.Bytes("shared")), true, "secret right");
        }
    });

    // The acceptable case is a compressed point, which RFC 5656 §3.1 allows an implementation to refuse, as ours do.
    [OverProviders(Primitive.EcdhP256, Primitive.EcdhP384, Primitive.EcdhP521, WithDefault = false)]
    public void Ecdh(Under under, Primitive primitive)
    {
        string name = primitive switch
        {
            Primitive.EcdhP256 => "ecdh_secp256r1_ecpoint",
            Primitive.EcdhP384 => "ecdh_secp384r1_ecpoint",
            _ => "ecdh_secp521r1_ecpoint",
        };
        int length = primitive switch
        {
            Primitive.EcdhP256 => 32,
            Primitive.EcdhP384 => 48,
            _ => 66,
        };
        WycheproofFile.ForEach(name, c =>
        {
            byte[] scalar = Sized(c.Bytes("private"), length);
            using var own = GivenScalar.Create(under.Provider, primitive, scalar);
            using var secret = new SecretBytes();
            bool agreed = own.TryAgree(c.Bytes("public"), secret);
            WycheproofFile.Decide(agreed, c.IsValid, "agreed");
            if (agreed)
            {
                WycheproofFile.Decide(secret.Span.SequenceEqual(c.Bytes("shared")), true, "secret right");
            }
        });
    }

    private static byte[] Sized(byte[] number, int length)
    {
        byte[] sized = new byte[length];
        var trimmed = number.AsSpan().TrimStart((byte)0);
        trimmed.CopyTo(sized.AsSpan(length - trimmed.Length));
        return sized;
    }
}
