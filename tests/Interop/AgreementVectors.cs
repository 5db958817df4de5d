using System.Numerics;
using NUnit.Framework;
using SshCore.Buffers;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>X25519 against RFC 7748, finite-field groups against plain big-number arithmetic, and refused peer values.</summary>
internal sealed class AgreementVectors
{
    private static readonly byte[] Two = [2];

    // RFC 7748 §6.1.
    [OverProviders(Primitive.X25519)]
    public void X25519_is_that_of_the_standard(Under under)
    {
        using var alice = under.Provider.CreateKeyAgreement(
            Primitive.X25519, new ScriptedRandom(Hex.Bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")));
        using var bob = under.Provider.CreateKeyAgreement(
            Primitive.X25519, new ScriptedRandom(Hex.Bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")));
        Assert.That(Hex.Text(alice.PublicValue), Is.EqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
        Assert.That(Hex.Text(bob.PublicValue), Is.EqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
        using var one = new SecretBytes();
        using var other = new SecretBytes();
        Assert.That(alice.TryAgree(bob.PublicValue, one), Is.True);
        Assert.That(bob.TryAgree(alice.PublicValue, other), Is.True);
        Assert.That(Hex.Text(one.Span), Is.EqualTo("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"));
        Assert.That(Hex.Text(other.Span), Is.EqualTo(Hex.Text(one.Span)));
    }

    [OverProviders(Primitive.DiffieHellman)]
    public void Finite_field_powers_are_those_of_arithmetic(Under under)
    {
        foreach (var (prime, bits) in new[] { (Groups.Group14, 512), (Groups.Group14, 2047), (Groups.Group16, 640) })
        {
            var p = new BigInteger(prime, isUnsigned: true, isBigEndian: true);
            byte[] x = new SeededRandom((ulong)bits).Bytes((bits + 7) / 8);
            using var own = under.Provider.CreateDiffieHellman(prime, Two, bits, new ScriptedRandom(x));

            // The exponent has exactly the asked length.
            x[0] &= (byte)(0xff >> ((8 * x.Length) - bits));
            x[0] |= (byte)(1 << ((bits - 1) % 8));
            var exponent = new BigInteger(x, isUnsigned: true, isBigEndian: true);
            Assert.That(Hex.Text(own.PublicValue), Is.EqualTo(Magnitude(BigInteger.ModPow(2, exponent, p))));

            var peer = BigInteger.ModPow(2, 0x1234567890abcdef, p);
            using var secret = new SecretBytes();
            Assert.That(own.TryAgree(peer.ToByteArray(isUnsigned: true, isBigEndian: true), secret), Is.True);
            Assert.That(Hex.Text(secret.Span), Is.EqualTo(Magnitude(BigInteger.ModPow(peer, exponent, p))));

            // mpints may come with a zero in front.
            Assert.That(own.TryAgree([0, .. peer.ToByteArray(isUnsigned: true, isBigEndian: true)], secret), Is.True);
        }
    }

    // RFC 4253 §8, and 1 and p-1 besides.
    [OverProviders(Primitive.DiffieHellman)]
    public void Finite_field_values_outside_2_to_p_minus_2_are_refused(Under under)
    {
        var p = new BigInteger(Groups.Group14, isUnsigned: true, isBigEndian: true);
        using var own = under.Provider.CreateDiffieHellman(Groups.Group14, Two, 512, new SeededRandom(1));
        using var secret = new SecretBytes([1, 2, 3]);
        foreach (var value in new[] { BigInteger.Zero, BigInteger.One, p - 1, p, p + 1, p + 2, p << 1, p << 4096 })
        {
            Assert.That(own.TryAgree(value.ToByteArray(isUnsigned: true, isBigEndian: true), secret), Is.False, $"{value - p} + p");
        }

        Assert.That(own.TryAgree([], secret), Is.False);
        Assert.That(secret.Span.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }), "no secret was touched");
        Assert.That(own.TryAgree(Two, secret), Is.True);
        Assert.That(own.TryAgree((p - 2).ToByteArray(isUnsigned: true, isBigEndian: true), secret), Is.True);
    }

    [OverProviders(Primitive.DiffieHellman)]
    public void A_group_that_cannot_be_used_is_the_callers_mistake(Under under)
    {
        byte[] even = [.. Groups.Group14];
        even[^1] &= 0xfe;
        Assert.That(() => under.Provider.CreateDiffieHellman(even, Two, 512, new SeededRandom(1)), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => under.Provider.CreateDiffieHellman(Groups.Group14, Two, 2048, new SeededRandom(1)), Throws.InstanceOf<ArgumentException>());
    }

    [OverProviders(Primitive.DiffieHellman)]
    public void Safe_primes_are_told_from_others(Under under)
    {
        var p = new BigInteger(Groups.Group14, isUnsigned: true, isBigEndian: true);
        Assert.That(under.Provider.IsSafePrime(Groups.Group14), Is.True);
        Assert.That(under.Provider.IsSafePrime([0, .. Groups.Group14]), Is.True);

        // A safe prime of 256 bits, and near it what is not: composite, prime with a composite half, half prime alone.
        var small = (BigInteger.One << 256) - 36113;
        Assert.That(under.Provider.IsSafePrime(Bytes(small)), Is.True);
        foreach (var no in new[] { p + 12, p - 12, p * p, small * small, (small - 1) / 2, small + 2, BigInteger.Zero, BigInteger.One, 23 })
        {
            Assert.That(under.Provider.IsSafePrime(Bytes(no)), Is.False, no.ToString(null as IFormatProvider));
        }

        // 2^255 - 19 is prime, its half is not.
        Assert.That(under.Provider.IsSafePrime(Bytes((BigInteger.One << 255) - 19)), Is.False);

        // A prime 2rs+1 that is 11 mod 12, with two primes r and s of a hundred bits: only the test of the half finds it out.
        var (r, s) = ((BigInteger.One << 100) + 277, (BigInteger.One << 100) + 3567);
        Assert.That(under.Provider.IsSafePrime(Bytes((2 * r * s) + 1)), Is.False);
        Assert.That(under.Provider.IsSafePrime([]), Is.False);
    }

    [OverProviders(Primitive.X25519, Primitive.EcdhP256, Primitive.EcdhP384, Primitive.EcdhP521)]
    public void Wrong_lengths_and_random_bytes_are_refused_without_an_exception(Under under, Primitive primitive)
    {
        using var own = under.Provider.CreateKeyAgreement(primitive, new SeededRandom(5));
        using var secret = new SecretBytes([1, 2, 3]);
        var random = new SeededRandom(6);
        int right = own.PublicValue.Length;
        for (int length = 0; length < 140; length++)
        {
            byte[] bytes = random.Bytes(length);
            if (length == right && primitive == Primitive.X25519)
            {
                continue;
            }

            if (length > 0)
            {
                bytes[0] = 4;
            }

            Assert.That(own.TryAgree(bytes, secret), Is.False, $"length {length}");
        }

        byte[] cut = own.PublicValue.ToArray();
        Assert.That(own.TryAgree(cut.AsSpan(1), secret), Is.False);
        Assert.That(own.TryAgree([.. cut, 0], secret), Is.False);
        Assert.That(secret.Span.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }), "no secret was touched");
        if (primitive != Primitive.X25519)
        {
            foreach (byte prefix in new byte[] { 0, 2, 3, 5, 6, 7 })
            {
                cut[0] = prefix;
                Assert.That(own.TryAgree(cut, secret), Is.False, $"prefix {prefix}");
            }

            byte[] zero = new byte[right];
            zero[0] = 4;
            Assert.That(own.TryAgree(zero, secret), Is.False);
        }
    }

    // Points of small order (Bernstein's list): the result is zero, which RFC 8731 §3 refuses.
    [OverProviders(Primitive.X25519)]
    public void Points_of_small_order_are_refused(Under under)
    {
        using var own = under.Provider.CreateKeyAgreement(Primitive.X25519, new SeededRandom(7));
        using var secret = new SecretBytes();
        foreach (string point in new[]
        {
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        })
        {
            Assert.That(own.TryAgree(Hex.Bytes(point), secret), Is.False, point);
            Assert.That(secret.Length, Is.Zero);
        }
    }

    private static string Magnitude(BigInteger number) => Hex.Text(Bytes(number));

    private static byte[] Bytes(BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);
}
