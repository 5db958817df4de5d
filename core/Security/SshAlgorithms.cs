using System.Linq;

namespace SshCore.Security;

/// <summary>Every algorithm name this library knows, in its default order of preference.</summary>
public static class SshAlgorithms
{
    private static readonly HashSet<string> LegacySet = new(StringComparer.Ordinal);

    /// <summary>Key exchange methods.</summary>
    public static IReadOnlyList<string> KeyExchanges { get; } = Names(KexMethod.All, m => m.Name, m => m.IsLegacy);

    /// <summary>Signature algorithms, for host keys and for users.</summary>
    public static IReadOnlyList<string> Signatures { get; } = Names(SignatureAlgorithm.All, s => s.Name, s => s.IsLegacy);

    /// <summary>Ciphers.</summary>
    public static IReadOnlyList<string> Ciphers { get; } = Names(CipherAlgorithm.All, c => c.Name, c => c.IsLegacy);

    /// <summary>MACs.</summary>
    public static IReadOnlyList<string> Macs { get; } = Names(MacAlgorithm.All, m => m.Name, m => m.IsLegacy);

    /// <summary>The names that are off until allowed by name.</summary>
    public static IReadOnlyCollection<string> LegacyNames => LegacySet;

    internal static IReadOnlyList<string> DefaultKeyExchanges { get; } = Modern(KeyExchanges);

    internal static IReadOnlyList<string> DefaultSignatures { get; } = Modern(Signatures);

    internal static IReadOnlyList<string> DefaultCiphers { get; } = Modern(Ciphers);

    internal static IReadOnlyList<string> DefaultMacs { get; } = Modern(Macs);

    /// <summary>Whether <paramref name="name"/> is off until allowed by name.</summary>
    public static bool IsLegacy(string name) => LegacySet.Contains(name);

    private static string[] Names<T>(IReadOnlyList<T> all, Func<T, string> name, Func<T, bool> isLegacy)
    {
        foreach (var item in all)
        {
            if (isLegacy(item))
            {
                LegacySet.Add(name(item));
            }
        }

        return [.. all.Select(name)];
    }

    private static string[] Modern(IReadOnlyList<string> names) => [.. names.Where(name => !IsLegacy(name))];
}
