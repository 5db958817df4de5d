using System.Text;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Config;

/// <summary>
/// The text of one known_hosts file. Lines that are not understood, comments, blanks and line ends are kept as they are.
/// Reading and writing files is the host's matter. Not thread-safe.
/// </summary>
public sealed class KnownHostsFile
{
    private readonly List<Line> _lines = [];

    private KnownHostsFile(string name) => Name = name;

    /// <summary>The file's name, for reports.</summary>
    public string Name { get; }

    /// <summary>The lines that name hosts and a key, in order.</summary>
    public IEnumerable<KnownHostsEntry> Entries
    {
        get
        {
            foreach (var line in _lines)
            {
                if (line.Entry is { } entry)
                {
                    yield return entry;
                }
            }
        }
    }

    /// <summary>The lines that were not understood when the text was read; they are skipped in look-ups and kept in the text.</summary>
    public IReadOnlyList<TextProblem> Problems { get; private set; } = [];

    /// <summary>Reads a text; bad lines go to <see cref="Problems"/>.</summary>
    public static KnownHostsFile Parse(string text, string name = "known_hosts", SshLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var file = new KnownHostsFile(name);
        var problems = new List<TextProblem>();
        foreach (string raw in TextLine.Split(text))
        {
            KnownHostsEntry? entry = null;
            string content = raw.Trim(' ', '\t', '\r', '\n', '\uFEFF');
            if (content.Length > 0 && content[0] != '#' && !KnownHostsEntry.TryParse(content, out entry, out var error, limits))
            {
                problems.Add(new TextProblem(name, file._lines.Count + 1, error));
            }

            file._lines.Add(new Line(raw, entry));
        }

        file.Problems = problems;
        file.Number();
        return file;
    }

    /// <summary>
    /// Appends a line for a host's key, unless a line for exactly this name and key is there. Other keys of the host stay.
    /// </summary>
    /// <param name="crypto">Hashes names.</param>
    /// <param name="host">Name or address.</param>
    /// <param name="port">The port; one other than 22 becomes part of the name.</param>
    /// <param name="key">The host's key.</param>
    /// <param name="hashed">Whether the name is hashed.</param>
    /// <param name="comment">What follows the key.</param>
    /// <param name="random">Where the salt comes from; the provider's own source if null.</param>
    /// <returns>False if it was there.</returns>
    /// <exception cref="ArgumentException">The name has a character that a line cannot hold.</exception>
    public bool Add(
        SshCryptoProvider crypto, string host, int port, SshPublicKey key, bool hashed = false, string comment = "", RandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(crypto);
        ArgumentNullException.ThrowIfNull(key);
        string name = HostName.Canonical(host, port);
        if (!HostName.CanBeWritten(name))
        {
            throw new ArgumentException("The host name cannot be written to a known_hosts file.", nameof(host));
        }

        foreach (var present in Entries)
        {
            if (present.Marker == KnownHostsMarker.None && present.Key == key && present.MatchesCanonical(crypto, name))
            {
                return false;
            }
        }

        var hashedName = hashed ? HashedHostName.Create(crypto, host, port, random) : null;
        var entry = new KnownHostsEntry(KnownHostsMarker.None, hashedName?.ToString() ?? name, key, OpenSshKeyLine.OneLine(comment), hashedName);
        if (_lines.Count > 0 && !_lines[_lines.Count - 1].Raw.EndsWith('\n'))
        {
            var last = _lines[_lines.Count - 1];
            _lines[_lines.Count - 1] = last with { Raw = last.Raw + "\n" };
        }

        _lines.Add(new Line(entry.ToLine() + "\n", entry));
        Number();
        return true;
    }

    /// <summary>
    /// Takes a host's name out of the lines that have it literally or hashed; a line without another name goes. Patterns
    /// and lines with a marker stay, as they are about more than this host's keys.
    /// </summary>
    /// <param name="crypto">Compares hashed names.</param>
    /// <param name="host">Name or address.</param>
    /// <param name="port">The port; one other than 22 is part of the name.</param>
    /// <param name="keyType">Only keys of this type; every type if null.</param>
    /// <returns>How many lines were changed or removed.</returns>
    public int Remove(SshCryptoProvider crypto, string host, int port = 22, string? keyType = null)
    {
        ArgumentNullException.ThrowIfNull(crypto);
        string name = HostName.Canonical(host, port);
        int changed = 0;
        for (int i = _lines.Count - 1; i >= 0; i--)
        {
            if (_lines[i].Entry is not { Marker: KnownHostsMarker.None } entry
                || (keyType is not null && !string.Equals(entry.Key.KeyType, keyType, StringComparison.Ordinal)))
            {
                continue;
            }

            string rest = entry.IsHashed ? (entry.MatchesCanonical(crypto, name) ? "" : entry.Names) : Without(entry, name);
            if (string.Equals(rest, entry.Names, StringComparison.Ordinal))
            {
                continue;
            }

            changed++;
            if (rest.Length == 0)
            {
                _lines.RemoveAt(i);
            }
            else
            {
                var shorter = new KnownHostsEntry(entry.Marker, rest, entry.Key, entry.Comment, null);
                string end = _lines[i].Raw.Substring(_lines[i].Raw.TrimEnd('\r', '\n').Length);
                _lines[i] = new Line(shorter.ToLine() + end, shorter);
            }
        }

        Number();
        return changed;
    }

    /// <summary>Removes all lines, comments included.</summary>
    public void Clear() => _lines.Clear();

    /// <summary>The text to be saved.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var line in _lines)
        {
            text.Append(line.Raw);
        }

        return text.ToString();
    }

    private static string Without(KnownHostsEntry entry, string name)
    {
        var kept = new List<string>();
        bool any = false;
        foreach (string candidate in entry.HostNames)
        {
            if (!string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase))
            {
                kept.Add(candidate);
                any |= !candidate.StartsWith('!');
            }
        }

        // Negations alone match nothing.
        return any ? string.Join(",", kept) : "";
    }

    private void Number()
    {
        for (int i = 0; i < _lines.Count; i++)
        {
            if (_lines[i].Entry is { } entry)
            {
                entry.FileName = Name;
                entry.LineNumber = i + 1;
            }
        }
    }

    private readonly record struct Line(string Raw, KnownHostsEntry? Entry);
}
