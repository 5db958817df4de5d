using System.Buffers;
using System.IO;
using System.Text;
using SshCore.Cli.Arguments;
using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Text;
using SshCore.Sftp;

namespace SshCore.Cli.Scp;

/// <summary>
/// The server's side of the old protocol: what a client starts as <c>scp -t</c> or <c>scp -f</c>, done in this process over a
/// file system that is not left. No shell reads the command: patterns are looked up here, and nothing else means anything.
/// </summary>
internal sealed class ScpServer
{
    private static readonly SearchValues<char> Known = SearchValues.Create("dfpqrtv46BC123");

    private readonly bool _sends;
    private readonly bool _wantsDirectory;
    private readonly ScpJob _job;
    private readonly List<string> _paths;

    private ScpServer(bool sends, bool wantsDirectory, ScpJob job, List<string> paths)
    {
        _sends = sends;
        _wantsDirectory = wantsDirectory;
        _job = job;
        _paths = paths;
    }

    /// <summary>Reads a command; null if it is not that of a client of scp.</summary>
    internal static ScpServer? Parse(ReadOnlySpan<byte> command)
    {
        List<string> words;
        try
        {
            words = Words.Split(ByteText.From(command));
        }
        catch (UsageException)
        {
            return null;
        }

        if (words.Count < 3 || (words[0] != "scp" && !words[0].EndsWith("/scp", StringComparison.Ordinal)))
        {
            return null;
        }

        string flags = "";
        int at = 1;
        for (; at < words.Count && words[at].Length > 1 && words[at][0] == '-'; at++)
        {
            if (words[at] == "--")
            {
                at++;
                break;
            }

            flags += words[at][1..];
        }

        bool sends = flags.Contains('f', StringComparison.Ordinal);
        List<string> paths = words[at..];
        if (flags.AsSpan().ContainsAnyExcept(Known) || sends == flags.Contains('t', StringComparison.Ordinal) || paths.Count == 0 || (!sends && paths.Count != 1))
        {
            return null;
        }

        var job = new ScpJob { Recursive = flags.Contains('r', StringComparison.Ordinal), Preserve = flags.Contains('p', StringComparison.Ordinal) };
        return new ScpServer(sends, flags.Contains('d', StringComparison.Ordinal), job, paths);
    }

    /// <summary>Serves to the end.</summary>
    /// <returns>The exit status: 0 if all was copied.</returns>
    internal int Run(Stream stream, FileSide files)
    {
        try
        {
            return (_sends ? Send(stream, files) : Receive(stream, files)) ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (SftpCommandException)
        {
            // The client knows: it was told, or it is the one who went away.
            return ExitCodes.Failure;
        }
    }

    private bool Receive(Stream stream, FileSide files)
    {
        SftpPath target = new(ByteText.ToBytes(_paths[0]));
        if (_wantsDirectory && files.Find(target, followLinks: true) is not { IsDirectory: true })
        {
            stream.Write(Encoding.UTF8.GetBytes($"\u0001scp: {TerminalText.ShowLine(_paths[0])}: Not a directory\n"));
            return false;
        }

        using var receiver = new ScpReceiver(stream, files, target, expected: null, _job);
        return receiver.Run();
    }

    private bool Send(Stream stream, FileSide files)
    {
        using var sender = new ScpSender(stream, files, _job, tellsPeer: true);
        bool done = true;
        foreach (string pattern in _paths)
        {
            List<GlobMatch> matches = PathGlob.Find(files, pattern);
            if (matches.Count == 0)
            {
                done = sender.Fail($"{pattern}: No such file or directory");
            }

            foreach (GlobMatch match in matches)
            {
                done &= sender.Send(match.Path);
            }
        }

        return done;
    }
}
