using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>AES-CTR, AES-CBC or Triple DES in CBC mode in one kept context, in place.</summary>
internal sealed unsafe class EvpCipher : SshCipher
{
    private readonly NativeObject _context = NativeObject.CipherContext();

    public EvpCipher(nint cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, int blockLength, bool encrypt)
    {
        BlockLength = blockLength;
        fixed (byte* k = key)
        fixed (byte* v = iv)
        {
            LibcryptoException.Require(Native.EVP_CipherInit_ex(_context.Pointer, cipher, 0, k, v, encrypt ? 1 : 0));
        }

        LibcryptoException.Require(Native.EVP_CIPHER_CTX_set_padding(_context.Pointer, 0));
    }

    public override int BlockLength { get; }

    public override void Transform(Span<byte> data)
    {
        RequireWholeBlocks(data.Length);
        if (data.IsEmpty)
        {
            return;
        }

        int written;
        fixed (byte* p = data)
        {
            LibcryptoException.Require(Native.EVP_CipherUpdate(_context.Pointer, p, &written, p, data.Length));
        }

        GC.KeepAlive(_context);
    }

    public override void Dispose() => _context.Dispose();
}
