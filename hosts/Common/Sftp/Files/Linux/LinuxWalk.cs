using SshCore.Sftp;
using static SshCore.Hosts.Sftp.LinuxConstants;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// One walk down a path. At any time one directory is open, and the names that led there from the root are known and are no
/// links; ".." walks those names again but the last, because asking a directory for its ".." would leave the root with a
/// directory that is moved out of it meanwhile.
/// </summary>
internal sealed class LinuxWalk(int root) : IDisposable
{
    /// <summary>Links of one path, as the kernel has it.</summary>
    private const int MaxLinks = 40;

    /// <summary>Directories opened for one path; a path of a thousand ".." is not worth more.</summary>
    private const int MaxSteps = 8192;

    private readonly List<byte[]> _names = [];
    private int _directory = -1;
    private int _found = -1;
    private int _links;
    private int _steps;

    /// <summary>The directory of <see cref="Name"/>.</summary>
    public int Directory => _directory < 0 ? root : _directory;

    /// <summary>The last part, which is there or not; null if the path ended at <see cref="Directory"/> itself.</summary>
    public byte[]? Name { get; private set; }

    /// <summary>Walks to the end of the path. If its last part is not there that is no error.</summary>
    /// <returns>0, or the negative errno.</returns>
    public int Go(ReadOnlySpan<byte> path, bool follow)
    {
        while (true)
        {
            if (path.Length >= LongestPath)
            {
                return -ENAMETOOLONG;
            }

            path = path.TrimStart((byte)'/');
            if (path.IsEmpty)
            {
                return 0;
            }

            int end = path.IndexOf((byte)'/');
            var part = end < 0 ? path : path[..end];
            var rest = path[part.Length..];
            if (part.SequenceEqual("."u8))
            {
                path = rest;
                continue;
            }

            if (part.SequenceEqual(".."u8))
            {
                if (Up() is < 0 and var failed)
                {
                    return failed;
                }

                path = rest;
                continue;
            }

            int result = Step(part, rest, follow, out byte[]? link);
            if (result < 0 || Name is not null)
            {
                return result;
            }

            path = link ?? rest;
        }
    }

    /// <summary>Hands the descriptor of what was found over, for its path alone.</summary>
    public int TakeFound(bool directoryOnly)
    {
        if (Name is null)
        {
            return LinuxCalls.OpenAt(Directory, "."u8, PathOnly | DirectoryOnly, 0);
        }

        if (_found < 0)
        {
            return -ENOENT;
        }

        if (directoryOnly && (LinuxCalls.Stat(_found, default, out var stat) < 0 || stat.Type != SftpFileType.Directory))
        {
            return -ENOTDIR;
        }

        int found = _found;
        _found = -1;
        return found;
    }

    /// <summary>The way from the root as a path.</summary>
    public byte[] Text()
    {
        var text = new List<byte>();
        foreach (byte[] name in _names)
        {
            text.Add((byte)'/');
            text.AddRange(name);
        }

        if (Name is not null || text.Count == 0)
        {
            text.Add((byte)'/');
            text.AddRange(Name ?? []);
        }

        return [.. text];
    }

    public void Dispose()
    {
        Replace(ref _directory, -1);
        Replace(ref _found, -1);
    }

    private int Step(ReadOnlySpan<byte> part, ReadOnlySpan<byte> rest, bool follow, out byte[]? link)
    {
        link = null;
        if (++_steps > MaxSteps)
        {
            return -ELOOP;
        }

        int opened = LinuxCalls.OpenAt(Directory, part, PathOnly | NoFollow, 0);
        if (opened == -ENOENT && rest.IsEmpty)
        {
            Name = part.ToArray();
            return 0;
        }

        if (opened < 0)
        {
            return opened;
        }

        int result = LinuxCalls.Stat(opened, default, out var stat);
        if (result >= 0 && stat.Type == SftpFileType.SymbolicLink && (follow || !rest.IsEmpty))
        {
            result = Follow(opened, rest, out link);
        }
        else if (result >= 0 && rest.IsEmpty)
        {
            Name = part.ToArray();
            _found = opened;
            return 0;
        }
        else if (result >= 0 && stat.Type == SftpFileType.Directory)
        {
            _names.Add(part.ToArray());
            Replace(ref _directory, opened);
            return 0;
        }
        else if (result >= 0)
        {
            result = -ENOTDIR;
        }

        LinuxLibc.Close(opened);
        return Math.Min(result, 0);
    }

    // What the link holds goes in front of what is left. It is the text of the very link that was opened.
    private int Follow(int link, ReadOnlySpan<byte> rest, out byte[]? path)
    {
        path = null;
        if (++_links > MaxLinks)
        {
            return -ELOOP;
        }

        int result = LinuxCalls.ReadLink(link, out byte[] target);
        if (result <= 0)
        {
            return result < 0 ? result : -ENOENT;
        }

        if (target[0] == (byte)'/')
        {
            _names.Clear();
            Replace(ref _directory, -1);
        }

        path = [.. target, .. rest];
        return 0;
    }

    private int Up()
    {
        if (_names.Count == 0)
        {
            return 0;
        }

        _names.RemoveAt(_names.Count - 1);
        Replace(ref _directory, -1);
        foreach (byte[] name in _names)
        {
            int opened = ++_steps > MaxSteps ? -ELOOP : LinuxCalls.OpenAt(Directory, name, PathOnly | DirectoryOnly | NoFollow, 0);
            if (opened < 0)
            {
                return opened;
            }

            Replace(ref _directory, opened);
        }

        return 0;
    }

    private static void Replace(ref int descriptor, int next)
    {
        if (descriptor >= 0)
        {
            LinuxLibc.Close(descriptor);
        }

        descriptor = next;
    }
}
