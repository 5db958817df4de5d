using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>How an SFTP server behaves towards every client. Immutable; make a changed copy with <c>with</c>.</summary>
public sealed record SftpServerOptions
{
    /// <summary>The defaults.</summary>
    public static SftpServerOptions Default { get; } = new();

    /// <summary>The bounds.</summary>
    public SftpLimits Limits { get; init; } = SftpLimits.Default;

    /// <summary>The extensions that are announced, as far as the file system has them.</summary>
    public SftpExtensions Extensions { get; init; } = SftpExtensions.All;

    /// <summary>Whether every request that would change something is refused, before the file system is asked.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Which requests are handled at all; the others are refused with <see cref="SftpStatusCode.PermissionDenied"/>. Null for all.</summary>
    public Func<SftpRequestKind, bool>? Allows { get; init; }

    /// <summary>Seconds that times in listings are ahead of UTC; null for this system's zone.</summary>
    public int? UtcOffset { get; init; }

    /// <summary>Where sessions, files and refusals are told; paths in it are made printable.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
