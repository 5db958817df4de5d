using NUnit.Framework;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>Whatever a peer sends, a provider answers; it does not throw, and it does not accept noise.</summary>
internal sealed class HostileBytesTests
{
    private const int Rounds = 60;

    [OverProviders(Primitive.Ed25519)]
    public void Ed25519(Under under)
    {
        var random = new SeededRandom(21);
        for (int i = 0; i < Rounds; i++)
        {
            byte[] key = i % 3 == 0 ? random.Bytes(i) : random.Bytes(32);
            byte[] signature = i % 5 == 0 ? random.Bytes(2 * i) : random.Bytes(64);
            if (i % 4 == 0 && signature.Length == 64)
            {
                signature[63] = 0;
            }

            Assert.That(under.Provider.VerifyEd25519(key, random.Bytes(i), signature), Is.False);
        }

        byte[] ones = new byte[64];
        ones.AsSpan().Fill(0xff);
        Assert.That(under.Provider.VerifyEd25519(ones.AsSpan(0, 32), [], ones), Is.False);
        Assert.That(under.Provider.VerifyEd25519(new byte[32], [1], ones), Is.False);
    }

    [OverProviders(Primitive.EcdsaP256, Primitive.EcdsaP384, Primitive.EcdsaP521)]
    public void Ecdsa(Under under, Primitive primitive)
    {
        var random = new SeededRandom(22);
        int field = primitive == Primitive.EcdsaP256 ? 32 : primitive == Primitive.EcdsaP384 ? 48 : 66;
        byte[] scalar = new byte[field];
        scalar[^1] = 7;
        byte[] good = under.Provider.EcdsaPublicPoint(primitive, scalar);
        for (int i = 0; i < Rounds; i++)
        {
            byte[] point = (i % 3) switch
            {
                0 => good,
                1 => [4, .. random.Bytes(2 * field)],
                _ => random.Bytes(i * 3),
            };
            byte[] signature = i % 4 == 3 ? random.Bytes(i) : random.Bytes(2 * field);
            Assert.That(under.Provider.VerifyEcdsa(primitive, point, Primitive.Sha256, random.Bytes(i), signature), Is.False);
            if (i % 3 != 0)
            {
                Assert.That(under.Provider.IsValidPoint(primitive, point), Is.False);
            }
        }
    }

    [OverProviders(Primitive.Rsa)]
    public void Rsa(Under under)
    {
        var random = new SeededRandom(23);
        for (int i = 0; i < Rounds; i++)
        {
            byte[] modulus = random.Bytes(i * 5);
            byte[] exponent = i % 2 == 0 ? [1, 0, 1] : random.Bytes(i % 7);
            byte[] signature = i % 3 == 0 ? random.Bytes(i) : random.Bytes(modulus.Length);
            Assert.That(under.Provider.VerifyRsa(modulus, exponent, Primitive.Sha512, random.Bytes(i), signature), Is.False);
            if (modulus.Length > 0)
            {
                // Odd, as a modulus is, so that the arithmetic itself is reached.
                modulus[^1] |= 1;
                modulus[0] |= 0x80;
                signature = random.Bytes(modulus.Length);
                signature[0] = 0;
                Assert.That(under.Provider.VerifyRsa(modulus, [3], Primitive.Sha256, [], signature), Is.False);
            }
        }
    }

    [OverProviders(Primitive.MlKem768, Primitive.Sntrup761)]
    public void Kem(Under under, Primitive primitive)
    {
        var random = new SeededRandom(24);
        using var pair = under.Provider.CreateKemKeyPair(primitive, under.Provider.Random);
        using var secret = new SecretBytes();
        int ciphertextLength = primitive == Primitive.MlKem768 ? 1088 : 1039;
        for (int i = 0; i < 8; i++)
        {
            Assert.That(pair.TryDecapsulate(random.Bytes(ciphertextLength), secret), Is.True, "noise of the right length gives some secret");
            Assert.That(secret.Length, Is.EqualTo(32));
            Assert.That(pair.TryDecapsulate(random.Bytes(i * 200), secret), Is.False);
            Assert.That(under.Provider.TryEncapsulate(primitive, random.Bytes(pair.PublicKey.Length), under.Provider.Random, out _, secret),
                Is.EqualTo(primitive == Primitive.Sntrup761), "noise is not canonical for ML-KEM");
        }
    }

    [OverProviders(Primitive.DiffieHellman)]
    public void Numbers_that_are_no_groups(Under under)
    {
        var random = new SeededRandom(25);
        for (int i = 0; i < Rounds; i++)
        {
            Assert.That(under.Provider.IsSafePrime(random.Bytes(i * 7)), Is.False);
        }
    }
}
