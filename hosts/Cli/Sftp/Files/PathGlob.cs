using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Text;
using SshCore.Config;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp.Files;

/// <summary>A path that a pattern matches.</summary>
/// <param name="Path">The path.</param>
/// <param name="Attributes">Of the path itself; a link is not followed.</param>
/// <param name="IsDirectory">Whether it is, or leads to, a directory.</param>
internal readonly record struct GlobMatch(SftpPath Path, SftpAttributes Attributes, bool IsDirectory)
{
    /// <summary>The path, with a slash at the end of a directory's.</summary>
    internal string Marked => ByteText.From(Path.Span) + (IsDirectory && !Path.Span.EndsWith("/"u8) ? "/" : "");
}

/// <summary>Paths of one side by patterns (glob(7)), part by part.</summary>
internal static class PathGlob
{
    private const int MostMatches = 128 * 1024;

    /// <summary>All that is there and matches, sorted by bytes within each directory.</summary>
    /// <exception cref="SftpCommandException">There are too many matches.</exception>
    internal static List<GlobMatch> Find(FileSide side, string pattern)
    {
        byte[] bytes = ByteText.ToBytes(pattern);
        bool isAbsolute = bytes.Length > 0 && bytes[0] == (byte)'/';
        var paths = new List<Candidate> { new(isAbsolute ? new SftpPath("/") : default, null) };
        int at = 0;
        bool wantsDirectory = bytes.Length > 1 && bytes[^1] == (byte)'/';
        while (at < bytes.Length)
        {
            int end = Array.IndexOf(bytes, (byte)'/', at);
            byte[] part = bytes[at..(end < 0 ? bytes.Length : end)];
            at += part.Length + 1;
            if (part.Length > 0)
            {
                paths = Expand(side, paths, part);
            }
        }

        var matches = new List<GlobMatch>(paths.Count);
        foreach ((SftpPath path, SftpAttributes? listed) in paths)
        {
            if (path.IsEmpty || (listed ?? TryFind(side, path, followLinks: false)) is not { } attributes)
            {
                continue;
            }

            bool isDirectory = attributes.IsDirectory || (attributes.IsSymbolicLink && TryFind(side, path, followLinks: true) is { IsDirectory: true });
            if (isDirectory || !wantsDirectory)
            {
                matches.Add(new GlobMatch(path, attributes, isDirectory));
            }
        }

        return matches;
    }

    /// <summary>Names by their bytes, as strcmp orders them.</summary>
    internal static int Compare(SftpPath a, SftpPath b) => a.Span.SequenceCompareTo(b.Span);

    private static List<Candidate> Expand(FileSide side, List<Candidate> paths, byte[] part)
    {
        var result = new List<Candidate>();
        bool hasMagic = FileGlob.HasMagic(part);
        foreach ((SftpPath path, _) in paths)
        {
            if (!hasMagic)
            {
                result.Add(new Candidate(path.Combine(new SftpPath(FileGlob.Unescape(part))), null));
                continue;
            }

            var names = new List<SftpFileName>();
            foreach (SftpFileName name in ListIfThere(side, path.IsEmpty ? "." : path))
            {
                if (FileGlob.IsMatch(name.Name.Span, part))
                {
                    names.Add(name);
                }
            }

            names.Sort(static (a, b) => Compare(a.Name, b.Name));
            if (result.Count + names.Count > MostMatches)
            {
                throw new SftpCommandException($"Too many matches for \"{ByteText.From(part)}\".");
            }

            foreach (SftpFileName name in names)
            {
                // What the listing tells need not be asked for.
                result.Add(new Candidate(path.Combine(name.Name), name.Attributes.Permissions is null ? null : name.Attributes));
            }
        }

        return result;
    }

    private static SftpAttributes? TryFind(FileSide side, SftpPath path, bool followLinks)
    {
        try
        {
            return side.Find(path, followLinks);
        }
        catch (SftpCommandException)
        {
            // Not for us to see: then it matches nothing, as in a shell.
            return null;
        }
    }

    private static List<SftpFileName> ListIfThere(FileSide side, SftpPath directory)
    {
        var names = new List<SftpFileName>();
        try
        {
            foreach (SftpFileName name in side.List(directory))
            {
                names.Add(name);
            }
        }
        catch (SftpCommandException)
        {
            // No directory, or not for us to read.
        }

        return names;
    }

    /// <summary>A path that may be there, with what a listing has told of it.</summary>
    private readonly record struct Candidate(SftpPath Path, SftpAttributes? Listed);
}
