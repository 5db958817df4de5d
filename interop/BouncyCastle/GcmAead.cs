using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>
/// AES-GCM. BouncyCastle makes a new set of blocks for every nonce, so this is the one provider that allocates (a few
/// hundred bytes) per packet here.
/// </summary>
internal sealed class GcmAead : SshAead
{
    private readonly GcmBlockCipher _cipher = new(AesUtilities.CreateEngine());
    private readonly byte[] _nonce = new byte[NonceLength];
    private readonly byte[] _tail = new byte[32];
    private KeyParameter? _key;

    public GcmAead(ReadOnlySpan<byte> key)
    {
        byte[] copy = key.ToArray();
        _key = new KeyParameter(copy);
        CryptographicOperations.ZeroMemory(copy);
    }

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, Span<byte> tag)
    {
        Start(true, nonce, associated);
        int written = _cipher.ProcessBytes(data, data);
        int tail = _cipher.DoFinal(_tail.AsSpan());
        _tail.AsSpan(0, tail - TagLength).CopyTo(data.Slice(written));
        _tail.AsSpan(tail - TagLength, TagLength).CopyTo(tag);
    }

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, ReadOnlySpan<byte> tag)
    {
        if (tag.Length != TagLength)
        {
            return false;
        }

        Start(false, nonce, associated);
        int written = _cipher.ProcessBytes(data, data);
        written += _cipher.ProcessBytes(tag, data.Slice(written));
        try
        {
            int tail = _cipher.DoFinal(_tail.AsSpan());
            _tail.AsSpan(0, tail).CopyTo(data.Slice(written));
            return true;
        }
        catch (InvalidCipherTextException)
        {
            return false;
        }
    }

    public override void Dispose()
    {
        // For decryption, because the other direction compares nonces with the last one.
        _cipher.Init(false, new AeadParameters(new KeyParameter(new byte[16]), 128, new byte[NonceLength]));
        CryptographicOperations.ZeroMemory(_tail);
        _key = null;
    }

    private void Start(bool encrypt, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated)
    {
        nonce.CopyTo(_nonce);

        // A null key keeps the schedule and the hash table of the key before.
        _cipher.Init(encrypt, new ParametersWithIV(_key, _nonce));
        _key = null;
        _cipher.ProcessAadBytes(associated);
    }
}
