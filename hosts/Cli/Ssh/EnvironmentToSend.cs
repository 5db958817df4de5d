using System.Collections;
using SshCore.Config;

namespace SshCore.Cli.Ssh;

/// <summary>The variables that SendEnv and SetEnv name; without them none are sent.</summary>
internal static class EnvironmentToSend
{
    /// <summary>Variables of ours that a pattern names, then those that are set; a pattern after <c>-</c> takes earlier ones back.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Choose(SshArguments arguments, IDictionary ours)
    {
        var patterns = new List<string>();
        foreach (string pattern in arguments.SendEnv)
        {
            if (pattern.StartsWith('-'))
            {
                patterns.RemoveAll(earlier => HostPatterns.IsMatch(earlier, pattern.AsSpan(1)));
            }
            else
            {
                patterns.Add(pattern);
            }
        }

        var chosen = new List<KeyValuePair<string, string>>();
        foreach (DictionaryEntry variable in ours)
        {
            string name = (string)variable.Key;
            bool isSet = arguments.SetEnv?.Exists(set => string.Equals(set.Key, name, StringComparison.Ordinal)) == true;
            if (!isSet && patterns.Exists(pattern => HostPatterns.IsMatch(name, pattern)))
            {
                chosen.Add(new(name, (string?)variable.Value ?? ""));
            }
        }

        chosen.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        chosen.AddRange(arguments.SetEnv ?? []);
        return chosen;
    }
}
