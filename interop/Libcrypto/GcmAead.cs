using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>AES-GCM in one kept context: a packet costs a new nonce, not a new key schedule.</summary>
internal sealed unsafe class GcmAead : SshAead
{
    private const int CtrlGetTag = 0x10;
    private const int CtrlSetTag = 0x11;

    private readonly NativeObject _context = NativeObject.CipherContext();

    public GcmAead(ReadOnlySpan<byte> key)
    {
        fixed (byte* k = key)
        {
            LibcryptoException.Require(Native.EVP_CipherInit_ex(_context.Pointer, Fetched.AesGcm(key.Length), 0, k, null, 1));
        }
    }

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, Span<byte> tag)
    {
        nint context = _context.Pointer;
        Process(context, nonce, associated, data, encrypt: 1);
        int written;
        byte none;
        tag = tag[..TagLength];
        fixed (byte* t = tag)
        {
            LibcryptoException.Require(Native.EVP_CipherFinal_ex_short(context, &none, &written));
            LibcryptoException.Require(Native.EVP_CIPHER_CTX_ctrl_short(context, CtrlGetTag, TagLength, t));
        }

        GC.KeepAlive(_context);
    }

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, ReadOnlySpan<byte> tag)
    {
        if (tag.Length != TagLength)
        {
            return false;
        }

        nint context = _context.Pointer;
        Process(context, nonce, associated, data, encrypt: 0);
        int written;
        byte none;
        int result;
        fixed (byte* t = tag)
        {
            LibcryptoException.Require(Native.EVP_CIPHER_CTX_ctrl_short(context, CtrlSetTag, TagLength, t));
            result = Native.EVP_CipherFinal_ex_short(context, &none, &written);
        }

        GC.KeepAlive(_context);
        if (result != 1)
        {
            Native.ERR_clear_error();
        }

        return result == 1;
    }

    public override void Dispose() => _context.Dispose();

    private static void Process(nint context, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, int encrypt)
    {
        if (nonce.Length != NonceLength)
        {
            throw new ArgumentException("The nonce has 12 bytes.", nameof(nonce));
        }

        fixed (byte* n = nonce)
        fixed (byte* a = associated)
        fixed (byte* d = data)
        {
            LibcryptoException.Require(Native.EVP_CipherInit_ex_short(context, 0, 0, null, n, encrypt));
            if (!associated.IsEmpty)
            {
                LibcryptoException.Require(EvpCipher.Update(context, null, a, associated.Length));
            }

            if (!data.IsEmpty)
            {
                LibcryptoException.Require(EvpCipher.Update(context, d, d, data.Length));
            }
        }
    }
}
