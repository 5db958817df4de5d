namespace SshCore.Cli.Sftp.Terminal;

/// <summary>The last lines that were entered.</summary>
internal sealed class LineHistory
{
    private const int Most = 100;

    private readonly List<string> _lines = [];

    internal int Count => _lines.Count;

    internal string this[int index] => _lines[index];

    /// <summary>Keeps a line; not an empty one, and not the same twice in a row.</summary>
    internal void Add(string line)
    {
        if (line.Length == 0 || (_lines.Count > 0 && _lines[^1] == line))
        {
            return;
        }

        if (_lines.Count == Most)
        {
            _lines.RemoveAt(0);
        }

        _lines.Add(line);
    }

    /// <summary>The last line before <paramref name="before"/> that contains a text; -1 if none does.</summary>
    internal int FindBackward(string text, int before)
    {
        for (int i = Math.Min(before, _lines.Count) - 1; i >= 0; i--)
        {
            if (_lines[i].Contains(text, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}
