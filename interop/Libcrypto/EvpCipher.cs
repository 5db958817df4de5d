using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>AES-CTR, AES-CBC or Triple DES in CBC mode in one kept context, in place.</summary>
internal sealed unsafe class EvpCipher : SshCipher
{
    // Every mode used here takes less than half a microsecond for this much.
    private const int LongestShort = 1024;

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

        fixed (byte* p = data)
        {
            LibcryptoException.Require(Update(_context.Pointer, p, p, data.Length));
        }

        GC.KeepAlive(_context);
    }

    public override void Dispose() => _context.Dispose();

    /// <summary>One update of a context, without leaving the runtime's mode if it is short enough for that.</summary>
    internal static int Update(nint context, byte* output, byte* input, int length)
    {
        int written;
        return length <= LongestShort
            ? Native.EVP_CipherUpdate_short(context, output, &written, input, length)
            : Native.EVP_CipherUpdate(context, output, &written, input, length);
    }
}
