using System.Linq;
using SshCore.Errors;

namespace SshCore.Security;

/// <summary>
/// Algorithm names in order of preference, per connection. The default order is OpenSSH's of what we have. Names are
/// checked when set: an unknown one is refused, a legacy one must have been allowed by <see cref="AllowLegacy"/>.
/// </summary>
public sealed record SshAlgorithmPreferences
{
    private readonly HashSet<string> _legacy = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _keyExchanges = SshAlgorithms.DefaultKeyExchanges;
    private readonly IReadOnlyList<string> _hostKeys = SshAlgorithms.DefaultSignatures;
    private readonly IReadOnlyList<string> _ciphers = SshAlgorithms.DefaultCiphers;
    private readonly IReadOnlyList<string> _macs = SshAlgorithms.DefaultMacs;
    private readonly IReadOnlyList<string> _signatures = SshAlgorithms.DefaultSignatures;

    /// <summary>Everything that is not legacy.</summary>
    public static SshAlgorithmPreferences Default { get; } = new();

    /// <summary>Key exchange methods.</summary>
    /// <exception cref="SshUsageException">A name is unknown or repeated, or legacy and not allowed.</exception>
    public IReadOnlyList<string> KeyExchanges { get => _keyExchanges; init => _keyExchanges = Check(value, SshAlgorithms.KeyExchanges, nameof(KeyExchanges)); }

    /// <summary>Host key signature algorithms.</summary>
    /// <exception cref="SshUsageException">A name is unknown or repeated, or legacy and not allowed.</exception>
    public IReadOnlyList<string> HostKeys { get => _hostKeys; init => _hostKeys = Check(value, SshAlgorithms.Signatures, nameof(HostKeys)); }

    /// <summary>Ciphers, both directions.</summary>
    /// <exception cref="SshUsageException">A name is unknown or repeated, or legacy and not allowed.</exception>
    public IReadOnlyList<string> Ciphers { get => _ciphers; init => _ciphers = Check(value, SshAlgorithms.Ciphers, nameof(Ciphers)); }

    /// <summary>MACs, both directions.</summary>
    /// <exception cref="SshUsageException">A name is unknown or repeated, or legacy and not allowed.</exception>
    public IReadOnlyList<string> Macs { get => _macs; init => _macs = Check(value, SshAlgorithms.Macs, nameof(Macs)); }

    /// <summary>Signature algorithms of public key authentication; a server announces them as server-sig-algs.</summary>
    /// <exception cref="SshUsageException">A name is unknown or repeated, or legacy and not allowed.</exception>
    public IReadOnlyList<string> Signatures { get => _signatures; init => _signatures = Check(value, SshAlgorithms.Signatures, nameof(Signatures)); }

    /// <summary>Legacy names that were allowed.</summary>
    public IReadOnlyCollection<string> Legacy => _legacy;

    /// <summary>
    /// A copy in which these legacy algorithms, each by its exact name, are allowed and stand last in their lists.
    /// </summary>
    /// <exception cref="SshUsageException">A name is not that of a legacy algorithm we have.</exception>
    public SshAlgorithmPreferences AllowLegacy(params IReadOnlyList<string> names)
    {
        var copy = new SshAlgorithmPreferences(this, names);
        return copy with
        {
            KeyExchanges = Append(_keyExchanges, names, SshAlgorithms.KeyExchanges),
            HostKeys = Append(_hostKeys, names, SshAlgorithms.Signatures),
            Ciphers = Append(_ciphers, names, SshAlgorithms.Ciphers),
            Macs = Append(_macs, names, SshAlgorithms.Macs),
            Signatures = Append(_signatures, names, SshAlgorithms.Signatures),
        };
    }

    private SshAlgorithmPreferences(SshAlgorithmPreferences original)
    {
        _legacy = new(original._legacy, StringComparer.Ordinal);
        _keyExchanges = original._keyExchanges;
        _hostKeys = original._hostKeys;
        _ciphers = original._ciphers;
        _macs = original._macs;
        _signatures = original._signatures;
    }

    private SshAlgorithmPreferences(SshAlgorithmPreferences original, IReadOnlyList<string> legacy)
        : this(original)
    {
        foreach (string name in legacy)
        {
            if (!SshAlgorithms.IsLegacy(name))
            {
                throw new SshUsageException($"'{name}' is not a legacy algorithm of this library; those are: {string.Join(", ", SshAlgorithms.LegacyNames)}.");
            }

            _legacy.Add(name);
        }
    }

    private SshAlgorithmPreferences()
    {
    }

    private static List<string> Append(IReadOnlyList<string> names, IReadOnlyList<string> added, IReadOnlyList<string> known)
    {
        var result = new List<string>(names);
        foreach (string name in added)
        {
            if (!result.Contains(name) && known.Contains(name))
            {
                result.Add(name);
            }
        }

        return result;
    }

    private List<string> Check(IReadOnlyList<string> names, IReadOnlyList<string> known, string list)
    {
        if (names.Count == 0)
        {
            throw new SshUsageException($"{list} must name at least one algorithm.");
        }

        var result = new List<string>(names.Count);
        foreach (string name in names)
        {
            if (!known.Contains(name))
            {
                throw new SshUsageException($"{list}: '{name}' is unknown; known are: {string.Join(", ", known)}.");
            }

            if (SshAlgorithms.IsLegacy(name) && !_legacy.Contains(name))
            {
                throw new SshUsageException($"{list}: '{name}' is a legacy algorithm; allow it by name with {nameof(AllowLegacy)}(\"{name}\").");
            }

            if (result.Contains(name))
            {
                throw new SshUsageException($"{list}: '{name}' is there twice.");
            }

            result.Add(name);
        }

        return result;
    }
}
