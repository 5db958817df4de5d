using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using SshCore.Blocking;
using SshCore.Cli.Arguments;
using SshCore.Cli.Sftp.Commands;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Sftp.Terminal;
using SshCore.Cli.Sftp.Text;
using SshCore.Cli.Ssh;
using SshCore.Cli.Unix;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;

namespace SshCore.Cli.Sftp;

/// <summary><c>sshcore sftp</c>.</summary>
internal static class SftpProgram
{
    /// <summary>Runs it.</summary>
    /// <returns>0; 1 if a command of a batch failed or the command line is wrong; 255 without a connection.</returns>
    internal static int Run(IReadOnlyList<string> words)
    {
        using Diagnostics output = Diagnostics.ToStandardError();
        try
        {
            SftpArguments arguments = SftpArguments.Scan(words);
            if (arguments.ShowHelp)
            {
                StandardOutput.WriteLine(SftpHelp.Text);
                return ExitCodes.Success;
            }

            using CommandFile? batch = OpenBatch(arguments.BatchFile);
            return arguments.Server is { } server ? RunLocal(arguments, server, batch, output) : RunRemote(arguments, batch, output);
        }
        catch (Exception e) when (e is UsageException or IOException or UnauthorizedAccessException)
        {
            output.WriteLine("sshcore: " + e.Message);
            return ExitCodes.Failure;
        }
    }

    private static CommandFile? OpenBatch(string? file) => file switch
    {
        null => null,
        "-" => new CommandFile(Descriptor.Borrow(0)),
        _ => new CommandFile(Descriptor.Open(file, UnixConstants.OpenReadOnly)),
    };

    private static int RunLocal(SftpArguments arguments, string server, CommandFile? batch, Diagnostics output)
    {
        using ServerProgram program = ServerProgram.Start(server);
        return Guard(arguments, output, null, () =>
        {
            using SftpClient client = SftpClient.Create(program.Output, program.Input, ClientOptions(arguments), leaveOpen: true);
            Tell(arguments, output, $"Attached to {server}.");
            return Session(arguments, client, batch, output);
        });
    }

    private static int RunRemote(SftpArguments arguments, CommandFile? batch, Diagnostics output)
    {
        Target target = Target.From(arguments.Ssh, UserAccount.Current());
        SshClient connection;
        try
        {
            connection = SshCommand.Connect(arguments.Ssh, target, output, text => Tell(arguments, output, text.TrimEnd('\n', '\r')));
        }
        catch (Exception e) when (e is SshException or SocketException or TimeoutException or IOException)
        {
            output.WriteLine(ErrorText.ForConnecting(e, target));
            return ExitCodes.Ssh;
        }

        using (connection)
        {
            return Guard(arguments, output, target, () =>
            {
                using SftpClient client = connection.OpenSftp(ClientOptions(arguments));
                Tell(arguments, output, $"Connected to {arguments.Destination!.Host}.");
                return Session(arguments, client, batch, output);
            });
        }
    }

    private static void Tell(SftpArguments arguments, Diagnostics output, string text)
    {
        if (!arguments.IsQuiet)
        {
            output.WriteLine(text);
        }
    }

    /// <summary>Ends of the connection, and servers that don't speak SFTP.</summary>
    private static int Guard(SftpArguments arguments, Diagnostics output, Target? target, Func<int> session)
    {
        try
        {
            return session();
        }
        catch (SftpCommandException e)
        {
            output.WriteLine(TerminalText.Show(e.Message));
            return ExitCodes.Failure;
        }
        catch (Exception e) when (e is SshException or ObjectDisposedException)
        {
            output.WriteLine(e is SshConnectionException && target is not null ? ErrorText.ForSession(e, target) : "sshcore: " + e.Message);
            output.WriteLine("Connection closed");
            return ExitCodes.Ssh;
        }
    }

    /// <summary>The options of a session: as patient as the connection, and as much in flight as -B and -R say.</summary>
    internal static SftpClientOptions ClientOptions(SftpArguments arguments)
    {
        SftpClientOptions options = SftpClientOptions.Default with { OperationTimeout = Timeout.InfiniteTimeSpan };
        if (arguments.BufferSize is not null || arguments.Requests is not null)
        {
            long window = (long)(arguments.BufferSize ?? 32 * 1024) * (arguments.Requests ?? 64);
            window = Math.Clamp(window, 32 * 1024, options.Limits.TransferWindow);
            options = options with { Window = (int)window, Limits = options.Limits with { TransferWindow = window } };
        }

        return arguments.Subsystem switch
        {
            null => options,
            { } program when program.Contains('/', StringComparison.Ordinal) => options with { ServerCommand = program },
            { } name => options with { Subsystem = name },
        };
    }

    private static int Session(SftpArguments arguments, SftpClient client, CommandFile? batch, Diagnostics output)
    {
        var shell = new SftpShell(arguments, new RemoteSide(client), output);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            shell.Interrupt();
        });
        if (arguments.Destination is { Path.Length: > 0 } destination)
        {
            bool? goesOn = shell.Open(destination.Path, arguments.LocalTarget);
            if (goesOn != true)
            {
                return goesOn is null ? ExitCodes.Failure : ExitCodes.Success;
            }
        }

        bool isInteractive = batch is null && Descriptor.IsTerminal(0) && Descriptor.IsTerminal(1);
        using CommandSource source = batch is not null ? batch
            : isInteractive ? new CommandTerminal(new SftpCompletion(shell.Remote, shell.Local, () => shell.Directory, static () => TerminalSize.Columns(1)))
            : new CommandFile(Descriptor.Borrow(0));
        return Commands(source, shell, client, isBatch: batch is not null, output);
    }

    private static int Commands(CommandSource source, SftpShell shell, SftpClient client, bool isBatch, Diagnostics output)
    {
        while (!shell.HasQuit && source.Read() is { } line)
        {
            if (source.IsUnseen && !SftpCommand.ReadPrefixes(line).IsSilent)
            {
                SftpShell.Print("sftp> " + line + "\n");
            }

            bool done = shell.Do(line);
            if (!client.IsOpen)
            {
                output.WriteLine("Connection closed");
                return ExitCodes.Ssh;
            }

            if (!done && isBatch)
            {
                return ExitCodes.Failure;
            }
        }

        return ExitCodes.Success;
    }
}
