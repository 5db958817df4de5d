using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>AES in counter mode by a kept ECB transform over runs of counters, where there are no AES instructions to use.</summary>
internal sealed class TransformCtrCipher : SshCipher
{
    private const int Block = 16;
    private const int Run = 4096;

    private readonly byte[] _counters = new byte[Run];
    private readonly ICryptoTransform _ecb;
    private readonly byte[] _stream = new byte[Run];
    private ulong _high;
    private ulong _low;

    public TransformCtrCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _ecb = KeptTransform.Create(Aes.Create(), CipherMode.ECB, key, [], encrypt: true);
        _high = BinaryPrimitives.ReadUInt64BigEndian(iv);
        _low = BinaryPrimitives.ReadUInt64BigEndian(iv[8..]);
    }

    public override int BlockLength => Block;

    public override void Transform(Span<byte> data)
    {
        RequireWholeBlocks(data.Length);
        while (!data.IsEmpty)
        {
            var part = data[..Math.Min(Run, data.Length)];
            for (int i = 0; i < part.Length; i += Block)
            {
                BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(i), _high);
                BinaryPrimitives.WriteUInt64BigEndian(_counters.AsSpan(i + 8), _low);
                if (++_low == 0)
                {
                    _high++;
                }
            }

            _ecb.TransformBlock(_counters, 0, part.Length, _stream, 0);
            var words = MemoryMarshal.Cast<byte, ulong>(part);
            var stream = MemoryMarshal.Cast<byte, ulong>(_stream.AsSpan());
            for (int i = 0; i < words.Length; i++)
            {
                words[i] ^= stream[i];
            }

            data = data[part.Length..];
        }
    }

    public override void Dispose()
    {
        _ecb.Dispose();
        CryptographicOperations.ZeroMemory(_counters);
        CryptographicOperations.ZeroMemory(_stream);
    }
}
