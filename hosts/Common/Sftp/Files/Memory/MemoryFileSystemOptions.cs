using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>How a <see cref="MemoryFileSystem"/> behaves. Immutable; make a changed copy with <c>with</c>.</summary>
public sealed record MemoryFileSystemOptions
{
    /// <summary>The time that changes are stamped with; by default the system's clock.</summary>
    public Func<DateTimeOffset> Clock { get; init; } = static () => DateTimeOffset.UtcNow;

    /// <summary>The user who acts: permission bits are checked for it, and what it makes belongs to it. 0 may do everything.</summary>
    public uint UserId { get; init; } = 1000;

    /// <summary>The group of that user.</summary>
    public uint GroupId { get; init; } = 1000;

    /// <summary>Names of users by number, for those who ask.</summary>
    public IReadOnlyDictionary<uint, string> UserNames { get; init; } = new Dictionary<uint, string>();

    /// <summary>Names of groups by number, for those who ask.</summary>
    public IReadOnlyDictionary<uint, string> GroupNames { get; init; } = new Dictionary<uint, string>();

    /// <summary>Permission bits that new files and directories don't get.</summary>
    public uint Umask { get; init; } = 0x12;

    /// <summary>Nothing may be changed by clients.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Where relative paths begin and what "~" is: an absolute path.</summary>
    public SftpPath InitialDirectory { get; init; } = "/";

    /// <summary>Asked before a file grows; null for no limit. Without one a client can fill the memory.</summary>
    public SftpQuota? Quota { get; init; }
}
