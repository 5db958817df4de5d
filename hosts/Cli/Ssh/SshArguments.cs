using SshCore.Cli.Arguments;

namespace SshCore.Cli.Ssh;

/// <summary>When our client asks for a terminal.</summary>
internal enum TerminalRequest
{
    Auto,
    No,
    Yes,
    Force,
}

/// <summary>What -o StrictHostKeyChecking says about a host that is not known.</summary>
internal enum HostKeyChecking
{
    Ask,
    Yes,
    AcceptNew,
    No,
}

/// <summary>What the session is to do.</summary>
internal enum SessionKind
{
    Default,
    None,
    Subsystem,
}

/// <summary>
/// The command line of <c>sshcore ssh</c>. As in OpenSSH the first value of an option counts; what was not given is null
/// and the property behind it tells the default.
/// </summary>
internal sealed class SshArguments
{
    internal string Destination { get; set; } = "";

    /// <summary>The command, its words joined by blanks; null for a shell.</summary>
    internal string? Command { get; set; }

    internal string? HostName { get; set; }

    internal string? HostKeyAlias { get; set; }

    internal int? Port { get; set; }

    internal string? User { get; set; }

    internal bool? AddressFamilyIsV6 { get; set; }

    internal string? ErrorLog { get; set; }

    internal int? Verbosity { get; set; }

    internal TerminalRequest? Terminal { get; set; }

    internal SessionKind? Session { get; set; }

    internal bool? NoInput { get; set; }

    internal string? EscapeChar { get; set; }

    internal List<string> IdentityFiles { get; } = [];

    internal bool? IdentitiesOnly { get; set; }

    internal HostKeyChecking? StrictHostKeyChecking { get; set; }

    internal IReadOnlyList<string>? UserKnownHostsFiles { get; set; }

    internal IReadOnlyList<string>? GlobalKnownHostsFiles { get; set; }

    internal bool? HashKnownHosts { get; set; }

    internal bool? NoHostAuthenticationForLocalhost { get; set; }

    internal AlgorithmLists Algorithms { get; } = new();

    internal IReadOnlyList<string>? PreferredAuthentications { get; set; }

    internal bool? PasswordAuthentication { get; set; }

    internal bool? PubkeyAuthentication { get; set; }

    internal bool? KbdInteractiveAuthentication { get; set; }

    internal int? NumberOfPasswordPrompts { get; set; }

    internal bool? BatchMode { get; set; }

    internal TimeSpan? ConnectTimeout { get; set; }

    internal int? ConnectionAttempts { get; set; }

    internal bool? TcpKeepAlive { get; set; }

    internal TimeSpan? ServerAliveInterval { get; set; }

    internal int? ServerAliveCountMax { get; set; }

    internal RekeyPolicy? RekeyLimit { get; set; }

    internal List<string> SendEnv { get; } = [];

    internal List<KeyValuePair<string, string>>? SetEnv { get; set; }

    /// <summary>Set by -V: print the version and do nothing else.</summary>
    internal bool ShowVersion { get; set; }

    /// <summary>Set by --help.</summary>
    internal bool ShowHelp { get; set; }

    /// <summary>Set by -Q: print the names of that kind.</summary>
    internal string? Query { get; set; }
}
