using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// How a file is opened, written as in C and Python: one of <c>r</c>, <c>w</c>, <c>a</c>, <c>x</c>, and any of <c>+</c>,
/// <c>b</c>, <c>U</c>. <c>x</c> also goes with <c>w</c> or <c>a</c> and then forbids that the file is there; alone it writes.
/// </summary>
public readonly record struct SftpFileMode
{
    private SftpFileMode(string text) => Text = text;

    /// <summary>Reading may be done: <c>r</c> or <c>+</c>.</summary>
    public bool CanRead => Has('r') || Has('+');

    /// <summary>Writing may be done: all but a plain <c>r</c>.</summary>
    public bool CanWrite => Has('w') || Has('a') || Has('x') || Has('+');

    /// <summary>Every write goes to the end: <c>a</c>.</summary>
    public bool IsAppend => Has('a');

    /// <summary>Lines are bytes and not text: <c>b</c>.</summary>
    public bool IsBinary => Has('b');

    /// <summary>CR and CR LF end a line as LF does: <c>U</c>.</summary>
    public bool HasUniversalNewlines => Has('U');

    /// <summary>The flags to open the file with (draft-ietf-secsh-filexfer-02 §6.3).</summary>
    public SftpOpenFlags OpenFlags => (CanRead ? SftpOpenFlags.Read : 0)
        | (CanWrite ? SftpOpenFlags.Write : 0)
        | (Has('w') ? SftpOpenFlags.Create | SftpOpenFlags.Truncate : 0)
        | (Has('a') ? SftpOpenFlags.Create | SftpOpenFlags.Append : 0)
        | (Has('x') ? SftpOpenFlags.Create | SftpOpenFlags.Exclusive : 0);

    private string? Text { get; }

    /// <summary>The mode of this text.</summary>
    public static implicit operator SftpFileMode(string text) => Parse(text);

    /// <summary>Reads a mode.</summary>
    /// <exception cref="FormatException">A letter is unknown or twice there, or the letters contradict each other.</exception>
    public static SftpFileMode Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int kinds = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!"rwax+bU".Contains(text[i]) || text.IndexOf(text[i], i + 1) >= 0)
            {
                throw Malformed(text);
            }

            kinds += text[i] is 'r' or 'w' or 'a' ? 1 : 0;
        }

        // Python lets U stand without r.
        var mode = new SftpFileMode(text == "U" || text == "bU" || text == "Ub" ? "r" + text : text);
        bool contradicts = kinds > 1 || (mode.Has('r') && mode.Has('x')) || !(mode.CanRead || mode.CanWrite) || (kinds == 0 && mode.Has('+') && !mode.Has('x'));
        return contradicts ? throw Malformed(text) : mode;
    }

    /// <summary>The letters.</summary>
    public override string ToString() => Text ?? "";

    private static FormatException Malformed(string text) =>
        new($"'{SshCore.Hosts.Text.Printable(text)}' is no mode of a file: one of r, w, a, x, and any of +, b, U.");

    private bool Has(char letter) => Text is not null && Text.Contains(letter);
}
