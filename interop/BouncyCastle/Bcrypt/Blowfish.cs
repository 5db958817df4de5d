using System.Buffers.Binary;

namespace SshCore.Interop.BouncyCastle;

/// <summary>Blowfish with the salted key schedule of bcrypt, which BouncyCastle keeps to itself.</summary>
internal sealed class Blowfish : IDisposable
{
    private const int Rounds = 16;
    private const int SubkeyCount = Rounds + 2;

    private readonly uint[] _state = new uint[BlowfishPi.Count];

    /// <summary>Back to the digits of pi.</summary>
    public void Reset() => BlowfishPi.Words.CopyTo(_state);

    /// <summary>Mixes <paramref name="key"/> into the subkeys, then replaces the state, salting every block.</summary>
    public void Expand(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> key)
    {
        int position = 0;
        for (int i = 0; i < SubkeyCount; i++)
        {
            _state[i] ^= NextWord(key, ref position);
        }

        position = 0;
        uint left = 0;
        uint right = 0;
        for (int i = 0; i < _state.Length; i += 2)
        {
            if (!salt.IsEmpty)
            {
                left ^= NextWord(salt, ref position);
                right ^= NextWord(salt, ref position);
            }

            Encrypt(ref left, ref right);
            _state[i] = left;
            _state[i + 1] = right;
        }
    }

    /// <summary>Encrypts one block in place.</summary>
    public void Encrypt(ref uint left, ref uint right)
    {
        var p = _state.AsSpan(0, SubkeyCount);
        var s0 = _state.AsSpan(SubkeyCount, 256);
        var s1 = _state.AsSpan(SubkeyCount + 256, 256);
        var s2 = _state.AsSpan(SubkeyCount + 512, 256);
        var s3 = _state.AsSpan(SubkeyCount + 768, 256);
        uint l = left;
        uint r = right;
        for (int i = 0; i < Rounds; i += 2)
        {
            l ^= p[i];
            r ^= ((s0[(int)(l >> 24)] + s1[(byte)(l >> 16)]) ^ s2[(byte)(l >> 8)]) + s3[(byte)l];
            r ^= p[i + 1];
            l ^= ((s0[(int)(r >> 24)] + s1[(byte)(r >> 16)]) ^ s2[(byte)(r >> 8)]) + s3[(byte)r];
        }

        left = r ^ p[Rounds + 1];
        right = l ^ p[Rounds];
    }

    public void Dispose() => Array.Clear(_state, 0, _state.Length);

    // The bytes are read as an endless repetition; both strings here are 64 bytes, so a word never straddles the end.
    private static uint NextWord(ReadOnlySpan<byte> bytes, ref int position)
    {
        uint word = BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice(position));
        position += 4;
        if (position == bytes.Length)
        {
            position = 0;
        }

        return word;
    }
}
