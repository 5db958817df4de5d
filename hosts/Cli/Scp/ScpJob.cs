using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Terminal;

namespace SshCore.Cli.Scp;

/// <summary>What both ends of a copy by the old protocol have in common.</summary>
internal sealed record ScpJob
{
    /// <summary>-r.</summary>
    internal bool Recursive { get; init; }

    /// <summary>-p.</summary>
    internal bool Preserve { get; init; }

    /// <summary>Holds the rate; null for none.</summary>
    internal RateLimiter? Limit { get; init; }

    /// <summary>Shows a file's progress.</summary>
    internal Func<string, long, ProgressMeter?> Meter { get; init; } = static (_, _) => null;

    /// <summary>Tells what could not be done.</summary>
    internal Action<string> Report { get; init; } = static _ => { };
}
