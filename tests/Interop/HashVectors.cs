using System.Text;
using NUnit.Framework;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>FIPS 180-4's examples and RFC 1321 §A.5, in one piece and byte by byte.</summary>
internal sealed class HashVectors
{
    private const string TwoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    private const string FourBlocks =
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

    private static readonly (Primitive Hash, string Message, string Digest)[] Vectors =
    [
        (Primitive.Md5, "", "d41d8cd98f00b204e9800998ecf8427e"),
        (Primitive.Md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
        (Primitive.Md5, "message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        (Primitive.Md5, "12345678901234567890123456789012345678901234567890123456789012345678901234567890", "57edf4a22be3c955ac49da2e2107b67a"),
        (Primitive.Sha1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (Primitive.Sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (Primitive.Sha1, TwoBlocks, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
        (Primitive.Sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (Primitive.Sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (Primitive.Sha256, TwoBlocks, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        (Primitive.Sha384, "abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"),
        (Primitive.Sha384, FourBlocks, "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039"),
        (Primitive.Sha512, "abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
        (Primitive.Sha512, FourBlocks, "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"),
    ];

    [OverProviders(Primitive.Md5, Primitive.Sha1, Primitive.Sha256, Primitive.Sha384, Primitive.Sha512)]
    public void Digests_are_those_of_the_standards(Under under, Primitive primitive)
    {
        using var hash = under.Provider.CreateHash(primitive);
        byte[] digest = new byte[hash.Length];
        int count = 0;
        foreach (var (_, message, expected) in Array.FindAll(Vectors, v => v.Hash == primitive))
        {
            byte[] bytes = Encoding.ASCII.GetBytes(message);
            hash.Append(bytes);
            hash.Finish(digest);
            Assert.That(Hex.Text(digest), Is.EqualTo(expected), "in one piece");
            for (int i = 0; i < bytes.Length; i++)
            {
                hash.Append(bytes.AsSpan(i, 1));
            }

            hash.Finish(digest);
            Assert.That(Hex.Text(digest), Is.EqualTo(expected), "byte by byte");
            count++;
        }

        Assert.That(count, Is.GreaterThan(1));
    }

    // FIPS 180-4's third example: a million times the letter a.
    [OverProviders(Primitive.Sha1, Primitive.Sha256, Primitive.Sha512)]
    public void A_million_letters(Under under, Primitive primitive)
    {
        string expected = primitive switch
        {
            Primitive.Sha1 => "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
            Primitive.Sha256 => "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
            _ => "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
        };
        using var hash = under.Provider.CreateHash(primitive);
        byte[] piece = new byte[1000];
        piece.AsSpan().Fill((byte)'a');
        for (int i = 0; i < 1000; i++)
        {
            hash.Append(piece);
        }

        byte[] digest = new byte[hash.Length];
        hash.Finish(digest);
        Assert.That(Hex.Text(digest), Is.EqualTo(expected));
    }
}
