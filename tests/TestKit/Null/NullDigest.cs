using System.Buffers.Binary;

namespace SshCore.TestKit.Null;

/// <summary>Turns bytes into as many bytes as wanted: equal inputs give equal outputs, and that is all it promises.</summary>
internal struct NullDigest
{
    private ulong _state;

    public NullDigest(byte domain) => _state = 0xCBF29CE484222325 ^ domain;

    public void Append(ReadOnlySpan<byte> data)
    {
        foreach (byte b in data)
        {
            _state = (_state ^ b) * 0x100000001B3;
        }
    }

    public readonly void Expand(Span<byte> destination)
    {
        ulong state = _state;
        Span<byte> block = stackalloc byte[8];
        for (int offset = 0; offset < destination.Length; offset += block.Length)
        {
            state += 0x9E3779B97F4A7C15;
            BinaryPrimitives.WriteUInt64BigEndian(block, SeededRandom.Mix(state));
            block[..Math.Min(block.Length, destination.Length - offset)].CopyTo(destination[offset..]);
        }
    }

    public static byte[] Of(byte domain, int length, params ReadOnlySpan<byte[]> parts)
    {
        var digest = new NullDigest(domain);
        foreach (byte[] part in parts)
        {
            digest.Append(part);
        }

        var result = new byte[length];
        digest.Expand(result);
        return result;
    }
}
