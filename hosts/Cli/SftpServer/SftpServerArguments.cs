using Microsoft.Extensions.Logging;
using SshCore.Cli.Arguments;
using SshCore.Sftp;

namespace SshCore.Cli.SftpServers;

/// <summary>The command line of <c>sshcore sftp-server</c>: OpenSSH's, as sshd_config files have it.</summary>
internal sealed class SftpServerArguments
{
    private static readonly string[] Facilities =
        ["KERN", "USER", "MAIL", "DAEMON", "AUTH", "SYSLOG", "LPR", "NEWS", "UUCP", "CRON", "AUTHPRIV", "FTP", "", "", "", "", "LOCAL0", "LOCAL1", "LOCAL2", "LOCAL3", "LOCAL4", "LOCAL5", "LOCAL6", "LOCAL7"];

    private HashSet<string>? _allowed;
    private HashSet<string>? _denied;

    internal bool ShowHelp { get; private set; }

    internal bool ShowRequests { get; private set; }

    internal bool IsReadOnly { get; private set; }

    internal bool LogsToStandardError { get; private set; }

    internal string? StartDirectory { get; private set; }

    /// <summary>Number of the syslog facility; 4 is AUTH.</summary>
    internal int Facility { get; private set; } = 4;

    internal LogLevel LogLevel { get; private set; } = LogLevel.Error;

    internal uint? Umask { get; private set; }

    /// <summary>Whether -p or -P was given.</summary>
    internal bool Restricts => _allowed is not null || _denied is not null;

    /// <exception cref="UsageException">A word is not understood.</exception>
    internal static SftpServerArguments Read(IReadOnlyList<string> words)
    {
        var result = new SftpServerArguments();
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            if (word is "--help")
            {
                result.ShowHelp = true;
                continue;
            }

            if (word.Length < 2 || word[0] != '-')
            {
                throw new UsageException($"sftp-server takes no argument '{word}'; see sshcore sftp-server --help");
            }

            for (int at = 1; at < word.Length; at++)
            {
                if ("dflPpQu".Contains(word[at], StringComparison.Ordinal))
                {
                    string value = at + 1 < word.Length ? word[(at + 1)..]
                        : ++i < words.Count ? words[i]
                        : throw new UsageException($"-{word[at]} wants a value");
                    result.Set(word[at], value);
                    break;
                }

                result.Set(word[at]);
            }
        }

        return result;
    }

    /// <summary>Whether -p and -P let this request through.</summary>
    internal bool Allows(SftpRequestKind kind)
    {
        string name = SftpRequestNames.Of(kind);
        return _denied?.Contains(name) != true && _allowed?.Contains(name) != false;
    }

    private void Set(char option)
    {
        switch (option)
        {
            case 'e':
                LogsToStandardError = true;
                break;
            case 'R':
                IsReadOnly = true;
                break;
            case 'h':
                ShowHelp = true;
                break;
            default:
                throw new UsageException($"sftp-server has no option -{option}; see sshcore sftp-server --help");
        }
    }

    private void Set(char option, string value)
    {
        switch (option)
        {
            case 'd':
                StartDirectory = value;
                break;
            case 'f':
                int facility = value.Length == 0 ? -1 : Array.FindIndex(Facilities, name => name.Equals(value, StringComparison.OrdinalIgnoreCase));
                Facility = facility >= 0 ? facility : throw new UsageException($"-f: unknown log facility '{value}'");
                break;
            case 'l':
                LogLevel = LevelOf(value);
                break;
            case 'P':
                _denied = [.. value.Split(',')];
                break;
            case 'p':
                _allowed = [.. value.Split(',')];
                break;
            case 'Q':
                ShowRequests = value == "requests" ? true : throw new UsageException($"-Q: unknown query '{value}'; there is only requests");
                break;
            default:
                Umask = ParseUmask(value);
                break;
        }
    }

    private static LogLevel LevelOf(string value) => value.ToUpperInvariant() switch
    {
        "QUIET" => LogLevel.None,
        "FATAL" => LogLevel.Critical,
        "ERROR" => LogLevel.Error,
        "INFO" or "VERBOSE" => LogLevel.Information,
        "DEBUG" or "DEBUG1" => LogLevel.Debug,
        "DEBUG2" or "DEBUG3" => LogLevel.Trace,
        _ => throw new UsageException($"-l: unknown log level '{value}'"),
    };

    private static uint ParseUmask(string value)
    {
        uint mask = 0;
        foreach (char digit in value)
        {
            mask = digit is >= '0' and <= '7' && mask <= 0x1FF ? (mask * 8) + (uint)(digit - '0') : uint.MaxValue / 8;
        }

        return value.Length > 0 && mask <= 0x1FF ? mask : throw new UsageException($"-u: '{value}' is no umask");
    }
}
