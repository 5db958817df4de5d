using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>The AES-256 CTR_DRBG of NIST's known-answer tests: no personalisation, no reseeding.</summary>
internal sealed class NistDrbg : RandomSource
{
    private readonly byte[] _counter = new byte[16];
    private byte[] _key = new byte[32];

    public NistDrbg(ReadOnlySpan<byte> seed) => Update(seed);

    public override void Fill(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            byte[] block = Next();
            int count = Math.Min(block.Length, destination.Length);
            block.AsSpan(0, count).CopyTo(destination);
            destination = destination[count..];
        }

        Update(new byte[48]);
    }

    private void Update(ReadOnlySpan<byte> seed)
    {
        byte[] fresh = [.. Next(), .. Next(), .. Next()];
        for (int i = 0; i < fresh.Length; i++)
        {
            fresh[i] ^= seed[i];
        }

        _key = fresh[..32];
        fresh.AsSpan(32).CopyTo(_counter);
    }

    private byte[] Next()
    {
        for (int i = _counter.Length - 1; i >= 0 && ++_counter[i] == 0; i--)
        {
        }

        using var aes = Aes.Create();
        aes.Key = _key;
        return aes.EncryptEcb(_counter, PaddingMode.None);
    }
}
