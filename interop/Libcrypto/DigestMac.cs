using System.Buffers.Binary;
using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>
/// HMAC (RFC 2104) with saved pads: the states after the inner and the outer pad are kept, so a packet costs two copies of
/// a state and no block for the key.
/// </summary>
internal sealed unsafe class DigestMac : SshMac
{
    private readonly DigestFunctions _functions;
    private readonly byte[] _memory = GC.AllocateArray<byte>(4 * DigestFunctions.StateLength, pinned: true);
    private readonly byte* _inner;
    private readonly byte* _outer;
    private readonly byte* _work;
    private readonly byte* _digest;

    public DigestMac(DigestFunctions functions, ReadOnlySpan<byte> key)
    {
        _functions = functions;
        fixed (byte* p = _memory)
        {
            _work = p;
        }

        _inner = _work + DigestFunctions.StateLength;
        _outer = _inner + DigestFunctions.StateLength;
        _digest = _outer + DigestFunctions.StateLength;

        Span<byte> pad = stackalloc byte[DigestFunctions.LongestBlock];
        pad = pad[..functions.BlockLength];
        pad.Clear();
        if (key.Length <= pad.Length)
        {
            key.CopyTo(pad);
        }
        else
        {
            functions.Init(_work);
            functions.Update(_work, key);
            functions.Final(_work, _digest);
            new ReadOnlySpan<byte>(_digest, functions.Length).CopyTo(pad);
        }

        Absorb(_inner, pad, 0x36);
        Absorb(_outer, pad, 0x5c);
        CryptographicOperations.ZeroMemory(pad);
        Restart();
    }

    public override int Length => _functions.Length;

    public override void Append(ReadOnlySpan<byte> data)
    {
        _functions.Update(_work, data);
        GC.KeepAlive(this);
    }

    public override void Finish(Span<byte> destination)
    {
        _functions.Final(_work, _digest);
        Buffer.MemoryCopy(_outer, _work, DigestFunctions.StateLength, DigestFunctions.StateLength);
        _functions.Update(_work, new ReadOnlySpan<byte>(_digest, Length));
        _functions.Final(_work, _digest);
        new ReadOnlySpan<byte>(_digest, Length).CopyTo(destination);
        Restart();
        GC.KeepAlive(this);
    }

    public override void ComputePacket(uint sequence, ReadOnlySpan<byte> packet, Span<byte> destination)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, sequence);
        _functions.Update(_work, number);
        _functions.Update(_work, packet);
        Finish(destination);
    }

    public override void Dispose() => Array.Clear(_memory);

    private void Absorb(byte* state, Span<byte> pad, byte mask)
    {
        for (int i = 0; i < pad.Length; i++)
        {
            pad[i] ^= mask;
        }

        _functions.Init(state);
        _functions.Update(state, pad);
        for (int i = 0; i < pad.Length; i++)
        {
            pad[i] ^= mask;
        }
    }

    private void Restart() => Buffer.MemoryCopy(_inner, _work, DigestFunctions.StateLength, DigestFunctions.StateLength);
}
