using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Text;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp;

// Commands that change what is on the server, or where we are on it.
internal sealed partial class SftpShell
{
    private bool Change(SftpCommand command)
    {
        switch (command.Kind)
        {
            case SftpCommandKind.ChangeDirectory:
                ChangeDirectory(command.First is null or "" ? _start : command.First);
                return true;
            case SftpCommandKind.MakeDirectory:
                Ask($"remote mkdir \"{Absolute(command.First!)}\"", () => _remote.Client.Mkdir(PathOf(Absolute(command.First!)), 0x1FF));
                return true;
            case SftpCommandKind.RemoveDirectory:
                Ask($"remote rmdir \"{Absolute(command.First!)}\"", () => _remote.Client.Rmdir(PathOf(Absolute(command.First!))));
                return true;
            case SftpCommandKind.Rename:
                Rename(command);
                return true;
            case SftpCommandKind.Copy:
                Copy(Absolute(command.First!), Absolute(command.Second!));
                return true;
            case SftpCommandKind.Link when !command.Has('s'):
                Link(Absolute(command.First!), Absolute(command.Second!));
                return true;
            case SftpCommandKind.Link or SftpCommandKind.SymbolicLink:
                string link = Absolute(command.Second!);
                Ask($"remote symlink file \"{command.First}\" to \"{link}\"", () => _remote.Client.Symlink(PathOf(command.First!), PathOf(link)));
                return true;
            case SftpCommandKind.Remove:
                return ForEach(command, path =>
                {
                    Say($"Removing {path}");
                    Ask($"remote delete {path}", () => _remote.Client.Remove(PathOf(path)));
                });
            default:
                return ForEach(command, path => SetAttributes(command, path));
        }
    }

    private void ChangeDirectory(string path)
    {
        SftpPath target = _remote.Normalize(PathOf(Absolute(path)));
        string text = ByteText.From(target.Span);
        SftpAttributes attributes = _remote.Find(target, followLinks: true) ?? throw new SftpCommandException($"stat remote \"{text}\": No such file or directory");
        _directory = attributes.Permissions is null ? throw new SftpCommandException("Can't change directory: Can't check target")
            : attributes.IsDirectory ? text
            : throw new SftpCommandException($"Can't change directory: \"{text}\" is not a directory");
    }

    private void Rename(SftpCommand command)
    {
        string from = Absolute(command.First!);
        string to = Absolute(command.Second!);
        bool replaces = !command.Has('l') && _remote.Client.Supports(SftpExtensionNames.PosixRename);
        Ask($"remote rename \"{from}\" to \"{to}\"", () =>
        {
            if (replaces)
            {
                _remote.Client.PosixRename(PathOf(from), PathOf(to));
            }
            else
            {
                _remote.Client.Rename(PathOf(from), PathOf(to));
            }
        });
    }

    private void Copy(string from, string to)
    {
        Require(SftpExtensionNames.CopyData);
        if (_remote.Find(PathOf(from), followLinks: true) is not { IsRegularFile: true } source)
        {
            throw new SftpCommandException($"Cannot copy non-regular file: {from}");
        }

        // Made with the source's permissions first: a copy must not be open to more people.
        if (_remote.Find(PathOf(to), followLinks: true) is null)
        {
            using Files.OpenFile made = _remote.OpenWrite(PathOf(to), (source.Permissions ?? 0x180) & 0x1FF, 0);
            made.Close();
        }

        Ask($"remote copy \"{from}\" to \"{to}\"", () => _remote.Client.CopyData(PathOf(from), PathOf(to)));
    }

    private void Link(string existing, string link)
    {
        Require(SftpExtensionNames.HardLink);
        Ask($"remote link \"{existing}\" to \"{link}\"", () => _remote.Client.HardLink(PathOf(existing), PathOf(link)));
    }

    private void SetAttributes(SftpCommand command, string path)
    {
        var attributes = new SftpAttributes { Permissions = command.Number };
        bool onLink = command.Has('h');
        if (onLink)
        {
            Require(SftpExtensionNames.LSetStat);
        }

        if (command.Kind != SftpCommandKind.ChangeMode)
        {
            SftpAttributes there = _remote.Find(PathOf(path), !onLink) ?? throw new SftpCommandException($"stat remote \"{path}\": No such file or directory");
            if (there is not { UserId: { } user, GroupId: { } group })
            {
                throw new SftpCommandException($"Can't get current ownership of remote file \"{path}\"");
            }

            attributes = command.Kind == SftpCommandKind.ChangeOwner
                ? new SftpAttributes { UserId = command.Number, GroupId = group }
                : new SftpAttributes { UserId = user, GroupId = command.Number };
        }

        Say(command.Kind switch
        {
            SftpCommandKind.ChangeMode => $"Changing mode on {path}",
            SftpCommandKind.ChangeOwner => $"Changing owner on {path}",
            _ => $"Changing group on {path}",
        });
        Ask($"remote {(onLink ? "lsetstat" : "setstat")} \"{path}\"", () =>
        {
            if (onLink)
            {
                _remote.Client.LSetStat(PathOf(path), attributes);
            }
            else
            {
                _remote.Client.SetStat(PathOf(path), attributes);
            }
        });
    }

    /// <summary>Does something to each match, or to the name itself if there is none; goes on behind failures only where they don't end a batch.</summary>
    private bool ForEach(SftpCommand command, Action<string> action)
    {
        string pattern = AbsolutePattern(command.First!);
        List<string> paths = PathGlob.Find(_remote, pattern).ConvertAll(static match => ByteText.From(match.Path.Span));
        if (paths.Count == 0)
        {
            paths.Add(ByteText.From(Config.FileGlob.Unescape(ByteText.ToBytes(pattern))));
        }

        bool done = true;
        foreach (string path in paths)
        {
            if (_isInterrupted)
            {
                return false;
            }

            try
            {
                action(path);
            }
            catch (SftpCommandException e)
            {
                Error(e.Message);
                done = false;
                if (_arguments.BatchFile is not null && !command.IgnoresErrors)
                {
                    break;
                }
            }
        }

        return done;
    }

    private void Require(string extension)
    {
        if (!_remote.Client.Supports(extension))
        {
            throw new SftpCommandException($"Server does not support {extension} extension");
        }
    }

    private static void Ask(string what, Action action)
    {
        try
        {
            action();
        }
        catch (SftpException e)
        {
            throw RemoteSide.Failed(what, e);
        }
    }
}
