using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace SshCore.Interop.Sntrup;

/// <summary>
/// Products modulo x^761 - x - 1. One factor is small, so that sums of products need no reduction on the way; the schoolbook
/// method on vectors then costs less than the bookkeeping of cleverer ones.
/// </summary>
internal static unsafe class Product
{
    // Pairs: the coefficients of x^i and x^(i-1) side by side, with zeros on both sides for shifts beyond the ends.
    private const int Margin = Ring.Padded;
    private const int PairCount = Ring.Padded + (3 * Margin);
    private const int Long = 2 * Ring.Padded;

    // Outputs computed together: enough accumulators to hide the latency of a sum.
    private const int Block = 32;

    /// <summary>a·b with coefficients of a in -2295..2295 and of b in -1..1, reduced modulo q.</summary>
    public static void ModQ(ReadOnlySpan<short> a, ReadOnlySpan<short> b, Span<short> result)
    {
        Span<int> sums = stackalloc int[Ring.Padded];
        Multiply(a, b, sums);
        for (int i = 0; i < Ring.Degree; i++)
        {
            // |sums| is below 3·761·2295; the first step brings it below 13,964.
            int x = sums[i];
            x -= Ring.Modulus * (((x >> 8) * 57) >> 10);
            result[i] = (short)Ring.Freeze(x);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(sums));
    }

    /// <summary>a·b with coefficients of both in -1..1, reduced modulo 3.</summary>
    public static void ModThree(ReadOnlySpan<short> a, ReadOnlySpan<short> b, Span<short> result)
    {
        Span<int> sums = stackalloc int[Ring.Padded];
        Multiply(a, b, sums);
        for (int i = 0; i < Ring.Degree; i++)
        {
            result[i] = (short)Ring.FreezeThree(sums[i]);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(sums));
    }

    /// <summary>The sums for one product, not reduced: for tests of both ways to compute them.</summary>
    internal static void Multiply(ReadOnlySpan<short> a, ReadOnlySpan<short> b, Span<int> sums, bool narrow = false)
    {
        int* pairs = stackalloc int[PairCount];
        int* product = stackalloc int[Long];
        int* factors = stackalloc int[Ring.Padded / 2];
        new Span<int>(pairs, PairCount).Clear();
        new Span<int>(product, Long).Clear();
        for (int i = 0; i <= Ring.Degree; i++)
        {
            int here = i < Ring.Degree ? a[i] : 0;
            int before = i > 0 ? a[i - 1] : 0;
            pairs[Margin + i] = (here & 0xffff) | (before << 16);
        }

        for (int j = 0; j < Ring.Padded / 2; j++)
        {
            int even = 2 * j < Ring.Degree ? b[2 * j] : 0;
            int odd = (2 * j) + 1 < Ring.Degree ? b[(2 * j) + 1] : 0;
            factors[j] = (even & 0xffff) | (odd << 16);
        }

        if (Avx2.IsSupported && !narrow)
        {
            MultiplyWide(pairs, factors, product);
        }
        else
        {
            MultiplyNarrow(pairs, factors, product);
        }

        // x^761 = x + 1
        sums[0] = product[0] + product[Ring.Degree];
        for (int i = 1; i < Ring.Degree; i++)
        {
            sums[i] = product[i] + product[i + Ring.Degree] + product[i + Ring.Degree - 1];
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(pairs, PairCount * sizeof(int)));
        CryptographicOperations.ZeroMemory(new Span<byte>(product, Long * sizeof(int)));
        CryptographicOperations.ZeroMemory(new Span<byte>(factors, Ring.Padded / 2 * sizeof(int)));
    }

    // The pairs (a_k, a_k-1) times the pair (b_2j, b_2j+1), shifted by 2j, for every k at once: one instruction multiplies
    // and adds. Only the j that can meet a coefficient of a are visited; that depends on k alone.
    private static void MultiplyWide(int* pairs, int* factors, int* product)
    {
        for (int k = 0; k < Long; k += Block)
        {
            var (first, last) = Range(k);
            var s0 = Vector256<int>.Zero;
            var s1 = Vector256<int>.Zero;
            var s2 = Vector256<int>.Zero;
            var s3 = Vector256<int>.Zero;
            int* p = pairs + Margin + k - (2 * first);
            for (int j = first; j <= last; j++)
            {
                var factor = Vector256.Create(factors[j]).AsInt16();
                s0 += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)p), factor);
                s1 += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)(p + 8)), factor);
                s2 += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)(p + 16)), factor);
                s3 += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)(p + 24)), factor);
                p -= 2;
            }

            s0.Store(product + k);
            s1.Store(product + k + 8);
            s2.Store(product + k + 16);
            s3.Store(product + k + 24);
        }
    }

    private static void MultiplyNarrow(int* pairs, int* factors, int* product)
    {
        for (int k = 0; k < Long; k += Block / 2)
        {
            var (first, last) = Range(k);
            var s0 = Vector128<int>.Zero;
            var s1 = Vector128<int>.Zero;
            var s2 = Vector128<int>.Zero;
            var s3 = Vector128<int>.Zero;
            int* p = pairs + Margin + k - (2 * first);
            for (int j = first; j <= last; j++)
            {
                var factor = Vector128.Create(factors[j]).AsInt16();
                s0 += Lanes.MultiplyAddAdjacent(Vector128.Load((short*)p), factor);
                s1 += Lanes.MultiplyAddAdjacent(Vector128.Load((short*)(p + 4)), factor);
                s2 += Lanes.MultiplyAddAdjacent(Vector128.Load((short*)(p + 8)), factor);
                s3 += Lanes.MultiplyAddAdjacent(Vector128.Load((short*)(p + 12)), factor);
                p -= 2;
            }

            s0.Store(product + k);
            s1.Store(product + k + 4);
            s2.Store(product + k + 8);
            s3.Store(product + k + 12);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (int First, int Last) Range(int k) =>
        (Math.Max(0, (k - Ring.Degree) / 2), Math.Min((Ring.Padded / 2) - 1, (k + Block - 1) / 2));
}
