using System.Buffers.Binary;
using System.Diagnostics;
using System.IO;
using System.Linq;
using SshCore.Fuzz.Targets;
using SshCore.TestKit;

namespace SshCore.Fuzz.Engines;

/// <summary>
/// A fuzzer without coverage, for machines without AFL: changes seeds at random, the same way for the same seed. It finds
/// less than AFL does, and shows that the targets hold.
/// </summary>
internal sealed class Mutation(FuzzTarget target, ulong seed, string findings)
{
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(10);

    private readonly SeededRandom _random = new(seed);

    public int Run(TimeSpan time, string corpus)
    {
        byte[][] seeds = [.. Directory.EnumerateFiles(corpus).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        if (seeds.Length == 0)
        {
            Console.Error.WriteLine($"{corpus} has no seeds.");
            return 2;
        }

        var clock = Stopwatch.StartNew();
        long runs = 0;
        while (clock.Elapsed < time)
        {
            byte[] input = Mutate(seeds[_random.Next(seeds.Length)], seeds);
            var began = clock.Elapsed;
            try
            {
                target.Run(input);
            }
            catch (Exception e)
            {
                return Keep(input, e.ToString());
            }

            if (clock.Elapsed - began > TooLong)
            {
                return Keep(input, $"One input took {clock.Elapsed - began}.");
            }

            runs++;
        }

        Console.WriteLine($"{target.Name}: {runs} inputs in {time.TotalSeconds:0} s, no finding");
        return 0;
    }

    private int Keep(byte[] input, string why)
    {
        Directory.CreateDirectory(findings);
        string file = Path.Combine(findings, $"{target.Name}-{seed}-{input.Length}");
        File.WriteAllBytes(file, input);
        Console.Error.WriteLine($"{target.Name}: {file}: {why}");
        return 1;
    }

    private byte[] Mutate(byte[] origin, byte[][] seeds)
    {
        var bytes = new List<byte>(origin);
        for (int changes = 1 << _random.Next(5); changes > 0; changes--)
        {
            if (bytes.Count == 0)
            {
                bytes.Add((byte)_random.Next(256));
            }

            int at = _random.Next(bytes.Count);
            switch (_random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 2:
                    bytes.Insert(at, (byte)_random.Next(256));
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(1 + _random.Next(16), bytes.Count - at));
                    break;
                case 4:
                    // A length, or what was one.
                    WriteNumber(bytes, at);
                    break;
                case 5:
                    // A block once more.
                    int length = Math.Min(1 + _random.Next(128), bytes.Count - at);
                    bytes.InsertRange(_random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                default:
                    byte[] other = seeds[_random.Next(seeds.Length)];
                    if (other.Length > 0)
                    {
                        int start = _random.Next(other.Length);
                        bytes.InsertRange(at, other.AsSpan(start, Math.Min(1 + _random.Next(256), other.Length - start)).ToArray());
                    }

                    break;
            }
        }

        return [.. bytes];
    }

    private void WriteNumber(List<byte> bytes, int at)
    {
        ReadOnlySpan<uint> interesting = [0, 1, 4, 5, 127, 128, 255, 256, 32768, 65535, 65536, 262144, int.MaxValue, 0x80000000, uint.MaxValue];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, interesting[_random.Next(interesting.Length)]);
        for (int i = 0; i < number.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = number[i];
        }
    }
}
