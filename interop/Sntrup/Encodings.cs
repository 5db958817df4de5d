namespace SshCore.Interop.Sntrup;

/// <summary>Polynomials as bytes.</summary>
internal static class Encodings
{
    /// <summary>Bytes of a small polynomial: four coefficients each, the 761st alone.</summary>
    public const int SmallLength = 191;

    /// <summary>Bytes of a polynomial modulo q.</summary>
    public const int ModQLength = 1158;

    /// <summary>Bytes of a polynomial modulo q whose coefficients are multiples of 3.</summary>
    public const int RoundedLength = 1007;

    private const uint RoundedBound = (Ring.Modulus + 2) / 3;

    /// <summary>Two bits each, for -1, 0 and 1.</summary>
    public static void WriteSmall(ReadOnlySpan<short> f, Span<byte> output)
    {
        for (int i = 0; i < SmallLength - 1; i++)
        {
            output[i] = (byte)((f[4 * i] + 1) | ((f[(4 * i) + 1] + 1) << 2) | ((f[(4 * i) + 2] + 1) << 4) | ((f[(4 * i) + 3] + 1) << 6));
        }

        output[SmallLength - 1] = (byte)(f[Ring.Degree - 1] + 1);
    }

    public static void ReadSmall(ReadOnlySpan<byte> input, Span<short> f)
    {
        for (int i = 0; i < Ring.Degree; i++)
        {
            f[i] = (short)(((input[i / 4] >> (2 * (i % 4))) & 3) - 1);
        }
    }

    public static void WriteModQ(ReadOnlySpan<short> f, Span<byte> output)
    {
        Span<ushort> numbers = stackalloc ushort[Ring.Degree];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (ushort)(f[i] + Ring.Half);
        }

        Coding.Encode(numbers, Ring.Modulus, output);
        numbers.Clear();
    }

    public static void ReadModQ(ReadOnlySpan<byte> input, Span<short> f)
    {
        Span<ushort> numbers = stackalloc ushort[Ring.Degree];
        Coding.Decode(input, Ring.Modulus, numbers);
        for (int i = 0; i < numbers.Length; i++)
        {
            f[i] = (short)(numbers[i] - Ring.Half);
        }
    }

    public static void WriteRounded(ReadOnlySpan<short> f, Span<byte> output)
    {
        Span<ushort> numbers = stackalloc ushort[Ring.Degree];
        for (int i = 0; i < numbers.Length; i++)
        {
            // Division by 3: the sum is a multiple of it below 2^13.
            numbers[i] = (ushort)(((f[i] + Ring.Half) * 10923) >> 15);
        }

        Coding.Encode(numbers, RoundedBound, output);
        numbers.Clear();
    }

    public static void ReadRounded(ReadOnlySpan<byte> input, Span<short> f)
    {
        Span<ushort> numbers = stackalloc ushort[Ring.Degree];
        Coding.Decode(input, RoundedBound, numbers);
        for (int i = 0; i < numbers.Length; i++)
        {
            f[i] = (short)((numbers[i] * 3) - Ring.Half);
        }
    }
}
