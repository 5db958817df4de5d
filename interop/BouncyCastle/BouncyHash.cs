using Org.BouncyCastle.Crypto;
using SshCore.Security;

namespace SshCore.Interop.BouncyCastle;

/// <summary>An <see cref="IDigest"/> as a hash.</summary>
internal sealed class BouncyHash : SshHash
{
    private readonly IDigest _digest;

    public BouncyHash(Primitive hash) => _digest = Digests.Create(hash);

    public override int Length => _digest.GetDigestSize();

    public override void Append(ReadOnlySpan<byte> data) => _digest.BlockUpdate(data);

    public override void Finish(Span<byte> destination) => _digest.DoFinal(destination.Slice(0, Length));

    public override void Dispose() => _digest.Reset();
}
