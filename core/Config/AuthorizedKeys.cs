using System.Diagnostics.CodeAnalysis;
using SshCore.Keys;

namespace SshCore.Config;

/// <summary>The text of an authorized_keys file. Immutable.</summary>
public sealed class AuthorizedKeys
{
    private AuthorizedKeys(string name, List<AuthorizedKey> entries, List<TextProblem> problems)
    {
        Name = name;
        Entries = entries;
        Problems = problems;
    }

    /// <summary>The file's name, for reports.</summary>
    public string Name { get; }

    /// <summary>The lines that can authorise, in order.</summary>
    public IReadOnlyList<AuthorizedKey> Entries { get; }

    /// <summary>The lines that were refused, each with its reason: worth a warning to the server's owner.</summary>
    public IReadOnlyList<TextProblem> Problems { get; }

    /// <summary>Reads a text; lines that cannot be honoured go to <see cref="Problems"/>.</summary>
    public static AuthorizedKeys Parse(string text, string name = "authorized_keys", SshLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var entries = new List<AuthorizedKey>();
        var problems = new List<TextProblem>();
        int number = 0;
        foreach (string raw in TextLine.Split(text))
        {
            number++;
            string line = raw.Trim(' ', '\t', '\r', '\n', '\uFEFF');
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (AuthorizedKey.TryParse(line, out var entry, out var error, limits))
            {
                entry.LineNumber = number;
                entries.Add(entry);
            }
            else
            {
                problems.Add(new TextProblem(name, number, error));
            }
        }

        return new AuthorizedKeys(name, entries, problems);
    }

    /// <summary>The first line with this key that may be used from <paramref name="address"/>.</summary>
    /// <param name="key">The key that the client proves to have.</param>
    /// <param name="address">The client's address.</param>
    /// <param name="entry">The line: all of its restrictions apply.</param>
    /// <param name="hostName">The client's name if it was looked up and confirmed; otherwise null.</param>
    public bool TryFind(SshPublicKey key, string address, [NotNullWhen(true)] out AuthorizedKey? entry, string? hostName = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        foreach (var candidate in Entries)
        {
            if (candidate.Key == key && candidate.AllowsSource(address, hostName))
            {
                entry = candidate;
                return true;
            }
        }

        entry = null;
        return false;
    }
}
