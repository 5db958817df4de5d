using NUnit.Framework;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>NIST SP 800-38A F.2 (CBC) and F.5 (CTR); SP 800-67 appendix B for Triple DES.</summary>
internal sealed class CipherVectors
{
    private const string Key128 = "2b7e151628aed2a6abf7158809cf4f3c";
    private const string Key192 = "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b";
    private const string Key256 = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
    private const string CounterStart = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
    private const string Iv = "000102030405060708090a0b0c0d0e0f";
    private const string Plain =
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

    private static readonly (Primitive Cipher, string Key, string Iv, string Encrypted)[] Vectors =
    [
        (Primitive.AesCtr, Key128, CounterStart, "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"),
        (Primitive.AesCtr, Key192, CounterStart, "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e941e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050"),
        (Primitive.AesCtr, Key256, CounterStart, "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"),
        (Primitive.AesCbc, Key128, Iv, "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"),
        (Primitive.AesCbc, Key192, Iv, "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd"),
        (Primitive.AesCbc, Key256, Iv, "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"),
    ];

    [OverProviders(Primitive.AesCtr, Primitive.AesCbc)]
    public void Aes_is_that_of_the_standard_in_one_piece_and_block_by_block(Under under, Primitive primitive)
    {
        foreach (var (_, key, iv, encrypted) in Array.FindAll(Vectors, v => v.Cipher == primitive))
        {
            foreach (int step in new[] { 16, 32, 48, 64 })
            {
                byte[] data = Hex.Bytes(Plain);
                using var encrypt = under.Provider.CreateCipher(primitive, Hex.Bytes(key), Hex.Bytes(iv), encrypt: true);
                InSteps(encrypt, data, step);
                Assert.That(Hex.Text(data), Is.EqualTo(encrypted));
                using var decrypt = under.Provider.CreateCipher(primitive, Hex.Bytes(key), Hex.Bytes(iv), encrypt: false);
                InSteps(decrypt, data, step);
                Assert.That(Hex.Text(data), Is.EqualTo(Plain));
            }
        }
    }

    // The appendix is in ECB mode; one block of CBC with a zero IV is the same.
    [OverProviders(Primitive.TripleDesCbc)]
    public void Triple_des_is_that_of_the_standard(Under under)
    {
        byte[] key = Hex.Bytes("0123456789abcdef23456789abcdef01456789abcdef0123");
        var blocks = new[]
        {
            ("5468652071756663", "a826fd8ce53b855f"),
            ("6b2062726f776e20", "cce21c8112256fe6"),
            ("666f78206a756d70", "68d5c05dd9b6b900"),
        };
        foreach (var (plain, encrypted) in blocks)
        {
            byte[] data = Hex.Bytes(plain);
            using var encrypt = under.Provider.CreateCipher(Primitive.TripleDesCbc, key, new byte[8], encrypt: true);
            Assert.That(encrypt.BlockLength, Is.EqualTo(8));
            encrypt.Transform(data);
            Assert.That(Hex.Text(data), Is.EqualTo(encrypted));
            using var decrypt = under.Provider.CreateCipher(Primitive.TripleDesCbc, key, new byte[8], encrypt: false);
            decrypt.Transform(data);
            Assert.That(Hex.Text(data), Is.EqualTo(plain));
        }
    }

    // RFC 4344 §4: the counter is one number of 128 bits, so a carry goes all the way up and around.
    [OverProviders(Primitive.AesCtr)]
    public void The_counter_carries_through_all_its_bytes(Under under)
    {
        byte[] key = Hex.Bytes(Key256);
        foreach (string start in new[] { "fffffffffffffffffffffffffffffffe", "00000000000000fffffffffffffffffd", "000000000000000000000000fffffff9" })
        {
            byte[] stream = new byte[16 * 20];
            using var cipher = under.Provider.CreateCipher(Primitive.AesCtr, key, Hex.Bytes(start), encrypt: true);
            cipher.Transform(stream);

            var counter = UInt128.Parse(start, System.Globalization.NumberStyles.HexNumber, null);
            for (int i = 0; i < 20; i++)
            {
                byte[] block = Hex.Bytes((counter + (UInt128)i).ToString("x32", null));
                using var ecb = System.Security.Cryptography.Aes.Create();
                ecb.Key = key;
                byte[] expected = ecb.EncryptEcb(block, System.Security.Cryptography.PaddingMode.None);
                Assert.That(stream.AsSpan(16 * i, 16).ToArray(), Is.EqualTo(expected), $"{start} + {i}");
            }
        }
    }

    [OverProviders(Primitive.AesCtr, Primitive.AesCbc, Primitive.TripleDesCbc)]
    public void A_partial_block_is_refused_and_nothing_is_done(Under under, Primitive primitive)
    {
        byte[] key = new byte[primitive == Primitive.TripleDesCbc ? 24 : 32];
        key[0] = 1;
        key[8] = 2;
        using var cipher = under.Provider.CreateCipher(primitive, key, new byte[primitive == Primitive.TripleDesCbc ? 8 : 16], encrypt: true);
        byte[] data = new byte[33];
        Assert.That(() => cipher.Transform(data), Throws.ArgumentException);
        Assert.That(data, Is.All.Zero);
    }

    private static void InSteps(SshCipher cipher, byte[] data, int step)
    {
        for (int i = 0; i < data.Length; i += step)
        {
            cipher.Transform(data.AsSpan(i, Math.Min(step, data.Length - i)));
        }
    }
}
