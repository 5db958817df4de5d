namespace SshCore.Sftp;

/// <summary>How a file is read.</summary>
public sealed record SftpDownloadOptions
{
    /// <summary>The defaults: the whole file, in any order.</summary>
    public static SftpDownloadOptions Default { get; } = new();

    /// <summary>First byte: what is before it is there already.</summary>
    public ulong Offset { get; init; }

    /// <summary>Bytes to read at most; null: up to the end of the file.</summary>
    public ulong? Length { get; init; }

    /// <summary>
    /// The file's size as a listing told it: saves asking for it. Only a hint: a file that has become longer or shorter
    /// is read to its end.
    /// </summary>
    public ulong? ExpectedSize { get; init; }

    /// <summary>
    /// True: data comes in the order of the file, and what a server answers early is held, within the window. False: it comes
    /// as it is answered, for a target that can be written anywhere.
    /// </summary>
    public bool InOrder { get; init; }

    /// <summary>Bytes of one READ at most; null for as many as both sides take.</summary>
    public int? ReadLength { get; init; }
}
