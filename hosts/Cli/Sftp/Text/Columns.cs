using System.Text;

namespace SshCore.Cli.Sftp.Text;

/// <summary>Names side by side, as OpenSSH's sftp lays them out.</summary>
internal readonly struct Columns
{
    private readonly int _count;
    private readonly int _space;

    /// <summary>Columns for names of at most <paramref name="longest"/> bytes on a line of <paramref name="width"/>.</summary>
    internal Columns(int longest, int width)
    {
        _count = Math.Max(width / (longest + 2), 1);
        _space = Math.Min(width / _count, width);
    }

    /// <summary>All lines, each with its line feed; nothing for no names.</summary>
    internal string Layout(IEnumerable<string> names)
    {
        var text = new StringBuilder();
        int column = 0;
        foreach (string name in names)
        {
            // Bytes are counted, as printf does: so scripts that cut columns see what they always saw.
            text.Append(name).Append(' ', Math.Max(0, _space - ByteText.ToBytes(name).Length));
            if (++column == _count)
            {
                text.Append('\n');
                column = 0;
            }
        }

        return (column > 0 ? text.Append('\n') : text).ToString();
    }
}
