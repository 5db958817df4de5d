using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>An <see cref="IncrementalHash"/> with a key as a MAC.</summary>
internal sealed class BclMac(Primitive mac, ReadOnlySpan<byte> key) : SshMac
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHMAC(Names.Hash(mac), key);

    public override int Length => _hash.HashLengthInBytes;

    public override void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

    public override void Finish(Span<byte> destination) => _hash.GetHashAndReset(destination);

    public override void Dispose() => _hash.Dispose();
}
