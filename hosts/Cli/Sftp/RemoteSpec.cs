using SshCore.Cli.Arguments;
using SshCore.Cli.Ssh;

namespace SshCore.Cli.Sftp;

/// <summary>Where files are: a host with perhaps a user, a port and a path, or this machine.</summary>
/// <param name="Host">The host; null for a local path.</param>
/// <param name="User">The user on it; null if not given.</param>
/// <param name="Port">The port; null if not given.</param>
/// <param name="Path">The path; empty if not given.</param>
internal sealed record RemoteSpec(string? Host, string? User, int? Port, string Path)
{
    /// <summary>True for a path of this machine.</summary>
    internal bool IsLocal => Host is null;

    /// <summary>
    /// Reads <c>[user@]host:path</c>, <c>[user@][v6 address]:path</c>, <c>SCHEME://[user@]host[:port][/path]</c>, or else a local
    /// path: what has a slash before its first colon, or no colon.
    /// </summary>
    /// <exception cref="UsageException">It names no host that could be one, or a bad port.</exception>
    internal static RemoteSpec Parse(string text, string scheme)
    {
        string prefix = scheme + "://";
        if (text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            return ParseUri(text, text[prefix.Length..]);
        }

        int colon = Colon(text);
        return colon < 0 ? new RemoteSpec(null, null, null, text) : Make(text, text[..colon], null, text[(colon + 1)..]);
    }

    /// <summary>Reads sftp's destination, where a word without a colon is a host.</summary>
    /// <exception cref="UsageException">It names no host that could be one, or a bad port.</exception>
    internal static RemoteSpec ParseDestination(string text)
    {
        RemoteSpec spec = Parse(text, "sftp");
        return spec.IsLocal ? Make(text, text, null, "") : spec;
    }

    private static RemoteSpec ParseUri(string text, string rest)
    {
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string authority = slash < 0 ? rest : rest[..slash];
        string path = slash < 0 ? "" : Uri.UnescapeDataString(rest[(slash + 1)..]);
        int at = authority.LastIndexOf('@');
        string? user = at < 0 ? null : Uri.UnescapeDataString(authority[..at]);
        string host = authority[(at + 1)..];
        int? port = null;
        int colon = host.LastIndexOf(':');
        if (colon >= 0 && colon > host.LastIndexOf(']'))
        {
            port = ArgumentScanner.ParsePort(host[(colon + 1)..]);
            host = host[..colon];
        }

        return Make(text, user is null ? host : user + "@" + host, port, path);
    }

    private static RemoteSpec Make(string text, string userAndHost, int? port, string path)
    {
        int at = userAndHost.LastIndexOf('@');
        string? user = at < 0 ? null : userAndHost[..at];
        string host = userAndHost[(at + 1)..];
        if (host.Length > 2 && host[0] == '[' && host[^1] == ']')
        {
            host = host[1..^1];
        }

        if (user is { Length: 0 })
        {
            throw new UsageException($"no user before @ in '{text}'");
        }

        // A host that begins with - could be taken for an option further on.
        return host.Length == 0 || host[0] == '-' || host.Contains('/', StringComparison.Ordinal)
            ? throw new UsageException($"'{text}' names no host")
            : new RemoteSpec(host, user, port, path);
    }

    /// <summary>The colon before the path; those of an address in brackets don't count.</summary>
    private static int Colon(string text)
    {
        bool inBrackets = text.StartsWith('[') || text.Contains("@[", StringComparison.Ordinal);
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case ']' when inBrackets:
                    inBrackets = false;
                    break;
                case ':' when !inBrackets:
                    return i == 0 ? -1 : i;
                case '/' when !inBrackets:
                    return -1;
            }
        }

        return -1;
    }
}
