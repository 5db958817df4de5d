using SshCore.Config;

namespace SshCore.Cli.Serve;

/// <summary>
/// Which variables the <c>environment="NAME=value"</c> options of authorized keys may set: sshd's PermitUserEnvironment, with
/// its values <c>yes</c>, <c>no</c> and a list of patterns of names. Off unless asked for, as such a variable can get round
/// a forced command (LD_PRELOAD).
/// </summary>
internal sealed class KeyEnvironment
{
    private readonly string? _patterns;

    private KeyEnvironment(bool isOn, string? patterns)
    {
        IsOn = isOn;
        _patterns = patterns;
    }

    internal static KeyEnvironment Off { get; } = new(false, null);

    /// <summary>Whether any of them counts.</summary>
    internal bool IsOn { get; }

    /// <summary>Reads <c>yes</c>, <c>no</c>, or patterns with commas between them.</summary>
    internal static KeyEnvironment Parse(string? text) => text switch
    {
        null or "no" => Off,
        "yes" => new(true, null),
        _ => new(true, text),
    };

    /// <summary>Those that count, in order.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Choose(IReadOnlyList<KeyValuePair<string, string>> variables)
    {
        foreach (KeyValuePair<string, string> variable in IsOn ? variables : [])
        {
            if (_patterns is null || HostPatterns.MatchList(variable.Key, _patterns) == PatternMatch.Match)
            {
                yield return variable;
            }
        }
    }
}
