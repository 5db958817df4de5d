namespace SshCore.Sftp;

/// <summary>How a file is written.</summary>
public sealed record SftpUploadOptions
{
    /// <summary>The defaults: a new file, or an old one emptied.</summary>
    public static SftpUploadOptions Default { get; } = new();

    /// <summary>First byte: what is before it is there already.</summary>
    public ulong Offset { get; init; }

    /// <summary>How the file is opened; to resume, without Truncate.</summary>
    public SftpOpenFlags Flags { get; init; } = SftpOpenFlags.Write | SftpOpenFlags.Create | SftpOpenFlags.Truncate;

    /// <summary>Attributes that a new file is created with.</summary>
    public SftpAttributes Attributes { get; init; }

    /// <summary>Attributes that it gets when all is written, for example times; empty for none.</summary>
    public SftpAttributes FinalAttributes { get; init; }

    /// <summary>Bytes of one WRITE at most; null for as many as both sides take.</summary>
    public int? WriteLength { get; init; }

    /// <summary>Flush to the disk before the close, if the server has fsync@openssh.com.</summary>
    public bool FSync { get; init; }
}
