using SshCore.Wire;

namespace SshCore.Sftp;

/// <summary>
/// A handle that a server gave for an open file or directory: opaque bytes, at most <see cref="MaxLength"/>
/// (draft-ietf-secsh-filexfer-02 §6.3). Equality is by bytes.
/// </summary>
public sealed class SftpHandle : IEquatable<SftpHandle>
{
    /// <summary>"The length of the handle string MUST NOT exceed 256 data bytes."</summary>
    public const int MaxLength = 256;

    private readonly byte[] _bytes;

    /// <summary>A handle of these bytes, which are copied.</summary>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxLength"/>.</exception>
    public SftpHandle(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength)
        {
            throw new ArgumentException($"A handle has at most {MaxLength} bytes.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>Number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <inheritdoc/>
    public bool Equals(SftpHandle? other) => other is not null && Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SftpHandle);

    /// <inheritdoc/>
    public override int GetHashCode() => new SftpPath(_bytes).GetHashCode();

    /// <summary>The bytes in hexadecimal.</summary>
    public override string ToString() => Hex.Encode(_bytes);
}
