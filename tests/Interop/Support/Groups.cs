using System.Numerics;

namespace SshCore.Tests.Interop;

/// <summary>The MODP groups of RFC 3526, from the formula that each of its sections gives.</summary>
internal static class Groups
{
    public static byte[] Group14 { get; } = Modp(2048, 124476);

    public static byte[] Group16 { get; } = Modp(4096, 240904);

    public static byte[] Group18 { get; } = Modp(8192, 4743158);

    // 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) pi] + c)
    private static byte[] Modp(int bits, int constant)
    {
        var number = (BigInteger.One << bits) - (BigInteger.One << (bits - 64)) - 1 + ((Pi(bits - 130) + constant) << 64);
        return number.ToByteArray(isUnsigned: true, isBigEndian: true);
    }

    // Machin: pi = 16 atan(1/5) - 4 atan(1/239)
    private static BigInteger Pi(int bits)
    {
        const int Guard = 64;
        var one = BigInteger.One << (bits + Guard);
        return ((16 * InverseTangent(one, 5)) - (4 * InverseTangent(one, 239))) >> Guard;
    }

    private static BigInteger InverseTangent(BigInteger one, int x)
    {
        var power = one / x;
        var sum = power;
        for (int k = 3, sign = -1; !power.IsZero; k += 2, sign = -sign)
        {
            power /= x * x;
            sum += sign * (power / k);
        }

        return sum;
    }
}
