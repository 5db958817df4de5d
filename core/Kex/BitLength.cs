namespace SshCore.Kex;

/// <summary>Bit lengths of unsigned big-endian magnitudes.</summary>
internal static class BitLength
{
    public static int Of(ReadOnlySpan<byte> magnitude)
    {
        while (!magnitude.IsEmpty && magnitude[0] == 0)
        {
            magnitude = magnitude.Slice(1);
        }

        if (magnitude.IsEmpty)
        {
            return 0;
        }

        int bits = 8 * (magnitude.Length - 1);
        for (int top = magnitude[0]; top != 0; top >>= 1)
        {
            bits++;
        }

        return bits;
    }
}
