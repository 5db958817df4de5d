using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace SshCore.Interop.Sntrup;

/// <summary>
/// 1/(3f) modulo q and x^761 - x - 1, by the constant-time divsteps of Bernstein and Yang. The ring is a field, so every
/// short f has an inverse.
/// </summary>
/// <remarks>
/// Each step replaces (f, g) by (f or g, (f(0)g - g(0)f)/x) and does the same to (v, r). Only ratios matter, so a factor that
/// both second members get alike is free: Montgomery's 2^-16 is never taken out. Coefficients stay within ±9182 in 16 bits.
/// </remarks>
internal static unsafe class InverseModQ
{
    private const int Steps = (2 * Ring.Degree) - 1;
    private const int Lanes = 16;

    // One vector of zeros below v, which is shifted up, and above all, which whole vectors may read.
    private const int Room = Ring.Padded + (3 * Lanes);

    // 4591^-1 modulo 2^16.
    private const short InverseOfModulus = 15631;

    public static void InvertTripled(ReadOnlySpan<short> input, Span<short> output, bool portable = false)
    {
        short* memory = stackalloc short[4 * Room];
        var all = new Span<short>(memory, 4 * Room);
        all.Clear();

        // f and g are held in reverse order.
        short* f = memory + Lanes;
        short* g = f + Room;
        short* v = g + Room;
        short* r = v + Room;
        f[0] = 1;
        f[Ring.Degree - 1] = -1;
        f[Ring.Degree] = -1;
        r[0] = 1;
        for (int i = 0; i < Ring.Degree; i++)
        {
            g[Ring.Degree - 1 - i] = input[i];
        }

        bool vectors = Avx2.IsSupported && !portable;
        int delta = 1;
        for (int step = 0; step < Steps; step++)
        {
            int f0 = Ring.Freeze(f[0]);
            int g0 = Ring.Freeze(g[0]);
            int nonzero = (g0 | -g0) >> 31;
            int swap = nonzero & (-delta >> 31);
            delta ^= swap & (delta ^ -delta);
            delta++;

            // After a swap the difference changes its sign.
            int c = (f0 ^ swap) - swap;
            int d = (g0 ^ swap) - swap;

            // What is needed of f and g shrinks as steps are left, what is set of v and r grows with the steps done: both
            // depend on the step alone.
            int needed = Math.Min(Ring.Degree + 1, Steps - step + 1);
            int set = Math.Min(Ring.Degree + 1, step + 2);
            if (vectors)
            {
                StepAndDivideAvx2(f, g, (short)swap, (short)c, (short)d, needed);
                MultiplyAndStepAvx2(v, r, (short)swap, (short)c, (short)d, set);
            }
            else
            {
                StepAndDividePortable(f, g, swap, c, d, needed);
                MultiplyAndStepPortable(v, r, swap, c, d, set);
            }
        }

        // v is f(0)/input, reversed.
        int scale = Power(Ring.Freeze(3 * Ring.Freeze(f[0])), Ring.Modulus - 2);
        for (int i = 0; i < Ring.Degree; i++)
        {
            output[i] = (short)MultiplyModulo(scale, Ring.Freeze(v[Ring.Degree - 1 - i]));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(all));
    }

    private static void StepAndDivideAvx2(short* f, short* g, short swap, short c, short d, int count)
    {
        var multiplier = new Combination(c, d);
        var mask = Vector256.Create(swap);
        for (int i = 0; i < count; i += Lanes)
        {
            var a = Vector256.Load(f + i);
            var b = Vector256.Load(g + i);
            (a ^ (mask & (a ^ b))).Store(f + i);

            // Stored one place lower: that is the division. The vector below is done with.
            multiplier.Apply(a, b).Store(g + i - 1);
        }

        // What went below the start is the coefficient that became zero.
        g[-1] = 0;
    }

    private static void MultiplyAndStepAvx2(short* v, short* r, short swap, short c, short d, int count)
    {
        var multiplier = new Combination(c, d);
        var mask = Vector256.Create(swap);

        // Downwards, because v is read one place lower than it is written.
        for (int i = (count - 1) / Lanes * Lanes; i >= 0; i -= Lanes)
        {
            var a = Vector256.Load(v + i - 1);
            var b = Vector256.Load(r + i);
            (a ^ (mask & (a ^ b))).Store(v + i);
            multiplier.Apply(a, b).Store(r + i);
        }
    }

    private static void StepAndDividePortable(short* f, short* g, int swap, int c, int d, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int a = f[i];
            int b = g[i];
            f[i] = (short)(a ^ (swap & (a ^ b)));
            g[i - 1] = (short)Difference(a, b, c, d);
        }

        g[count - 1] = 0;
        g[-1] = 0;
    }

    private static void MultiplyAndStepPortable(short* v, short* r, int swap, int c, int d, int count)
    {
        for (int i = count - 1; i >= 0; i--)
        {
            int a = v[i - 1];
            int b = r[i];
            v[i] = (short)(a ^ (swap & (a ^ b)));
            r[i] = (short)Difference(a, b, c, d);
        }
    }

    // c·b - d·a with a, b, c, d in -2295..2295: the first step brings it below 23,277.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Difference(int a, int b, int c, int d)
    {
        int x = (c * b) - (d * a);
        x -= Ring.Modulus * (((x >> 8) * 57) >> 10);
        return Ring.Freeze(x);
    }

    private static int MultiplyModulo(int a, int b) => Difference(0, b, a, 0);

    // The exponent is q-2, and no secret.
    private static int Power(int number, int exponent)
    {
        int result = 1;
        for (int bit = 12; bit >= 0; bit--)
        {
            result = MultiplyModulo(result, result);
            if (((exponent >> bit) & 1) != 0)
            {
                result = MultiplyModulo(result, number);
            }
        }

        return result;
    }

    /// <summary>(c·b - d·a)/2^16 modulo q, by Montgomery's reduction of each product (half of it needs only c or d).</summary>
    private readonly struct Combination(short c, short d)
    {
        private readonly Vector256<short> _c = Vector256.Create(c);
        private readonly Vector256<short> _d = Vector256.Create(d);
        private readonly Vector256<short> _cReduced = Vector256.Create(unchecked((short)(c * InverseOfModulus)));
        private readonly Vector256<short> _dReduced = Vector256.Create(unchecked((short)(d * InverseOfModulus)));
        private readonly Vector256<short> _modulus = Vector256.Create((short)Ring.Modulus);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<short> Apply(Vector256<short> a, Vector256<short> b)
        {
            var high = Avx2.MultiplyHigh(b, _c) - Avx2.MultiplyHigh(a, _d);
            var low = Avx2.MultiplyHigh(Avx2.MultiplyLow(b, _cReduced), _modulus) - Avx2.MultiplyHigh(Avx2.MultiplyLow(a, _dReduced), _modulus);
            return high - low;
        }
    }
}
