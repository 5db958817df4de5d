namespace SshCore.Buffers;

/// <summary>Bytes that must not outlive their use: zeroed on <see cref="Dispose"/>, never shown by <see cref="ToString"/>.</summary>
public sealed class SecretBytes : IDisposable
{
    private byte[] _bytes;

    /// <summary>Holds <paramref name="length"/> zero bytes.</summary>
    public SecretBytes(int length = 0) => _bytes = length == 0 ? [] : new byte[length];

    /// <summary>Holds a copy of <paramref name="bytes"/>.</summary>
    public SecretBytes(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    /// <summary>Number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>The bytes, for reading and writing; empty after <see cref="Dispose"/>.</summary>
    public Span<byte> Span => _bytes;

    /// <summary>Replaces the content by a copy of <paramref name="bytes"/>; the old content is zeroed.</summary>
    public void Set(ReadOnlySpan<byte> bytes)
    {
        var copy = bytes.ToArray();
        Dispose();
        _bytes = copy;
    }

    /// <summary>Replaces the content by <paramref name="length"/> zero bytes and returns them to be filled.</summary>
    public Span<byte> Reset(int length)
    {
        Dispose();
        _bytes = new byte[length];
        return _bytes;
    }

    /// <summary>Zeroes and drops the content.</summary>
    public void Dispose()
    {
        Array.Clear(_bytes, 0, _bytes.Length);
        _bytes = [];
    }

    /// <summary>Never the content.</summary>
    public override string ToString() => $"SecretBytes({Length})";
}
