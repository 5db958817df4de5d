using System.Linq;
using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Terminal;
using SshCore.Cli.Sftp.Text;
using SshCore.Cli.Unix;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp;

// get and put.
internal sealed partial class SftpShell
{
    private bool Get(SftpCommand command)
    {
        string pattern = AbsolutePattern(command.First!);
        List<GlobMatch> matches = PathGlob.Find(_remote, pattern);
        if (matches.Count == 0)
        {
            throw new SftpCommandException($"File \"{CommandWords.Literal(pattern)}\" not found.");
        }

        bool toDirectory = command.Second is not null && IsLocalDirectory(command.Second);
        if (matches.Count > 1 && command.Second is not null && !toDirectory)
        {
            throw new SftpCommandException($"Multiple source paths, but destination \"{command.Second}\" is not a directory");
        }

        bool resume = IsResuming(command);
        return Copying(_remote, _local, command, resume, "Retrieving").Run(matches.Select(match => Item(match, () =>
        {
            SftpPath name = NameOf(_remote, match.Path);
            SftpPath target = command.Second is null ? name : toDirectory ? PathOf(command.Second).Combine(name) : PathOf(command.Second);
            string announced = resume ? $"Resuming {match.Marked} to {ByteText.From(target.Span)}" : $"Fetching {match.Marked} to {ByteText.From(target.Span)}";
            if (!match.IsDirectory)
            {
                return new CopyItem(match.Path, target) { Announce = () => Say(announced), Known = KnownOf(match) };
            }

            return IsRecursive(command)
                ? new CopyItem(_remote.Normalize(match.Path), target) { Announce = () => Say(announced), IsTree = true }
                : new CopyItem { Announce = () => Say(announced), Problem = $"download {match.Marked}: not a regular file" };
        })));
    }

    private bool Put(SftpCommand command)
    {
        List<GlobMatch> matches = PathGlob.Find(_local, command.First!);
        if (matches.Count == 0)
        {
            throw new SftpCommandException($"stat {CommandWords.Literal(command.First!)}: No such file or directory");
        }

        string? second = command.Second is null ? null : Absolute(command.Second);
        bool toDirectory = second is not null && IsRemoteDirectory(second);
        if (matches.Count > 1 && second is not null && !toDirectory)
        {
            throw new SftpCommandException($"Multiple paths match, but destination \"{second}\" is not a directory");
        }

        bool resume = IsResuming(command);
        return Copying(_local, _remote, command, resume, "Entering").Run(matches.Select(match => Item(match, () =>
        {
            SftpPath name = NameOf(_local, match.Path);
            SftpPath target = second is null ? PathOf(Absolute(ByteText.From(name.Span))) : toDirectory ? PathOf(second).Combine(name) : PathOf(second);
            string announced = resume ? $"Resuming upload of {match.Marked} to {ByteText.From(target.Span)}" : $"Uploading {match.Marked} to {ByteText.From(target.Span)}";
            if (!match.IsDirectory)
            {
                return new CopyItem(match.Path, target) { Announce = () => Say(announced), Known = KnownOf(match) };
            }

            // The slash at the end of what is entered is OpenSSH's habit on this side.
            return IsRecursive(command)
                ? new CopyItem(PathOf(match.Marked), target) { Announce = () => Say(announced), IsTree = true }
                : new CopyItem { Announce = () => Say(announced), Problem = $"local \"{match.Marked}\" is not a regular file" };
        })));
    }

    private static CopyItem Item(in GlobMatch match, Func<CopyItem> make)
    {
        try
        {
            return make();
        }
        catch (SftpCommandException e)
        {
            return new CopyItem(match.Path, match.Path) { Problem = e.Message };
        }
    }

    private static SftpAttributes? KnownOf(in GlobMatch match) => match.Attributes.IsRegularFile ? match.Attributes : null;

    private FileCopy Copying(FileSide from, FileSide to, SftpCommand command, bool resume, string entering) => new(
        from,
        to,
        new FileCopyOptions
        {
            Resume = resume,
            Preserve = command.Has('p') || command.Has('P') || _arguments.Preserve,
            Sync = command.Has('f') || _arguments.Sync,
            BlockSize = _arguments.BufferSize,
        },
        _limit)
    {
        IsInterrupted = () => _isInterrupted,
        Report = Error,
        EnteringDirectory = (source, _) => PrintLine($"{entering} {ByteText.From(source.Span)}"),
        Meter = (name, total, offset) =>
            _showsProgress && Descriptor.IsTerminal(1) && Descriptor.IsTerminal(2) ? ProgressMeter.OnTerminal(name, total, offset) : null,
    };

    private bool IsResuming(SftpCommand command) =>
        command.Kind is SftpCommandKind.Resume or SftpCommandKind.ResumePut || command.Has('a') || _arguments.Resume;

    private bool IsRecursive(SftpCommand command) => command.Has('r') || command.Has('R') || _arguments.Recursive;

    private bool IsLocalDirectory(string path) => _local.Find(PathOf(path), followLinks: true) is { IsDirectory: true };

    /// <summary>
    /// The last part of a path; for one that ends in .. the name that this place has. One that ends in . means what is in the
    /// place: it goes straight into the target.
    /// </summary>
    private static SftpPath NameOf(FileSide side, SftpPath path)
    {
        SftpPath name = LastPart(path);
        if (name == ".")
        {
            return name;
        }

        name = FileSide.IsPlainName(name) ? name : LastPart(side.Normalize(path));
        return FileSide.IsPlainName(name) ? name : throw new SftpCommandException($"\"{FileSide.Show(path)}\" has no name to give its copy");
    }

    private static SftpPath LastPart(SftpPath path)
    {
        ReadOnlyMemory<byte> bytes = path.Bytes;
        while (bytes.Length > 1 && bytes.Span[^1] == (byte)'/')
        {
            bytes = bytes[..^1];
        }

        return new SftpPath(bytes).Name;
    }
}
