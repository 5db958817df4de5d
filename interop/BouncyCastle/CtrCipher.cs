using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>AES in counter mode: the whole IV is one big-endian 128-bit counter (RFC 4344 §4).</summary>
internal sealed class CtrCipher : SshCipher
{
    private const int Block = 16;
    private readonly IBlockCipher _aes = AesUtilities.CreateEngine();
    private readonly byte[] _counter;
    private readonly byte[] _stream = new byte[Block];

    public CtrCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
    {
        _counter = iv.ToArray();
        byte[] copy = key.ToArray();
        _aes.Init(true, new KeyParameter(copy));
        CryptographicOperations.ZeroMemory(copy);
    }

    public override int BlockLength => Block;

    public override void Transform(Span<byte> data)
    {
        RequireWholeBlocks(data.Length);
        while (data.Length >= Block)
        {
            _aes.ProcessBlock(_counter, 0, _stream, 0);
            for (int i = 0; i < Block; i++)
            {
                data[i] ^= _stream[i];
            }

            for (int i = Block - 1; i >= 0 && ++_counter[i] == 0; i--)
            {
            }

            data = data.Slice(Block);
        }
    }

    public override void Dispose()
    {
        CryptographicOperations.ZeroMemory(_stream);
        CryptographicOperations.ZeroMemory(_counter);
        _aes.Init(true, new KeyParameter(new byte[Block]));
    }
}
