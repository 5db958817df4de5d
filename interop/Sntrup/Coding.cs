namespace SshCore.Interop.Sntrup;

/// <summary>
/// The mixed-radix coding of NTRU Prime: 761 numbers below one bound are merged pairwise into larger ones, shedding whole
/// bytes on the way, until one number is left. Encoding takes no branch or index from the numbers. Decoding is only
/// for what the peer sent or will see, so it may divide.
/// </summary>
internal static class Coding
{
    // A merged bound is kept below 2^14 by shedding bytes.
    private const uint Limit = 16384;

    // 761, 381, 191, 96, 48, 24, 12, 6, 3, 2, 1
    private const int Levels = 11;

    /// <summary>Encodes <paramref name="numbers"/>, each below <paramref name="bound"/>, and destroys them. Returns the bytes written.</summary>
    public static int Encode(Span<ushort> numbers, uint bound, Span<byte> output)
    {
        // All bounds of a level are equal but the last one.
        int count = numbers.Length;
        uint last = bound;
        int written = 0;
        while (count > 1)
        {
            int pairs = count / 2;
            uint merged = bound * bound;
            uint mergedLast = (count % 2 == 0) ? bound * last : last;
            uint nextBound = merged;
            uint nextLast = mergedLast;
            for (int i = 0; i < pairs; i++)
            {
                bool atEnd = i == pairs - 1 && count % 2 == 0;
                uint number = numbers[2 * i] + (numbers[(2 * i) + 1] * bound);
                uint limit = atEnd ? mergedLast : merged;
                while (limit >= Limit)
                {
                    output[written++] = (byte)number;
                    number >>= 8;
                    limit = (limit + 255) >> 8;
                }

                numbers[i] = (ushort)number;
                if (atEnd)
                {
                    nextLast = limit;
                }
                else
                {
                    nextBound = limit;
                }
            }

            if (count % 2 == 1)
            {
                numbers[pairs] = numbers[count - 1];
                nextLast = last;
            }

            count = (count + 1) / 2;
            bound = nextBound;
            last = nextLast;
        }

        uint rest = numbers[0];
        while (last > 1)
        {
            output[written++] = (byte)rest;
            rest >>= 8;
            last = (last + 255) >> 8;
        }

        return written;
    }

    /// <summary>
    /// Decodes as many numbers below <paramref name="bound"/> as <paramref name="numbers"/> has room for. Any bytes of the
    /// right length decode to something; numbers that no encoding gives are reduced.
    /// </summary>
    public static void Decode(ReadOnlySpan<byte> input, uint bound, Span<ushort> numbers)
    {
        Span<int> counts = stackalloc int[Levels];
        Span<uint> bounds = stackalloc uint[Levels];
        Span<uint> lasts = stackalloc uint[Levels];
        Span<uint> low = stackalloc uint[Levels * Ring.Padded / 2];
        int position = 0;
        int level = 0;
        counts[0] = numbers.Length;
        bounds[0] = bound;
        lasts[0] = bound;

        // Down: what each merge had shed, in the order it was written.
        while (counts[level] > 1)
        {
            int count = counts[level];
            int pairs = count / 2;
            var shed = low.Slice(level * Ring.Padded / 2, pairs);
            uint merged = bounds[level] * bounds[level];
            uint mergedLast = count % 2 == 0 ? bounds[level] * lasts[level] : lasts[level];
            for (int i = 0; i < pairs; i++)
            {
                int bytes = Shed(i == pairs - 1 && count % 2 == 0 ? mergedLast : merged, out _);
                shed[i] = bytes == 0 ? 0 : bytes == 1 ? input[position] : input[position] | ((uint)input[position + 1] << 8);
                position += bytes;
            }

            Shed(merged, out bounds[level + 1]);
            lasts[level + 1] = lasts[level];
            if (count % 2 == 0)
            {
                Shed(mergedLast, out lasts[level + 1]);
            }

            counts[level + 1] = (count + 1) / 2;
            level++;
        }

        uint top = 0;
        int shift = 0;
        for (uint left = lasts[level]; left > 1; left = (left + 255) >> 8)
        {
            top |= (uint)input[position++] << shift;
            shift += 8;
        }

        numbers[0] = (ushort)(top % lasts[level]);

        // Up: split each number again, from the back so that the split ones do not overwrite those still to split.
        while (level-- > 0)
        {
            int count = counts[level];
            int pairs = count / 2;
            var shed = low.Slice(level * Ring.Padded / 2, pairs);
            uint merged = bounds[level] * bounds[level];
            uint mergedLast = bounds[level] * lasts[level];
            if (count % 2 == 1)
            {
                numbers[count - 1] = numbers[pairs];
            }

            for (int i = pairs - 1; i >= 0; i--)
            {
                bool atEnd = i == pairs - 1 && count % 2 == 0;
                int bytes = Shed(atEnd ? mergedLast : merged, out _);
                uint number = shed[i] + ((uint)numbers[i] << (8 * bytes));
                numbers[(2 * i) + 1] = (ushort)(number / bounds[level] % (atEnd ? lasts[level] : bounds[level]));
                numbers[2 * i] = (ushort)(number % bounds[level]);
            }
        }
    }

    /// <summary>How many bytes a merge with this bound sheds, and the bound that is left.</summary>
    private static int Shed(uint limit, out uint left)
    {
        int bytes = 0;
        while (limit >= Limit)
        {
            limit = (limit + 255) >> 8;
            bytes++;
        }

        left = limit;
        return bytes;
    }
}
