using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>AES or Triple DES in CBC mode; the last block of one call chains into the next (RFC 4253 §6.3).</summary>
internal sealed class CbcCipher : SshCipher
{
    private readonly CbcBlockCipher _cipher;
    private readonly byte[] _block;

    private CbcCipher(IBlockCipher engine, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt)
    {
        _cipher = new CbcBlockCipher(engine);
        _block = new byte[engine.GetBlockSize()];
        byte[] copy = key.ToArray();
        _cipher.Init(encrypt, new ParametersWithIV(new KeyParameter(copy), iv.ToArray()));
        CryptographicOperations.ZeroMemory(copy);
    }

    public static CbcCipher Aes(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt) =>
        new(AesUtilities.CreateEngine(), key, iv, encrypt);

    public static CbcCipher TripleDes(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt) =>
        new(new DesEdeEngine(), key, iv, encrypt);

    public override int BlockLength => _block.Length;

    public override void Transform(Span<byte> data)
    {
        RequireWholeBlocks(data.Length);
        while (data.Length >= _block.Length)
        {
            data.Slice(0, _block.Length).CopyTo(_block);
            _cipher.ProcessBlock(_block, 0, _block, 0);
            _block.AsSpan().CopyTo(data);
            data = data.Slice(_block.Length);
        }
    }

    public override void Dispose()
    {
        CryptographicOperations.ZeroMemory(_block);
        _cipher.Init(true, new ParametersWithIV(new KeyParameter(new byte[24]), new byte[_block.Length]));
    }
}
