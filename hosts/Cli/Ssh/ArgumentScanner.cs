using System.Globalization;
using SshCore.Cli.Arguments;

namespace SshCore.Cli.Ssh;

/// <summary>
/// Reads the command line as OpenSSH's client does: single letters that can stand together, options also after the host,
/// and everything from the first other word on is the command, untouched.
/// </summary>
internal static class ArgumentScanner
{
    private const string Plain = "46aknqstTvVxN";
    private const string WithValue = "ceEFilmopQ";
    private const string NotSupported = "ACDfgGIJKLMOPRSwWXYybB";

    /// <exception cref="UsageException">An option is unknown, not supported, or has a wrong value.</exception>
    internal static SshArguments Scan(IReadOnlyList<string> words)
    {
        var result = new SshArguments();
        int at = 0;
        bool hasHost = false;
        while (at < words.Count)
        {
            string word = words[at];
            if (word == "--help" && !hasHost)
            {
                result.ShowHelp = true;
                return result;
            }

            bool end = word == "--";
            if (!end && word.Length > 1 && word[0] == '-')
            {
                at++;
                ScanLetters(result, word, words, ref at);
                continue;
            }

            at += end ? 1 : 0;
            if (hasHost || at == words.Count)
            {
                break;
            }

            SetDestination(result, words[at++]);
            hasHost = true;
            if (end)
            {
                break;
            }
        }

        if (at < words.Count)
        {
            result.Command = string.Join(' ', Rest(words, at));
        }

        if (!hasHost && !result.ShowVersion && result.Query is null)
        {
            throw new UsageException("no host is given; see sshcore ssh --help");
        }

        return result;
    }

    private static void ScanLetters(SshArguments result, string word, IReadOnlyList<string> words, ref int at)
    {
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            throw new UsageException($"unknown option {word}");
        }

        for (int i = 1; i < word.Length; i++)
        {
            char letter = word[i];
            if (Plain.Contains(letter))
            {
                SetPlain(result, letter);
            }
            else if (WithValue.Contains(letter))
            {
                string value = i + 1 < word.Length ? word[(i + 1)..]
                    : at < words.Count ? words[at++]
                    : throw new UsageException($"option -{letter} wants a value");
                SetValue(result, letter, value);
                return;
            }
            else if (NotSupported.Contains(letter))
            {
                throw new UsageException($"option -{letter} isn't supported");
            }
            else
            {
                throw new UsageException($"unknown option -{letter}");
            }
        }
    }

    private static void SetPlain(SshArguments result, char letter)
    {
        switch (letter)
        {
            case '4':
                result.AddressFamilyIsV6 = false;
                break;
            case '6':
                result.AddressFamilyIsV6 = true;
                break;
            case 'n':
                result.NoInput = true;
                break;
            case 'N':
                result.Session = SessionKind.None;
                break;
            case 's':
                result.Session = SessionKind.Subsystem;
                break;
            case 't':
                result.Terminal = result.Terminal is TerminalRequest.Yes or TerminalRequest.Force ? TerminalRequest.Force : TerminalRequest.Yes;
                break;
            case 'T':
                result.Terminal = TerminalRequest.No;
                break;
            case 'q':
                result.Verbosity = OptionReader.Quiet;
                break;
            case 'v':
                result.Verbosity = Math.Min(Math.Max(result.Verbosity ?? 0, 0) + 1, 3);
                break;
            case 'V':
                result.ShowVersion = true;
                break;
            default:
                // -a, -k and -x turn off forwardings that there are none of.
                break;
        }
    }

    private static void SetValue(SshArguments result, char letter, string value)
    {
        switch (letter)
        {
            case 'c':
                result.Algorithms.Ciphers = value;
                break;
            case 'm':
                result.Algorithms.Macs = value;
                break;
            case 'e':
                OptionReader.Set(result, "EscapeChar", value);
                break;
            case 'E':
                result.ErrorLog = value;
                break;
            case 'F' when !string.Equals(value, "none", StringComparison.OrdinalIgnoreCase):
                throw new UsageException("option -F isn't supported but for 'none': configuration files aren't read");
            case 'F':
                break;
            case 'i':
                result.IdentityFiles.Add(value);
                break;
            case 'l':
                result.User ??= value;
                break;
            case 'o':
                OptionReader.SetLine(result, value);
                break;
            case 'p':
                result.Port ??= ParsePort(value);
                break;
            default:
                result.Query = value;
                break;
        }
    }

    /// <summary><c>[user@]host</c>, where the user may contain @, or <c>ssh://[user@]host[:port]</c>.</summary>
    private static void SetDestination(SshArguments result, string word)
    {
        const string scheme = "ssh://";
        bool isUri = word.StartsWith(scheme, StringComparison.OrdinalIgnoreCase);
        string host = isUri ? word[scheme.Length..].TrimEnd('/') : word;
        int atSign = host.LastIndexOf('@');
        if (atSign >= 0)
        {
            string user = host[..atSign];
            if (user.Length == 0)
            {
                throw new UsageException($"no user before @ in '{word}'");
            }

            result.User ??= isUri ? Uri.UnescapeDataString(user) : user;
            host = host[(atSign + 1)..];
        }

        if (isUri)
        {
            int colon = host.LastIndexOf(':');
            if (colon > host.LastIndexOf(']'))
            {
                result.Port ??= ParsePort(host[(colon + 1)..]);
                host = host[..colon];
            }

            host = host.Length > 2 && host[0] == '[' && host[^1] == ']' ? host[1..^1] : host;
        }

        // A host that begins with - could be taken for an option further on.
        if (host.Length == 0 || host[0] == '-')
        {
            throw new UsageException($"'{word}' names no host");
        }

        result.Destination = host;
    }

    internal static int ParsePort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
            ? port
            : throw new UsageException($"bad port '{text}'");

    private static IEnumerable<string> Rest(IReadOnlyList<string> words, int from)
    {
        for (int i = from; i < words.Count; i++)
        {
            yield return words[i];
        }
    }
}
