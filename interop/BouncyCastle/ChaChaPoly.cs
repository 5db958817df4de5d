using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>
/// chacha20-poly1305@openssh.com. Each packet has a Poly1305 key of its own, and BouncyCastle takes keys as objects: a
/// hundred bytes or so are allocated per packet.
/// </summary>
internal sealed class ChaChaPoly : SshChaChaPoly
{
    // Block 0 of the stream: the first half is the Poly1305 key, the second is thrown away.
    private readonly byte[] _block0 = new byte[64];
    private readonly byte[] _computed = new byte[TagLength];
    private readonly byte[] _macKey = new byte[32];
    private readonly SequenceChaCha _body;
    private readonly SequenceChaCha _length;
    private readonly Poly1305 _poly = new();

    public ChaChaPoly(ReadOnlySpan<byte> key)
    {
        _body = new SequenceChaCha(key.Slice(0, 32));
        _length = new SequenceChaCha(key.Slice(32, 32));
    }

    public override void CryptLength(uint sequence, Span<byte> length)
    {
        _length.Restart(sequence);
        var four = length.Slice(0, 4);
        _length.ProcessBytes(four, four);
    }

    public override void Seal(uint sequence, Span<byte> packet, Span<byte> tag)
    {
        Start(sequence);
        var body = packet.Slice(4);
        _body.ProcessBytes(body, body);
        CryptLength(sequence, packet);
        Authenticate(packet);
        _computed.AsSpan().CopyTo(tag);
    }

    public override bool TryOpen(uint sequence, Span<byte> packet, ReadOnlySpan<byte> tag)
    {
        Start(sequence);
        Authenticate(packet);
        if (!CryptographicOperations.FixedTimeEquals(_computed, tag))
        {
            return false;
        }

        var body = packet.Slice(4);
        _body.ProcessBytes(body, body);
        return true;
    }

    public override void SealBody(uint sequence, Span<byte> body, Span<byte> tag)
    {
        Start(sequence);
        _body.ProcessBytes(body, body);
        Authenticate(body);
        _computed.AsSpan().CopyTo(tag);
    }

    public override bool TryOpenBody(uint sequence, Span<byte> body, ReadOnlySpan<byte> tag)
    {
        Start(sequence);
        Authenticate(body);
        if (!CryptographicOperations.FixedTimeEquals(_computed, tag))
        {
            return false;
        }

        _body.ProcessBytes(body, body);
        return true;
    }

    public override void Dispose()
    {
        _body.Forget();
        _length.Forget();
        CryptographicOperations.ZeroMemory(_macKey);
        CryptographicOperations.ZeroMemory(_block0);
        _poly.Init(new KeyParameter(_macKey));
    }

    private void Start(uint sequence)
    {
        _body.Restart(sequence);
        _block0.AsSpan().Clear();
        _body.ProcessBytes(_block0, 0, _block0.Length, _block0, 0);
        Buffer.BlockCopy(_block0, 0, _macKey, 0, _macKey.Length);
        _poly.Init(new KeyParameter(_macKey));
    }

    private void Authenticate(ReadOnlySpan<byte> packet)
    {
        _poly.BlockUpdate(packet);
        _poly.DoFinal(_computed, 0);
    }
}
