using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AesNi = System.Runtime.Intrinsics.X86.Aes;

namespace SshCore.Interop.Bcl;

/// <summary>
/// The encryption key schedule of FIPS 197 §5.2 for the AES instructions. SubWord is the instruction's too, so that no
/// table is indexed by key bytes. The words lie in memory that the collector does not move.
/// </summary>
internal sealed class AesKeySchedule : IDisposable
{
    private readonly uint[] _words;

    public AesKeySchedule(ReadOnlySpan<byte> key)
    {
        int keyWords = key.Length / 4;
        if (key.Length is not (16 or 24 or 32))
        {
            throw new ArgumentException("An AES key has 16, 24 or 32 bytes.", nameof(key));
        }

        Rounds = keyWords + 6;
        _words = GC.AllocateArray<uint>(4 * (Rounds + 1), pinned: true);
        key.CopyTo(MemoryMarshal.AsBytes(_words.AsSpan()));
        uint roundConstant = 1;
        for (int i = keyWords; i < _words.Length; i++)
        {
            uint word = _words[i - 1];
            if (i % keyWords == 0)
            {
                // Lane 1 of the result is RotWord(SubWord(x)) of lane 1.
                word = Assist(word).GetElement(1) ^ roundConstant;
                roundConstant = (roundConstant << 1) ^ ((roundConstant >> 7) * 0x11b);
            }
            else if (keyWords > 6 && i % keyWords == 4)
            {
                word = Assist(word).GetElement(0);
            }

            _words[i] = _words[i - keyWords] ^ word;
        }
    }

    /// <summary>10, 12 or 14; there is one more round key.</summary>
    public int Rounds { get; }

    public ReadOnlySpan<Vector128<byte>> RoundKeys => MemoryMarshal.Cast<uint, Vector128<byte>>(_words);

    public void Dispose() => Array.Clear(_words);

    private static Vector128<uint> Assist(uint word) => AesNi.KeygenAssist(Vector128.Create(0, word, 0, 0).AsByte(), 0).AsUInt32();
}
