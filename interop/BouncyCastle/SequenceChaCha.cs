using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Parameters;

namespace SshCore.Interop.BouncyCastle;

/// <summary>
/// ChaCha20 in its first form (64-bit nonce, 64-bit counter) with the packet's sequence number as nonce. Restarting goes
/// straight to the engine's own key set-up, which makes no objects.
/// </summary>
internal sealed class SequenceChaCha : ChaChaEngine
{
    private readonly byte[] _nonce = new byte[8];

    public SequenceChaCha(ReadOnlySpan<byte> key)
        : base(20)
    {
        byte[] copy = key.ToArray();
        Init(true, new ParametersWithIV(new KeyParameter(copy), _nonce));
        CryptographicOperations.ZeroMemory(copy);
    }

    public void Restart(uint sequence)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_nonce, sequence);
        SetKey(null!, _nonce);
        Reset();
    }

    public void Forget()
    {
        SetKey(new byte[32], _nonce);
        Reset();
    }
}
