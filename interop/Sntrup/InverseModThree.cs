using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SshCore.Interop.Sntrup;

/// <summary>
/// Inverses of small polynomials modulo 3 and x^761 - x - 1, by the constant-time divsteps of Bernstein and Yang ("Fast
/// constant-time gcd computation and modular inversion"). A polynomial is two bit strings: which coefficients are not zero,
/// and which of those are -1; a step then works on 64 coefficients at a time.
/// </summary>
internal static unsafe class InverseModThree
{
    private const int Words = 12;
    private const int Steps = (2 * Ring.Degree) - 1;

    /// <summary>Writes 1/<paramref name="input"/>; false if there is none, in the same time.</summary>
    public static bool TryInvert(ReadOnlySpan<short> input, Span<short> output)
    {
        // Each of f, g, v, r is its magnitudes followed by its signs, lowest coefficient in the lowest bit. f and g are
        // held in reverse order.
        ulong* memory = stackalloc ulong[8 * Words];
        var all = new Span<ulong>(memory, 8 * Words);
        all.Clear();
        ulong* f = memory;
        ulong* g = f + (2 * Words);
        ulong* v = g + (2 * Words);
        ulong* r = v + (2 * Words);

        // x^761 - x - 1, reversed.
        Set(f, 0, 1);
        Set(f, Ring.Degree - 1, -1);
        Set(f, Ring.Degree, -1);
        Set(r, 0, 1);
        for (int i = 0; i < Ring.Degree; i++)
        {
            Set(g, Ring.Degree - 1 - i, input[i]);
        }

        int delta = 1;
        for (int step = 0; step < Steps; step++)
        {
            // All ones where g(0) is not zero, and where the multiple of f to add, -f(0)g(0), is -1.
            ulong any = 0UL - (g[0] & 1);
            ulong minus = 0UL - (1 ^ ((f[Words] ^ g[Words]) & 1));
            ulong swap = any & (ulong)(((long)-delta) >> 63);
            delta ^= (int)swap & (delta ^ -delta);
            delta++;
            StepAndDivide(f, g, swap, any, minus);
            MultiplyAndStep(v, r, swap, any, minus);
        }

        // The answer is v, reversed, times the sign of f(0).
        ulong sign = f[Words] & 1;
        for (int i = 0; i < Ring.Degree; i++)
        {
            int at = Ring.Degree - 1 - i;
            int magnitude = (int)(v[at / 64] >> (at % 64)) & 1;
            int negative = (int)((v[Words + (at / 64)] >> (at % 64)) ^ sign) & magnitude;
            output[i] = (short)(magnitude - (2 * negative));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(all));
        return delta == 0;
    }

    // (a, b) becomes (swap ? b : a, the other plus a multiple of it); then b is divided by x.
    private static void StepAndDivide(ulong* a, ulong* b, ulong swap, ulong any, ulong minus)
    {
        for (int i = 0; i < Words; i++)
        {
            Combine(ref a[i], ref a[Words + i], ref b[i], ref b[Words + i], swap, any, minus);
        }

        for (int i = 0; i < Words - 1; i++)
        {
            b[i] = (b[i] >> 1) | (b[i + 1] << 63);
            b[Words + i] = (b[Words + i] >> 1) | (b[Words + i + 1] << 63);
        }

        b[Words - 1] >>= 1;
        b[(2 * Words) - 1] >>= 1;
    }

    // The same with a multiplied by x beforehand, and no division.
    private static void MultiplyAndStep(ulong* a, ulong* b, ulong swap, ulong any, ulong minus)
    {
        ulong carry0 = 0;
        ulong carry1 = 0;
        for (int i = 0; i < Words; i++)
        {
            ulong a0 = a[i];
            ulong a1 = a[Words + i];
            a[i] = (a0 << 1) | carry0;
            a[Words + i] = (a1 << 1) | carry1;
            carry0 = a0 >> 63;
            carry1 = a1 >> 63;
            Combine(ref a[i], ref a[Words + i], ref b[i], ref b[Words + i], swap, any, minus);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Combine(ref ulong aMagnitude, ref ulong aSign, ref ulong bMagnitude, ref ulong bSign, ulong swap, ulong any, ulong minus)
    {
        ulong t0 = swap & (aMagnitude ^ bMagnitude);
        ulong t1 = swap & (aSign ^ bSign);
        ulong a0 = aMagnitude ^ t0;
        ulong a1 = aSign ^ t1;
        ulong b0 = bMagnitude ^ t0;
        ulong b1 = bSign ^ t1;
        aMagnitude = a0;
        aSign = a1;

        // The multiple: zero, a or -a. Where a is zero its sign stays clear.
        ulong m0 = a0 & any;
        ulong m1 = (a1 ^ minus) & m0;

        // The sum of two such digits modulo 3 (six operations).
        ulong s = b0 ^ m1;
        ulong t = b1 ^ m0;
        bMagnitude = (s ^ b1) | (t ^ m1);
        bSign = s & t;
    }

    // Branch-free, for coefficients that are secret.
    private static void Set(ulong* polynomial, int index, int coefficient)
    {
        polynomial[index / 64] |= (ulong)(coefficient & 1) << (index % 64);
        polynomial[Words + (index / 64)] |= (ulong)((coefficient >> 1) & 1) << (index % 64);
    }
}
