using NUnit.Framework;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>The test cases of McGrew and Viega's GCM specification with 96-bit nonces (NIST's gcm-spec, appendix B).</summary>
internal sealed class GcmVectors
{
    private const string Plain =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
    private const string Aad = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    private const string Key128 = "feffe9928665731c6d6a8f9467308308";
    private const string Nonce = "cafebabefacedbaddecaf888";

    private static readonly (string Key, string Nonce, string Aad, string Plain, string Encrypted, string Tag)[] Vectors =
    [
        ("00000000000000000000000000000000", "000000000000000000000000", "", "", "", "58e2fccefa7e3061367f1d57a4e7455a"),
        ("00000000000000000000000000000000", "000000000000000000000000", "", "00000000000000000000000000000000", "0388dace60b6a392f328c2b971b2fe78", "ab6e47d42cec13bdf53a67b21257bddf"),
        (Key128, Nonce, "", Plain, "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985", "4d5c2af327cd64a62cf35abd2ba6fab4"),
        (Key128, Nonce, Aad, Plain[..120], "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091", "5bc94fbc3221a5db94fae95ae7121a47"),
        ("0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
        ("0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"),
        (Key128 + Key128, Nonce, "", Plain, "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad", "b094dac5d93471bdec1a502270e3cc6c"),
        (Key128 + Key128, Nonce, Aad, Plain[..120], "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662", "76fc6ece0f4e1768cddf8853bb2d551b"),
    ];

    [OverProviders(Primitive.AesGcm)]
    public void Seal_and_open_are_those_of_the_specification(Under under)
    {
        foreach (var (key, nonce, aad, plain, encrypted, tag) in Vectors)
        {
            using var aead = under.Provider.CreateAead(Primitive.AesGcm, Hex.Bytes(key));
            byte[] data = Hex.Bytes(plain);
            byte[] actualTag = new byte[SshAead.TagLength];
            aead.Seal(Hex.Bytes(nonce), Hex.Bytes(aad), data, actualTag);
            Assert.That(Hex.Text(data), Is.EqualTo(encrypted));
            Assert.That(Hex.Text(actualTag), Is.EqualTo(tag));

            using var opener = under.Provider.CreateAead(Primitive.AesGcm, Hex.Bytes(key));
            Assert.That(opener.TryOpen(Hex.Bytes(nonce), Hex.Bytes(aad), data, actualTag), Is.True);
            Assert.That(Hex.Text(data), Is.EqualTo(plain));
        }
    }

    [OverProviders(Primitive.AesGcm)]
    public void One_flipped_bit_anywhere_is_refused(Under under)
    {
        byte[] key = Hex.Bytes(Key128);
        byte[] nonce = Hex.Bytes(Nonce);
        byte[] aad = [0, 0, 0, 40];
        byte[] sealedData = new SeededRandom(2).Bytes(40);
        byte[] tag = new byte[16];
        using var sealer = under.Provider.CreateAead(Primitive.AesGcm, key);
        sealer.Seal(nonce, aad, sealedData, tag);
        using var opener = under.Provider.CreateAead(Primitive.AesGcm, key);
        for (int bit = 0; bit < 8 * (aad.Length + sealedData.Length + tag.Length); bit++)
        {
            byte[] a = [.. aad];
            byte[] d = [.. sealedData];
            byte[] t = [.. tag];
            int at = bit / 8;
            byte[] target = at < a.Length ? a : at < a.Length + d.Length ? d : t;
            at -= target == a ? 0 : target == d ? a.Length : a.Length + d.Length;
            target[at] ^= (byte)(1 << (bit % 8));
            Assert.That(opener.TryOpen(nonce, a, d, t), Is.False, $"bit {bit}");
        }

        Assert.That(opener.TryOpen(nonce, aad, [.. sealedData], tag.AsSpan(0, 15)), Is.False, "a short tag");
        Assert.That(opener.TryOpen(nonce, aad, [.. sealedData], tag), Is.True, "the object still works after refusals");
    }
}
