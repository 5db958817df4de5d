using System.Buffers.Binary;
using System.Numerics;

namespace SshCore.Tests.Interop;

/// <summary>
/// ChaCha20 and Poly1305 as RFC 8439 §2.3 and §2.5 spell them out, slow and plain, with the 64-bit counter and nonce of
/// PROTOCOL.chacha20poly1305: the yardstick for providers at every length.
/// </summary>
internal static class ChaChaModel
{
    public static byte[] Block(ReadOnlySpan<byte> key, ulong counter, ReadOnlySpan<byte> nonce)
    {
        uint[] state = new uint[16];
        state[0] = 0x61707865;
        state[1] = 0x3320646e;
        state[2] = 0x79622d32;
        state[3] = 0x6b206574;
        for (int i = 0; i < 8; i++)
        {
            state[4 + i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
        }

        state[12] = (uint)counter;
        state[13] = (uint)(counter >> 32);
        state[14] = BinaryPrimitives.ReadUInt32LittleEndian(nonce);
        state[15] = BinaryPrimitives.ReadUInt32LittleEndian(nonce[4..]);
        uint[] x = [.. state];
        for (int i = 0; i < 10; i++)
        {
            Quarter(x, 0, 4, 8, 12);
            Quarter(x, 1, 5, 9, 13);
            Quarter(x, 2, 6, 10, 14);
            Quarter(x, 3, 7, 11, 15);
            Quarter(x, 0, 5, 10, 15);
            Quarter(x, 1, 6, 11, 12);
            Quarter(x, 2, 7, 8, 13);
            Quarter(x, 3, 4, 9, 14);
        }

        byte[] block = new byte[64];
        for (int i = 0; i < 16; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(4 * i), x[i] + state[i]);
        }

        return block;
    }

    public static byte[] Poly1305(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message)
    {
        var prime = (BigInteger.One << 130) - 5;
        var r = new BigInteger(key[..16], isUnsigned: true) & BigInteger.Parse("0ffffffc0ffffffc0ffffffc0fffffff", System.Globalization.NumberStyles.HexNumber, null);
        var s = new BigInteger(key.Slice(16, 16), isUnsigned: true);
        var sum = BigInteger.Zero;
        while (!message.IsEmpty)
        {
            int count = Math.Min(16, message.Length);
            sum = (sum + new BigInteger(message[..count], isUnsigned: true) + (BigInteger.One << (8 * count))) * r % prime;
            message = message[count..];
        }

        byte[] all = ((sum + s) & ((BigInteger.One << 128) - 1)).ToByteArray(isUnsigned: true);
        byte[] tag = new byte[16];
        all.CopyTo(tag, 0);
        return tag;
    }

    /// <summary>PROTOCOL.chacha20poly1305: what a sealed packet must look like.</summary>
    public static (byte[] Packet, byte[] Tag) Seal(ReadOnlySpan<byte> key, uint sequence, ReadOnlySpan<byte> packet)
    {
        byte[] nonce = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(nonce, sequence);
        byte[] result = packet.ToArray();
        byte[] lengthStream = Block(key[32..], 0, nonce);
        for (int i = 0; i < 4; i++)
        {
            result[i] ^= lengthStream[i];
        }

        for (int i = 4; i < result.Length; i += 64)
        {
            byte[] stream = Block(key[..32], (ulong)(1 + ((i - 4) / 64)), nonce);
            for (int j = 0; j < 64 && i + j < result.Length; j++)
            {
                result[i + j] ^= stream[j];
            }
        }

        return (result, Poly1305(Block(key[..32], 0, nonce).AsSpan(0, 32), result));
    }

    private static void Quarter(uint[] x, int a, int b, int c, int d)
    {
        x[a] += x[b];
        x[d] = BitOperations.RotateLeft(x[d] ^ x[a], 16);
        x[c] += x[d];
        x[b] = BitOperations.RotateLeft(x[b] ^ x[c], 12);
        x[a] += x[b];
        x[d] = BitOperations.RotateLeft(x[d] ^ x[a], 8);
        x[c] += x[d];
        x[b] = BitOperations.RotateLeft(x[b] ^ x[c], 7);
    }
}
