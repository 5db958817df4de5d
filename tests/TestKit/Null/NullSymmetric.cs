using SshCore.Security;

namespace SshCore.TestKit.Null;

internal sealed class NullHash(int length) : SshHash
{
    private NullDigest _digest = new(0);

    public override int Length => length;

    public override void Append(ReadOnlySpan<byte> data) => _digest.Append(data);

    public override void Finish(Span<byte> destination)
    {
        _digest.Expand(destination[..length]);
        _digest = new NullDigest(0);
    }

    public override void Dispose()
    {
    }
}

/// <summary>The tag is all zeros, so that whoever writes packets by hand has a right one.</summary>
internal sealed class NullMac(int length) : SshMac
{
    public override int Length => length;

    public override void Append(ReadOnlySpan<byte> data)
    {
    }

    public override void Finish(Span<byte> destination) => destination[..length].Clear();

    public override void Dispose()
    {
    }
}

/// <summary>Leaves the data as they are.</summary>
internal sealed class NullCipher(int blockLength) : SshCipher
{
    public override int BlockLength => blockLength;

    public override void Transform(Span<byte> data) => RequireWholeBlocks(data.Length);

    public override void Dispose()
    {
    }
}

internal sealed class NullAead : SshAead
{
    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, Span<byte> tag) => tag.Clear();

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, Span<byte> data, ReadOnlySpan<byte> tag) =>
        !tag.ContainsAnyExcept((byte)0);

    public override void Dispose()
    {
    }
}

internal sealed class NullChaChaPoly : SshChaChaPoly
{
    public override void CryptLength(uint sequence, Span<byte> length)
    {
    }

    public override void Seal(uint sequence, Span<byte> packet, Span<byte> tag) => tag.Clear();

    public override bool TryOpen(uint sequence, Span<byte> packet, ReadOnlySpan<byte> tag) => !tag.ContainsAnyExcept((byte)0);

    public override void SealBody(uint sequence, Span<byte> body, Span<byte> tag) => tag.Clear();

    public override bool TryOpenBody(uint sequence, Span<byte> body, ReadOnlySpan<byte> tag) => !tag.ContainsAnyExcept((byte)0);

    public override void Dispose()
    {
    }
}
