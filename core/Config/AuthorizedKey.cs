using System.Diagnostics.CodeAnalysis;
using SshCore.Errors;
using SshCore.Keys;
using SshCore.Wire;

namespace SshCore.Config;

/// <summary>
/// One line of authorized_keys (sshd(8)): a key and what it may do. Only lines whose every option is known exist as
/// objects; whoever lets the key in has to enforce all of <see cref="AllowsSource"/>, <see cref="Command"/> and the
/// permissions.
/// </summary>
public sealed class AuthorizedKey
{
    private const string CertificateSuffix = "-cert-v01@openssh.com";

    private readonly List<KeyValuePair<string, string>> _environment = [];

    private AuthorizedKey(SshPublicKey key, string comment, IReadOnlyList<KeyOption> options)
    {
        Key = key;
        Comment = comment;
        Options = options;
    }

    /// <summary>The key.</summary>
    public SshPublicKey Key { get; }

    /// <summary>What follows the key; empty if nothing does.</summary>
    public string Comment { get; }

    /// <summary>The options as they are written, in order.</summary>
    public IReadOnlyList<KeyOption> Options { get; }

    /// <summary>Line in the file, from 1; 0 if it is in none.</summary>
    public int LineNumber { get; internal set; }

    /// <summary>The command that runs instead of what the client asks for; null if there is none.</summary>
    public string? Command { get; private set; }

    /// <summary>The list of addresses that may use the key; null for all.</summary>
    public string? From { get; private set; }

    /// <summary>Whether the client may have a terminal.</summary>
    public bool AllowsPty { get; private set; } = true;

    /// <summary>Whether the client may forward ports.</summary>
    public bool AllowsPortForwarding { get; private set; } = true;

    /// <summary>Whether the client may forward its agent.</summary>
    public bool AllowsAgentForwarding { get; private set; } = true;

    /// <summary>Whether the client may forward X11.</summary>
    public bool AllowsX11Forwarding { get; private set; } = true;

    /// <summary>Whether the user's rc file runs.</summary>
    public bool AllowsUserRc { get; private set; } = true;

    /// <summary>
    /// What <c>environment="NAME=value"</c> adds, in order; of one name the last counts. A server that isn't told to honour
    /// them passes over them, as sshd does (PermitUserEnvironment): the key is good without them.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment => _environment;

    /// <summary>
    /// Reads one line that is neither blank nor a comment. Lines for certificates, keys of unknown types and options that
    /// are not supported are refused: they never authorise with less than they say.
    /// </summary>
    public static bool TryParse(
        string line, [NotNullWhen(true)] out AuthorizedKey? entry, [NotNullWhen(false)] out SshError? error, SshLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(line);
        limits ??= SshLimits.Default;
        entry = null;
        string text = line.Trim(' ', '\t', '\r', '\n');
        if (text.Length > limits.TextLineLength)
        {
            error = new SshError(SshErrorKind.LimitExceeded, "The line is too long", $"at most {limits.TextLineLength} characters");
            return false;
        }

        List<KeyOption> options = [];
        if (!StartsWithKeyType(text) && !KeyOption.TryParseList(ref text, out options))
        {
            error = new SshError(SshErrorKind.InvalidMessage, "The authorized_keys line is damaged", "a key, or options and a key");
            return false;
        }

        string rest = text;
        if (OpenSshKeyLine.Word(ref rest).EndsWith(CertificateSuffix, StringComparison.Ordinal))
        {
            error = new SshError(SshErrorKind.UnsupportedKey, "The authorized_keys line is for a certificate, which is not supported here.");
            return false;
        }

        if (!OpenSshKeyLine.TryParse(text, out var key, out string comment, out error, limits))
        {
            return false;
        }

        var parsed = new AuthorizedKey(key, comment, options);
        error = parsed.Apply();
        entry = error is null ? parsed : null;
        return error is null;
    }

    /// <summary>Whether the key may be used from an address; see <see cref="AddressPatterns.Allows"/>.</summary>
    public bool AllowsSource(string address, string? hostName = null) => From is null || AddressPatterns.Allows(From, address, hostName);

    private static bool StartsWithKeyType(string text) =>
        text.StartsWith("ssh-", StringComparison.Ordinal) || text.StartsWith("ecdsa-", StringComparison.Ordinal)
        || text.StartsWith("sk-", StringComparison.Ordinal) || text.StartsWith("rsa-", StringComparison.Ordinal);

    /// <summary>Options count in their order: <c>restrict,pty</c> allows the terminal again.</summary>
    private SshError? Apply()
    {
        foreach (var option in Options)
        {
            string? problem = !IsText(option.Value) ? "has bytes that are not UTF-8 text" : option.Name switch
            {
                "command" => Set(option, Command, value => Command = value),
                "from" => Set(option, From, value => From = value)
                    ?? (AddressPatterns.IsValid(option.Value!) ? null : "has an address block that is none"),
                "environment" => AddVariable(option.Value),
                "restrict" => Flag(option, _ => AllowsPty = AllowsPortForwarding = AllowsAgentForwarding = AllowsX11Forwarding = AllowsUserRc = false),
                "pty" or "no-pty" => Flag(option, allow => AllowsPty = allow),
                "port-forwarding" or "no-port-forwarding" => Flag(option, allow => AllowsPortForwarding = allow),
                "agent-forwarding" or "no-agent-forwarding" => Flag(option, allow => AllowsAgentForwarding = allow),
                "x11-forwarding" or "no-x11-forwarding" => Flag(option, allow => AllowsX11Forwarding = allow),
                "user-rc" or "no-user-rc" => Flag(option, allow => AllowsUserRc = allow),
                _ => "is not supported, so the key is not accepted",
            };
            if (problem is not null)
            {
                return new SshError(SshErrorKind.UnsupportedKey, $"The option '{Utf8.Printable(option.Name, maxLength: 64)}' {problem}.");
            }
        }

        return null;
    }

    // Whoever read the file has put U+FFFD where it was not UTF-8: a command or a list of addresses that is not what the file
    // says must not count. A NUL would end it early in whatever runs it.
    private static bool IsText(string? value) => value is null || value.AsSpan().IndexOfAny('\0', '\uFFFD') < 0;

    // sshd(8): a name of letters, digits and underscores, then '='.
    private string? AddVariable(string? text)
    {
        int equals = text?.IndexOf('=') ?? -1;
        if (text is null || equals <= 0)
        {
            return "needs NAME=value";
        }

        foreach (char c in text.AsSpan(0, equals))
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return "has a name that no variable can have";
            }
        }

        _environment.Add(new(text.Substring(0, equals), text.Substring(equals + 1)));
        return null;
    }

    private static string? Flag(KeyOption option, Action<bool> set)
    {
        if (option.Value is not null)
        {
            return "takes no value";
        }

        set(!option.Name.StartsWith("no-", StringComparison.Ordinal));
        return null;
    }

    private static string? Set(KeyOption option, string? current, Action<string> set)
    {
        if (option.Value is null)
        {
            return "needs a value";
        }

        if (current is not null)
        {
            return "is given twice";
        }

        set(option.Value);
        return null;
    }
}
