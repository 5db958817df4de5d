using NUnit.Framework;
using SshCore.Cli.Sftp.Commands;

namespace SshCore.Tests.Cli.Sftp;

public sealed class SftpCommandTests
{
    [TestCase("get a", SftpCommandKind.Get, "", "a", null)]
    [TestCase("GET -pR 'a b*' c\\*", SftpCommandKind.Get, "pR", "a b\\*", "c*")]
    [TestCase("get -- -x", SftpCommandKind.Get, "", "-x", null)]
    [TestCase("put -a -f x y", SftpCommandKind.Put, "af", "x", "y")]
    [TestCase("reget a", SftpCommandKind.Resume, "", "a", null)]
    [TestCase("reput a", SftpCommandKind.ResumePut, "", "a", null)]
    [TestCase("ls", SftpCommandKind.List, "", null, null)]
    [TestCase("dir -la *", SftpCommandKind.List, "la", "*", null)]
    [TestCase("ls -1 -t d", SftpCommandKind.List, "1t", "d", null)]
    [TestCase("cd", SftpCommandKind.ChangeDirectory, "", null, null)]
    [TestCase("chdir '*'", SftpCommandKind.ChangeDirectory, "", "*", null)]
    [TestCase("lcd x", SftpCommandKind.LocalChangeDirectory, "", "x", null)]
    [TestCase("ln -s a b", SftpCommandKind.Link, "s", "a", "b")]
    [TestCase("symlink a b", SftpCommandKind.SymbolicLink, "", "a", "b")]
    [TestCase("rename 'a b' c", SftpCommandKind.Rename, "", "a b", "c")]
    [TestCase("cp a b", SftpCommandKind.Copy, "", "a", "b")]
    [TestCase("copy a b", SftpCommandKind.Copy, "", "a", "b")]
    [TestCase("rm *", SftpCommandKind.Remove, "", "*", null)]
    [TestCase("mkdir \\*", SftpCommandKind.MakeDirectory, "", "*", null)]
    [TestCase("rmdir d", SftpCommandKind.RemoveDirectory, "", "d", null)]
    [TestCase("lmkdir d", SftpCommandKind.LocalMakeDirectory, "", "d", null)]
    [TestCase("df -hi", SftpCommandKind.FileSystem, "hi", null, null)]
    [TestCase("quit", SftpCommandKind.Quit, "", null, null)]
    [TestCase("bye", SftpCommandKind.Quit, "", null, null)]
    [TestCase("exit", SftpCommandKind.Quit, "", null, null)]
    [TestCase("?", SftpCommandKind.Help, "", null, null)]
    [TestCase("help", SftpCommandKind.Help, "", null, null)]
    [TestCase("version", SftpCommandKind.Version, "", null, null)]
    [TestCase("progress", SftpCommandKind.Progress, "", null, null)]
    [TestCase("pwd", SftpCommandKind.PrintDirectory, "", null, null)]
    [TestCase("lpwd", SftpCommandKind.LocalPrintDirectory, "", null, null)]
    [TestCase("", SftpCommandKind.None, "", null, null)]
    [TestCase("# get x", SftpCommandKind.None, "", null, null)]
    [TestCase("  -  ", SftpCommandKind.None, "", null, null)]
    public void Lines(string line, object kind, string flags, string? first, string? second)
    {
        SftpCommand command = SftpCommand.Parse(line);
        Assert.That(((object)command.Kind, command.Flags, command.First, command.Second), Is.EqualTo((kind, flags, first, second)));
    }

    [TestCase("chmod 644 x", 0x1A4u)]
    [TestCase("chmod -h 7777 x", 0xFFFu)]
    [TestCase("chown 4294967295 x", uint.MaxValue)]
    [TestCase("chgrp 0 x", 0u)]
    [TestCase("lumask 022", 0x12u)]
    public void Numbers(string line, uint number) => Assert.That(SftpCommand.Parse(line).Number, Is.EqualTo(number));

    [TestCase("rm x", false, false)]
    [TestCase("-rm x", true, false)]
    [TestCase("@rm x", false, true)]
    [TestCase("-@rm x", true, true)]
    [TestCase("@ - rm x", true, true)]
    public void Prefixes(string line, bool ignores, bool silent)
    {
        SftpCommand command = SftpCommand.Parse(line);
        Assert.That((command.Kind, command.IgnoresErrors, command.IsSilent), Is.EqualTo((SftpCommandKind.Remove, ignores, silent)));
    }

    [TestCase("!echo 'a b' # x", SftpCommandKind.Shell, "echo 'a b' # x")]
    [TestCase("!", SftpCommandKind.Shell, "")]
    [TestCase("lls -l 'a b'", SftpCommandKind.LocalList, "-l 'a b'")]
    [TestCase("lls", SftpCommandKind.LocalList, "")]
    public void The_rest_of_the_line_is_the_shells(string line, object kind, string rest)
    {
        SftpCommand command = SftpCommand.Parse(line);
        Assert.That(((object)command.Kind, command.Rest), Is.EqualTo((kind, rest)));
    }

    [TestCase("foo", "Invalid command.")]
    [TestCase("ls -z", "ls: Invalid flag -z")]
    [TestCase("reget -a x", "reget: Invalid flag -a")]
    [TestCase("get", "You must specify at least one path after a get command.")]
    [TestCase("put -p", "You must specify at least one path after a put command.")]
    [TestCase("ln a", "You must specify two paths after a ln command.")]
    [TestCase("rename a", "You must specify two paths after a rename command.")]
    [TestCase("mkdir", "You must specify a path after a mkdir command.")]
    [TestCase("rm", "You must specify a path after a rm command.")]
    [TestCase("chmod 999 x", "You must supply a numeric argument to the chmod command.")]
    [TestCase("chmod 10000 x", "You must supply a numeric argument to the chmod command.")]
    [TestCase("chmod", "You must supply a numeric argument to the chmod command.")]
    [TestCase("chown -1 x", "chown: Invalid flag -1")]
    [TestCase("chown 4294967296 x", "You must supply a numeric argument to the chown command.")]
    [TestCase("chgrp users x", "You must supply a numeric argument to the chgrp command.")]
    [TestCase("chmod 644", "You must specify a path after a chmod command.")]
    [TestCase("cd \"x", "Unterminated quoted argument")]
    public void What_is_wrong_is_said_as_OpenSSH_does(string line, string message) =>
        Assert.That(() => SftpCommand.Parse(line), Throws.InstanceOf<SftpCommandException>().With.Message.EqualTo(message));
}
