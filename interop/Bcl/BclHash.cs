using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>An <see cref="IncrementalHash"/> as a hash.</summary>
internal sealed class BclHash(Primitive hash) : SshHash
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(Names.Hash(hash));

    public override int Length => _hash.HashLengthInBytes;

    public override void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

    public override void Finish(Span<byte> destination) => _hash.GetHashAndReset(destination);

    public override void Dispose() => _hash.Dispose();
}
