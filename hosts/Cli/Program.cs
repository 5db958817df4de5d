using System.CommandLine;
using SshCore.Cli.Arguments;
using SshCore.Cli.Demo;
using SshCore.Cli.Scp;
using SshCore.Cli.Serve;
using SshCore.Cli.Sftp;
using SshCore.Cli.SftpServers;
using SshCore.Cli.Ssh;
using SshCore.Cli.Unix;

namespace SshCore.Cli;

/// <summary>The program <c>sshcore</c>.</summary>
internal static class Program
{
    private static int Main(string[] words)
    {
        bool isUnix = !OperatingSystem.IsWindows();
        if (isUnix)
        {
            Descriptor.EnsureStandardOnes();
        }

        // By hand: OpenSSH's command line isn't one that a general parser reads, and no time is lost before connecting.
        if (isUnix && words.Length > 0 && words[0] == "ssh")
        {
            return SshCommand.Run(words[1..]);
        }

        if (isUnix && words.Length > 0 && words[0] == "sftp-server")
        {
            return SftpServerCommand.Run(words[1..]);
        }

        if (isUnix && words.Length > 0 && words[0] == "sftp")
        {
            return SftpProgram.Run(words[1..]);
        }

        if (isUnix && words.Length > 0 && words[0] == "scp")
        {
            return ScpProgram.Run(words[1..]);
        }

        return Others(words);
    }

    private static int Others(string[] words)
    {
        var root = new RootCommand("SSH-2 by SshCore: a client, a server, and a demonstration of both.")
        {
            ServeCommand.Create(),
            DemoCommand.Create(),
        };
        var ssh = new Command("ssh", "Runs a command or a shell on a host, as OpenSSH's ssh does; see sshcore ssh --help.") { TreatUnmatchedTokensAsErrors = false };
        ssh.SetAction((Action<ParseResult>)(static _ => throw new UsageException("ssh needs Linux or macOS")));
        root.Add(ssh);
        var sftpServer = new Command("sftp-server", "Serves files by SFTP on standard input and output, as OpenSSH's sftp-server does; see sshcore sftp-server --help.") { TreatUnmatchedTokensAsErrors = false };
        sftpServer.SetAction((Action<ParseResult>)(static _ => throw new UsageException("sftp-server needs Linux or macOS")));
        root.Add(sftpServer);
        var sftp = new Command("sftp", "Files of a host by commands, as OpenSSH's sftp does; see sshcore sftp --help.") { TreatUnmatchedTokensAsErrors = false };
        sftp.SetAction((Action<ParseResult>)(static _ => throw new UsageException("sftp needs Linux or macOS")));
        root.Add(sftp);
        var scp = new Command("scp", "Copies files between hosts, as OpenSSH's scp does; see sshcore scp --help.") { TreatUnmatchedTokensAsErrors = false };
        scp.SetAction((Action<ParseResult>)(static _ => throw new UsageException("scp needs Linux or macOS")));
        root.Add(scp);
        ParseResult result = root.Parse(words);
        if (result.Errors.Count > 0)
        {
            // A word that nobody knows says more than that a command is missing, which comes first.
            Console.Error.WriteLine($"sshcore: {result.Errors[^1].Message} See sshcore --help.");
            return ExitCodes.Usage;
        }

        try
        {
            return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (OutputClosedException)
        {
            return ExitCodes.OutputClosed;
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine("sshcore: " + e.Message);
            return ExitCodes.Usage;
        }
        catch (Exception e) when (e is System.IO.IOException or System.Net.Sockets.SocketException or Hosts.SshException)
        {
            Console.Error.WriteLine("sshcore: " + e.Message);
            return ExitCodes.Failure;
        }
    }
}
