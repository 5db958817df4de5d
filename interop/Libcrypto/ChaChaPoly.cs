using System.Buffers.Binary;
using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>
/// chacha20-poly1305@openssh.com from EVP's ChaCha20 and Poly1305. EVP's 16-byte IV is counter ‖ nonce as OpenSSH means
/// them: 64 bits little-endian, then the sequence number, 64 bits big-endian.
/// </summary>
internal sealed unsafe class ChaChaPoly : SshChaChaPoly
{
    private const int BlockLength = 64;
    private const int MacKeyLength = 32;
    private const int LongestShort = 1024;

    private readonly NativeObject _body;
    private readonly NativeObject _length;
    private readonly NativeObject _mac;

    public ChaChaPoly(ReadOnlySpan<byte> key)
    {
        _body = Context(key[..32]);
        _length = Context(key.Slice(32, 32));
        _mac = NativeObject.MacContext(Fetched.Poly1305);
    }

    public override void CryptLength(uint sequence, Span<byte> length)
    {
        nint context = _length.Pointer;
        Restart(context, sequence);
        fixed (byte* p = length[..4])
        {
            Update(context, p, 4);
        }

        GC.KeepAlive(_length);
    }

    public override void Seal(uint sequence, Span<byte> packet, Span<byte> tag)
    {
        byte* block0 = stackalloc byte[BlockLength];
        Start(sequence, block0);
        tag = tag[..TagLength];
        fixed (byte* p = packet)
        fixed (byte* t = tag)
        {
            Update(_body.Pointer, p + 4, packet.Length - 4);
            CryptLength(sequence, packet);
            Authenticate(block0, p, packet.Length, t);
        }

        GC.KeepAlive(this);
    }

    public override bool TryOpen(uint sequence, Span<byte> packet, ReadOnlySpan<byte> tag)
    {
        byte* block0 = stackalloc byte[BlockLength];
        Start(sequence, block0);
        return TryOpen(block0, packet, 4, tag);
    }

    public override void SealBody(uint sequence, Span<byte> body, Span<byte> tag)
    {
        byte* block0 = stackalloc byte[BlockLength];
        Start(sequence, block0);
        tag = tag[..TagLength];
        fixed (byte* p = body)
        fixed (byte* t = tag)
        {
            Update(_body.Pointer, p, body.Length);
            Authenticate(block0, p, body.Length, t);
        }

        GC.KeepAlive(this);
    }

    public override bool TryOpenBody(uint sequence, Span<byte> body, ReadOnlySpan<byte> tag)
    {
        byte* block0 = stackalloc byte[BlockLength];
        Start(sequence, block0);
        return TryOpen(block0, body, 0, tag);
    }

    public override void Dispose()
    {
        _body.Dispose();
        _length.Dispose();
        _mac.Dispose();
    }

    private static NativeObject Context(ReadOnlySpan<byte> key)
    {
        var context = NativeObject.CipherContext();
        fixed (byte* k = key)
        {
            LibcryptoException.Require(Native.EVP_CipherInit_ex(context.Pointer, Fetched.ChaCha20, 0, k, null, 1));
        }

        return context;
    }

    private static void Restart(nint context, uint sequence)
    {
        byte* iv = stackalloc byte[16];
        var span = new Span<byte>(iv, 16);
        span.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(span[8..], sequence);
        LibcryptoException.Require(Native.EVP_CipherInit_ex_short(context, 0, 0, null, iv, 1));
    }

    private static void Update(nint context, byte* data, int length)
    {
        if (length > 0)
        {
            LibcryptoException.Require(EvpCipher.Update(context, data, data, length));
        }
    }

    // Block 0 gives the Poly1305 key; taking all of it leaves the stream at block 1, where the body starts.
    private void Start(uint sequence, byte* block0)
    {
        new Span<byte>(block0, BlockLength).Clear();
        Restart(_body.Pointer, sequence);
        Update(_body.Pointer, block0, BlockLength);
    }

    private bool TryOpen(byte* block0, Span<byte> data, int bodyStart, ReadOnlySpan<byte> tag)
    {
        byte* computed = stackalloc byte[TagLength];
        bool good;
        fixed (byte* p = data)
        {
            Authenticate(block0, p, data.Length, computed);
            good = CryptographicOperations.FixedTimeEquals(new ReadOnlySpan<byte>(computed, TagLength), tag);
            if (good)
            {
                Update(_body.Pointer, p + bodyStart, data.Length - bodyStart);
            }
        }

        GC.KeepAlive(this);
        return good;
    }

    private void Authenticate(byte* key, byte* packet, int length, byte* tag)
    {
        nint mac = _mac.Pointer;
        nuint written;
        LibcryptoException.Require(Native.EVP_MAC_init_short(mac, key, MacKeyLength, 0));
        LibcryptoException.Require(length <= LongestShort
            ? Native.EVP_MAC_update_short(mac, packet, (nuint)length)
            : Native.EVP_MAC_update(mac, packet, (nuint)length));
        LibcryptoException.Require(Native.EVP_MAC_final_short(mac, tag, &written, TagLength));
        CryptographicOperations.ZeroMemory(new Span<byte>(key, BlockLength));
    }
}
