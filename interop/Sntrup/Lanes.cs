using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SshCore.Interop.Sntrup;

/// <summary>
/// The two multiplications of 16-bit lanes that the portable vectors lack: by SSE2, which every x86-64 has, by NEON, or in
/// 32-bit lanes. What is not supported is not compiled.
/// </summary>
internal static class Lanes
{
    /// <summary>The upper halves of the products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> MultiplyHigh(Vector128<short> a, Vector128<short> b)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.MultiplyHigh(a, b);
        }

        if (AdvSimd.IsSupported)
        {
            // Twice the product, upper half, half of that. Only -32768 squared would saturate.
            return AdvSimd.MultiplyDoublingSaturateHigh(a, b) >> 1;
        }

        return MultiplyHighInWords(a, b);
    }

    /// <summary>The sums of the products of neighbours: a₀b₀ + a₁b₁, and so on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> MultiplyAddAdjacent(Vector128<short> a, Vector128<short> b) =>
        Sse2.IsSupported ? Sse2.MultiplyAddAdjacent(a, b) : MultiplyAddAdjacentInWords(a, b);

    internal static Vector128<short> MultiplyHighInWords(Vector128<short> a, Vector128<short> b)
    {
        var (aLow, aHigh) = Vector128.Widen(a);
        var (bLow, bHigh) = Vector128.Widen(b);
        return Vector128.Narrow((aLow * bLow) >> 16, (aHigh * bHigh) >> 16);
    }

    internal static Vector128<int> MultiplyAddAdjacentInWords(Vector128<short> a, Vector128<short> b)
    {
        var x = a.AsInt32();
        var y = b.AsInt32();
        return ((x << 16 >> 16) * (y << 16 >> 16)) + ((x >> 16) * (y >> 16));
    }
}
