using System.Globalization;
using System.IO;
using System.Text;
using SshCore.Cli.Arguments;
using SshCore.Cli.Unix;

namespace SshCore.Cli.Ssh;

/// <summary>File names of options: <c>~</c>, <c>~user</c> and the percent tokens of ssh_config(5).</summary>
/// <param name="Local">The user who runs us.</param>
/// <param name="Host">The host that is connected to.</param>
/// <param name="OriginalHost">The host as given.</param>
/// <param name="Port">The port.</param>
/// <param name="User">The user on the host.</param>
/// <param name="HostKeyAlias">The host's name in known_hosts.</param>
internal sealed record PathTokens(UserAccount Local, string Host, string OriginalHost, int Port, string User, string HostKeyAlias)
{
    /// <summary>The file that is meant.</summary>
    /// <exception cref="UsageException">There is no such token or user.</exception>
    internal string Expand(string path)
    {
        var result = new StringBuilder();
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] != '%')
            {
                result.Append(path[i]);
                continue;
            }

            result.Append(++i == path.Length ? throw new UsageException($"'%' at the end of '{path}'") : Token(path[i], path));
        }

        return ExpandHome(result.ToString());
    }

    private string Token(char token, string path) => token switch
    {
        '%' => "%",
        'd' => Local.Home,
        'h' => Host,
        'i' => Local.UserId.ToString(CultureInfo.InvariantCulture),
        'k' => HostKeyAlias,
        'L' => Environment.MachineName.Split('.')[0],
        'l' => Environment.MachineName,
        'n' => OriginalHost,
        'p' => Port.ToString(CultureInfo.InvariantCulture),
        'r' => User,
        'u' => Local.Name,
        _ => throw new UsageException($"'%{token}' in '{path}' means nothing"),
    };

    private string ExpandHome(string path)
    {
        if (path.Length == 0 || path[0] != '~')
        {
            return path;
        }

        int end = path.IndexOf('/');
        string user = end < 0 ? path[1..] : path[1..end];
        string home = user.Length == 0 ? Local.Home
            : UserAccount.Find(user)?.Home ?? throw new UsageException($"no user '{user}' for '{path}'");
        return end < 0 ? home : Path.Join(home, path[(end + 1)..]);
    }
}
