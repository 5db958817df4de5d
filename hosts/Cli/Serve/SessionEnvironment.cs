using System.Globalization;
using System.Text;
using SshCore.Cli.Unix;
using SshCore.Config;
using SshCore.Hosts;

namespace SshCore.Cli.Serve;

/// <summary>
/// The variables of a session: made anew, so that nothing of this process's own leaks, with what the client may set. The
/// client never replaces what we set.
/// </summary>
internal static class SessionEnvironment
{
    /// <summary>OpenSSH's choice in Debian, and most others'.</summary>
    internal static readonly IReadOnlyList<string> DefaultAccepted = ["LANG", "LC_*"];

    private const string UserPath = "/usr/local/bin:/usr/bin:/bin:/usr/games";
    private const string RootPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Whether the client may set a variable.</summary>
    internal static bool IsAccepted(IReadOnlyList<string> patterns, string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0 || value.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        foreach (string pattern in patterns)
        {
            if (HostPatterns.IsMatch(name, pattern))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>NAME=value for <c>envp</c>.</summary>
    /// <param name="account">The account that the session gets.</param>
    /// <param name="remote">Where the client is.</param>
    /// <param name="local">Where it connected to.</param>
    /// <param name="variables">What the client has set.</param>
    /// <param name="terminal">The terminal's path and the value of TERM; null for none.</param>
    /// <param name="originalCommand">What the client asked for, if another command was forced on it.</param>
    /// <param name="ofKey">What the user's key sets: it goes over the defaults, but not over what we tell of the connection.</param>
    internal static IReadOnlyList<ReadOnlyMemory<byte>> Make(
        UserAccount account,
        SshEndPoint remote,
        SshEndPoint local,
        IReadOnlyDictionary<string, string> variables,
        (string Path, string Type)? terminal,
        string? originalCommand,
        IEnumerable<KeyValuePair<string, string>> ofKey)
    {
        var all = new Dictionary<string, string>(variables, StringComparer.Ordinal)
        {
            ["HOME"] = account.Home,
            ["USER"] = account.Name,
            ["LOGNAME"] = account.Name,
            ["SHELL"] = account.Shell,
            ["PATH"] = account.UserId == 0 ? RootPath : UserPath,
        };
        Inherit(all, "TZ");
        if (terminal is { } named)
        {
            all["TERM"] = named.Type;
        }

        foreach ((string name, string value) in ofKey)
        {
            all[name] = value;
        }

        all["SSH_CLIENT"] = string.Create(CultureInfo.InvariantCulture, $"{remote.Host} {remote.Port} {local.Port}");
        all["SSH_CONNECTION"] = string.Create(CultureInfo.InvariantCulture, $"{remote.Host} {remote.Port} {local.Host} {local.Port}");
        if (terminal is { } tty)
        {
            all["SSH_TTY"] = tty.Path;
        }

        if (originalCommand is not null)
        {
            all["SSH_ORIGINAL_COMMAND"] = originalCommand;
        }

        var result = new List<ReadOnlyMemory<byte>>(all.Count);
        foreach ((string name, string value) in all)
        {
            result.Add(Encoding.UTF8.GetBytes(name + "=" + value));
        }

        return result;
    }

    private static void Inherit(Dictionary<string, string> all, string name)
    {
        if (Environment.GetEnvironmentVariable(name) is { } value)
        {
            all[name] = value;
        }
    }
}
