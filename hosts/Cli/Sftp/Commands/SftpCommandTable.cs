namespace SshCore.Cli.Sftp.Commands;

/// <summary>A word that is a command.</summary>
/// <param name="Name">The word, in lower case.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Flags">Letters that may follow a dash.</param>
/// <param name="Place">What its arguments name.</param>
internal readonly record struct SftpCommandWord(string Name, SftpCommandKind Kind, string Flags, ArgumentPlace Place);

/// <summary>All commands.</summary>
internal static class SftpCommandTable
{
    internal static readonly IReadOnlyList<SftpCommandWord> All =
    [
        new("bye", SftpCommandKind.Quit, "", ArgumentPlace.None),
        new("cd", SftpCommandKind.ChangeDirectory, "", ArgumentPlace.Remote),
        new("chdir", SftpCommandKind.ChangeDirectory, "", ArgumentPlace.Remote),
        new("chgrp", SftpCommandKind.ChangeGroup, "h", ArgumentPlace.Remote),
        new("chmod", SftpCommandKind.ChangeMode, "h", ArgumentPlace.Remote),
        new("chown", SftpCommandKind.ChangeOwner, "h", ArgumentPlace.Remote),
        new("copy", SftpCommandKind.Copy, "", ArgumentPlace.Remote),
        new("cp", SftpCommandKind.Copy, "", ArgumentPlace.Remote),
        new("df", SftpCommandKind.FileSystem, "hi", ArgumentPlace.Remote),
        new("dir", SftpCommandKind.List, "1afhlnrSt", ArgumentPlace.Remote),
        new("exit", SftpCommandKind.Quit, "", ArgumentPlace.None),
        new("get", SftpCommandKind.Get, "afpPRr", ArgumentPlace.RemoteFirst),
        new("help", SftpCommandKind.Help, "", ArgumentPlace.None),
        new("lcd", SftpCommandKind.LocalChangeDirectory, "", ArgumentPlace.Local),
        new("lchdir", SftpCommandKind.LocalChangeDirectory, "", ArgumentPlace.Local),
        new("lls", SftpCommandKind.LocalList, "", ArgumentPlace.Local),
        new("lmkdir", SftpCommandKind.LocalMakeDirectory, "", ArgumentPlace.Local),
        new("ln", SftpCommandKind.Link, "s", ArgumentPlace.Remote),
        new("lpwd", SftpCommandKind.LocalPrintDirectory, "", ArgumentPlace.None),
        new("ls", SftpCommandKind.List, "1afhlnrSt", ArgumentPlace.Remote),
        new("lumask", SftpCommandKind.LocalMask, "", ArgumentPlace.None),
        new("mkdir", SftpCommandKind.MakeDirectory, "", ArgumentPlace.Remote),
        new("mget", SftpCommandKind.Get, "afpPRr", ArgumentPlace.RemoteFirst),
        new("mput", SftpCommandKind.Put, "afpPRr", ArgumentPlace.LocalFirst),
        new("progress", SftpCommandKind.Progress, "", ArgumentPlace.None),
        new("put", SftpCommandKind.Put, "afpPRr", ArgumentPlace.LocalFirst),
        new("pwd", SftpCommandKind.PrintDirectory, "", ArgumentPlace.None),
        new("quit", SftpCommandKind.Quit, "", ArgumentPlace.None),
        new("reget", SftpCommandKind.Resume, "fpPRr", ArgumentPlace.RemoteFirst),
        new("rename", SftpCommandKind.Rename, "l", ArgumentPlace.Remote),
        new("reput", SftpCommandKind.ResumePut, "fpPRr", ArgumentPlace.LocalFirst),
        new("rm", SftpCommandKind.Remove, "", ArgumentPlace.Remote),
        new("rmdir", SftpCommandKind.RemoveDirectory, "", ArgumentPlace.Remote),
        new("symlink", SftpCommandKind.SymbolicLink, "", ArgumentPlace.Remote),
        new("version", SftpCommandKind.Version, "", ArgumentPlace.None),
        new("!", SftpCommandKind.Shell, "", ArgumentPlace.None),
        new("?", SftpCommandKind.Help, "", ArgumentPlace.None),
    ];

    /// <summary>The command of that name, whose letter case doesn't count.</summary>
    internal static SftpCommandWord? Find(string name)
    {
        foreach (SftpCommandWord word in All)
        {
            if (string.Equals(word.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return word;
            }
        }

        return null;
    }
}
