using System.Globalization;
using System.Text;
using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Terminal;
using SshCore.Cli.Sftp.Text;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp;

// ls and df.
internal sealed partial class SftpShell
{
    private const int IdsAtOnce = 1024;

    private bool List(SftpCommand command)
    {
        string? strip = command.First?.StartsWith('/') == true ? null : _directory;
        if (command.First is null)
        {
            ListDirectory(_directory, strip, command);
            return true;
        }

        string pattern = AbsolutePattern(command.First);
        List<GlobMatch> matches = PathGlob.Find(_remote, pattern);
        if (matches.Count == 0)
        {
            throw new SftpCommandException($"Can't ls: \"{CommandWords.Literal(pattern)}\" not found");
        }

        if (matches is [{ IsDirectory: true } only])
        {
            ListDirectory(only.Marked, strip, command);
            return true;
        }

        var rows = new List<Row>(matches.Count);
        int longest = 0;
        foreach (GlobMatch match in matches)
        {
            rows.Add(new Row(match.Path, Strip(match.Marked, strip), match.Attributes, null));
            longest = Math.Max(longest, ByteText.ToBytes(match.Marked).Length);
        }

        Show(rows, longest, command);
        return true;
    }

    private void ListDirectory(string path, string? strip, SftpCommand command)
    {
        var rows = new List<Row>();
        int longest = 0;
        foreach (SftpFileName name in ReadDirectory(path))
        {
            if (name.Name.Span[0] == (byte)'.' && !command.Has('a'))
            {
                continue;
            }

            longest = Math.Max(longest, name.Name.Length);
            rows.Add(new Row(name.Name, Strip(Append(path, ByteText.From(name.Name.Span)), strip), name.Attributes, name.LongName));
        }

        if (command.Has('a'))
        {
            // The client that people know shows them; ours leaves them out of listings.
            AddSelf(rows, path, ".", strip);
            AddSelf(rows, path, "..", strip);
        }

        Show(rows, longest + ByteText.ToBytes(Strip(path, strip)).Length, command);
    }

    private void AddSelf(List<Row> rows, string path, string name, string? strip)
    {
        string full = Append(path, name);
        if (_remote.Find(PathOf(full), followLinks: true) is { } attributes)
        {
            rows.Add(new Row(name, Strip(full, strip), attributes, null));
        }
    }

    private List<SftpFileName> ReadDirectory(string path)
    {
        var names = new List<SftpFileName>();
        foreach (SftpFileName name in _remote.List(PathOf(path)))
        {
            if (_isInterrupted)
            {
                break;
            }

            names.Add(name);
        }

        return names;
    }

    private void Show(List<Row> rows, int longest, SftpCommand command)
    {
        Sort(rows, command);
        if (command.Has('l') || command.Has('n'))
        {
            ShowLong(rows, command);
        }
        else if (command.Has('1'))
        {
            Print(string.Concat(rows.ConvertAll(static row => row.Shown + "\n")));
        }
        else
        {
            Print(new Columns(longest, TerminalSize.Columns(0)).Layout(rows.ConvertAll(static row => row.Shown)));
        }
    }

    private void ShowLong(List<Row> rows, SftpCommand command)
    {
        bool numeric = command.Has('n');
        Dictionary<uint, string> users = [];
        Dictionary<uint, string> groups = [];
        bool hasNames = !numeric && TryNames(rows, users, groups);
        DateTime now = DateTime.Now;
        var text = new StringBuilder();
        foreach (Row row in rows)
        {
            bool own = numeric || hasNames || command.Has('h') || row.LongName is not { IsEmpty: false };
            string line = !own ? ByteText.From(row.LongName!.Value.Span) : LongListing.Line(
                row.Shown,
                row.Attributes,
                Name(users, row.Attributes.UserId),
                Name(groups, row.Attributes.GroupId),
                command.Has('h'),
                now);
            text.Append(line).Append('\n');
        }

        Print(text.ToString());

        static string? Name(Dictionary<uint, string> names, uint? id) => id is { } number ? names.GetValueOrDefault(number) : null;
    }

    /// <summary>Asks for all names at once.</summary>
    private bool TryNames(List<Row> rows, Dictionary<uint, string> users, Dictionary<uint, string> groups)
    {
        if (!_remote.Client.Supports(SftpExtensionNames.UsersGroupsById))
        {
            return false;
        }

        var userIds = new SortedSet<uint>();
        var groupIds = new SortedSet<uint>();
        foreach (Row row in rows)
        {
            if (row.Attributes is { UserId: { } user, GroupId: { } group } && userIds.Count < IdsAtOnce && groupIds.Count < IdsAtOnce)
            {
                userIds.Add(user);
                groupIds.Add(group);
            }
        }

        SftpNames names = _remote.Client.UsersGroupsById([.. userIds], [.. groupIds]);
        Fill(users, userIds, names.Users);
        Fill(groups, groupIds, names.Groups);
        return true;

        static void Fill(Dictionary<uint, string> found, SortedSet<uint> ids, IReadOnlyList<string> names)
        {
            int i = 0;
            foreach (uint id in ids)
            {
                if (i < names.Count && names[i].Length > 0)
                {
                    found[id] = names[i];
                }

                i++;
            }
        }
    }

    private static void Sort(List<Row> rows, SftpCommand command)
    {
        if (command.Has('f'))
        {
            return;
        }

        char by = 'n';
        foreach (char flag in command.Flags)
        {
            by = flag is 'S' or 't' ? flag : by;
        }

        int sign = command.Has('r') ? -1 : 1;
        rows.Sort((a, b) =>
        {
            // The largest and the latest come first.
            int order = by switch
            {
                'S' => (b.Attributes.Size ?? 0).CompareTo(a.Attributes.Size ?? 0),
                't' => (b.Attributes.ModifyTime ?? 0).CompareTo(a.Attributes.ModifyTime ?? 0),
                _ => 0,
            };
            return sign * (order != 0 ? order : PathGlob.Compare(a.Path, b.Path));
        });
    }

    private static string Strip(string path, string? prefix)
    {
        if (prefix is null || !path.StartsWith(prefix, StringComparison.Ordinal))
        {
            return path;
        }

        string rest = path[prefix.Length..];
        return rest.StartsWith('/') ? rest[1..] : rest;
    }

    private bool FileSystem(SftpCommand command)
    {
        if (!_remote.Client.Supports(SftpExtensionNames.StatVfs))
        {
            throw new SftpCommandException("Server does not support statvfs@openssh.com extension");
        }

        string path = command.First is null ? _directory : Absolute(command.First);
        SftpStatVfs info;
        try
        {
            info = _remote.Client.StatVfs(PathOf(path));
        }
        catch (SftpException e)
        {
            throw RemoteSide.Failed($"remote statvfs \"{path}\"", e);
        }

        ulong unit = info.FragmentSize;
        ulong used = info.Blocks - Math.Min(info.Blocks, info.FreeBlocks);
        string share = info.Blocks == 0 ? "ERR" : Percent(used, info.Blocks);
        if (command.Has('i'))
        {
            ulong usedFiles = info.Files - Math.Min(info.Files, info.FreeFiles);
            string fileShare = info.Files == 0 ? "ERR" : Percent(usedFiles, info.Files);
            Print("     Inodes        Used       Avail      (root)    %Capacity\n");
            Print(string.Create(CultureInfo.InvariantCulture, $"{info.Files,11} {usedFiles,11} {info.AvailableFiles,11} {info.FreeFiles,11}         {fileShare}\n"));
        }
        else if (command.Has('h'))
        {
            Print("    Size     Used    Avail   (root)    %Capacity\n");
            Print($"{Amount(info.Blocks),7}B {Amount(used),7}B {Amount(info.AvailableBlocks),7}B {Amount(info.FreeBlocks),7}B         {share}\n");
        }
        else
        {
            Print("        Size         Used        Avail       (root)    %Capacity\n");
            Print(string.Create(
                CultureInfo.InvariantCulture,
                $"{Kilobytes(info.Blocks),12} {Kilobytes(used),12} {Kilobytes(info.AvailableBlocks),12} {Kilobytes(info.FreeBlocks),12}         {share}\n"));
        }

        return true;

        UInt128 Kilobytes(ulong blocks) => (UInt128)blocks * unit / 1024;
        string Amount(ulong blocks) => Scaled.Short((ulong)UInt128.Min((UInt128)blocks * unit, ulong.MaxValue));
        static string Percent(ulong part, ulong whole) => string.Create(CultureInfo.InvariantCulture, $"{(UInt128)part * 100 / whole,3}%");
    }

    /// <summary>One line of a listing.</summary>
    private readonly record struct Row(SftpPath Path, string Shown, SftpAttributes Attributes, SftpPath? LongName);
}
