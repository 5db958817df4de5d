using NUnit.Framework;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>ML-KEM-768: keys from a seed, decapsulation, and encapsulation to given keys.</summary>
internal sealed class MlKemTests
{
    private const int SeedLength = 64;

    [OverProviders(Primitive.MlKem768)]
    public void Ml_kem_768(Under under) => WycheproofFile.ForEach("mlkem_768", c =>
    {
        byte[] seed = c.Bytes("seed");
        if (seed.Length != SeedLength)
        {
            // A seed is ours, never the peer's: the seam draws it in its own length.
            WycheproofFile.Decide(c.IsValid, false, "a wrong seed is valid:");
            return;
        }

        using var pair = under.Provider.CreateKemKeyPair(Primitive.MlKem768, new ScriptedRandom(seed));
        if (c.Test.TryGetProperty("ek", out _))
        {
            WycheproofFile.Decide(pair.PublicKey.SequenceEqual(c.Bytes("ek")), true, "public key right");
        }

        using var secret = new SecretBytes();
        bool decapsulated = pair.TryDecapsulate(c.Bytes("c"), secret);
        WycheproofFile.Decide(decapsulated, c.IsValid, "decapsulated");
        if (decapsulated)
        {
            WycheproofFile.Decide(secret.Span.SequenceEqual(c.Bytes("K")), true, "secret right");
        }
    });
}
