using System.Buffers.Binary;
using SshCore.Interop;
using SshCore.Security;

namespace SshCore.Benchmarks;

/// <summary>The primitives of a cipher without any protocol: what sealing and opening a packet costs at least.</summary>
internal sealed class RawPackets : IDisposable
{
    private readonly CipherAlgorithm _cipher;
    private readonly SshAead? _sealAead;
    private readonly SshAead? _openAead;
    private readonly SshChaChaPoly? _sealChaCha;
    private readonly SshChaChaPoly? _openChaCha;
    private readonly SshCipher? _encrypt;
    private readonly SshCipher? _decrypt;
    private readonly SshMac? _sealMac;
    private readonly SshMac? _openMac;
    private readonly byte[] _nonce = new byte[12];
    private readonly byte[] _tag = new byte[64];
    private readonly byte[] _check = new byte[64];
    private readonly byte[] _packet;
    private uint _sequence;

    public RawPackets(string cipher, string mac, int length)
    {
        var crypto = DefaultCrypto.Provider;
        _cipher = CipherAlgorithm.Find(cipher)!;
        _packet = new byte[4 + (length + 15) / 16 * 16];
        var key = new byte[_cipher.KeyLength];
        if (_cipher.Primitive == Primitive.ChaCha20Poly1305)
        {
            _sealChaCha = crypto.CreateChaChaPoly(key);
            _openChaCha = crypto.CreateChaChaPoly(key);
        }
        else if (_cipher.Authenticates)
        {
            _sealAead = crypto.CreateAead(_cipher.Primitive, key);
            _openAead = crypto.CreateAead(_cipher.Primitive, key);
        }
        else
        {
            var iv = new byte[_cipher.IvLength];
            var algorithm = MacAlgorithm.Find(mac)!;
            var macKey = new byte[algorithm.Length];
            _encrypt = crypto.CreateCipher(_cipher.Primitive, key, iv, true);
            _decrypt = crypto.CreateCipher(_cipher.Primitive, key, iv, false);
            _sealMac = crypto.CreateMac(algorithm.Primitive, macKey);
            _openMac = crypto.CreateMac(algorithm.Primitive, macKey);
        }
    }

    public void SealAndOpen()
    {
        BinaryPrimitives.WriteUInt32BigEndian(_packet, (uint)_packet.Length - 4);
        var body = _packet.AsSpan(4);
        var tag = _tag.AsSpan(0, 16);
        if (_sealChaCha is not null)
        {
            _sealChaCha.Seal(_sequence, _packet, tag);
            _openChaCha!.CryptLength(_sequence, _check.AsSpan(0, 4));
            _openChaCha.TryOpen(_sequence, _packet, tag);
        }
        else if (_sealAead is not null)
        {
            _sealAead.Seal(_nonce, _packet.AsSpan(0, 4), body, tag);
            _openAead!.TryOpen(_nonce, _packet.AsSpan(0, 4), body, tag);
        }
        else
        {
            _encrypt!.Transform(body);
            _sealMac!.ComputePacket(_sequence, _packet, _tag);
            _openMac!.ComputePacket(_sequence, _packet, _check);
            _decrypt!.Transform(body);
        }

        _sequence++;
    }

    public void Dispose()
    {
        _sealAead?.Dispose();
        _openAead?.Dispose();
        _sealChaCha?.Dispose();
        _openChaCha?.Dispose();
        _encrypt?.Dispose();
        _decrypt?.Dispose();
        _sealMac?.Dispose();
        _openMac?.Dispose();
    }
}
