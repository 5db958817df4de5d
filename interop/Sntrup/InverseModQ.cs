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
    private const int Lanes256 = 16;
    private const int Lanes128 = 8;

    // One vector of zeros below v, which is shifted up, and above all, which whole vectors may touch.
    private const int Room = Ring.Padded + (3 * Lanes256);

    // 4591^-1 modulo 2^16.
    private const short InverseOfModulus = 15631;

    public static void InvertTripled(ReadOnlySpan<short> input, Span<short> output, bool narrow = false)
    {
        short* memory = stackalloc short[4 * Room];
        var all = new Span<short>(memory, 4 * Room);
        all.Clear();

        // f and g are held in reverse order.
        short* f = memory + Lanes256;
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

        bool wide = Avx2.IsSupported && !narrow;
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
            short c = (short)((f0 ^ swap) - swap);
            short d = (short)((g0 ^ swap) - swap);

            // What is needed of f and g shrinks as steps are left, what is set of v and r grows with the steps done: both
            // depend on the step alone.
            int needed = Math.Min(Ring.Degree + 1, Steps - step + 1);
            int set = Math.Min(Ring.Degree + 1, step + 2);
            if (wide)
            {
                StepAndDivideWide(f, g, (short)swap, c, d, needed);
                MultiplyAndStepWide(v, r, (short)swap, c, d, set);
            }
            else
            {
                StepAndDivideNarrow(f, g, (short)swap, c, d, needed);
                MultiplyAndStepNarrow(v, r, (short)swap, c, d, set);
            }

            // What the division pushed out below the start is the coefficient that became zero.
            g[-1] = 0;
        }

        // v is f(0)/input, reversed.
        int scale = Power(Ring.Freeze(3 * Ring.Freeze(f[0])), Ring.Modulus - 2);
        for (int i = 0; i < Ring.Degree; i++)
        {
            output[i] = (short)MultiplyModulo(scale, Ring.Freeze(v[Ring.Degree - 1 - i]));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(all));
    }

    private static void StepAndDivideWide(short* f, short* g, short swap, short c, short d, int count)
    {
        var multiplier = new WideCombination(c, d);
        var mask = Vector256.Create(swap);
        for (int i = 0; i < count; i += Lanes256)
        {
            var a = Vector256.Load(f + i);
            var b = Vector256.Load(g + i);
            (a ^ (mask & (a ^ b))).Store(f + i);

            // Stored one place lower: that is the division. The vector below is done with.
            multiplier.Apply(a, b).Store(g + i - 1);
        }
    }

    private static void MultiplyAndStepWide(short* v, short* r, short swap, short c, short d, int count)
    {
        var multiplier = new WideCombination(c, d);
        var mask = Vector256.Create(swap);

        // Downwards, because v is read one place lower than it is written.
        for (int i = (count - 1) / Lanes256 * Lanes256; i >= 0; i -= Lanes256)
        {
            var a = Vector256.Load(v + i - 1);
            var b = Vector256.Load(r + i);
            (a ^ (mask & (a ^ b))).Store(v + i);
            multiplier.Apply(a, b).Store(r + i);
        }
    }

    private static void StepAndDivideNarrow(short* f, short* g, short swap, short c, short d, int count)
    {
        var multiplier = new NarrowCombination(c, d);
        var mask = Vector128.Create(swap);
        for (int i = 0; i < count; i += Lanes128)
        {
            var a = Vector128.Load(f + i);
            var b = Vector128.Load(g + i);
            (a ^ (mask & (a ^ b))).Store(f + i);
            multiplier.Apply(a, b).Store(g + i - 1);
        }
    }

    private static void MultiplyAndStepNarrow(short* v, short* r, short swap, short c, short d, int count)
    {
        var multiplier = new NarrowCombination(c, d);
        var mask = Vector128.Create(swap);
        for (int i = (count - 1) / Lanes128 * Lanes128; i >= 0; i -= Lanes128)
        {
            var a = Vector128.Load(v + i - 1);
            var b = Vector128.Load(r + i);
            (a ^ (mask & (a ^ b))).Store(v + i);
            multiplier.Apply(a, b).Store(r + i);
        }
    }

    // |a·b| is at most 2295²: the first step brings it below 23,277.
    private static int MultiplyModulo(int a, int b)
    {
        int x = a * b;
        x -= Ring.Modulus * (((x >> 8) * 57) >> 10);
        return Ring.Freeze(x);
    }

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
    private readonly struct WideCombination(short c, short d)
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

    /// <summary>The same in half the width.</summary>
    private readonly struct NarrowCombination(short c, short d)
    {
        private readonly Vector128<short> _c = Vector128.Create(c);
        private readonly Vector128<short> _d = Vector128.Create(d);
        private readonly Vector128<short> _cReduced = Vector128.Create(unchecked((short)(c * InverseOfModulus)));
        private readonly Vector128<short> _dReduced = Vector128.Create(unchecked((short)(d * InverseOfModulus)));
        private readonly Vector128<short> _modulus = Vector128.Create((short)Ring.Modulus);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<short> Apply(Vector128<short> a, Vector128<short> b)
        {
            var high = Lanes.MultiplyHigh(b, _c) - Lanes.MultiplyHigh(a, _d);
            var low = Lanes.MultiplyHigh(b * _cReduced, _modulus) - Lanes.MultiplyHigh(a * _dReduced, _modulus);
            return high - low;
        }
    }
}
