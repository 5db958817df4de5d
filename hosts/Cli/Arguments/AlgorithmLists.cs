using SshCore.Config;
using SshCore.Errors;
using SshCore.Security;

namespace SshCore.Cli.Arguments;

/// <summary>
/// Algorithm lists as OpenSSH writes them: a list replaces the default, <c>+</c> appends to it, <c>-</c> removes by
/// pattern, <c>^</c> puts first. A legacy algorithm is off until it is named.
/// </summary>
internal sealed class AlgorithmLists
{
    /// <summary>KexAlgorithms; null for the default.</summary>
    internal string? KeyExchanges { get; set; }

    /// <summary>HostKeyAlgorithms; null for the default.</summary>
    internal string? HostKeys { get; set; }

    /// <summary>Ciphers; null for the default.</summary>
    internal string? Ciphers { get; set; }

    /// <summary>MACs; null for the default.</summary>
    internal string? Macs { get; set; }

    /// <summary>PubkeyAcceptedAlgorithms; null for the default.</summary>
    internal string? Signatures { get; set; }

    /// <summary>Legacy algorithms to append wherever they belong.</summary>
    internal List<string> Legacy { get; } = [];

    /// <summary>What a connection takes.</summary>
    /// <exception cref="UsageException">A name is unknown, or nothing remains.</exception>
    internal SshAlgorithmPreferences ToPreferences()
    {
        SshAlgorithmPreferences standard = SshAlgorithmPreferences.Default;
        IReadOnlyList<string> keyExchanges = Apply("KexAlgorithms", KeyExchanges, standard.KeyExchanges, SshAlgorithms.KeyExchanges);
        IReadOnlyList<string> hostKeys = Apply("HostKeyAlgorithms", HostKeys, standard.HostKeys, SshAlgorithms.Signatures);
        IReadOnlyList<string> ciphers = Apply("Ciphers", Ciphers, standard.Ciphers, SshAlgorithms.Ciphers);
        IReadOnlyList<string> macs = Apply("MACs", Macs, standard.Macs, SshAlgorithms.Macs);
        IReadOnlyList<string> signatures = Apply("PubkeyAcceptedAlgorithms", Signatures, standard.Signatures, SshAlgorithms.Signatures);

        var named = new List<string>();
        foreach (string name in (IEnumerable<string>)[.. keyExchanges, .. hostKeys, .. ciphers, .. macs, .. signatures])
        {
            if (SshAlgorithms.IsLegacy(name) && !named.Contains(name))
            {
                named.Add(name);
            }
        }

        try
        {
            SshAlgorithmPreferences chosen = standard.AllowLegacy(named) with
            {
                KeyExchanges = keyExchanges,
                HostKeys = hostKeys,
                Ciphers = ciphers,
                Macs = macs,
                Signatures = signatures,
            };
            return Legacy.Count == 0 ? chosen : chosen.AllowLegacy(Legacy);
        }
        catch (SshUsageException e)
        {
            throw new UsageException(e.Message, e);
        }
    }

    private static IReadOnlyList<string> Apply(string option, string? list, IReadOnlyList<string> standard, IReadOnlyList<string> known)
    {
        if (list is null)
        {
            return standard;
        }

        char prefix = list.Length > 0 && list[0] is '+' or '-' or '^' ? list[0] : '\0';
        string[] names = (prefix == '\0' ? list : list[1..]).Split(',');
        List<string> result = prefix switch
        {
            '\0' => Distinct(names),
            '+' => Distinct([.. standard, .. names]),
            '^' => Distinct([.. names, .. standard]),
            _ => [.. standard],
        };
        if (prefix == '-')
        {
            foreach (string pattern in names)
            {
                result.RemoveAll(name => HostPatterns.IsMatch(name, pattern));
            }
        }

        foreach (string name in result)
        {
            if (!Contains(known, name))
            {
                throw new UsageException($"{option}: '{name}' is unknown; known are {string.Join(",", known)}");
            }
        }

        return result.Count > 0 ? result : throw new UsageException($"{option}: nothing remains of '{list}'");
    }

    private static List<string> Distinct(IReadOnlyList<string> names)
    {
        var result = new List<string>(names.Count);
        foreach (string name in names)
        {
            if (!Contains(result, name))
            {
                result.Add(name);
            }
        }

        return result;
    }

    private static bool Contains(IReadOnlyList<string> names, string name)
    {
        foreach (string one in names)
        {
            if (string.Equals(one, name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
