using System.Text;
using NUnit.Framework;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>RFC 8032 §7.1 (Ed25519) and RFC 6979 A.2.5 to A.2.7 (ECDSA).</summary>
internal sealed class SignatureVectors
{
    private static readonly (string Seed, string Public, string Message, string Signature)[] Ed25519 =
    [
        ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
        ("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42", "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
    ];

    private static readonly (Primitive Curve, string Scalar, string Point)[] Keys =
    [
        (Primitive.EcdsaP256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
            "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"),
        (Primitive.EcdsaP384, "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
            "04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720"),
        (Primitive.EcdsaP521, "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db89ec0c08b0e996b83538",
            "0401894550d0785932e00eaa23b694f213f8c3121f86dc97a04e5a7167db4e5bcd371123d46e45db6b5d5370a7f20fb633155d38ffa16d2bd761dcac474b9a2f5023a400493101c962cd4d2fddf782285e64584139c2f91b47f87ff82354d6630f746a28a0db25741b5b34a828008b22acc23f924faafbd4d33f81ea66956dfeaa2bfdfcf5"),
    ];

    private static readonly (Primitive Curve, Primitive Hash, string Message, string Signature)[] Ecdsa =
    [
        (Primitive.EcdsaP256, Primitive.Sha256, "sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"),
        (Primitive.EcdsaP256, Primitive.Sha256, "test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"),
        (Primitive.EcdsaP256, Primitive.Sha512, "sample", "8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f002362ab1adbe2b8adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe"),
        (Primitive.EcdsaP256, Primitive.Sha512, "test", "461d93f31b6540894788fd206c07cfa0cc35f46fa3c91816fff1040ad1581a0439af9f15de0db8d97e72719c74820d304ce5226e32dedae67519e840d1194e55"),
        (Primitive.EcdsaP384, Primitive.Sha384, "sample", "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe4699ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8"),
        (Primitive.EcdsaP384, Primitive.Sha384, "test", "8203b63d3c853e8d77227fb377bcf7b7b772e97892a80f36ab775d509d7a5feb0542a7f0812998da8f1dd3ca3cf023dbddd0760448d42d8a43af45af836fce4de8be06b485e9b61b827c2f13173923e06a739f040649a667bf3b828246baa5a5"),
        (Primitive.EcdsaP384, Primitive.Sha256, "sample", "21b13d1e013c7fa1392d03c5f99af8b30c570c6f98d4ea8e354b63a21d3daa33bde1e888e63355d92fa2b3c36d8fb2cdf3aa443fb107745bf4bd77cb3891674632068a10ca67e3d45db2266fa7d1feebefdc63eccd1ac42ec0cb8668a4fa0ab0"),
        (Primitive.EcdsaP521, Primitive.Sha512, "sample", "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc91f9b15bf05ec36e377fa00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc43997f1ee0e44da4a67a"),
        (Primitive.EcdsaP521, Primitive.Sha512, "test", "013e99020abf5cee7525d16b69b229652ab6bdf2affcaef38773b4b7d08725f10cdb93482fdcc54edcee91eca4166b2a7c6265ef0ce2bd7051b7cef945babd47ee6d01fbd0013c674aa79cb39849527916ce301c66ea7ce8b80682786ad60f98f7e78a19ca69eff5c57400e3b3a0ad66ce0978214d13baf4e9ac60752f7b155e2de4dce3"),
        (Primitive.EcdsaP521, Primitive.Sha256, "sample", "01511bb4d675114fe266fc4372b87682baecc01d3cc62cf2303c92b3526012659d16876e25c7c1e57648f23b73564d67f61c6f14d527d54972810421e7d87589e1a7004a171143a83163d6df460aaf61522695f207a58b95c0644d87e52aa1a347916e4f7a72930b1bc06dbe22ce3f58264afd23704cbb63b29b931f7de6c9d949a7ecfc"),
    ];

    [OverProviders(Primitive.Ed25519)]
    public void Ed25519_is_that_of_the_standard(Under under)
    {
        foreach (var (seed, publicKey, message, signature) in Ed25519)
        {
            using var signer = under.Provider.CreateEd25519Signer(Hex.Bytes(seed));
            byte[] data = Hex.Bytes(message);
            Assert.That(Hex.Text(under.Provider.Ed25519PublicKey(Hex.Bytes(seed))), Is.EqualTo(publicKey));
            Assert.That(Hex.Text(signer.Sign(Primitive.Sha512, data)), Is.EqualTo(signature));
            Assert.That(under.Provider.VerifyEd25519(Hex.Bytes(publicKey), data, Hex.Bytes(signature)), Is.True);
            Assert.That(under.Provider.VerifyEd25519(Hex.Bytes(publicKey), [.. data, 0], Hex.Bytes(signature)), Is.False);
        }
    }

    // RFC 8032 §5.1.7: S must be below L; S + L is the same number to the equation.
    [OverProviders(Primitive.Ed25519)]
    public void Ed25519_refuses_S_beyond_the_order(Under under)
    {
        var (_, publicKey, message, signature) = Ed25519[2];
        byte[] malleable = Hex.Bytes(signature);
        byte[] order = Hex.Bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        int carry = 0;
        for (int i = 0; i < 32; i++)
        {
            carry += malleable[32 + i] + order[i];
            malleable[32 + i] = (byte)carry;
            carry >>= 8;
        }

        Assert.That(under.Provider.VerifyEd25519(Hex.Bytes(publicKey), Hex.Bytes(message), malleable), Is.False);
        Assert.That(under.Provider.VerifyEd25519(Hex.Bytes(publicKey), Hex.Bytes(message), Hex.Bytes(signature).AsSpan(0, 63)), Is.False);
        Assert.That(under.Provider.VerifyEd25519(Hex.Bytes(publicKey).AsSpan(1), Hex.Bytes(message), Hex.Bytes(signature)), Is.False);
        Assert.That(() => under.Provider.CreateEd25519Signer(new byte[31]), Throws.ArgumentException);
    }

    [OverProviders(Primitive.EcdsaP256, Primitive.EcdsaP384, Primitive.EcdsaP521)]
    public void Ecdsa_verifies_the_standards_signatures(Under under, Primitive curve)
    {
        var (_, scalar, point) = Array.Find(Keys, k => k.Curve == curve);
        Assert.That(Hex.Text(under.Provider.EcdsaPublicPoint(curve, Hex.Bytes(scalar))), Is.EqualTo(point));
        Assert.That(under.Provider.IsValidPoint(curve, Hex.Bytes(point)), Is.True);
        foreach (var (_, hash, message, signature) in Array.FindAll(Ecdsa, v => v.Curve == curve))
        {
            byte[] data = Encoding.ASCII.GetBytes(message);
            byte[] rs = Hex.Bytes(signature);
            Assert.That(under.Provider.VerifyEcdsa(curve, Hex.Bytes(point), hash, data, rs), Is.True, message);
            Assert.That(under.Provider.VerifyEcdsa(curve, Hex.Bytes(point), hash, [.. data, 0], rs), Is.False);
            Assert.That(under.Provider.VerifyEcdsa(curve, Hex.Bytes(point), Primitive.Sha1, data, rs), Is.False);
        }
    }

    [Test]
    public void BouncyCastles_nonces_are_those_of_RFC_6979()
    {
        foreach (var (curve, scalar, _) in Keys)
        {
            using var signer = Registry.Complete.CreateEcdsaSigner(curve, Hex.Bytes(scalar));
            foreach (var (_, hash, message, signature) in Array.FindAll(Ecdsa, v => v.Curve == curve))
            {
                Assert.That(Hex.Text(signer.Sign(hash, Encoding.ASCII.GetBytes(message))), Is.EqualTo(signature), $"{curve} {hash} {message}");
            }
        }
    }

    [OverProviders(Primitive.EcdsaP256, Primitive.EcdsaP384, Primitive.EcdsaP521)]
    public void Ecdsa_refuses_zero_and_overlong_numbers_and_bad_points(Under under, Primitive curve)
    {
        var (_, scalar, pointText) = Array.Find(Keys, k => k.Curve == curve);
        byte[] point = Hex.Bytes(pointText);
        byte[] data = Encoding.ASCII.GetBytes("sample");
        var (_, hash, _, signature) = Array.Find(Ecdsa, v => v.Curve == curve);
        byte[] good = Hex.Bytes(signature);
        int half = good.Length / 2;

        byte[] zeroR = [.. new byte[half], .. good[half..]];
        byte[] zeroS = [.. good[..half], .. new byte[half]];
        byte[] hugeR = [.. good];
        hugeR.AsSpan(0, half).Fill(0xff);
        byte[] hugeS = [.. good];
        hugeS.AsSpan(half).Fill(0xff);
        foreach (byte[] bad in new[] { zeroR, zeroS, hugeR, hugeS, new byte[good.Length], good[1..], [.. good, 0], [] })
        {
            Assert.That(under.Provider.VerifyEcdsa(curve, point, hash, data, bad), Is.False);
        }

        byte[] off = [.. point];
        off[^1] ^= 1;
        foreach (byte[] bad in new[] { off, point[1..], [.. point, 0], [0], [], new byte[point.Length] })
        {
            Assert.That(under.Provider.IsValidPoint(curve, bad), Is.False);
            Assert.That(under.Provider.VerifyEcdsa(curve, bad, hash, data, good), Is.False);
        }

        byte[] huge = new byte[half];
        huge.AsSpan().Fill(0xff);
        foreach (byte[] bad in new[] { new byte[half], huge, [], [.. huge, 1] })
        {
            Assert.That(() => under.Provider.CreateEcdsaSigner(curve, bad), Throws.ArgumentException);
            Assert.That(() => under.Provider.EcdsaPublicPoint(curve, bad), Throws.ArgumentException);
        }

        Assert.That(under.Provider.EcdsaPublicPoint(curve, [0, .. Hex.Bytes(scalar)]), Is.EqualTo(point), "a zero in front changes nothing");
    }
}
