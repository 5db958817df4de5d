using System.Threading;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>How an SFTP session behaves. Immutable; make a changed copy with <c>with</c>.</summary>
public sealed record SftpClientOptions
{
    /// <summary>The defaults.</summary>
    public static SftpClientOptions Default { get; } = new();

    /// <summary>
    /// How long one request may take, and how long a transfer may stand still; <see cref="Timeout.InfiniteTimeSpan"/> for no
    /// limit. Copies and hashes that the server makes are not limited by it. One minute by default.
    /// </summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Subsystem to ask for; <c>sftp</c>.</summary>
    public string Subsystem { get; init; } = "sftp";

    /// <summary>A command to run on the server instead of the subsystem, as <c>sftp -s</c> with a path; null for the subsystem.</summary>
    public string? ServerCommand { get; init; }

    /// <summary>Bounds on what the server can make this side hold.</summary>
    public SftpLimits Limits { get; init; } = SftpLimits.Default;

    /// <summary>
    /// Bytes of a transfer that are asked for or sent and not yet answered, at most; memory for reading ahead is bounded by it
    /// too. 2 MiB by default.
    /// </summary>
    public int Window { get; init; } = 2 * 1024 * 1024;

    /// <summary>Files of a tree that are moved at once, 1 to 256; 64 by default.</summary>
    public int FilesInFlight { get; init; } = 64;
}
