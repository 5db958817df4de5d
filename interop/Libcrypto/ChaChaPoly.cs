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

    // Up to here a copy of the body costs less than a call of its own for block 0.
    private const int LongestJoined = 512;

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
        byte* stream = stackalloc byte[BlockLength + LongestJoined];
        tag = tag[..TagLength];
        fixed (byte* p = packet)
        fixed (byte* t = tag)
        {
            CryptBody(sequence, stream, p + 4, packet.Length - 4);
            CryptLength(sequence, packet);
            Authenticate(stream, p, packet.Length, t);
        }

        GC.KeepAlive(this);
    }

    public override bool TryOpen(uint sequence, Span<byte> packet, ReadOnlySpan<byte> tag) => TryOpen(sequence, packet, 4, tag);

    public override void SealBody(uint sequence, Span<byte> body, Span<byte> tag)
    {
        byte* stream = stackalloc byte[BlockLength + LongestJoined];
        tag = tag[..TagLength];
        fixed (byte* p = body)
        fixed (byte* t = tag)
        {
            CryptBody(sequence, stream, p, body.Length);
            Authenticate(stream, p, body.Length, t);
        }

        GC.KeepAlive(this);
    }

    public override bool TryOpenBody(uint sequence, Span<byte> body, ReadOnlySpan<byte> tag) => TryOpen(sequence, body, 0, tag);

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

    // Block 0 gives the Poly1305 key; the body starts at block 1. Leaves block 0 in the stream's first bytes.
    private void CryptBody(uint sequence, byte* stream, byte* body, int length)
    {
        nint context = _body.Pointer;
        Restart(context, sequence);
        if (length > LongestJoined)
        {
            TakeBlock0(context, stream);
            Update(context, body, length);
            return;
        }

        var joined = new Span<byte>(stream + BlockLength, length);
        var data = new Span<byte>(body, length);
        Join(context, stream, data);
        joined.CopyTo(data);
    }

    private bool TryOpen(uint sequence, Span<byte> data, int bodyStart, ReadOnlySpan<byte> tag)
    {
        byte* stream = stackalloc byte[BlockLength + LongestJoined];
        byte* computed = stackalloc byte[TagLength];
        var body = data[bodyStart..];
        bool isJoined = body.Length <= LongestJoined;
        nint context = _body.Pointer;
        Restart(context, sequence);
        if (isJoined)
        {
            Join(context, stream, body);
        }
        else
        {
            TakeBlock0(context, stream);
        }

        bool good;
        fixed (byte* p = data)
        {
            Authenticate(stream, p, data.Length, computed);
            good = CryptographicOperations.FixedTimeEquals(new ReadOnlySpan<byte>(computed, TagLength), tag);
            if (good && !isJoined)
            {
                Update(context, p + bodyStart, body.Length);
            }
        }

        if (isJoined)
        {
            // What a wrong tag came with is never handed out.
            var opened = new Span<byte>(stream + BlockLength, body.Length);
            if (good)
            {
                opened.CopyTo(body);
            }

            CryptographicOperations.ZeroMemory(opened);
        }

        GC.KeepAlive(this);
        return good;
    }

    private static void TakeBlock0(nint context, byte* block0)
    {
        new Span<byte>(block0, BlockLength).Clear();
        Update(context, block0, BlockLength);
    }

    // Block 0 and a short body in one call.
    private static void Join(nint context, byte* stream, ReadOnlySpan<byte> body)
    {
        new Span<byte>(stream, BlockLength).Clear();
        body.CopyTo(new Span<byte>(stream + BlockLength, body.Length));
        Update(context, stream, BlockLength + body.Length);
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
