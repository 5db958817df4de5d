namespace SshCore.Sftp;

/// <summary>The type bits of a POSIX mode (S_IFMT).</summary>
public enum SftpFileType : uint
{
    /// <summary>Not said.</summary>
    Unknown = 0,
    /// <summary>A named pipe.</summary>
    Fifo = 0x1000,
    /// <summary>A character device.</summary>
    CharacterDevice = 0x2000,
    /// <summary>A directory.</summary>
    Directory = 0x4000,
    /// <summary>A block device.</summary>
    BlockDevice = 0x6000,
    /// <summary>A regular file.</summary>
    Regular = 0x8000,
    /// <summary>A symbolic link.</summary>
    SymbolicLink = 0xA000,
    /// <summary>A socket.</summary>
    Socket = 0xC000,
}
