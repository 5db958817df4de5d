using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>Whether a number p and (p-1)/2 are prime.</summary>
internal static unsafe class SafePrime
{
    // Sixteen random bases miss a composite with probability 2^-32 at worst; above 4096 bits eight must do, for time.
    // OpenSSL's own test takes 64 to 128 for each number: half a minute at 8192 bits, on the say of a peer.
    private const int Rounds = 16;
    private const int RoundsForLong = 8;
    private const int LongBits = 4096;
    private const int ShortestBits = 64;

    private static readonly uint[] SmallPrimes =
        [5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131];

    public static bool Test(ReadOnlySpan<byte> number, RandomSource random)
    {
        using var p = NativeObject.Number(number);

        // Every safe prime above 7 is 11 mod 12: odd, with an odd half, and neither p nor its half a multiple of 3.
        if (Native.BN_num_bits(p.Pointer) < ShortestBits || Native.BN_mod_word(p.Pointer, 12) != 11)
        {
            return false;
        }

        foreach (uint small in SmallPrimes)
        {
            // p = 2q+1: p is 1 modulo a factor of q.
            if (Native.BN_mod_word(p.Pointer, small) is 0 or 1)
            {
                return false;
            }
        }

        using var context = NativeObject.NumberContext();
        using var q = NativeObject.Number();
        LibcryptoException.Require(Native.BN_rshift(q.Pointer, p.Pointer, 1));

        // Pocklington: if q is prime, p = 2q+1, and 2^(p-1) = 1 mod p (and 3 does not divide p), then p is prime. So the
        // rounds are for the half alone; this comes first because it is cheap.
        return IsFermatToBaseTwo(p, context) && IsProbablePrime(q, context, random);
    }

    private static bool IsFermatToBaseTwo(NativeObject p, NativeObject context)
    {
        using var result = NativeObject.Number();
        using var exponent = NativeObject.Number();
        using var two = NativeObject.Number();
        LibcryptoException.Require(Native.BN_set_word(two.Pointer, 2));
        LibcryptoException.Require(Native.BN_rshift(exponent.Pointer, p.Pointer, 0));
        LibcryptoException.Require(Native.BN_sub_word(exponent.Pointer, 1));
        LibcryptoException.Require(Native.BN_mod_exp_mont(result.Pointer, two.Pointer, exponent.Pointer, p.Pointer, context.Pointer, 0));
        return Native.BN_is_one(result.Pointer) == 1;
    }

    // Miller and Rabin with random bases (FIPS 186-5 B.3.1).
    private static bool IsProbablePrime(NativeObject q, NativeObject context, RandomSource random)
    {
        using var minusOne = NativeObject.Number();
        LibcryptoException.Require(Native.BN_rshift(minusOne.Pointer, q.Pointer, 0));
        LibcryptoException.Require(Native.BN_sub_word(minusOne.Pointer, 1));
        int twos = 1;
        while (Native.BN_is_bit_set(minusOne.Pointer, twos) == 0)
        {
            twos++;
        }

        using var odd = NativeObject.Number();
        using var power = NativeObject.Number();
        LibcryptoException.Require(Native.BN_rshift(odd.Pointer, minusOne.Pointer, twos));

        // A base with its top byte cut off is below q, and seldom 0, 1 or q-1, which would only pass a round for nothing.
        int bits = Native.BN_num_bits(q.Pointer);
        int rounds = bits < LongBits ? Rounds : RoundsForLong;
        byte[] bytes = new byte[(bits - 1) / 8];
        for (int round = 0; round < rounds; round++)
        {
            random.Fill(bytes);
            using var number = NativeObject.Number(bytes);
            LibcryptoException.Require(Native.BN_mod_exp_mont(power.Pointer, number.Pointer, odd.Pointer, q.Pointer, context.Pointer, 0));
            if (!IsWitnessFree(power, minusOne, q, twos, context))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsWitnessFree(NativeObject power, NativeObject minusOne, NativeObject q, int twos, NativeObject context)
    {
        if (Native.BN_is_one(power.Pointer) == 1)
        {
            return true;
        }

        for (int i = 0; i < twos; i++)
        {
            if (Native.BN_cmp(power.Pointer, minusOne.Pointer) == 0)
            {
                return true;
            }

            LibcryptoException.Require(Native.BN_mod_sqr(power.Pointer, power.Pointer, q.Pointer, context.Pointer));
        }

        return false;
    }
}
