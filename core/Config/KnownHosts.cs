using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Config;

/// <summary>Look-ups over several known_hosts files, in their order (the user's before the system's). Not thread-safe.</summary>
public sealed class KnownHosts
{
    private readonly SshCryptoProvider _crypto;
    private readonly List<KnownHostsFile> _files;

    /// <summary>Looks into <paramref name="files"/>; <paramref name="crypto"/> compares hashed names.</summary>
    public KnownHosts(SshCryptoProvider crypto, params KnownHostsFile[] files)
    {
        ArgumentNullException.ThrowIfNull(crypto);
        ArgumentNullException.ThrowIfNull(files);
        _crypto = crypto;
        _files = [.. files];
    }

    /// <summary>The files, in order.</summary>
    public IReadOnlyList<KnownHostsFile> Files => _files;

    /// <summary>The names that occur, each once, in order; hashed ones as they are.</summary>
    public IReadOnlyList<string> HostNames
    {
        get
        {
            var names = new List<string>();
            var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var entry in Entries)
            {
                foreach (string name in entry.HostNames)
                {
                    if (seen.Add(name))
                    {
                        names.Add(name);
                    }
                }
            }

            return names;
        }
    }

    private IEnumerable<KnownHostsEntry> Entries
    {
        get
        {
            foreach (var file in _files)
            {
                foreach (var entry in file.Entries)
                {
                    yield return entry;
                }
            }
        }
    }

    /// <summary>Adds a file at the end.</summary>
    public void Add(KnownHostsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        _files.Add(file);
    }

    /// <summary>All lines about a host, those with markers too.</summary>
    public IReadOnlyList<KnownHostsEntry> Lookup(string host, int port = 22) => Find(HostName.Canonical(host, port));

    /// <summary>
    /// What the files say about a host's key. A revocation wins over everything; then any file that has the key makes it
    /// trusted; then any other key of the host, of whatever type, makes it changed. A key that is recorded for the host
    /// without a port is good for every port that has no key of its own.
    /// </summary>
    public KnownHostsResult Check(string host, int port, SshPublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var entries = Find(HostName.Canonical(host, port));
        var elsewhere = port == HostName.DefaultPort ? [] : Find(HostName.Canonical(host, HostName.DefaultPort));
        var revoked = new List<KnownHostsEntry>();
        var known = new List<KnownHostsEntry>();
        foreach (var entry in entries)
        {
            AddIf(revoked, entry, entry.Marker == KnownHostsMarker.Revoked && entry.Key == key);
            AddIf(known, entry, entry.Marker == KnownHostsMarker.None);
        }

        foreach (var entry in elsewhere)
        {
            AddIf(revoked, entry, entry.Marker == KnownHostsMarker.Revoked && entry.Key == key);
        }

        if (revoked.Count > 0)
        {
            return new KnownHostsResult(KnownHostsVerdict.Revoked, revoked);
        }

        if (Same(known, key) is { } match)
        {
            return new KnownHostsResult(KnownHostsVerdict.Trusted, [match]);
        }

        if (known.Count > 0)
        {
            return new KnownHostsResult(KnownHostsVerdict.Changed, known);
        }

        return Same(elsewhere, key) is { } portless
            ? new KnownHostsResult(KnownHostsVerdict.Trusted, [portless])
            : new KnownHostsResult(KnownHostsVerdict.Unknown, []);
    }

    /// <summary>The types of the keys that are known for a host and not revoked, each once, in the files' order.</summary>
    public IReadOnlyList<string> PreferredKeyTypes(string host, int port = 22)
    {
        var all = Find(HostName.Canonical(host, port));
        var types = new List<string>();
        foreach (var entry in all)
        {
            bool usable = entry.Marker == KnownHostsMarker.None && !types.Contains(entry.Key.KeyType);
            foreach (var other in all)
            {
                usable &= other.Marker != KnownHostsMarker.Revoked || other.Key != entry.Key;
            }

            if (usable)
            {
                types.Add(entry.Key.KeyType);
            }
        }

        return types;
    }

    /// <summary>
    /// Host key algorithms with those first whose key type is known for the host, so that a server with several keys
    /// shows one that can be checked; otherwise the order stays.
    /// </summary>
    public IReadOnlyList<string> OrderHostKeyAlgorithms(string host, int port, IReadOnlyList<string> algorithms)
    {
        ArgumentNullException.ThrowIfNull(algorithms);
        var types = PreferredKeyTypes(host, port);
        var first = new List<string>();
        var rest = new List<string>();
        foreach (string algorithm in algorithms)
        {
            bool known = SignatureAlgorithm.TryFind(algorithm, out var descriptor) && Contains(types, descriptor.KeyType);
            (known ? first : rest).Add(algorithm);
        }

        first.AddRange(rest);
        return first;
    }

    private static bool Contains(IReadOnlyList<string> types, string type)
    {
        foreach (string candidate in types)
        {
            if (string.Equals(candidate, type, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static void AddIf(List<KnownHostsEntry> list, KnownHostsEntry entry, bool condition)
    {
        if (condition)
        {
            list.Add(entry);
        }
    }

    private static KnownHostsEntry? Same(List<KnownHostsEntry> entries, SshPublicKey key)
    {
        foreach (var entry in entries)
        {
            if (entry.Marker == KnownHostsMarker.None && entry.Key == key)
            {
                return entry;
            }
        }

        return null;
    }

    private List<KnownHostsEntry> Find(string canonicalName)
    {
        var found = new List<KnownHostsEntry>();
        foreach (var entry in Entries)
        {
            AddIf(found, entry, entry.MatchesCanonical(_crypto, canonicalName));
        }

        return found;
    }
}
