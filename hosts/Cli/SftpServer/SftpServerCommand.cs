using System.IO;
using Microsoft.Extensions.Logging;
using SshCore.Cli.Arguments;
using SshCore.Cli.Unix;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;


namespace SshCore.Cli.SftpServers;

/// <summary><c>sshcore sftp-server</c>: serves the files of its user over standard input and output, as OpenSSH's does below sshd.</summary>
internal static class SftpServerCommand
{
    /// <summary>Runs it to the end of standard input.</summary>
    internal static int Run(IReadOnlyList<string> words)
    {
        using Diagnostics output = Diagnostics.ToStandardError();
        try
        {
            SftpServerArguments arguments = SftpServerArguments.Read(words);
            if (arguments.ShowHelp)
            {
                StandardOutput.WriteLine(SftpServerHelp.Text);
                return ExitCodes.Success;
            }

            if (arguments.ShowRequests)
            {
                foreach (string name in SftpRequestNames.All)
                {
                    StandardOutput.WriteLine(name);
                }

                return ExitCodes.Success;
            }

            return Serve(arguments, output);
        }
        catch (OutputClosedException)
        {
            return ExitCodes.OutputClosed;
        }
        catch (UsageException e)
        {
            output.WriteLine("sshcore: " + e.Message);
            return ExitCodes.Usage;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            output.WriteLine("sshcore: " + e.Message);
            return ExitCodes.Failure;
        }
    }

    private static int Serve(SftpServerArguments arguments, Diagnostics output)
    {
        UserAccount account = UserAccount.Current();
        if (arguments.Umask is { } umask)
        {
            _ = Libc.Umask(umask);
        }

        string start = arguments.StartDirectory is { } directory ? Path.GetFullPath(Expand(directory, account)) : Environment.CurrentDirectory;
        if (!Directory.Exists(start))
        {
            // As OpenSSH's: a start directory that isn't there is told, and the session begins where it is.
            output.WriteLine($"sshcore: no such directory: {start}");
            start = Environment.CurrentDirectory;
        }

        using SystemLog? system = arguments.LogsToStandardError ? null : SystemLog.Open("sftp-server", arguments.Facility);
        ILogger logger = arguments.LogsToStandardError ? new DiagnosticsLogger(output, arguments.LogLevel)
            : system is null ? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance
            : new SystemLogger(system, arguments.LogLevel);
        string from = ClientAddress();
        logger.SessionOpened(account.Name, from);
        using var files = new LocalFileSystem(new LocalFileSystemOptions { Root = "/", InitialDirectory = start, ReadOnly = arguments.IsReadOnly });
        var options = SftpServerOptions.Default with
        {
            IsReadOnly = arguments.IsReadOnly,
            Allows = arguments.Restricts ? arguments.Allows : null,
            Extensions = SftpRequestNames.ExtensionsOf(arguments.Allows),
            Logger = logger,
        };
        using var input = new BlockingDescriptorStream(Descriptor.Borrow(0), FileAccess.Read);
        using var sink = new BlockingDescriptorStream(Descriptor.Borrow(1), FileAccess.Write);
        try
        {
            new Hosts.Sftp.SftpServer(files, options).Run(input, sink);
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is IOException)
        {
            logger.SessionFailed(e.Message);
            return ExitCodes.Failure;
        }
        finally
        {
            logger.SessionClosed(account.Name, from);
        }
    }

    // %d is the home directory, %u the name, %% a percent sign.
    private static string Expand(string text, UserAccount account)
    {
        var result = new System.Text.StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                result.Append(text[i]);
                continue;
            }

            result.Append(++i == text.Length ? throw new UsageException("-d: a % at the end") : text[i] switch
            {
                '%' => "%",
                'd' => account.Home,
                'u' => account.Name,
                _ => throw new UsageException($"-d: unknown %{text[i]}"),
            });
        }

        return result.ToString();
    }

    private static string ClientAddress()
    {
        string? connection = Environment.GetEnvironmentVariable("SSH_CONNECTION");
        return connection?.Split(' ')[0] is { Length: > 0 } address ? address : "UNKNOWN";
    }
}
