using System.Buffers.Binary;
using SshCore.Interop;
using SshCore.Security;

namespace SshCore.Native.Objects;

/// <summary>Bytes that a seed determines: SHA-256 over the seed and a counter. For transcripts in tests alone.</summary>
internal sealed class SeededSource(byte[] seed) : RandomSource
{
    private readonly byte[] _block = new byte[32];
    private ulong _counter;
    private int _used = 32;

    /// <inheritdoc/>
    public override void Fill(Span<byte> destination)
    {
        foreach (ref byte target in destination)
        {
            if (_used == _block.Length)
            {
                Next();
            }

            target = _block[_used++];
        }
    }

    private void Next()
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, _counter++);
        using var hash = DefaultCrypto.Provider.CreateHash(Primitive.Sha256);
        hash.Append(seed);
        hash.Append(number);
        hash.Finish(_block);
        _used = 0;
    }
}
