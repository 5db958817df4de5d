namespace SshCore.Security;

/// <summary>An incremental hash. Single-threaded; <see cref="Finish"/> starts it anew.</summary>
public abstract class SshHash : IDisposable
{
    /// <summary>Digest length in bytes.</summary>
    public abstract int Length { get; }

    /// <summary>Adds bytes.</summary>
    public abstract void Append(ReadOnlySpan<byte> data);

    /// <summary>Writes the digest to the first <see cref="Length"/> bytes and resets.</summary>
    public abstract void Finish(Span<byte> destination);

    /// <summary>Frees native state.</summary>
    public abstract void Dispose();
}
