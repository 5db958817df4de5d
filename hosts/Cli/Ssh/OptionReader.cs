using System.Globalization;
using SshCore.Cli.Arguments;

namespace SshCore.Cli.Ssh;

/// <summary>
/// Options by their names in ssh_config. One that we don't have is an error: to ignore it could mean less security, or
/// another behaviour, than was asked for.
/// </summary>
internal static class OptionReader
{
    internal const int Quiet = -2;
    internal const int FatalOnly = -1;

    /// <summary>What we don't do, with the value that asks for just that.</summary>
    private static readonly Dictionary<string, string[]> OnlyValues = new(StringComparer.OrdinalIgnoreCase)
    {
        ["AddKeysToAgent"] = ["no"],
        ["CanonicalizeHostname"] = ["no"],
        ["CheckHostIP"] = ["no"],
        ["ClearAllForwardings"] = ["yes", "no"],
        ["Compression"] = ["no"],
        ["ControlMaster"] = ["no"],
        ["ControlPath"] = ["none"],
        ["ControlPersist"] = ["no"],
        ["ExitOnForwardFailure"] = ["yes", "no"],
        ["ForkAfterAuthentication"] = ["no"],
        ["ForwardAgent"] = ["no"],
        ["ForwardX11"] = ["no"],
        ["ForwardX11Trusted"] = ["no"],
        ["GatewayPorts"] = ["no"],
        ["GSSAPIAuthentication"] = ["no"],
        ["GSSAPIDelegateCredentials"] = ["no"],
        ["HostbasedAuthentication"] = ["no"],
        ["IdentityAgent"] = ["none"],
        ["ObscureKeystrokeTiming"] = ["no"],
        ["PermitLocalCommand"] = ["no"],
        ["ProxyCommand"] = ["none"],
        ["ProxyJump"] = ["none"],
        ["ProxyUseFdpass"] = ["no"],
        ["StreamLocalBindUnlink"] = ["no"],
        ["Tunnel"] = ["no"],
        ["UpdateHostKeys"] = ["no"],
        ["VerifyHostKeyDNS"] = ["no"],
        ["VisualHostKey"] = ["no"],
    };

    /// <summary>Reads <c>Key=Value</c> or <c>Key Value</c>, as -o takes them.</summary>
    internal static void SetLine(SshArguments result, string line)
    {
        string text = line.Trim();
        int end = text.AsSpan().IndexOfAny(" \t=");
        if (end <= 0)
        {
            throw new UsageException($"-o wants Key=Value, not '{line}'");
        }

        string value = text[end..].TrimStart(' ', '\t');
        value = value.StartsWith('=') ? value[1..].TrimStart(' ', '\t') : value;
        if (value.Length == 0)
        {
            throw new UsageException($"option {text[..end]} has no value");
        }

        Set(result, text[..end], value);
    }

    /// <summary>Sets one option unless it was set before.</summary>
    internal static void Set(SshArguments result, string key, string value)
    {
        switch (key.ToLowerInvariant())
        {
            case "addressfamily":
                result.AddressFamilyIsV6 ??= One<bool?>(key, value, ("any", null), ("inet", false), ("inet6", true));
                break;
            case "batchmode":
                result.BatchMode ??= YesNo(key, value);
                break;
            case "challengeresponseauthentication" or "kbdinteractiveauthentication":
                result.KbdInteractiveAuthentication ??= YesNo(key, value);
                break;
            case "ciphers":
                result.Algorithms.Ciphers ??= Word(key, value);
                break;
            case "connecttimeout":
                result.ConnectTimeout ??= Time(key, value);
                break;
            case "connectionattempts":
                result.ConnectionAttempts ??= Number(key, value, 1);
                break;
            case "escapechar":
                result.EscapeChar ??= EscapeCharacter(value);
                break;
            case "globalknownhostsfile":
                result.GlobalKnownHostsFiles ??= Files(value);
                break;
            case "hashknownhosts":
                result.HashKnownHosts ??= YesNo(key, value);
                break;
            case "hostkeyalgorithms":
                result.Algorithms.HostKeys ??= Word(key, value);
                break;
            case "hostkeyalias":
                result.HostKeyAlias ??= Word(key, value);
                break;
            case "hostname":
                result.HostName ??= Word(key, value);
                break;
            case "identitiesonly":
                result.IdentitiesOnly ??= YesNo(key, value);
                break;
            case "identityfile":
                result.IdentityFiles.Add(Word(key, value));
                break;
            case "kexalgorithms":
                result.Algorithms.KeyExchanges ??= Word(key, value);
                break;
            case "loglevel":
                result.Verbosity ??= Level(key, value);
                break;
            case "macs":
                result.Algorithms.Macs ??= Word(key, value);
                break;
            case "nohostauthenticationforlocalhost":
                result.NoHostAuthenticationForLocalhost ??= YesNo(key, value);
                break;
            case "numberofpasswordprompts":
                result.NumberOfPasswordPrompts ??= Number(key, value, 1);
                break;
            case "passwordauthentication":
                result.PasswordAuthentication ??= YesNo(key, value);
                break;
            case "port":
                result.Port ??= ArgumentScanner.ParsePort(Word(key, value));
                break;
            case "preferredauthentications":
                result.PreferredAuthentications ??= Word(key, value).Split(',');
                break;
            case "pubkeyacceptedalgorithms" or "pubkeyacceptedkeytypes":
                result.Algorithms.Signatures ??= Word(key, value);
                break;
            case "pubkeyauthentication":
                result.PubkeyAuthentication ??= One(key, value, ("yes", true), ("no", false), ("unbound", true), ("host-bound", true));
                break;
            case "rekeylimit":
                result.RekeyLimit ??= Quantities.ParseRekeyLimit(value);
                break;
            case "requesttty":
                result.Terminal ??= One(key, value, ("auto", TerminalRequest.Auto), ("no", TerminalRequest.No), ("yes", TerminalRequest.Yes), ("force", TerminalRequest.Force));
                break;
            case "sendenv":
                result.SendEnv.AddRange(Words.Split(value));
                break;
            case "serveralivecountmax":
                result.ServerAliveCountMax ??= Number(key, value, 1);
                break;
            case "serveraliveinterval":
                result.ServerAliveInterval ??= Time(key, value);
                break;
            case "sessiontype":
                result.Session ??= One(key, value, ("none", SessionKind.None), ("subsystem", SessionKind.Subsystem), ("default", SessionKind.Default));
                break;
            case "setenv":
                result.SetEnv ??= Variables(key, value);
                break;
            case "stdinnull":
                result.NoInput ??= YesNo(key, value);
                break;
            case "stricthostkeychecking":
                result.StrictHostKeyChecking ??= One(
                    key,
                    value,
                    ("ask", HostKeyChecking.Ask),
                    ("yes", HostKeyChecking.Yes),
                    ("accept-new", HostKeyChecking.AcceptNew),
                    ("no", HostKeyChecking.No),
                    ("off", HostKeyChecking.No));
                break;
            case "tcpkeepalive":
                result.TcpKeepAlive ??= YesNo(key, value);
                break;
            case "user":
                result.User ??= Word(key, value);
                break;
            case "userknownhostsfile":
                result.UserKnownHostsFiles ??= Files(value);
                break;
            default:
                RequireOnlyValue(key, value);
                break;
        }
    }

    private static void RequireOnlyValue(string key, string value)
    {
        if (!OnlyValues.TryGetValue(key, out string[]? values))
        {
            throw new UsageException($"unsupported option '{key}'");
        }

        if (Array.FindIndex(values, one => string.Equals(one, value, StringComparison.OrdinalIgnoreCase)) < 0)
        {
            throw new UsageException($"unsupported option '{key} {value}': only '{values[0]}' is possible");
        }
    }

    private static string Word(string key, string value)
    {
        List<string> words = Words.Split(value);
        return words.Count == 1 ? words[0] : throw new UsageException($"option {key} wants one word, not '{value}'");
    }

    private static bool YesNo(string key, string value) => One(key, value, ("yes", true), ("true", true), ("no", false), ("false", false));

    private static T One<T>(string key, string value, params ReadOnlySpan<(string Word, T Meaning)> choices)
    {
        string word = Word(key, value);
        foreach ((string choice, T meaning) in choices)
        {
            if (string.Equals(choice, word, StringComparison.OrdinalIgnoreCase))
            {
                return meaning;
            }
        }

        throw new UsageException($"option {key} can't be '{word}'");
    }

    private static int Number(string key, string value, int least) =>
        int.TryParse(Word(key, value), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new UsageException($"option {key} wants a number of {least} or more, not '{value}'");

    private static TimeSpan Time(string key, string value)
    {
        string word = Word(key, value);
        return string.Equals(word, "none", StringComparison.OrdinalIgnoreCase) ? TimeSpan.Zero
            : Quantities.TryParseTime(word, out TimeSpan time) ? time
            : throw new UsageException($"option {key} wants a time, not '{value}'");
    }

    private static IReadOnlyList<string> Files(string value)
    {
        List<string> words = Words.Split(value);
        return words.Count == 1 && string.Equals(words[0], "none", StringComparison.OrdinalIgnoreCase) ? [] : words;
    }

    private static int Level(string key, string value) => One(
        key,
        value,
        ("quiet", Quiet),
        ("fatal", FatalOnly),
        ("error", FatalOnly),
        ("info", 0),
        ("verbose", 0),
        ("debug", 1),
        ("debug1", 1),
        ("debug2", 2),
        ("debug3", 3));

    /// <summary>One character, <c>^X</c> for a control character, or <c>none</c>, which is kept as "".</summary>
    private static string EscapeCharacter(string value)
    {
        if (string.Equals(value, "none", StringComparison.OrdinalIgnoreCase))
        {
            return "";
        }

        if (value.Length == 2 && value[0] == '^' && value[1] is >= '@' and <= 'z')
        {
            return ((char)(value[1] & 0x1f)).ToString();
        }

        return value.Length == 1 && value[0] < 128 ? value : throw new UsageException($"bad escape character '{value}'");
    }

    private static List<KeyValuePair<string, string>> Variables(string key, string value)
    {
        var variables = new List<KeyValuePair<string, string>>();
        foreach (string word in Words.Split(value))
        {
            int equals = word.IndexOf('=');
            if (equals <= 0)
            {
                throw new UsageException($"option {key} wants NAME=value, not '{word}'");
            }

            variables.Add(new(word[..equals], word[(equals + 1)..]));
        }

        return variables;
    }
}
