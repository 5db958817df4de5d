using SshCore.Cli.Sftp.Commands;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp.Files;

/// <summary>How files are copied.</summary>
internal sealed record FileCopyOptions
{
    /// <summary>Goes on behind what the target has.</summary>
    internal bool Resume { get; init; }

    /// <summary>Keeps times and all permissions.</summary>
    internal bool Preserve { get; init; }

    /// <summary>Brings each file to the disk.</summary>
    internal bool Sync { get; init; }

    /// <summary>Follows links inside of directories, as scp does; otherwise they are passed over, as by sftp.</summary>
    internal bool FollowLinks { get; init; }

    /// <summary>Bytes that one request moves at most; null for as many as go.</summary>
    internal int? BlockSize { get; init; }
}

/// <summary>Something to copy.</summary>
/// <param name="From">The source.</param>
/// <param name="To">The target itself, not where to put it.</param>
internal readonly record struct CopyItem(SftpPath From, SftpPath To)
{
    /// <summary>A directory with all in it.</summary>
    internal bool IsTree { get; init; }

    /// <summary>Of what the source leads to, if that is known.</summary>
    internal SftpAttributes? Known { get; init; }

    /// <summary>Says that it begins.</summary>
    internal Action? Announce { get; init; }

    /// <summary>Why there is nothing to copy; null if there is.</summary>
    internal string? Problem { get; init; }
}

/// <summary>
/// Copies files and trees from one side to the other, between this machine and a server many files at once. No recursion: a
/// peer's tree may be as deep as it likes.
/// </summary>
internal sealed partial class FileCopy
{
    private const int BufferSize = 256 * 1024;
    private const int Deepest = 256;
    private const uint PermissionBits = 0x1FF;
    private const uint WritableByOwner = 0x80;

    private readonly FileSide _from;
    private readonly FileSide _to;
    private readonly FileCopyOptions _options;
    private readonly RateLimiter? _limit;
    private readonly CopyLines _lines = new();
    private readonly HashSet<SftpPath> _targets = []; // of the files under way: two sources of one name must not be mixed
    private readonly Stack<(SftpPath Path, SftpAttributes Attributes)> _finished = new();
    private byte[]? _buffer;
    private bool _isWhole = true;

    internal FileCopy(FileSide from, FileSide to, FileCopyOptions options, RateLimiter? limit)
    {
        _from = from;
        _to = to;
        _options = options;
        _limit = limit;
    }

    /// <summary>Whether to stop; asked often.</summary>
    internal Func<bool> IsInterrupted { get; init; } = static () => false;

    /// <summary>Shows a file's progress: name, bytes in all, bytes there already; the result takes what was moved and is disposed of at the end.</summary>
    internal Func<string, long, long, Terminal.ProgressMeter?> Meter { get; init; } = static (_, _, _) => null;

    /// <summary>Tells what is passed over or could not be done.</summary>
    internal Action<string> Report { get; init; } = static _ => { };

    /// <summary>Tells each directory of a tree before its files.</summary>
    internal Action<SftpPath, SftpPath> EnteringDirectory { get; init; } = static (_, _) => { };

    /// <summary>Copies it all; what fails is reported, in the order of the sequence, and the rest goes on.</summary>
    /// <returns>Whether all of it was done.</returns>
    internal bool Run(IEnumerable<CopyItem> items)
    {
        using IEnumerator<SftpFileTransfer?> files = Walk(items).GetEnumerator();
        try
        {
            while (files.MoveNext())
            {
                // Files that are moved beside others have a server on one side.
                if (files.Current is { } first)
                {
                    (_from as RemoteSide ?? (RemoteSide)_to).Client.Transfer(UpToBarrier(first, files));
                }
            }
        }
        catch (OperationCanceledException)
        {
            Fail("Interrupt");
        }

        // Last, and the innermost first: a directory that must not be written to gets its permissions when nothing is missing.
        while (_finished.Count > 0)
        {
            (SftpPath path, SftpAttributes attributes) = _finished.Pop();
            Try(() => _to.SetAttributes(path, attributes));
        }

        return _isWhole && !IsInterrupted();
    }

    private static IEnumerable<SftpFileTransfer> UpToBarrier(SftpFileTransfer first, IEnumerator<SftpFileTransfer?> files)
    {
        for (SftpFileTransfer? file = first; file is not null; file = files.MoveNext() ? files.Current : null)
        {
            yield return file;
        }
    }

    /// <summary>
    /// The files that are to be moved beside others; what is not is done here. A null between them is a barrier: all before it
    /// have to end first.
    /// </summary>
    private IEnumerable<SftpFileTransfer?> Walk(IEnumerable<CopyItem> items)
    {
        foreach (CopyItem item in items)
        {
            if (IsInterrupted())
            {
                yield break;
            }

            if (item.Announce is { } announce)
            {
                _lines.Say(announce);
            }

            if (item.Problem is { } problem)
            {
                Fail(problem);
            }
            else if (item.IsTree)
            {
                foreach (SftpFileTransfer? file in Tree(item.From, item.To))
                {
                    yield return file;
                }
            }
            else
            {
                if (_targets.Contains(item.To))
                {
                    yield return null;
                }

                if (Try(() => File(item.From, item.To, item.Known)) is { } file)
                {
                    yield return file;
                }
            }
        }
    }

    private IEnumerable<SftpFileTransfer?> Tree(SftpPath source, SftpPath target)
    {
        var pending = new Stack<Folder>();
        pending.Push(new Folder(source, target, 0));
        while (pending.Count > 0)
        {
            Folder folder = pending.Pop();
            var below = new List<Folder>();
            using IEnumerator<SftpFileName>? names = Try(() => Enter(folder));
            while (names is not null && Try(() => names.MoveNext() ? names : null) is not null)
            {
                if (IsInterrupted())
                {
                    yield break;
                }

                SftpFileName name = names.Current;
                if (_targets.Contains(folder.To.Combine(name.Name)))
                {
                    yield return null;
                }

                if (Try(() => Entry(folder, name, below)) is { } file)
                {
                    yield return file;
                }
            }

            for (int i = below.Count - 1; i >= 0; i--)
            {
                pending.Push(below[i]);
            }
        }
    }

    /// <summary>Makes the directory, and lists the source.</summary>
    private IEnumerator<SftpFileName> Enter(Folder folder)
    {
        SftpAttributes found = folder.Known ?? _from.Find(folder.From, followLinks: true) ?? throw new SftpCommandException($"stat {FileSide.Show(folder.From)}: No such file or directory");
        if (!found.IsDirectory)
        {
            throw new SftpCommandException($"\"{FileSide.Show(folder.From)}\" is not a directory");
        }

        if (folder.Depth > Deepest)
        {
            throw new SftpCommandException($"Maximum directory depth exceeded: {Deepest} levels");
        }

        _lines.Say(() => EnteringDirectory(folder.From, folder.To));
        uint mode = (found.Permissions ?? 0x1ED) & PermissionBits;
        bool wasThere = _to.EnsureDirectory(folder.To, mode | 0x1C0);
        SftpAttributes kept = Kept(found);
        if (!kept.IsEmpty || (!wasThere && (mode & 0x1C0) != 0x1C0))
        {
            _finished.Push((folder.To, kept.IsEmpty ? new SftpAttributes { Permissions = mode } : kept));
        }

        return _from.List(folder.From).GetEnumerator();
    }

    private SftpFileTransfer? Entry(Folder folder, in SftpFileName name, List<Folder> below)
    {
        SftpPath from = folder.From.Combine(name.Name);
        SftpPath to = folder.To.Combine(name.Name);
        SftpAttributes listed = name.Attributes;
        SftpAttributes found = listed.Permissions is null || (_options.FollowLinks && listed.IsSymbolicLink)
            ? _from.Find(from, _options.FollowLinks) ?? throw new SftpCommandException($"stat {FileSide.Show(from)}: No such file or directory")
            : listed;
        if (found.IsDirectory)
        {
            below.Add(new Folder(from, to, folder.Depth + 1) { Known = found });
            return null;
        }

        if (found.IsRegularFile)
        {
            return File(from, to, found);
        }

        _lines.Say(() => Report($"\"{FileSide.Show(from)}\": not a regular file"));
        return null;
    }

    /// <summary>Does it, or reports why it can't be done.</summary>
    private T? Try<T>(Func<T?> action)
        where T : class
    {
        try
        {
            return action();
        }
        catch (SftpCommandException e)
        {
            Fail(e.Message);
            return null;
        }
    }

    private void Try(Action action) => Try<object>(() =>
    {
        action();
        return null;
    });

    private void Fail(string problem)
    {
        _isWhole = false;
        _lines.Say(() => Report(problem));
    }

    private SftpAttributes Kept(in SftpAttributes attributes) => !_options.Preserve ? default : new SftpAttributes
    {
        // Set-user-ID and its kin are kept only from ourselves: a server must not plant such a program here.
        Permissions = attributes.Permissions & (_from is LocalSide ? 0xFFFu : PermissionBits),
        AccessTime = attributes.AccessTime,
        ModifyTime = attributes.ModifyTime,
    };

    private sealed record Folder(SftpPath From, SftpPath To, int Depth)
    {
        internal SftpAttributes? Known { get; init; }
    }
}
