using System.Buffers.Binary;
using System.Globalization;
using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Config;

/// <summary>
/// The groups of a moduli file (moduli(5)) that are good enough for a server's group exchange. Immutable. The primes are
/// trusted as the file says they were tested.
/// </summary>
public sealed class ModuliFile
{
    private readonly SortedDictionary<int, List<Group>> _bySize = [];

    private ModuliFile()
    {
    }

    /// <summary>How many groups can be chosen; with none a server does not offer group exchange.</summary>
    public int Count { get; private set; }

    /// <summary>How many well-formed groups were left out: not safe primes, not tested enough, or of a size outside the limits.</summary>
    public int Discarded { get; private set; }

    /// <summary>The lines that were not understood.</summary>
    public IReadOnlyList<TextProblem> Problems { get; private set; } = [];

    /// <summary>The sizes in bits that can be chosen, ascending.</summary>
    public IReadOnlyCollection<int> Sizes => _bySize.Keys;

    /// <summary>Reads a text; bad lines go to <see cref="Problems"/>.</summary>
    public static ModuliFile Parse(string text, string name = "moduli", SshLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        limits ??= SshLimits.Default;
        var file = new ModuliFile();
        var problems = new List<TextProblem>();
        int number = 0;
        foreach (string raw in TextLine.Split(text))
        {
            number++;
            string line = raw.Trim(' ', '\t', '\r', '\n', '\uFEFF');
            if (line.Length > 0 && line[0] != '#' && file.Read(line, limits) is { } error)
            {
                problems.Add(new TextProblem(name, number, error));
            }
        }

        file.Problems = problems;
        return file;
    }

    /// <summary>
    /// Chooses by RFC 4419 §3: of the smallest size at or above <paramref name="preferred"/>, else of the largest at or
    /// above <paramref name="minimum"/>; never outside <paramref name="minimum"/> to <paramref name="maximum"/>; among
    /// equals by chance.
    /// </summary>
    /// <param name="minimum">Smallest size in bits.</param>
    /// <param name="preferred">Wanted size in bits.</param>
    /// <param name="maximum">Largest size in bits.</param>
    /// <param name="random">The chance.</param>
    /// <param name="prime">The safe prime, unsigned big-endian.</param>
    /// <param name="generator">The generator, unsigned big-endian.</param>
    /// <returns>False if no group lies in the range.</returns>
    public bool TryChoose(
        int minimum, int preferred, int maximum, RandomSource random, out ReadOnlyMemory<byte> prime, out ReadOnlyMemory<byte> generator)
    {
        ArgumentNullException.ThrowIfNull(random);
        List<Group>? best = null;
        int bestSize = 0;
        foreach (var pair in _bySize)
        {
            bool inside = pair.Key >= minimum && pair.Key <= maximum;
            if (inside && bestSize < preferred)
            {
                best = pair.Value;
                bestSize = pair.Key;
            }
        }

        if (best is null)
        {
            prime = default;
            generator = default;
            return false;
        }

        var chosen = best[Below(best.Count, random)];
        prime = chosen.Prime;
        generator = chosen.Generator;
        return true;
    }

    private SshError? Read(string line, SshLimits limits)
    {
        const int safePrime = 2, composite = 1, millerRabin = 4, jacobi = 8, enoughTries = 100, longestField = 64 * 1024 / 4;
        if (line.Length > limits.TextLineLength)
        {
            return new SshError(SshErrorKind.LimitExceeded, "The line is too long", $"at most {limits.TextLineLength} characters");
        }

        var fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 7 || !TryNumber(fields[1], out int type) || !TryNumber(fields[2], out int tests)
            || !TryNumber(fields[3], out int tries) || !TryNumber(fields[4], out int size)
            || !TryHex(fields[5], out var generator) || fields[6].Length > longestField || !TryHex(fields[6], out var prime))
        {
            return Damaged("time, type, tests, tries, size, generator and modulus", null);
        }

        // moduli(5) counts one bit less than the prime has.
        int bits = prime.Length == 0 ? 0 : (8 * prime.Length) - LeadingZeros(prime[0]);
        if (bits != size + 1)
        {
            return Damaged($"a modulus of {size + 1} bits", $"{bits}");
        }

        if ((prime[prime.Length - 1] & 1) == 0 || generator.Length is 0 or > 4 || (generator.Length == 1 && generator[0] < 2))
        {
            return Damaged("an odd modulus and a generator of at least 2", null);
        }

        bool tested = (tests & composite) == 0 && tests >= millerRabin && (tests >= jacobi || tries >= enoughTries);
        if (type != safePrime || !tested || bits < limits.SmallestGroupBits || bits > limits.LargestGroupBits)
        {
            Discarded++;
            return null;
        }

        if (!_bySize.TryGetValue(bits, out var groups))
        {
            _bySize.Add(bits, groups = []);
        }

        groups.Add(new Group(prime, generator));
        Count++;
        return null;
    }

    private static SshError Damaged(string expected, string? got) =>
        new(SshErrorKind.InvalidMessage, "The moduli line is damaged", expected, got);

    private static int LeadingZeros(byte top)
    {
        int zeros = 0;
        while ((top & (0x80 >> zeros)) == 0)
        {
            zeros++;
        }

        return zeros;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < int.MaxValue;

    /// <summary>Hex digits as a magnitude without leading zeros.</summary>
    private static bool TryHex(string text, out byte[] magnitude)
    {
        string even = (text.Length & 1) == 0 ? text : "0" + text;
        var bytes = new byte[even.Length / 2];
        bool valid = Hex.TryDecode(even.AsSpan(), bytes);
        int zeros = 0;
        while (zeros < bytes.Length && bytes[zeros] == 0)
        {
            zeros++;
        }

        magnitude = bytes.AsSpan(zeros).ToArray();
        return valid;
    }

    /// <summary>A number from 0 to <paramref name="count"/> - 1, each as likely as the others.</summary>
    private static int Below(int count, RandomSource random)
    {
        var bytes = new byte[4];
        uint usable = uint.MaxValue - (uint.MaxValue % (uint)count);
        uint number;
        do
        {
            random.Fill(bytes);
            number = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }
        while (number >= usable);

        return (int)(number % (uint)count);
    }

    private readonly record struct Group(byte[] Prime, byte[] Generator);
}
