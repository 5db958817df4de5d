using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SshCore.Security;
using AesNi = System.Runtime.Intrinsics.X86.Aes;

namespace SshCore.Interop.Bcl;

/// <summary>
/// AES in counter mode with the processor's AES instructions. A round takes several cycles but a new one can start every
/// cycle, so eight blocks go through the rounds side by side.
/// </summary>
internal sealed class NativeCtrCipher : SshCipher
{
    private const int Block = 16;
    private const int Wide = 8;

    private readonly AesKeySchedule _schedule;

    // The counter as a 128-bit number in two halves.
    private ulong _high;
    private ulong _low;

    public NativeCtrCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _schedule = new AesKeySchedule(key);
        _high = BinaryPrimitives.ReadUInt64BigEndian(iv);
        _low = BinaryPrimitives.ReadUInt64BigEndian(iv[8..]);
    }

    public static bool IsSupported => AesNi.IsSupported && BitConverter.IsLittleEndian;

    public override int BlockLength => Block;

    public override void Transform(Span<byte> data)
    {
        RequireWholeBlocks(data.Length);
        var blocks = MemoryMarshal.Cast<byte, Vector128<byte>>(data);
        ref var block = ref MemoryMarshal.GetReference(blocks);
        int left = blocks.Length;
        for (; left >= Wide; left -= Wide)
        {
            TransformWide(ref block);
            block = ref Unsafe.Add(ref block, Wide);
        }

        for (; left > 0; left--)
        {
            TransformOne(ref block);
            block = ref Unsafe.Add(ref block, 1);
        }
    }

    public override void Dispose()
    {
        _schedule.Dispose();
        _high = 0;
        _low = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<byte> NextCounter()
    {
        var counter = Vector128.Create(BinaryPrimitives.ReverseEndianness(_high), BinaryPrimitives.ReverseEndianness(_low));
        if (++_low == 0)
        {
            _high++;
        }

        return counter.AsByte();
    }

    private void TransformWide(ref Vector128<byte> block)
    {
        var keys = _schedule.RoundKeys;
        var key = keys[0];
        var b0 = NextCounter() ^ key;
        var b1 = NextCounter() ^ key;
        var b2 = NextCounter() ^ key;
        var b3 = NextCounter() ^ key;
        var b4 = NextCounter() ^ key;
        var b5 = NextCounter() ^ key;
        var b6 = NextCounter() ^ key;
        var b7 = NextCounter() ^ key;
        for (int i = 1; i < keys.Length - 1; i++)
        {
            key = keys[i];
            b0 = AesNi.Encrypt(b0, key);
            b1 = AesNi.Encrypt(b1, key);
            b2 = AesNi.Encrypt(b2, key);
            b3 = AesNi.Encrypt(b3, key);
            b4 = AesNi.Encrypt(b4, key);
            b5 = AesNi.Encrypt(b5, key);
            b6 = AesNi.Encrypt(b6, key);
            b7 = AesNi.Encrypt(b7, key);
        }

        // The last round ends by adding its key: adding the data to the key first saves one operation per block.
        key = keys[^1];
        block = AesNi.EncryptLast(b0, key ^ block);
        Unsafe.Add(ref block, 1) = AesNi.EncryptLast(b1, key ^ Unsafe.Add(ref block, 1));
        Unsafe.Add(ref block, 2) = AesNi.EncryptLast(b2, key ^ Unsafe.Add(ref block, 2));
        Unsafe.Add(ref block, 3) = AesNi.EncryptLast(b3, key ^ Unsafe.Add(ref block, 3));
        Unsafe.Add(ref block, 4) = AesNi.EncryptLast(b4, key ^ Unsafe.Add(ref block, 4));
        Unsafe.Add(ref block, 5) = AesNi.EncryptLast(b5, key ^ Unsafe.Add(ref block, 5));
        Unsafe.Add(ref block, 6) = AesNi.EncryptLast(b6, key ^ Unsafe.Add(ref block, 6));
        Unsafe.Add(ref block, 7) = AesNi.EncryptLast(b7, key ^ Unsafe.Add(ref block, 7));
    }

    private void TransformOne(ref Vector128<byte> block)
    {
        var keys = _schedule.RoundKeys;
        var b = NextCounter() ^ keys[0];
        for (int i = 1; i < keys.Length - 1; i++)
        {
            b = AesNi.Encrypt(b, keys[i]);
        }

        block = AesNi.EncryptLast(b, keys[^1] ^ block);
    }
}
