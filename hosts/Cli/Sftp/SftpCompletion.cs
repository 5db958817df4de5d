using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Terminal;
using SshCore.Cli.Sftp.Text;
using SshCore.Hosts;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp;

/// <summary>Completes commands and the paths behind them.</summary>
internal sealed class SftpCompletion
{
    private readonly FileSide _remote;
    private readonly FileSide _local;
    private readonly Func<string> _directory;
    private readonly Func<int> _width;

    internal SftpCompletion(FileSide remote, FileSide local, Func<string> directory, Func<int> width)
    {
        _remote = remote;
        _local = local;
        _directory = directory;
        _width = width;
    }

    /// <summary>Completes the word before the cursor.</summary>
    internal LineCompletion Complete(string line, int cursor)
    {
        try
        {
            CommandWords split = CommandWords.Split(SftpCommand.ReadPrefixes(line[..cursor] + "x").Text[..^1]);
            bool inWord = split.Words.Count > 0 && (split.OpenQuote != '\0' || !EndsWithBlank(line[..cursor]));
            int index = split.Words.Count - (inWord ? 1 : 0);
            string word = inWord ? split.Words[^1] : "";
            return index == 0 ? Command(word) : Path(split, index, word);
        }
        catch (Exception e) when (e is SftpCommandException or SshException)
        {
            // Nothing to offer; the command itself will say why.
            return new LineCompletion("", "");
        }
    }

    private static bool EndsWithBlank(string text) => text.Length > 0 && text[^1] is ' ' or '\t' && !(text.Length > 1 && text[^2] == '\\');

    private LineCompletion Command(string start)
    {
        var names = new List<(string Name, bool IsDirectory)>();
        foreach (SftpCommandWord word in SftpCommandTable.All)
        {
            if (word.Name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                names.Add((word.Name, false));
            }
        }

        return Offer(names, start.Length, '\0', isQuoteOpen: false);
    }

    private LineCompletion Path(CommandWords split, int index, string word)
    {
        ArgumentPlace place = SftpCommandTable.Find(split.Words[0])?.Place ?? ArgumentPlace.None;
        int argument = index;
        for (int i = 1; i < index; i++)
        {
            argument -= split.Words[i].StartsWith('-') ? 1 : 0;
        }

        bool isLocal = place == ArgumentPlace.Local || (place == ArgumentPlace.LocalFirst && argument == 1) || (place == ArgumentPlace.RemoteFirst && argument > 1);
        if (place == ArgumentPlace.None || Config.FileGlob.HasMagic(ByteText.ToBytes(word)))
        {
            return new LineCompletion("", "");
        }

        string path = CommandWords.Literal(word);
        int slash = path.LastIndexOf('/');
        string directory = slash < 0 ? "" : path[..(slash + 1)];
        string start = path[(slash + 1)..];
        string folder = isLocal || directory.StartsWith('/') ? directory : _directory().TrimEnd('/') + "/" + directory;
        return Offer(Names(isLocal ? _local : _remote, folder.Length == 0 ? "." : folder, start), start.Length, split.LastQuote, split.OpenQuote != '\0');
    }

    private static List<(string Name, bool IsDirectory)> Names(FileSide side, string directory, string start)
    {
        var names = new List<(string Name, bool IsDirectory)>();
        var path = new SftpPath(ByteText.ToBytes(directory));
        foreach (SftpFileName file in side.List(path))
        {
            string name = ByteText.From(file.Name.Span);
            if (name.StartsWith(start, StringComparison.Ordinal) && (start.Length > 0 || name[0] != '.'))
            {
                bool isDirectory = file.Attributes.IsDirectory
                    || (!file.Attributes.IsRegularFile && side.Find(path.Combine(file.Name), followLinks: true) is { IsDirectory: true });
                names.Add((name, isDirectory));
            }
        }

        names.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return names;
    }

    private LineCompletion Offer(List<(string Name, bool IsDirectory)> names, int typed, char quote, bool isQuoteOpen)
    {
        if (names.Count == 0)
        {
            return new LineCompletion("", "");
        }

        string common = names[0].Name;
        foreach ((string name, _) in names)
        {
            int length = 0;
            while (length < Math.Min(common.Length, name.Length) && common[length] == name[length])
            {
                length++;
            }

            common = common[..length];
        }

        string more = Typeable(common[typed..]);
        bool isWhole = names.Count == 1 && typed + more.Length == names[0].Name.Length;
        string insert = CommandWords.Quote(more, isQuoteOpen ? quote : '\0')
            + (!isWhole ? "" : names[0].IsDirectory ? "/" : (isQuoteOpen ? quote.ToString() : "") + " ");
        return new LineCompletion(insert, names.Count == 1 || more.Length > 0 ? "" : Choices(names));
    }

    /// <summary>What can stand in the line as it is: a name of the server must not steer the terminal.</summary>
    private static string Typeable(string text)
    {
        int length = 0;
        while (length < text.Length && TerminalText.Show(text[..(length + 1)], isUtf8: true).Length == length + 1 && text[length] is not ('\n' or '\r' or '\t'))
        {
            length++;
        }

        return length > 0 && char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length];
    }

    private string Choices(List<(string Name, bool IsDirectory)> names)
    {
        List<string> shown = names.ConvertAll(static one => TerminalText.ShowLine(one.Name) + (one.IsDirectory ? "/" : ""));
        int longest = 0;
        foreach (string name in shown)
        {
            longest = Math.Max(longest, ByteText.ToBytes(name).Length);
        }

        return new Columns(longest, _width()).Layout(shown);
    }
}
