using SshCore.Wire;

namespace SshCore.Sftp;

/// <summary>
/// A path or name as the bytes it is on the wire: version 3 names no character set. Text converts to UTF-8; bytes that
/// are not UTF-8 stay what they are, only <see cref="ToString"/> shows U+FFFD for them. Equality is by bytes.
/// </summary>
public readonly struct SftpPath : IEquatable<SftpPath>
{
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>A path of these bytes, which are not copied.</summary>
    public SftpPath(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>A path of text, as UTF-8.</summary>
    public SftpPath(string text) => _bytes = Utf8.Bytes(text ?? throw new ArgumentNullException(nameof(text)));

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>Number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>True for the empty path.</summary>
    public bool IsEmpty => _bytes.IsEmpty;

    /// <summary>True if it begins with a slash.</summary>
    public bool IsAbsolute => _bytes.Length > 0 && _bytes.Span[0] == (byte)'/';

    /// <summary>What stands behind the last slash.</summary>
    public SftpPath Name => new(_bytes.Slice(_bytes.Span.LastIndexOf((byte)'/') + 1));

    /// <summary>Text as a path.</summary>
    public static implicit operator SftpPath(string text) => new(text);

    /// <summary>Equality by bytes.</summary>
    public static bool operator ==(SftpPath a, SftpPath b) => a.Equals(b);

    /// <summary>Inequality by bytes.</summary>
    public static bool operator !=(SftpPath a, SftpPath b) => !a.Equals(b);

    /// <summary>This path, a slash unless it is empty or ends with one, and <paramref name="name"/>; an absolute name stands alone.</summary>
    public SftpPath Combine(SftpPath name)
    {
        if (IsEmpty || name.IsAbsolute)
        {
            return name;
        }

        bool slash = Span[Length - 1] != (byte)'/';
        var joined = new byte[Length + (slash ? 1 : 0) + name.Length];
        Span.CopyTo(joined);
        if (slash)
        {
            joined[Length] = (byte)'/';
        }

        name.Span.CopyTo(joined.AsSpan(joined.Length - name.Length));
        return new(joined);
    }

    /// <inheritdoc/>
    public bool Equals(SftpPath other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SftpPath other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        uint hash = 2166136261;
        foreach (byte b in Span)
        {
            hash = unchecked((hash ^ b) * 16777619);
        }

        return unchecked((int)hash);
    }

    /// <summary>The path as text, U+FFFD for what is not UTF-8. It is the peer's text: escape it before a terminal shows it.</summary>
    public override string ToString() => Utf8.Decode(Span);
}
