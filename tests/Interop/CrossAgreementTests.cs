using NUnit.Framework;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>Every provider against every other: what one makes the other takes.</summary>
internal sealed class CrossAgreementTests
{
    private static readonly int[] Lengths = BuildLengths();

    private static readonly byte[] Message = "what is signed"u8.ToArray();

    [OverProviders(Primitive.X25519, Primitive.EcdhP256, Primitive.EcdhP384, Primitive.EcdhP521, Primitive.DiffieHellman)]
    public void Both_sides_agree(Under under, Primitive primitive)
    {
        foreach (var other in Registry.Supporting(primitive))
        {
            for (int i = 0; i < 3; i++)
            {
                using var mine = Begin(under.Provider, primitive);
                using var theirs = Begin(other, primitive);
                using var a = new SecretBytes();
                using var b = new SecretBytes();
                Assert.That(mine.TryAgree(theirs.PublicValue, a), Is.True);
                Assert.That(theirs.TryAgree(mine.PublicValue, b), Is.True);
                Assert.That(a.Span.SequenceEqual(b.Span), Is.True, other.Name);
                Assert.That(a.Length, Is.EqualTo(primitive switch
                {
                    Primitive.X25519 or Primitive.EcdhP256 => 32,
                    Primitive.EcdhP384 => 48,
                    Primitive.EcdhP521 => 66,
                    _ => a.Length,
                }));
            }
        }
    }

    [OverProviders(Primitive.MlKem768, Primitive.Sntrup761)]
    public void What_one_encapsulates_the_other_decapsulates(Under under, Primitive primitive)
    {
        foreach (var other in Registry.Supporting(primitive))
        {
            using var pair = under.Provider.CreateKemKeyPair(primitive, under.Provider.Random);
            using var a = new SecretBytes();
            using var b = new SecretBytes();
            Assert.That(other.TryEncapsulate(primitive, pair.PublicKey, other.Random, out byte[] ciphertext, a), Is.True);
            Assert.That(pair.TryDecapsulate(ciphertext, b), Is.True);
            Assert.That(a.Length, Is.EqualTo(32));
            Assert.That(a.Span.SequenceEqual(b.Span), Is.True, other.Name);
        }
    }

    [OverProviders(Primitive.MlKem768, Primitive.Sntrup761)]
    public void A_changed_ciphertext_gives_an_unrelated_secret_and_the_same_one_each_time(Under under, Primitive primitive)
    {
        using var pair = under.Provider.CreateKemKeyPair(primitive, under.Provider.Random);
        using var real = new SecretBytes();
        using var once = new SecretBytes();
        using var twice = new SecretBytes();
        Assert.That(under.Provider.TryEncapsulate(primitive, pair.PublicKey, under.Provider.Random, out byte[] ciphertext, real), Is.True);
        foreach (int at in new[] { 0, 500, ciphertext.Length - 1 })
        {
            ciphertext[at] ^= 1;
            Assert.That(pair.TryDecapsulate(ciphertext, once), Is.True);
            Assert.That(pair.TryDecapsulate(ciphertext, twice), Is.True);
            Assert.That(once.Span.SequenceEqual(twice.Span), Is.True);
            Assert.That(once.Span.SequenceEqual(real.Span), Is.False);
            ciphertext[at] ^= 1;
        }

        Assert.That(pair.TryDecapsulate(ciphertext.AsSpan(1), once), Is.False);
        Assert.That(pair.TryDecapsulate([.. ciphertext, 0], once), Is.False);
        Assert.That(pair.TryDecapsulate([], once), Is.False);
    }

    [OverProviders(Primitive.MlKem768, Primitive.Sntrup761)]
    public void Public_keys_of_a_wrong_length_are_refused(Under under, Primitive primitive)
    {
        using var pair = under.Provider.CreateKemKeyPair(primitive, under.Provider.Random);
        using var secret = new SecretBytes([1]);
        byte[] key = pair.PublicKey.ToArray();
        foreach (byte[] bad in new[] { key[1..], [.. key, 0], [] })
        {
            Assert.That(under.Provider.TryEncapsulate(primitive, bad, under.Provider.Random, out byte[] ciphertext, secret), Is.False);
            Assert.That(ciphertext, Is.Empty);
        }

        Assert.That(secret.Span.ToArray(), Is.EqualTo(new byte[] { 1 }));
    }

    // FIPS 203 §7.2: numbers from q on in the key are refused.
    [OverProviders(Primitive.MlKem768)]
    public void A_key_that_is_not_canonical_is_refused(Under under)
    {
        using var pair = under.Provider.CreateKemKeyPair(Primitive.MlKem768, under.Provider.Random);
        using var secret = new SecretBytes();
        foreach (int at in new[] { 0, 300, 1149 })
        {
            byte[] key = pair.PublicKey.ToArray();
            key[at] = 0x01;
            key[at + 1] = (byte)((key[at + 1] & 0xf0) | 0x0d);
            Assert.That(under.Provider.TryEncapsulate(Primitive.MlKem768, key, under.Provider.Random, out _, secret), Is.False, $"first at {at}");
            key = pair.PublicKey.ToArray();
            key[at + 1] = (byte)((key[at + 1] & 0x0f) | 0xf0);
            key[at + 2] = 0xff;
            Assert.That(under.Provider.TryEncapsulate(Primitive.MlKem768, key, under.Provider.Random, out _, secret), Is.False, $"second at {at}");
        }
    }

    [OverProviders(Primitive.EcdsaP256, Primitive.EcdsaP384, Primitive.EcdsaP521, Primitive.Ed25519)]
    public void What_one_signs_the_other_verifies(Under under, Primitive primitive)
    {
        foreach (var other in Registry.Supporting(primitive))
        {
            if (primitive == Primitive.Ed25519)
            {
                byte[] seed = new byte[32];
                under.Provider.Random.Fill(seed);
                using var signer = under.Provider.CreateEd25519Signer(seed);
                byte[] signature = signer.Sign(default, Message);
                Assert.That(other.VerifyEd25519(other.Ed25519PublicKey(seed), Message, signature), Is.True);
                continue;
            }

            byte[] scalar = under.Provider.GenerateEcdsaScalar(primitive, under.Provider.Random);
            using var ecdsa = under.Provider.CreateEcdsaSigner(primitive, scalar);
            byte[] point = other.EcdsaPublicPoint(primitive, scalar);
            for (int i = 0; i < 8; i++)
            {
                byte[] data = [.. Message, (byte)i];
                byte[] signature = ecdsa.Sign(Primitive.Sha384, data);
                Assert.That(signature, Has.Length.EqualTo(primitive == Primitive.EcdsaP256 ? 64 : primitive == Primitive.EcdsaP384 ? 96 : 132));
                Assert.That(other.VerifyEcdsa(primitive, point, Primitive.Sha384, data, signature), Is.True, other.Name);
                signature[i * 7] ^= 1;
                Assert.That(other.VerifyEcdsa(primitive, point, Primitive.Sha384, data, signature), Is.False, other.Name);
            }
        }
    }

    [OverProviders(Primitive.Rsa)]
    public void Rsa_keys_and_signatures_go_between_providers(Under under)
    {
        using var key = under.Provider.GenerateRsa(2048, under.Provider.Random);
        Assert.That(key.Modulus, Has.Length.EqualTo(256));
        Assert.That(key.Exponent, Is.EqualTo(new byte[] { 1, 0, 1 }));
        foreach (var other in Registry.Supporting(Primitive.Rsa))
        {
            using var signer = other.CreateRsaSigner(key);
            foreach (var hash in new[] { Primitive.Sha1, Primitive.Sha256, Primitive.Sha512 })
            {
                byte[] signature = signer.Sign(hash, Message);
                Assert.That(signature, Has.Length.EqualTo(256));
                Assert.That(under.Provider.VerifyRsa(key.Modulus, key.Exponent, hash, Message, signature), Is.True, other.Name);
                Assert.That(under.Provider.VerifyRsa([0, .. key.Modulus], key.Exponent, hash, Message, signature), Is.True, "a zero in front");
                Assert.That(under.Provider.VerifyRsa(key.Modulus, key.Exponent, hash, Message, signature.AsSpan(1)), Is.False, "short");
                Assert.That(under.Provider.VerifyRsa(key.Modulus, key.Exponent, hash, Message, [0, .. signature]), Is.False, "long");
                Assert.That(under.Provider.VerifyRsa(key.Modulus, key.Exponent, hash, [], signature), Is.False);
                signature[100] ^= 4;
                Assert.That(under.Provider.VerifyRsa(key.Modulus, key.Exponent, hash, Message, signature), Is.False);
            }
        }
    }

    [OverProviders(Primitive.Rsa)]
    public void Rsa_keys_that_are_none_are_refused(Under under)
    {
        byte[] signature = new byte[256];
        byte[] modulus = new byte[256];
        modulus.AsSpan().Fill(0xff);
        byte[] even = [.. modulus];
        even[^1] = 0xfe;
        byte[] three = [3];
        Assert.That(under.Provider.VerifyRsa([], three, Primitive.Sha256, Message, []), Is.False);
        Assert.That(under.Provider.VerifyRsa(even, three, Primitive.Sha256, Message, signature), Is.False);
        foreach (byte[] exponent in new byte[][] { [], [0], [1], [2], [4], [1, 0, 0, 0, 1], modulus })
        {
            Assert.That(under.Provider.VerifyRsa(modulus, exponent, Primitive.Sha256, Message, signature), Is.False);
        }

        byte[] enormous = new byte[2049];
        enormous.AsSpan().Fill(0xff);
        Assert.That(under.Provider.VerifyRsa(enormous, three, Primitive.Sha256, Message, enormous), Is.False);
        Assert.That(() => under.Provider.CreateRsaSigner(new RsaPrivateParameters { Modulus = modulus, Exponent = three }), Throws.ArgumentException);
    }

    [OverProviders(Primitive.AesCtr, Primitive.AesCbc, Primitive.TripleDesCbc)]
    public void What_one_encrypts_the_other_decrypts(Under under, Primitive primitive)
    {
        var random = new SeededRandom(8);
        int block = primitive == Primitive.TripleDesCbc ? 8 : 16;
        foreach (int keyLength in primitive == Primitive.TripleDesCbc ? [24] : new[] { 16, 24, 32 })
        {
            byte[] key = random.Bytes(keyLength);
            byte[] iv = random.Bytes(block);
            foreach (var other in Registry.Supporting(primitive))
            {
                using var encrypt = under.Provider.CreateCipher(primitive, key, iv, encrypt: true);
                using var decrypt = other.CreateCipher(primitive, key, iv, encrypt: false);
                Assert.That(encrypt.BlockLength, Is.EqualTo(block));
                foreach (int length in Lengths)
                {
                    byte[] plain = random.Bytes(length / block * block);
                    byte[] data = [.. plain];
                    encrypt.Transform(data);
                    Assert.That(data.AsSpan().SequenceEqual(plain), Is.EqualTo(plain.Length == 0));
                    decrypt.Transform(data);
                    Assert.That(data.AsSpan().SequenceEqual(plain), Is.True, $"{other.Name}, {length} bytes");
                }
            }
        }
    }

    [OverProviders(Primitive.AesGcm)]
    public void What_one_seals_the_other_opens(Under under)
    {
        var random = new SeededRandom(9);
        foreach (int keyLength in new[] { 16, 32 })
        {
            byte[] key = random.Bytes(keyLength);
            foreach (var other in Registry.Supporting(Primitive.AesGcm))
            {
                using var sealer = under.Provider.CreateAead(Primitive.AesGcm, key);
                using var opener = other.CreateAead(Primitive.AesGcm, key);
                byte[] tag = new byte[16];
                foreach (int length in Lengths)
                {
                    byte[] nonce = random.Bytes(12);
                    byte[] associated = random.Bytes(length % 7);
                    byte[] plain = random.Bytes(length);
                    byte[] data = [.. plain];
                    sealer.Seal(nonce, associated, data, tag);
                    Assert.That(opener.TryOpen(nonce, associated, data, tag), Is.True, $"{other.Name}, {length} bytes");
                    Assert.That(data.AsSpan().SequenceEqual(plain), Is.True, $"{other.Name}, {length} bytes");
                }
            }
        }
    }

    [OverProviders(Primitive.ChaCha20Poly1305)]
    public void What_one_seals_as_a_packet_the_other_opens(Under under)
    {
        var random = new SeededRandom(10);
        byte[] key = random.Bytes(64);
        foreach (var other in Registry.Supporting(Primitive.ChaCha20Poly1305))
        {
            using var sealer = under.Provider.CreateChaChaPoly(key);
            using var opener = other.CreateChaChaPoly(key);
            byte[] tag = new byte[16];
            uint sequence = uint.MaxValue - 50;
            foreach (int length in Lengths)
            {
                byte[] plain = random.Bytes(4 + length);
                byte[] packet = [.. plain];
                sealer.Seal(sequence, packet, tag);
                Assert.That(opener.TryOpen(sequence, packet, tag), Is.True, $"{other.Name}, {length} bytes");
                opener.CryptLength(sequence, packet.AsSpan(0, 4));
                Assert.That(packet.AsSpan().SequenceEqual(plain), Is.True, $"{other.Name}, {length} bytes");
                sequence++;
            }
        }
    }

    [OverProviders(
        Primitive.Md5, Primitive.Sha1, Primitive.Sha256, Primitive.Sha384, Primitive.Sha512,
        Primitive.HmacMd5, Primitive.HmacSha1, Primitive.HmacSha256, Primitive.HmacSha384, Primitive.HmacSha512)]
    public void Digests_and_tags_are_equal(Under under, Primitive primitive)
    {
        var random = new SeededRandom(11);
        bool isHash = primitive <= Primitive.Sha512;
        byte[] key = random.Bytes(48);
        using var hash = isHash ? under.Provider.CreateHash(primitive) : null;
        using var expectedHash = isHash ? Registry.Complete.CreateHash(primitive) : null;
        using var mac = isHash ? null : under.Provider.CreateMac(primitive, key);
        using var expectedMac = isHash ? null : Registry.Complete.CreateMac(primitive, key);
        byte[] actual = new byte[64];
        byte[] expected = new byte[64];
        foreach (int length in Lengths)
        {
            byte[] data = random.Bytes(length);
            hash?.Append(data);
            hash?.Finish(actual);
            expectedHash?.Append(data);
            expectedHash?.Finish(expected);
            mac?.ComputePacket((uint)length, data, actual);
            expectedMac?.ComputePacket((uint)length, data, expected);
            Assert.That(actual, Is.EqualTo(expected), $"{length} bytes");
        }
    }

    private static SshKeyAgreement Begin(SshCryptoProvider provider, Primitive primitive) => primitive == Primitive.DiffieHellman
        ? provider.CreateDiffieHellman(Groups.Group14, [2], 512, provider.Random)
        : provider.CreateKeyAgreement(primitive, provider.Random);

    private static int[] BuildLengths()
    {
        var lengths = new List<int>();
        for (int i = 0; i <= 100; i++)
        {
            lengths.Add(i);
        }

        lengths.AddRange([127, 128, 129, 255, 256, 257, 1000, 4095, 4096, 4097, 8192 + 16, 32 * 1024, (32 * 1024) + 40]);
        return [.. lengths];
    }
}
