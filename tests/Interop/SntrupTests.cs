using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;
using NUnit.Framework;
using SshCore.Buffers;
using SshCore.Interop.Sntrup;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>Our own sntrup761: published answers, BouncyCastle byte for byte, and its parts against plain arithmetic.</summary>
internal sealed class SntrupTests
{
    private static readonly SntrupProvider Ours = new();

    // The known answer of PQClean and liboqs (tests/KATs/kem/kats.json, "sntrup761", "single"): SHA-256 of NIST's response
    // file for count 0.
    [Test]
    public void The_published_known_answer()
    {
        byte[] entropy = new byte[48];
        for (int i = 0; i < entropy.Length; i++)
        {
            entropy[i] = (byte)i;
        }

        byte[] seed = new byte[48];
        new NistDrbg(entropy).Fill(seed);
        var random = new NistDrbg(seed);
        using var pair = new SntrupKeyPair(random);
        using var sent = new SecretBytes();
        using var received = new SecretBytes();
        Assert.That(Ours.TryEncapsulate(Primitive.Sntrup761, pair.PublicKey, random, out byte[] ciphertext, sent), Is.True);
        Assert.That(pair.TryDecapsulate(ciphertext, received), Is.True);
        Assert.That(received.Span.SequenceEqual(sent.Span), Is.True);

        string file = $"count = 0\nseed = {Upper(seed)}\npk = {Upper(pair.PublicKey)}\nsk = {Upper(pair.PrivateKey)}\nct = {Upper(ciphertext)}\nss = {Upper(sent.Span)}\n";
        Assert.That(Hex.Text(SHA256.HashData(Encoding.ASCII.GetBytes(file))), Is.EqualTo("afc42c3a5b10f4ef69654250097ebda9b9564570f4086744b24a6daf2bd1f89a"));
    }

    [Test]
    public void The_same_random_bytes_give_what_BouncyCastle_gives()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            byte[] script = new SeededRandom(seed).Bytes(20000);
            using var ours = Ours.CreateKemKeyPair(Primitive.Sntrup761, new ScriptedRandom(script));
            using var theirs = Registry.Complete.CreateKemKeyPair(Primitive.Sntrup761, new ScriptedRandom(script));
            Assert.That(ours.PublicKey.SequenceEqual(theirs.PublicKey), Is.True);

            using var a = new SecretBytes();
            using var b = new SecretBytes();
            Ours.TryEncapsulate(Primitive.Sntrup761, ours.PublicKey, new ScriptedRandom(script), out byte[] ourCiphertext, a);
            Registry.Complete.TryEncapsulate(Primitive.Sntrup761, ours.PublicKey, new ScriptedRandom(script), out byte[] theirCiphertext, b);
            Assert.That(ourCiphertext, Is.EqualTo(theirCiphertext));
            Assert.That(a.Span.SequenceEqual(b.Span), Is.True);

            // Decapsulation, of the right ciphertext and of wrong ones: implicit rejection depends on the private key's
            // seed, which came from the same bytes.
            foreach (int flipped in new[] { -1, 0, 700, 1006, 1007, 1038 })
            {
                byte[] ciphertext = [.. ourCiphertext];
                if (flipped >= 0)
                {
                    ciphertext[flipped] ^= 0x40;
                }

                Assert.That(ours.TryDecapsulate(ciphertext, a), Is.True);
                Assert.That(theirs.TryDecapsulate(ciphertext, b), Is.True);
                Assert.That(a.Span.SequenceEqual(b.Span), Is.True, $"flipped {flipped}");
            }
        }
    }

    [Test]
    public void Any_bytes_of_the_right_length_decapsulate_and_encapsulate_as_in_BouncyCastle()
    {
        var random = new SeededRandom(12);
        byte[] script = random.Bytes(20000);
        using var ours = Ours.CreateKemKeyPair(Primitive.Sntrup761, new ScriptedRandom(script));
        using var theirs = Registry.Complete.CreateKemKeyPair(Primitive.Sntrup761, new ScriptedRandom(script));
        using var a = new SecretBytes();
        using var b = new SecretBytes();
        byte[] full = new byte[1158];
        full.AsSpan().Fill(0xff);
        foreach (byte[] bytes in new[] { random.Bytes(1158), random.Bytes(1158), new byte[1158], full })
        {
            Assert.That(ours.TryDecapsulate(bytes.AsSpan(0, 1039), a), Is.True);
            Assert.That(theirs.TryDecapsulate(bytes.AsSpan(0, 1039), b), Is.True);
            Assert.That(a.Span.SequenceEqual(b.Span), Is.True);
            Assert.That(Ours.TryEncapsulate(Primitive.Sntrup761, bytes, new ScriptedRandom(script), out byte[] mine, a), Is.True);
            Assert.That(Registry.Complete.TryEncapsulate(Primitive.Sntrup761, bytes, new ScriptedRandom(script), out byte[] other, b), Is.True);
            Assert.That(mine, Is.EqualTo(other));
        }
    }

    [Test]
    public void Products_are_those_of_plain_arithmetic_in_either_width()
    {
        var random = new SeededRandom(13);
        foreach (int bound in new[] { 1, Ring.Half })
        {
            short[] a = Random(random, bound);
            short[] b = Random(random, 1);
            long[] plain = new long[(2 * Ring.Degree) - 1];
            for (int i = 0; i < Ring.Degree; i++)
            {
                for (int j = 0; j < Ring.Degree; j++)
                {
                    plain[i + j] += a[i] * b[j];
                }
            }

            for (int i = plain.Length - 1; i >= Ring.Degree; i--)
            {
                plain[i - Ring.Degree] += plain[i];
                plain[i - Ring.Degree + 1] += plain[i];
            }

            int[] vectors = new int[Ring.Padded];
            int[] narrow = new int[Ring.Padded];
            Product.Multiply(a, b, vectors);
            Product.Multiply(a, b, narrow, narrow: true);
            for (int i = 0; i < Ring.Degree; i++)
            {
                Assert.That(vectors[i], Is.EqualTo(plain[i]), $"coefficient {i}");
                Assert.That(narrow[i], Is.EqualTo(plain[i]), $"coefficient {i}");
            }

            short[] reduced = new short[Ring.Degree];
            Product.ModQ(a, b, reduced);
            for (int i = 0; i < Ring.Degree; i++)
            {
                Assert.That(reduced[i], Is.InRange(-Ring.Half, Ring.Half));
                Assert.That((plain[i] - reduced[i]) % Ring.Modulus, Is.Zero);
            }
        }
    }

    [Test]
    public void The_largest_coefficients_do_not_overflow()
    {
        short[] a = new short[Ring.Degree];
        short[] b = new short[Ring.Degree];
        a.AsSpan().Fill(Ring.Half);
        b.AsSpan().Fill(1);
        int[] sums = new int[Ring.Padded];
        short[] reduced = new short[Ring.Degree];
        foreach (short sign in new short[] { 1, -1 })
        {
            b.AsSpan().Fill(sign);
            Product.Multiply(a, b, sums);
            Product.ModQ(a, b, reduced);
            for (int i = 0; i < Ring.Degree; i++)
            {
                Assert.That(((sums[i] % Ring.Modulus) - reduced[i]) % Ring.Modulus, Is.Zero);
                Assert.That(reduced[i], Is.InRange(-Ring.Half, Ring.Half));
            }
        }
    }

    [Test]
    public void Inverses_times_their_originals_are_one_in_either_width()
    {
        var random = new SeededRandom(14);
        short[] f = new short[Ring.Degree];
        short[] inverse = new short[Ring.Degree];
        short[] product = new short[Ring.Degree];
        int withoutInverse = 0;
        for (int round = 0; round < 10; round++)
        {
            Sampling.Short(random, f);
            int weight = 0;
            foreach (short c in f)
            {
                weight += Math.Abs(c);
            }

            Assert.That(weight, Is.EqualTo(Ring.Weight));
            foreach (bool narrow in new[] { false, true })
            {
                InverseModQ.InvertTripled(f, inverse, narrow);
                Product.ModQ(inverse, f, product);
                Assert.That((3 * product[0]) - 1, Is.EqualTo(0).Or.EqualTo(Ring.Modulus).Or.EqualTo(-Ring.Modulus));
                Assert.That(product[1..], Is.All.Zero);
            }

            Sampling.Small(random, f);
            if (!InverseModThree.TryInvert(f, inverse))
            {
                withoutInverse++;
                continue;
            }

            Product.ModThree(inverse, f, product);
            Assert.That(product[0], Is.EqualTo(1));
            Assert.That(product[1..], Is.All.Zero);
        }

        Assert.That(withoutInverse, Is.LessThan(3));
        Array.Clear(f);
        Assert.That(InverseModThree.TryInvert(f, inverse), Is.False, "zero has no inverse");
    }

    [Test]
    public void Reductions_are_right_over_their_whole_range()
    {
        for (int x = -23277; x <= 23277; x++)
        {
            int y = Ring.Freeze(x);
            Assert.That(y is >= -Ring.Half and <= Ring.Half && (x - y) % Ring.Modulus == 0, Is.True, $"{x}");
        }

        for (int x = -2295; x <= 2295; x++)
        {
            int y = Ring.FreezeThree(x);
            Assert.That(y is >= -1 and <= 1 && (x - y) % 3 == 0, Is.True, $"{x}");
        }
    }

    [Test]
    public void Lanes_multiply_alike_with_and_without_instructions_for_it()
    {
        var random = new SeededRandom(16);
        for (int i = 0; i < 1000; i++)
        {
            var a = Vector128.Create<byte>(random.Bytes(16)).AsInt16();
            var b = Vector128.Create<byte>(random.Bytes(16)).AsInt16();
            Assert.That(Lanes.MultiplyHigh(a, b), Is.EqualTo(Lanes.MultiplyHighInWords(a, b)));
            Assert.That(Lanes.MultiplyAddAdjacent(a, b), Is.EqualTo(Lanes.MultiplyAddAdjacentInWords(a, b)));
            for (int j = 0; j < 8; j++)
            {
                Assert.That(Lanes.MultiplyHigh(a, b)[j], Is.EqualTo((short)((a[j] * b[j]) >> 16)));
            }
        }
    }

    [Test]
    public void The_sort_sorts()
    {
        var random = new SeededRandom(15);
        foreach (int count in new[] { 0, 1, 2, 3, 7, 8, 9, 64, 100, 761, 768 })
        {
            uint[] words = new uint[count];
            random.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan()));
            uint[] expected = [.. words];
            Array.Sort(expected);
            ConstantTimeSort.Sort(words);
            Assert.That(words, Is.EqualTo(expected));
        }
    }

    private static string Upper(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);

    private static short[] Random(SeededRandom random, int bound)
    {
        short[] polynomial = new short[Ring.Degree];
        for (int i = 0; i < polynomial.Length; i++)
        {
            polynomial[i] = (short)((BitConverter.ToUInt32(random.Bytes(4)) % ((2 * bound) + 1)) - bound);
        }

        return polynomial;
    }
}
