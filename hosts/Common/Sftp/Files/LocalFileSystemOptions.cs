using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>What of the local disk is served, and how. Immutable; make a changed copy with <c>with</c>.</summary>
public sealed record LocalFileSystemOptions
{
    /// <summary>
    /// The directory that clients see as "/". With "/" itself everything is served that the process may touch, as other
    /// programs see it, special links of /proc included.
    /// </summary>
    public string Root { get; init; } = "/";

    /// <summary>Nothing may be changed: such requests end in <see cref="SftpStatusCode.PermissionDenied"/>.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Permission bits that new files and directories don't get, beside those of the process's own umask. 0 to 0777.</summary>
    public int Umask { get; init; }

    /// <summary>Where relative paths begin and what "~" is: an absolute path inside the root.</summary>
    public SftpPath InitialDirectory { get; init; } = "/";

    /// <summary>Asked before a file grows; null for no limit.</summary>
    public SftpQuota? Quota { get; init; }

    /// <summary>How paths are kept inside the root; for tests.</summary>
    internal LocalConfinement Confinement { get; init; }
}

/// <summary>The ways to keep a path inside the root.</summary>
internal enum LocalConfinement
{
    /// <summary>The best that the system has.</summary>
    Best,

    /// <summary>openat2 of Linux.</summary>
    Kernel,

    /// <summary>Directory handles of Linux, part by part.</summary>
    Walk,

    /// <summary>.NET's own files.</summary>
    Managed,
}
