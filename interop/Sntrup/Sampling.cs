using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Sntrup;

/// <summary>Random polynomials, from 32 random bits for each coefficient.</summary>
internal static class Sampling
{
    /// <summary>Coefficients uniform in -1..1, up to a bias of 2^-30.</summary>
    public static void Small(RandomSource random, Span<short> f)
    {
        Span<uint> words = stackalloc uint[Ring.Degree];
        Fill(random, words);
        for (int i = 0; i < words.Length; i++)
        {
            f[i] = (short)((int)(((words[i] & 0x3fffffff) * 3) >> 30) - 1);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(words));
    }

    /// <summary>
    /// A short polynomial: 286 words get low bits 0 or 2 (-1 or 1), the others 1 (0), and sorting them by the high bits
    /// shuffles them.
    /// </summary>
    public static void Short(RandomSource random, Span<short> f)
    {
        Span<uint> words = stackalloc uint[Ring.Padded];
        Fill(random, words[..Ring.Degree]);
        for (int i = 0; i < Ring.Weight; i++)
        {
            words[i] &= ~1u;
        }

        for (int i = Ring.Weight; i < Ring.Degree; i++)
        {
            words[i] = (words[i] & ~3u) | 1;
        }

        ConstantTimeSort.Sort(words[..Ring.Degree]);
        for (int i = 0; i < Ring.Degree; i++)
        {
            f[i] = (short)((int)(words[i] & 3) - 1);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(words));
    }

    private static void Fill(RandomSource random, Span<uint> words)
    {
        random.Fill(MemoryMarshal.AsBytes(words));
        if (!BitConverter.IsLittleEndian)
        {
            System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
