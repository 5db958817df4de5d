using System.IO;
using System.Text;
using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Terminal;
using SshCore.Cli.Sftp.Text;
using SshCore.Cli.Unix;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp;

/// <summary>Does the commands of <c>sshcore sftp</c>: where we are on both sides, and what is said about it.</summary>
internal sealed partial class SftpShell
{
    private readonly SftpArguments _arguments;
    private readonly RemoteSide _remote;
    private readonly LocalSide _local = LocalSide.Whole();
    private readonly Diagnostics _errors;
    private readonly RateLimiter? _limit;
    private readonly string _start;
    private string _directory;
    private bool _showsProgress;
    private volatile bool _isInterrupted;

    /// <summary>Begins where the server says.</summary>
    /// <exception cref="SftpCommandException">The server doesn't say.</exception>
    internal SftpShell(SftpArguments arguments, RemoteSide remote, Diagnostics errors)
    {
        _arguments = arguments;
        _remote = remote;
        _errors = errors;
        _limit = RateLimiter.Of(arguments.Limit);
        _showsProgress = !arguments.IsQuiet && arguments.BatchFile is null;
        _start = _directory = ByteText.From(_remote.Normalize(".").Span);
    }

    /// <summary>The remote directory we are in.</summary>
    internal string Directory => _directory;

    internal RemoteSide Remote => _remote;

    internal LocalSide Local => _local;

    /// <summary>Set by the command that ends it all.</summary>
    internal bool HasQuit { get; private set; }

    /// <summary>Stops what is being done; the next command begins anew.</summary>
    internal void Interrupt() => _isInterrupted = true;

    /// <summary>Does one line.</summary>
    /// <returns>Whether it, or the user doesn't care that it didn't, succeeded.</returns>
    internal bool Do(string line)
    {
        _isInterrupted = false;
        bool ignores = SftpCommand.ReadPrefixes(line).IgnoresErrors;
        try
        {
            return Do(SftpCommand.Parse(line)) || ignores;
        }
        catch (SftpCommandException e)
        {
            Error(e.Message);
            return ignores;
        }
        catch (SftpException e)
        {
            Error(FileSide.Reason(e.Status, e.ServerMessage));
            return ignores;
        }
    }

    /// <summary>Goes to a directory, or fetches a file, as the command line asks.</summary>
    /// <returns>Whether commands follow; null if it failed.</returns>
    internal bool? Open(string path, string? localTarget)
    {
        string absolute = Absolute(path);
        if (localTarget is null && IsRemoteDirectory(absolute))
        {
            Say($"Changing to: {absolute}");
            return Do("cd " + CommandWords.Quote(absolute, '\0')) ? true : null;
        }

        string target = localTarget is null ? "" : " " + CommandWords.Quote(localTarget, '\0');

        // As in OpenSSH, the path of the command line may have magic.
        return Do($"get {absolute.Replace(" ", "\\ ", StringComparison.Ordinal)}{target}") ? false : null;
    }

    private bool Do(SftpCommand command)
    {
        switch (command.Kind)
        {
            case SftpCommandKind.None:
                return true;
            case SftpCommandKind.Quit:
                HasQuit = true;
                return true;
            case SftpCommandKind.Help:
                Print(SftpHelp.Commands);
                return true;
            case SftpCommandKind.Version:
                PrintLine($"SFTP protocol version {SftpClientMachine.ProtocolVersion}");
                return true;
            case SftpCommandKind.Progress:
                _showsProgress = !_showsProgress;
                PrintLine($"Progress meter {(_showsProgress ? "enabled" : "disabled")}");
                return true;
            case SftpCommandKind.PrintDirectory:
                PrintLine($"Remote working directory: {_directory}");
                return true;
            case SftpCommandKind.LocalPrintDirectory:
                PrintLine($"Local working directory: {Environment.CurrentDirectory}");
                return true;
            case SftpCommandKind.LocalMask:
                _ = Libc.Umask(command.Number);
                PrintLine($"Local umask: {Convert.ToString(command.Number, 8).PadLeft(3, '0')}");
                return true;
            case SftpCommandKind.LocalChangeDirectory:
                return ChangeLocalDirectory(command.First);
            case SftpCommandKind.LocalMakeDirectory:
                return MakeLocalDirectory(command.First!);
            case SftpCommandKind.LocalList:
                return LocalShell.Run(command.Rest.Length == 0 ? "ls" : "ls " + command.Rest, Error);
            case SftpCommandKind.Shell:
                return LocalShell.Run(command.Rest, Error);
            case SftpCommandKind.List:
                return List(command);
            case SftpCommandKind.FileSystem:
                return FileSystem(command);
            case SftpCommandKind.Get or SftpCommandKind.Resume:
                return Get(command);
            case SftpCommandKind.Put or SftpCommandKind.ResumePut:
                return Put(command);
            default:
                return Change(command);
        }
    }

    private bool ChangeLocalDirectory(string? path)
    {
        string home = UserAccount.Current().Home;
        string target = path is null or "" or "~" ? home
            : path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..])
            : path;
        try
        {
            Environment.CurrentDirectory = target;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SftpCommandException($"Couldn't change local directory to \"{target}\": {LocalReason(e)}", e);
        }
    }

    private bool MakeLocalDirectory(string path)
    {
        if (_local.Find(PathOf(path), followLinks: true) is not null)
        {
            throw new SftpCommandException($"Couldn't create local directory \"{path}\": File exists");
        }

        _local.EnsureDirectory(PathOf(path), 0x1FF);
        return true;
    }

    private static string LocalReason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        UnauthorizedAccessException => "Permission denied",
        _ => exception.Message,
    };

    private static SftpPath PathOf(string path) => new(ByteText.ToBytes(path));

    private string Absolute(string path) => path.StartsWith('/') ? path : Append(_directory, path);

    /// <summary>A pattern behind the current directory, whose own name is no pattern.</summary>
    private string AbsolutePattern(string pattern) => pattern.StartsWith('/') ? pattern
        : Append(ByteText.From(Config.FileGlob.Escape(ByteText.ToBytes(_directory))), pattern);

    private static string Append(string directory, string path) => directory.EndsWith('/') || directory.Length == 0 ? directory + path : directory + "/" + path;

    private bool IsRemoteDirectory(string path)
    {
        try
        {
            return _remote.Find(PathOf(path), followLinks: true) is { IsDirectory: true };
        }
        catch (SftpCommandException)
        {
            return false;
        }
    }

    private void Say(string text)
    {
        if (!_arguments.IsQuiet)
        {
            PrintLine(text);
        }
    }

    private void Error(string message) => _errors.WriteLine(TerminalText.Show(message));

    private static void PrintLine(string text) => Print(text + "\n");

    /// <summary>On standard output, escaped.</summary>
    internal static void Print(string text)
    {
        using var output = Descriptor.Borrow(1);
        BlockingDescriptor.Write(output, Encoding.UTF8.GetBytes(TerminalText.Show(text)));
    }
}
