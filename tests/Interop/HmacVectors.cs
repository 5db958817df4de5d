using System.Text;
using NUnit.Framework;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>RFC 2202 (MD5, SHA-1) and RFC 4231 (SHA-2).</summary>
internal sealed class HmacVectors
{
    private static readonly (Primitive Mac, byte[] Key, byte[] Data, string Tag)[] Vectors = Build();

    [OverProviders(Primitive.HmacMd5, Primitive.HmacSha1, Primitive.HmacSha256, Primitive.HmacSha384, Primitive.HmacSha512)]
    public void Tags_are_those_of_the_standards(Under under, Primitive primitive)
    {
        int count = 0;
        foreach (var (_, key, data, expected) in Array.FindAll(Vectors, v => v.Mac == primitive))
        {
            using var mac = under.Provider.CreateMac(primitive, key);
            byte[] tag = new byte[mac.Length];
            for (int again = 0; again < 2; again++)
            {
                mac.Append(data);
                mac.Finish(tag);
                Assert.That(Hex.Text(tag), Is.EqualTo(expected));
            }

            count++;
        }

        Assert.That(count, Is.EqualTo(6));
    }

    // RFC 4253 §6.4: mac = MAC(key, sequence_number || unencrypted_packet)
    [OverProviders(Primitive.HmacMd5, Primitive.HmacSha1, Primitive.HmacSha256, Primitive.HmacSha384, Primitive.HmacSha512)]
    public void The_packet_mac_is_over_the_sequence_number_and_the_packet(Under under, Primitive primitive)
    {
        var random = new SeededRandom(1);
        byte[] key = random.Bytes(64);
        using var mac = under.Provider.CreateMac(primitive, key);
        byte[] expected = new byte[mac.Length];
        byte[] actual = new byte[mac.Length + 3];
        foreach (int length in new[] { 0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000 })
        {
            byte[] packet = random.Bytes(length);
            mac.Append([0xfe, 0xdc, 0xba, 0x98]);
            mac.Append(packet);
            mac.Finish(expected);
            mac.ComputePacket(0xfedcba98, packet, actual);
            Assert.That(actual.AsSpan(0, mac.Length).ToArray(), Is.EqualTo(expected));
            Assert.That(actual.AsSpan(mac.Length).ToArray(), Is.All.Zero, "nothing beyond the tag is touched");
        }
    }

    private static (Primitive, byte[], byte[], string)[] Build()
    {
        static byte[] Times(byte value, int count)
        {
            byte[] bytes = new byte[count];
            bytes.AsSpan().Fill(value);
            return bytes;
        }

        static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

        byte[] counting = Hex.Bytes("0102030405060708090a0b0c0d0e0f10111213141516171819");
        byte[] hiThere = Ascii("Hi There");
        byte[] jefe = Ascii("Jefe");
        byte[] whatDoYaWant = Ascii("what do ya want for nothing?");
        byte[] larger = Ascii("Test Using Larger Than Block-Size Key - Hash Key First");
        byte[] largerBoth = Ascii("Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data");
        byte[] larger4231 = larger;
        byte[] largerBoth4231 = Ascii("This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.");
        return
        [
            (Primitive.HmacMd5, Times(0x0b, 16), hiThere, "9294727a3638bb1c13f48ef8158bfc9d"),
            (Primitive.HmacMd5, jefe, whatDoYaWant, "750c783e6ab0b503eaa86e310a5db738"),
            (Primitive.HmacMd5, Times(0xaa, 16), Times(0xdd, 50), "56be34521d144c88dbb8c733f0e8b3f6"),
            (Primitive.HmacMd5, counting, Times(0xcd, 50), "697eaf0aca3a3aea3a75164746ffaa79"),
            (Primitive.HmacMd5, Times(0xaa, 80), larger, "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"),
            (Primitive.HmacMd5, Times(0xaa, 80), largerBoth, "6f630fad67cda0ee1fb1f562db3aa53e"),

            (Primitive.HmacSha1, Times(0x0b, 20), hiThere, "b617318655057264e28bc0b6fb378c8ef146be00"),
            (Primitive.HmacSha1, jefe, whatDoYaWant, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (Primitive.HmacSha1, Times(0xaa, 20), Times(0xdd, 50), "125d7342b9ac11cd91a39af48aa17b4f63f175d3"),
            (Primitive.HmacSha1, counting, Times(0xcd, 50), "4c9007f4026250c6bc8414f9bf50c86c2d7235da"),
            (Primitive.HmacSha1, Times(0xaa, 80), larger, "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
            (Primitive.HmacSha1, Times(0xaa, 80), largerBoth, "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"),

            (Primitive.HmacSha256, Times(0x0b, 20), hiThere, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (Primitive.HmacSha256, jefe, whatDoYaWant, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (Primitive.HmacSha256, Times(0xaa, 20), Times(0xdd, 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (Primitive.HmacSha256, counting, Times(0xcd, 50), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (Primitive.HmacSha256, Times(0xaa, 131), larger4231, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            (Primitive.HmacSha256, Times(0xaa, 131), largerBoth4231, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),

            (Primitive.HmacSha384, Times(0x0b, 20), hiThere, "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"),
            (Primitive.HmacSha384, jefe, whatDoYaWant, "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"),
            (Primitive.HmacSha384, Times(0xaa, 20), Times(0xdd, 50), "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27"),
            (Primitive.HmacSha384, counting, Times(0xcd, 50), "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679ccf8a386c674cffb"),
            (Primitive.HmacSha384, Times(0xaa, 131), larger4231, "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952"),
            (Primitive.HmacSha384, Times(0xaa, 131), largerBoth4231, "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799176d3860e6110c46523e"),

            (Primitive.HmacSha512, Times(0x0b, 20), hiThere, "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"),
            (Primitive.HmacSha512, jefe, whatDoYaWant, "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"),
            (Primitive.HmacSha512, Times(0xaa, 20), Times(0xdd, 50), "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"),
            (Primitive.HmacSha512, counting, Times(0xcd, 50), "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"),
            (Primitive.HmacSha512, Times(0xaa, 131), larger4231, "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"),
            (Primitive.HmacSha512, Times(0xaa, 131), largerBoth4231, "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"),
        ];
    }
}
