using System.Buffers.Binary;
using SshCore.Security;

namespace SshCore.TestKit;

/// <summary>A reproducible source: the same seed gives the same bytes, however they are asked for. Worthless as a secret.</summary>
public sealed class SeededRandom(ulong seed) : RandomSource
{
    private readonly byte[] _block = new byte[8];
    private ulong _state = seed;
    private int _used = 8;

    public override void Fill(Span<byte> destination)
    {
        foreach (ref byte target in destination)
        {
            if (_used == _block.Length)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(_block, NextUInt64());
                _used = 0;
            }

            target = _block[_used++];
        }
    }

    /// <summary>A number from 0 to <paramref name="exclusive"/> - 1.</summary>
    public int Next(int exclusive) => (int)(NextUInt64() % (ulong)exclusive);

    /// <summary>SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).</summary>
    public ulong NextUInt64() => Mix(_state += 0x9E3779B97F4A7C15);

    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
