using NUnit.Framework;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>chacha20-poly1305@openssh.com: the worked example of its draft, RFC 8439's streams, and the plain model at every length.</summary>
internal sealed class ChaChaPolyVectors
{
    private const string ExampleKey =
        "8bbff6855fc102338c373e73aac0c914f076a905b2444a32eecaffeae22becc5e9b7a7a5825a8249346ec1c28301cf394543fc7569887d76e168f37562ac0740";

    private const string ExamplePacket =
        "00000048065e00000000000000384c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465747572206164697069736963696e6720656c69744e43e804dc6c";

    private const string ExampleSealed =
        "2c3ecce4a5bc05895bf07a7ba956b6c68829ac7c83b780b7000ecde745afc705bbc378ce03a280236b87b53bed5839662302b164b6286a48cd1e097138e3cb909b8b2b829dd18d2a35ff82d9";

    // draft-ietf-sshm-chacha20-poly1305-02, appendix A.
    [OverProviders(Primitive.ChaCha20Poly1305)]
    public void The_worked_example(Under under)
    {
        using var sealer = under.Provider.CreateChaChaPoly(Hex.Bytes(ExampleKey));
        byte[] packet = Hex.Bytes(ExamplePacket);
        byte[] tag = new byte[16];
        sealer.Seal(7, packet, tag);
        Assert.That(Hex.Text(packet), Is.EqualTo(ExampleSealed));
        Assert.That(Hex.Text(tag), Is.EqualTo("95349e855bf02c298ef775f2d1a7e8b8"));

        using var opener = under.Provider.CreateChaChaPoly(Hex.Bytes(ExampleKey));
        byte[] length = packet[..4];
        opener.CryptLength(7, length);
        Assert.That(length, Is.EqualTo(new byte[] { 0, 0, 0, 0x48 }));
        Assert.That(opener.TryOpen(7, packet, tag), Is.True);
        Assert.That(Hex.Text(packet.AsSpan(4)), Is.EqualTo(ExamplePacket[8..]));
        Assert.That(Hex.Text(packet.AsSpan(0, 4)), Is.EqualTo("2c3ecce4"), "the length bytes stay as they are");
    }

    // RFC 8439 A.1: test vectors 1, 2 and 5, whose nonces are sequence numbers 0, 0 and 2.
    [OverProviders(Primitive.ChaCha20Poly1305)]
    public void The_streams_of_RFC_8439(Under under)
    {
        using var cipher = under.Provider.CreateChaChaPoly(new byte[64]);
        byte[] length = new byte[4];
        cipher.CryptLength(0, length);
        Assert.That(Hex.Text(length), Is.EqualTo("76b8e0ad"));
        length = new byte[4];
        cipher.CryptLength(2, length);
        Assert.That(Hex.Text(length), Is.EqualTo("c2c64d37"));
        byte[] packet = new byte[4 + 64];
        cipher.Seal(0, packet, new byte[16]);
        Assert.That(Hex.Text(packet), Is.EqualTo("76b8e0ad" +
            "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f"));
    }

    // RFC 8439 §2.3.2 has a nonce that no sequence number gives, and §2.5.2 is Poly1305 alone: they check the model.
    [Test]
    public void The_model_is_RFC_8439s()
    {
        byte[] key = Hex.Bytes("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        byte[] block = ChaChaModel.Block(key, 0x0900000000000001, Hex.Bytes("0000004a00000000"));
        Assert.That(Hex.Text(block), Is.EqualTo(
            "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4ed2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"));
        byte[] tag = ChaChaModel.Poly1305(
            Hex.Bytes("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"),
            "Cryptographic Forum Research Group"u8);
        Assert.That(Hex.Text(tag), Is.EqualTo("a8061dc1305136c6c22b8baf0c0127a9"));
    }

    [OverProviders(Primitive.ChaCha20Poly1305)]
    public void Every_length_is_as_the_model_says(Under under)
    {
        var random = new SeededRandom(3);
        byte[] key = random.Bytes(64);
        using var sealer = under.Provider.CreateChaChaPoly(key);
        using var opener = under.Provider.CreateChaChaPoly(key);
        byte[] tag = new byte[16];
        for (int length = 0; length <= 530; length++)
        {
            uint sequence = (uint)length * 0x01234567;
            byte[] plain = random.Bytes(4 + length);
            byte[] packet = [.. plain];
            var (expected, expectedTag) = ChaChaModel.Seal(key, sequence, plain);
            sealer.Seal(sequence, packet, tag);
            Assert.That(packet, Is.EqualTo(expected), $"length {length}");
            Assert.That(tag, Is.EqualTo(expectedTag), $"length {length}");
            Assert.That(opener.TryOpen(sequence, packet, tag), Is.True);
            Assert.That(packet.AsSpan(4).SequenceEqual(plain.AsSpan(4)), Is.True);
        }
    }

    // The form of openssh-key-v1 files: no length bytes, sequence number 0.
    [OverProviders(Primitive.ChaCha20Poly1305)]
    public void The_body_alone_is_as_the_model_says(Under under)
    {
        var random = new SeededRandom(4);
        byte[] key = random.Bytes(64);
        using var cipher = under.Provider.CreateChaChaPoly(key);
        byte[] tag = new byte[16];
        foreach (int length in new[] { 0, 1, 63, 64, 65, 200 })
        {
            byte[] plain = random.Bytes(length);
            var (framed, _) = ChaChaModel.Seal(key, 0, [0, 0, 0, 0, .. plain]);
            byte[] expectedTag = ChaChaModel.Poly1305(ChaChaModel.Block(key.AsSpan(0, 32), 0, new byte[8]).AsSpan(0, 32), framed.AsSpan(4));
            byte[] body = [.. plain];
            cipher.SealBody(0, body, tag);
            Assert.That(body, Is.EqualTo(framed[4..]));
            Assert.That(tag, Is.EqualTo(expectedTag));
            tag[3] ^= 1;
            Assert.That(cipher.TryOpenBody(0, body, tag), Is.False);
            Assert.That(body, Is.EqualTo(framed[4..]), "nothing is decrypted under a wrong tag");
            tag[3] ^= 1;
            Assert.That(cipher.TryOpenBody(0, body, tag), Is.True);
            Assert.That(body, Is.EqualTo(plain));
        }
    }

    [OverProviders(Primitive.ChaCha20Poly1305)]
    public void A_flipped_bit_or_another_sequence_number_is_refused_and_nothing_is_decrypted(Under under)
    {
        byte[] sealedPacket = Hex.Bytes(ExampleSealed);
        byte[] tag = Hex.Bytes("95349e855bf02c298ef775f2d1a7e8b8");
        using var opener = under.Provider.CreateChaChaPoly(Hex.Bytes(ExampleKey));
        for (int bit = 0; bit < 8 * (sealedPacket.Length + 16); bit++)
        {
            byte[] p = [.. sealedPacket];
            byte[] t = [.. tag];
            int at = bit / 8;
            (at < p.Length ? ref p[at] : ref t[at - p.Length]) ^= (byte)(1 << (bit % 8));
            byte[] before = [.. p];
            Assert.That(opener.TryOpen(7, p, t), Is.False, $"bit {bit}");
            Assert.That(p, Is.EqualTo(before));
        }

        Assert.That(opener.TryOpen(8, [.. sealedPacket], tag), Is.False);
        Assert.That(opener.TryOpen(7, [.. sealedPacket], tag.AsSpan(0, 8)), Is.False);
        Assert.That(opener.TryOpen(7, [.. sealedPacket], tag), Is.True);
    }
}
