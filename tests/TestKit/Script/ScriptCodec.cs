using System.Buffers.Binary;
using SshCore.Security;

namespace SshCore.TestKit;

/// <summary>
/// Packets of one direction under one set of keys, written a second time from RFC 4253 §6 and OpenSSH's PROTOCOL files so
/// that the core is not checked against itself. It seals whatever it is given: an impossible length or padding too.
/// </summary>
internal sealed class ScriptCodec : IDisposable
{
    private readonly CipherAlgorithm? _algorithm;
    private readonly MacAlgorithm? _macAlgorithm;
    private readonly SshCipher? _cipher;
    private readonly SshMac? _mac;
    private readonly SshAead? _aead;
    private readonly SshChaChaPoly? _chacha;
    private readonly byte[] _nonce = new byte[12];

    /// <summary>No keys yet.</summary>
    public ScriptCodec()
    {
    }

    public ScriptCodec(SshCryptoProvider crypto, CipherAlgorithm cipher, MacAlgorithm? mac, byte[] key, byte[] iv, byte[] macKey, bool encrypt)
    {
        _algorithm = cipher;
        switch (cipher.Primitive)
        {
            case Primitive.ChaCha20Poly1305:
                _chacha = crypto.CreateChaChaPoly(key);
                break;
            case Primitive.AesGcm:
                _aead = crypto.CreateAead(Primitive.AesGcm, key);
                iv.CopyTo(_nonce, 0);
                break;
            default:
                _macAlgorithm = mac;
                _cipher = crypto.CreateCipher(cipher.Primitive, key, iv, encrypt);
                _mac = crypto.CreateMac(mac!.Primitive, macKey);
                break;
        }
    }

    public int TagLength => _chacha is not null || _aead is not null ? 16 : _macAlgorithm?.Length ?? 0;

    public int BlockLength => _algorithm?.BlockLength ?? 8;

    /// <summary>True where the length field is part of what is padded.</summary>
    public bool PadsLength => _algorithm is null || (_cipher is not null && !_macAlgorithm!.EncryptThenMac);

    /// <summary>The plain packet for a payload, without a tag: length, padding length, payload, padding.</summary>
    public byte[] Frame(ReadOnlySpan<byte> payload, int? paddingLength = null, uint? packetLength = null)
    {
        int padding = 4;
        while (((PadsLength ? 5 : 1) + payload.Length + padding) % BlockLength != 0 || (_algorithm is null && 5 + payload.Length + padding < 16))
        {
            padding++;
        }

        padding = paddingLength ?? padding;
        var packet = new byte[5 + payload.Length + padding];
        BinaryPrimitives.WriteUInt32BigEndian(packet, packetLength ?? (uint)(1 + payload.Length + padding));
        packet[4] = (byte)padding;
        payload.CopyTo(packet.AsSpan(5));
        for (int i = 5 + payload.Length; i < packet.Length; i++)
        {
            packet[i] = (byte)(i * 37);
        }

        return packet;
    }

    /// <summary>Encrypts a plain packet and appends its tag.</summary>
    public byte[] Seal(uint sequence, byte[] packet)
    {
        var wire = new byte[packet.Length + TagLength];
        packet.CopyTo(wire, 0);
        var body = wire.AsSpan(0, packet.Length);
        var tag = wire.AsSpan(packet.Length);
        if (_chacha is not null)
        {
            _chacha.Seal(sequence, body, tag);
        }
        else if (_aead is not null)
        {
            _aead.Seal(_nonce, body[..4], body[4..], tag);
            NextNonce();
        }
        else if (_cipher is not null && _macAlgorithm!.EncryptThenMac)
        {
            _cipher.Transform(WholeBlocks(body[4..]));
            _mac!.ComputePacket(sequence, body, tag);
        }
        else if (_cipher is not null)
        {
            _mac!.ComputePacket(sequence, body, tag);
            _cipher.Transform(WholeBlocks(body));
        }

        return wire;
    }

    /// <summary>
    /// Opens the packet at the front of <paramref name="wire"/>. Null if it is not complete yet; throws if it is wrong. Not
    /// for use again after it gave null with fewer bytes than a block, unless with the same bytes and more.
    /// </summary>
    public byte[]? TryOpen(uint sequence, ReadOnlySpan<byte> wire, out int used)
    {
        used = 0;
        if (wire.Length < Math.Max(BlockLength, 4))
        {
            return null;
        }

        uint length = PeekLength(sequence, wire);
        if (length is < 5 or > 1 << 20)
        {
            throw new PeerScriptException($"The subject sent packet_length {length}.");
        }

        int total = 4 + (int)length + TagLength;
        if (wire.Length < total)
        {
            return null;
        }

        used = total;
        var packet = wire[..(total - TagLength)].ToArray();
        Open(sequence, packet, wire[(total - TagLength)..total]);
        int padding = packet[4];
        int covered = packet.Length - (PadsLength ? 0 : 4);
        // Where the length is not padded OpenSSH sends less than the 16 bytes of RFC 4253 §6, and so may the subject.
        if (padding < 4 || covered % BlockLength != 0 || (PadsLength && packet.Length < 16) || 5 + padding >= packet.Length)
        {
            throw new PeerScriptException($"The subject sent a packet of {packet.Length} bytes with {padding} of padding.");
        }

        return packet[5..^padding];
    }

    public void Dispose()
    {
        _cipher?.Dispose();
        _mac?.Dispose();
        _aead?.Dispose();
        _chacha?.Dispose();
    }

    // Of CTR the first block has to be decrypted to see the length, once: the stream goes on behind it.
    private byte[]? _firstBlock;

    private uint PeekLength(uint sequence, ReadOnlySpan<byte> wire)
    {
        var head = wire[..4].ToArray();
        if (_chacha is not null)
        {
            _chacha.CryptLength(sequence, head);
        }
        else if (_cipher is not null && !_macAlgorithm!.EncryptThenMac)
        {
            if (_firstBlock is null)
            {
                _firstBlock = wire[..BlockLength].ToArray();
                _cipher.Transform(_firstBlock);
            }

            head = _firstBlock;
        }

        return BinaryPrimitives.ReadUInt32BigEndian(head);
    }

    private void Open(uint sequence, Span<byte> packet, ReadOnlySpan<byte> tag)
    {
        bool right = true;
        Span<byte> expected = stackalloc byte[TagLength];
        if (_chacha is not null)
        {
            right = _chacha.TryOpen(sequence, packet, tag);
        }
        else if (_aead is not null)
        {
            right = _aead.TryOpen(_nonce, packet[..4], packet[4..], tag);
            NextNonce();
        }
        else if (_cipher is not null && _macAlgorithm!.EncryptThenMac)
        {
            _mac!.ComputePacket(sequence, packet, expected);
            right = expected.SequenceEqual(tag);
            _cipher.Transform(packet[4..]);
        }
        else if (_cipher is not null)
        {
            _firstBlock.CopyTo(packet);
            _firstBlock = null;
            _cipher.Transform(packet[BlockLength..]);
            _mac!.ComputePacket(sequence, packet, expected);
            right = expected.SequenceEqual(tag);
        }

        if (!right)
        {
            throw new PeerScriptException("The subject sent a packet with a wrong tag.");
        }
    }

    // A script may seal a packet that is no multiple of the block; what is over stays plain.
    private Span<byte> WholeBlocks(Span<byte> bytes) => bytes[..(bytes.Length / BlockLength * BlockLength)];

    // OpenSSH PROTOCOL §1.6 and RFC 5647 §7.1: 4 fixed bytes and a counter of 8.
    private void NextNonce() =>
        BinaryPrimitives.WriteUInt64BigEndian(_nonce.AsSpan(4), BinaryPrimitives.ReadUInt64BigEndian(_nonce.AsSpan(4)) + 1);
}
