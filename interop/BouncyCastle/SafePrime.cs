using Org.BouncyCastle.Math;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>Whether a number p and (p-1)/2 are prime.</summary>
internal static class SafePrime
{
    // Sixteen random bases miss a composite with probability 2^-32 at worst; above 4096 bits eight must do, for time.
    private const int Rounds = 16;
    private const int RoundsForLong = 8;

    public static bool Test(ReadOnlySpan<byte> number, RandomSource random)
    {
        var p = new BigInteger(1, number.ToArray());

        // Every safe prime above 7 is 11 mod 12: odd, with an odd half, and neither p nor its half a multiple of 3.
        if (p.BitLength < 64 || p.Mod(BigInteger.ValueOf(12)).IntValue != 11)
        {
            return false;
        }

        var half = p.ShiftRight(1);
        if (Primes.HasAnySmallFactors(p) || Primes.HasAnySmallFactors(half))
        {
            return false;
        }

        // Pocklington: if q is prime, p = 2q+1, and 2^(p-1) = 1 mod p (and 3 does not divide p), then p is prime. So the
        // rounds are for the half alone; this comes first because it is cheap.
        if (!BigInteger.Two.ModPow(p.Subtract(BigInteger.One), p).Equals(BigInteger.One))
        {
            return false;
        }

        return Primes.IsMRProbablePrime(half, SourceRandom.Over(random), p.BitLength > 4096 ? RoundsForLong : Rounds);
    }
}
