using System.Buffers.Binary;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>A reproducible source (SplitMix64); its quality does not matter here.</summary>
internal sealed class SeededRandom(ulong seed) : RandomSource
{
    private ulong _state = seed;

    public override void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[8];
        while (!destination.IsEmpty)
        {
            ulong z = _state += 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            BinaryPrimitives.WriteUInt64LittleEndian(word, z ^ (z >> 31));
            int count = Math.Min(word.Length, destination.Length);
            word[..count].CopyTo(destination);
            destination = destination[count..];
        }
    }

    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }
}

/// <summary>Gives out the given bytes, which become somebody's private key.</summary>
internal sealed class ScriptedRandom(byte[] bytes) : RandomSource
{
    private int _position;

    public override void Fill(Span<byte> destination)
    {
        bytes.AsSpan(_position, destination.Length).CopyTo(destination);
        _position += destination.Length;
    }
}
