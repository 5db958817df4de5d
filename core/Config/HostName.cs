namespace SshCore.Config;

/// <summary>The form in which known_hosts names a host: lower case; <c>[host]:port</c> unless the port is 22 (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).</summary>
internal static class HostName
{
    public const int DefaultPort = 22;

    public static string Canonical(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (port is < 1 or > 65535)
        {
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port is 1 to 65535.");
        }

        string lower = host.ToLowerInvariant();
        return port == DefaultPort ? lower : $"[{lower}]:{port}";
    }

    /// <summary>Whether the name can stand in a file as itself: no blank, no control character, nothing with a meaning there.</summary>
    public static bool CanBeWritten(string host)
    {
        if (host.Length == 0 || host[0] is '!' or '|' or '@' or '#')
        {
            return false;
        }

        foreach (char c in host)
        {
            if (c is <= ' ' or ',' or '*' or '?' or '\u007f' || char.IsWhiteSpace(c) || char.IsControl(c))
            {
                return false;
            }
        }

        return true;
    }
}
