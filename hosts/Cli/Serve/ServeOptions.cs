using SshCore.Cli.Arguments;

namespace SshCore.Cli.Serve;

/// <summary>The command line of <c>sshcore serve</c>, read but not yet looked into.</summary>
internal sealed record ServeOptions
{
    internal IReadOnlyList<string> Listen { get; init; } = [];

    internal IReadOnlyList<string> HostKeys { get; init; } = [];

    internal IReadOnlyList<string> Users { get; init; } = [];

    internal IReadOnlyList<string> AuthorizedKeys { get; init; } = [];

    internal IReadOnlyList<string> AcceptEnv { get; init; } = [];

    internal string? PermitUserEnvironment { get; init; }

    internal string? PortFile { get; init; }

    internal string? BannerFile { get; init; }

    internal string? ModuliFile { get; init; }

    internal AlgorithmLists Algorithms { get; init; } = new();

    internal RekeyPolicy RekeyLimit { get; init; } = RekeyPolicy.Default;

    internal TimeSpan LoginGraceTime { get; init; } = TimeSpan.FromSeconds(120);

    internal TimeSpan ClientAliveInterval { get; init; }

    internal int ClientAliveCountMax { get; init; } = 3;

    internal int MaxAuthTries { get; init; } = 6;

    internal int MaxSessions { get; init; } = 10;

    internal int MaxStartups { get; init; } = 100;

    internal int MaxStartupsPerSource { get; init; } = 10;

    internal bool NoPenalties { get; init; }

    internal int MaxConnections { get; init; }

    /// <summary>What SFTP clients see as "/"; null for everything, beginning in the home directory.</summary>
    internal string? Root { get; init; }

    internal bool IsReadOnly { get; init; }

    internal bool NoSftp { get; init; }

    internal int Verbosity { get; init; }
}
