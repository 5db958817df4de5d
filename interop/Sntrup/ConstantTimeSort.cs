using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SshCore.Interop.Sntrup;

/// <summary>
/// Batcher's merge exchange (Knuth, volume 3, 5.2.2 M): which places are compared depends on the count alone, and a
/// comparison is a minimum and a maximum.
/// </summary>
internal static class ConstantTimeSort
{
    public static void Sort(Span<uint> words)
    {
        int count = words.Length;
        if (count < 2)
        {
            return;
        }

        int top = (int)BitOperations.RoundUpToPowerOf2((uint)count) / 2;
        for (int p = top; p > 0; p /= 2)
        {
            Exchange(words, p, 0, p);
            for (int q = top; q > p; q /= 2)
            {
                Exchange(words, p, p, q - p);
            }
        }
    }

    // Compares i and i + distance for every i whose bit p is that of remainder: runs of p places, every 2p.
    private static void Exchange(Span<uint> words, int p, int remainder, int distance)
    {
        int end = words.Length - distance;
        for (int start = remainder; start < end; start += 2 * p)
        {
            int run = Math.Min(p, end - start);
            ref uint low = ref Unsafe.Add(ref MemoryMarshal.GetReference(words), start);
            ref uint high = ref Unsafe.Add(ref low, distance);
            int i = 0;
            for (; i <= run - Vector128<uint>.Count; i += Vector128<uint>.Count)
            {
                var a = Vector128.LoadUnsafe(ref low, (nuint)i);
                var b = Vector128.LoadUnsafe(ref high, (nuint)i);
                Vector128.Min(a, b).StoreUnsafe(ref low, (nuint)i);
                Vector128.Max(a, b).StoreUnsafe(ref high, (nuint)i);
            }

            for (; i < run; i++)
            {
                uint a = Unsafe.Add(ref low, i);
                uint b = Unsafe.Add(ref high, i);

                // All ones if b < a, by the borrow and not by a branch.
                uint swap = (uint)(((long)b - a) >> 63) & (a ^ b);
                Unsafe.Add(ref low, i) = a ^ swap;
                Unsafe.Add(ref high, i) = b ^ swap;
            }
        }
    }
}
