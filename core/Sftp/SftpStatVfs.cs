namespace SshCore.Sftp;

/// <summary>The reply of statvfs@openssh.com and fstatvfs@openssh.com (OpenSSH's PROTOCOL §4.4): a volume as POSIX statvfs tells it.</summary>
public readonly record struct SftpStatVfs
{
    /// <summary>Preferred block of I/O, in bytes.</summary>
    public ulong BlockSize { get; init; }
    /// <summary>The unit of the block counts, in bytes.</summary>
    public ulong FragmentSize { get; init; }
    /// <summary>Blocks of the volume.</summary>
    public ulong Blocks { get; init; }
    /// <summary>Free blocks.</summary>
    public ulong FreeBlocks { get; init; }
    /// <summary>Blocks free for users without privileges.</summary>
    public ulong AvailableBlocks { get; init; }
    /// <summary>File nodes.</summary>
    public ulong Files { get; init; }
    /// <summary>Free file nodes.</summary>
    public ulong FreeFiles { get; init; }
    /// <summary>File nodes free for users without privileges.</summary>
    public ulong AvailableFiles { get; init; }
    /// <summary>Number of the volume.</summary>
    public ulong FileSystemId { get; init; }
    /// <summary>1 for read-only, 2 for no set-user-ID.</summary>
    public ulong Flags { get; init; }
    /// <summary>Longest name, in bytes.</summary>
    public ulong MaximumNameLength { get; init; }
}
