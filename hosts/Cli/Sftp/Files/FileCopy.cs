using System.IO;
using SshCore.Cli.Sftp.Commands;
using SshCore.Hosts;
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
}

/// <summary>Copies files and trees from one side to the other. No recursion: a peer's tree may be as deep as it likes.</summary>
internal sealed class FileCopy
{
    private const int BufferSize = 256 * 1024;
    private const int Deepest = 256;
    private const uint PermissionBits = 0x1FF;
    private const uint WritableByOwner = 0x80;

    private readonly FileSide _from;
    private readonly FileSide _to;
    private readonly FileCopyOptions _options;
    private readonly RateLimiter? _limit;
    private readonly byte[] _buffer;

    internal FileCopy(FileSide from, FileSide to, FileCopyOptions options, RateLimiter? limit)
    {
        _from = from;
        _to = to;
        _options = options;
        _limit = limit;
        _buffer = GC.AllocateUninitializedArray<byte>(limit?.Step ?? BufferSize);
    }

    /// <summary>Whether to stop; asked often.</summary>
    internal Func<bool> IsInterrupted { get; init; } = static () => false;

    /// <summary>Shows a file's progress: name, bytes in all, bytes there already; the result takes what was moved and is disposed of at the end.</summary>
    internal Func<string, long, long, Terminal.ProgressMeter?> Meter { get; init; } = static (_, _, _) => null;

    /// <summary>Tells what is passed over or could not be done in a tree.</summary>
    internal Action<string> Report { get; init; } = static _ => { };

    /// <summary>Tells each directory of a tree before its files.</summary>
    internal Action<SftpPath, SftpPath> EnteringDirectory { get; init; } = static (_, _) => { };

    /// <summary>Copies one regular file.</summary>
    /// <exception cref="SftpCommandException">It could not be done.</exception>
    internal void File(SftpPath source, SftpPath target)
    {
        SftpAttributes attributes = _from.Find(source, followLinks: true) ?? throw new SftpCommandException($"stat {FileSide.Show(source)}: No such file or directory");
        File(source, target, attributes);
    }

    /// <summary>Copies a directory and all in it; what fails inside is reported, and the rest goes on.</summary>
    /// <returns>Whether all of it was done.</returns>
    /// <exception cref="SftpCommandException">The directory itself could not be copied.</exception>
    internal bool Tree(SftpPath source, SftpPath target)
    {
        bool isWhole = true;
        var finished = new Stack<(SftpPath Path, SftpAttributes Attributes)>();
        var pending = new Stack<(SftpPath From, SftpPath To, int Depth)>();
        pending.Push((source, target, 0));
        while (pending.Count > 0 && !IsInterrupted())
        {
            (SftpPath from, SftpPath to, int depth) = pending.Pop();
            try
            {
                Directory(from, to, depth);
            }
            catch (SftpCommandException e) when (depth > 0)
            {
                Report(e.Message);
                isWhole = false;
            }
        }

        // Last, and the innermost first: a directory that must not be written to gets its permissions when nothing is missing.
        while (finished.Count > 0)
        {
            (SftpPath path, SftpAttributes attributes) = finished.Pop();
            isWhole &= Try(() => _to.SetAttributes(path, attributes));
        }

        return isWhole && !IsInterrupted();

        void Directory(SftpPath from, SftpPath to, int depth)
        {
            SftpAttributes found = _from.Find(from, followLinks: true) ?? throw new SftpCommandException($"stat {FileSide.Show(from)}: No such file or directory");
            if (!found.IsDirectory)
            {
                throw new SftpCommandException($"\"{FileSide.Show(from)}\" is not a directory");
            }

            if (depth > Deepest)
            {
                throw new SftpCommandException($"Maximum directory depth exceeded: {Deepest} levels");
            }

            EnteringDirectory(from, to);
            uint mode = (found.Permissions ?? 0x1ED) & PermissionBits;
            bool wasThere = _to.Find(to, followLinks: true) is not null;
            _to.EnsureDirectory(to, mode | 0x1C0);
            SftpAttributes kept = Kept(found);
            if (!kept.IsEmpty || (!wasThere && (mode & 0x1C0) != 0x1C0))
            {
                finished.Push((to, kept.IsEmpty ? new SftpAttributes { Permissions = mode } : kept));
            }

            var below = new List<(SftpPath, SftpPath, int)>();
            foreach (SftpFileName name in _from.List(from))
            {
                if (IsInterrupted())
                {
                    return;
                }

                isWhole &= Try(() => Entry(from.Combine(name.Name), to.Combine(name.Name), name.Attributes, depth, below));
            }

            for (int i = below.Count - 1; i >= 0; i--)
            {
                pending.Push(below[i]);
            }
        }
    }

    private void Entry(SftpPath from, SftpPath to, SftpAttributes listed, int depth, List<(SftpPath, SftpPath, int)> below)
    {
        SftpAttributes found = listed.Permissions is null || (_options.FollowLinks && listed.IsSymbolicLink)
            ? _from.Find(from, _options.FollowLinks) ?? throw new SftpCommandException($"stat {FileSide.Show(from)}: No such file or directory")
            : listed;
        if (found.IsDirectory)
        {
            below.Add((from, to, depth + 1));
        }
        else if (found.IsRegularFile)
        {
            File(from, to, found);
        }
        else
        {
            Report($"\"{FileSide.Show(from)}\": not a regular file");
        }
    }

    private bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (SftpCommandException e)
        {
            Report(e.Message);
            return false;
        }
    }

    private void File(SftpPath source, SftpPath target, SftpAttributes attributes)
    {
        bool isDevice = attributes.Type is SftpFileType.CharacterDevice or SftpFileType.Fifo;
        if (!attributes.IsRegularFile && attributes.Type != SftpFileType.Unknown && !isDevice)
        {
            throw new SftpCommandException($"\"{FileSide.Show(source)}\": not a regular file");
        }

        long size = (long)Math.Min(attributes.Size ?? 0, long.MaxValue);
        long offset = _options.Resume ? ResumeAt(target, size) : 0;
        uint mode = (attributes.Permissions ?? 0x1B6) & PermissionBits;
        using OpenFile input = _from.OpenRead(source);
        using OpenFile output = _to.OpenWrite(target, mode | WritableByOwner, offset);
        using Terminal.ProgressMeter? meter = Meter(FileSide.Show(source.Name), size, offset);
        if (offset > 0)
        {
            input.Stream.Position = offset;
        }

        Move(input.Stream, output.Stream, source, target, offset, meter);
        if (_options.Sync && !output.TrySync())
        {
            Report($"\"{FileSide.Show(target)}\": the server can't sync");
        }

        SftpAttributes kept = Kept(attributes);
        if (!kept.IsEmpty)
        {
            output.Stream.Flush();
            output.SetAttributes(kept);
        }

        output.Close();
    }

    private long ResumeAt(SftpPath target, long size)
    {
        long there = (long)Math.Min(_to.Find(target, followLinks: true)?.Size ?? 0, long.MaxValue);
        return there <= size ? there : throw new SftpCommandException($"Unable to resume \"{FileSide.Show(target)}\": the target is larger than the source");
    }

    private void Move(Stream input, Stream output, SftpPath source, SftpPath target, long offset, Terminal.ProgressMeter? meter)
    {
        long done = offset;
        while (true)
        {
            int count;
            try
            {
                count = input.Read(_buffer, 0, _buffer.Length);
            }
            catch (SftpException e)
            {
                throw RemoteSide.Failed($"read remote \"{FileSide.Show(source)}\"", e);
            }
            catch (IOException e) when (e is not SshException)
            {
                throw new SftpCommandException($"read local \"{FileSide.Show(source)}\": {e.Message}", e);
            }

            if (count == 0)
            {
                return;
            }

            try
            {
                output.Write(_buffer, 0, count);
            }
            catch (SftpException e)
            {
                throw RemoteSide.Failed($"write remote \"{FileSide.Show(target)}\"", e);
            }
            catch (IOException e) when (e is not SshException)
            {
                throw new SftpCommandException($"write local \"{FileSide.Show(target)}\": {e.Message}", e);
            }

            done += count;
            meter?.Report(done);
            _limit?.Moved(count);
            if (IsInterrupted())
            {
                throw new SftpCommandException("Interrupt");
            }
        }
    }

    private SftpAttributes Kept(in SftpAttributes attributes) => !_options.Preserve ? default : new SftpAttributes
    {
        // Set-user-ID and its kin are kept only from ourselves: a server must not plant such a program here.
        Permissions = attributes.Permissions & (_from is LocalSide ? 0xFFFu : PermissionBits),
        AccessTime = attributes.AccessTime,
        ModifyTime = attributes.ModifyTime,
    };
}
