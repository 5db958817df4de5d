using SshCore.Cli.Arguments;
using SshCore.Cli.Unix;

namespace SshCore.Cli.Ssh;

/// <summary>Who and where, after defaults and tokens.</summary>
/// <param name="Host">What is connected to.</param>
/// <param name="Port">The port.</param>
/// <param name="User">The user on the host.</param>
/// <param name="KnownHostName">The name that known_hosts is searched for.</param>
/// <param name="KnownHostPort">The port that goes with it there.</param>
/// <param name="Paths">Expands file names.</param>
internal sealed record Target(string Host, int Port, string User, string KnownHostName, int KnownHostPort, PathTokens Paths)
{
    private const int DefaultPort = 22;

    /// <exception cref="UsageException">The host name is malformed.</exception>
    internal static Target From(SshArguments arguments, UserAccount local)
    {
        string host = arguments.HostName is { } name ? ExpandHostName(name, arguments.Destination) : arguments.Destination;
        int port = arguments.Port ?? DefaultPort;
        string user = arguments.User ?? local.Name;
        string known = arguments.HostKeyAlias ?? host.ToLowerInvariant();
        int knownPort = arguments.HostKeyAlias is null ? port : DefaultPort;
        var paths = new PathTokens(local, host, arguments.Destination, port, user, known);
        return new Target(host, port, user, known, knownPort, paths);
    }

    private static string ExpandHostName(string name, string given)
    {
        string expanded = name.Replace("%%", "\0", StringComparison.Ordinal).Replace("%h", given, StringComparison.Ordinal);
        return expanded.Contains('%', StringComparison.Ordinal)
            ? throw new UsageException($"HostName '{name}' has a token other than %h")
            : expanded.Replace('\0', '%');
    }
}
