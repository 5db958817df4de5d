using NUnit.Framework;
using SshCore.Buffers;
using SshCore.Interop;
using SshCore.Interop.Bcl;
using SshCore.Interop.BouncyCastle;
using SshCore.Interop.Libcrypto;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>What a provider says of itself, how the default is composed, and reproducibility under a seed.</summary>
internal sealed class ProviderTests
{
    private static readonly Primitive[] AllPrimitives = Enum.GetValues<Primitive>();

    [Test]
    public void BouncyCastle_and_the_default_have_everything()
    {
        foreach (var primitive in AllPrimitives)
        {
            Assert.That(new BouncyCastleProvider().Supports(primitive), Is.True, primitive.ToString());
            Assert.That(DefaultCrypto.Provider.Supports(primitive), Is.True, primitive.ToString());
        }

        Assert.That(new BouncyCastleProvider().Supports((Primitive)99), Is.False);
        Assert.That(DefaultCrypto.Provider.Supports((Primitive)99), Is.False);
    }

    [Test]
    public void What_is_not_supported_is_not_made()
    {
        foreach (var provider in Registry.All)
        {
            foreach (var primitive in AllPrimitives)
            {
                if (!provider.Supports(primitive))
                {
                    Assert.That(provider.Serving(primitive), Is.Null);
                    Assert.That(() => Make(provider, primitive), Throws.InstanceOf<NotSupportedException>(), $"{provider.Name} {primitive}");
                }
                else
                {
                    Assert.That(provider.Serving(primitive)!.Supports(primitive), Is.True);
                    Assert.That(() => Make(provider, primitive), Throws.Nothing, $"{provider.Name} {primitive}");
                }
            }
        }
    }

    [Test]
    public void The_default_says_whom_it_took()
    {
        bool native = LibcryptoProvider.IsAvailable;
        string Serving(Primitive primitive) => DefaultCrypto.Provider.Serving(primitive)!.Name;
        Assert.That(Serving(Primitive.AesGcm), Is.EqualTo(native ? "libcrypto" : "bcl"));
        Assert.That(Serving(Primitive.ChaCha20Poly1305), Is.EqualTo(native ? "libcrypto" : "bouncycastle"));
        Assert.That(Serving(Primitive.X25519), Is.EqualTo(native ? "libcrypto" : "bouncycastle"));
        Assert.That(Serving(Primitive.HmacSha256), Is.EqualTo(native ? "libcrypto" : "bcl"));
        Assert.That(Serving(Primitive.EcdsaP256), Is.EqualTo(native ? "libcrypto" : "bcl"));
        Assert.That(Serving(Primitive.Rsa), Is.EqualTo(native ? "libcrypto" : "bcl"));
        Assert.That(Serving(Primitive.Sntrup761), Is.EqualTo("sntrup"));
        Assert.That(Serving(Primitive.BcryptPbkdf), Is.EqualTo("bouncycastle"));
        Assert.That(DefaultCrypto.Provider, Is.SameAs(DefaultCrypto.Provider));
        Assert.That(DefaultCrypto.Create(), Is.Not.SameAs(DefaultCrypto.Provider));
    }

    [Test]
    public void A_composition_takes_the_first_that_has_it()
    {
        var bcl = new BclProvider();
        var bouncyCastle = new BouncyCastleProvider();
        var composed = new ComposedProvider(bcl, bouncyCastle);
        Assert.That(composed.Name, Is.EqualTo("bcl+bouncycastle"));
        Assert.That(composed.Serving(Primitive.Sha256), Is.SameAs(bcl));
        Assert.That(composed.Serving(Primitive.X25519), Is.SameAs(bouncyCastle));
        Assert.That(new ComposedProvider(bcl).Serving(Primitive.X25519), Is.Null);
        Assert.That(() => new ComposedProvider(), Throws.ArgumentException);
    }

    [Test]
    public void Libcrypto_is_found_where_the_system_has_it()
    {
        bool installed = OperatingSystem.IsLinux() && System.Runtime.InteropServices.NativeLibrary.TryLoad("libcrypto.so.3", out _);
        Assert.That(LibcryptoProvider.IsAvailable, Is.EqualTo(installed));
    }

    [Test]
    public void A_seed_fixes_every_key_and_encapsulation()
    {
        Assert.That(Transcript(1), Is.EqualTo(Transcript(1)));
        Assert.That(Transcript(1), Is.Not.EqualTo(Transcript(2)));
    }

    [Test]
    public void The_systems_source_does_not_repeat_itself()
    {
        var seen = new HashSet<string>();
        foreach (var provider in Registry.All)
        {
            for (int i = 0; i < 1000; i++)
            {
                byte[] bytes = new byte[i % 2 == 0 ? 16 : 80];
                provider.Random.Fill(bytes);
                Assert.That(seen.Add(Hex.Text(bytes)), Is.True);
            }
        }
    }

    private static string Transcript(ulong seed)
    {
        var provider = new BouncyCastleProvider(new SeededRandom(seed));
        var random = provider.Random;
        var lines = new List<string>();
        foreach (var primitive in new[] { Primitive.X25519, Primitive.EcdhP256, Primitive.EcdhP384, Primitive.EcdhP521 })
        {
            using var agreement = provider.CreateKeyAgreement(primitive, random);
            lines.Add(Hex.Text(agreement.PublicValue));
        }

        using var group = provider.CreateDiffieHellman(Groups.Group14, [2], 512, random);
        lines.Add(Hex.Text(group.PublicValue));
        foreach (var primitive in new[] { Primitive.MlKem768, Primitive.Sntrup761 })
        {
            using var pair = provider.CreateKemKeyPair(primitive, random);
            using var secret = new SecretBytes();
            provider.TryEncapsulate(primitive, pair.PublicKey, random, out byte[] ciphertext, secret);
            lines.Add(Hex.Text(pair.PublicKey) + Hex.Text(ciphertext) + Hex.Text(secret.Span));
        }

        byte[] scalar = provider.GenerateEcdsaScalar(Primitive.EcdsaP256, random);
        using var ecdsa = provider.CreateEcdsaSigner(Primitive.EcdsaP256, scalar);
        lines.Add(Hex.Text(ecdsa.Sign(Primitive.Sha256, "x"u8)));
        using var rsa = provider.GenerateRsa(2048, random);
        using var rsaSigner = provider.CreateRsaSigner(rsa);
        lines.Add(Hex.Text(rsa.Modulus) + Hex.Text(rsaSigner.Sign(Primitive.Sha256, "x"u8)));
        return string.Join('\n', lines);
    }

    private static void Make(SshCryptoProvider provider, Primitive primitive)
    {
        switch (primitive)
        {
            case <= Primitive.Sha512:
                provider.CreateHash(primitive).Dispose();
                break;
            case <= Primitive.HmacSha512:
                provider.CreateMac(primitive, new byte[20]).Dispose();
                break;
            case Primitive.AesCtr or Primitive.AesCbc:
                provider.CreateCipher(primitive, new byte[16], new byte[16], true).Dispose();
                break;
            case Primitive.TripleDesCbc:
                provider.CreateCipher(primitive, Hex.Bytes("0123456789abcdef23456789abcdef01456789abcdef0123"), new byte[8], true).Dispose();
                break;
            case Primitive.AesGcm:
                provider.CreateAead(primitive, new byte[16]).Dispose();
                break;
            case Primitive.ChaCha20Poly1305:
                provider.CreateChaChaPoly(new byte[64]).Dispose();
                break;
            case <= Primitive.EcdhP521:
                provider.CreateKeyAgreement(primitive, provider.Random).Dispose();
                break;
            case Primitive.DiffieHellman:
                provider.CreateDiffieHellman(Groups.Group14, [2], 300, provider.Random).Dispose();
                break;
            case Primitive.MlKem768 or Primitive.Sntrup761:
                provider.CreateKemKeyPair(primitive, provider.Random).Dispose();
                break;
            case Primitive.Ed25519:
                provider.CreateEd25519Signer(new byte[32]).Dispose();
                break;
            case <= Primitive.EcdsaP521:
                provider.GenerateEcdsaScalar(primitive, provider.Random);
                break;
            case Primitive.Rsa:
                provider.VerifyRsa([], [], Primitive.Sha256, [], []);
                break;
            default:
                provider.BcryptPbkdf("p"u8, "s"u8, 1, new byte[8]);
                break;
        }
    }
}
