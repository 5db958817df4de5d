using System.IO;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SshCore.Blocking;
using SshCore.Cli.Arguments;
using SshCore.Cli.Unix;
using SshCore.Errors;
using SshCore.Hosts;
using SshCore.Interop;
using SshCore.Security;

namespace SshCore.Cli.Ssh;

/// <summary><c>sshcore ssh</c>.</summary>
internal static class SshCommand
{
    private const LogLevel Quiet = LogLevel.None;

    /// <summary>Runs it.</summary>
    /// <returns>The remote command's status, or 255.</returns>
    internal static int Run(IReadOnlyList<string> words)
    {
        Diagnostics output = Diagnostics.ToStandardError();
        try
        {
            SshArguments arguments = ArgumentScanner.Scan(words);
            if (arguments.ErrorLog is { } file)
            {
                output = Diagnostics.ToFile(file);
            }

            return Run(arguments, output);
        }
        catch (OutputClosedException)
        {
            return ExitCodes.OutputClosed;
        }
        catch (Exception e) when (e is UsageException or IOException or UnauthorizedAccessException)
        {
            output.WriteLine("sshcore: " + e.Message);
            return ExitCodes.Ssh;
        }
        finally
        {
            output.Dispose();
        }
    }

    private static int Run(SshArguments arguments, Diagnostics output)
    {
        if (arguments.ShowHelp)
        {
            StandardOutput.WriteLine(SshHelp.Text);
            return ExitCodes.Success;
        }

        if (arguments.ShowVersion)
        {
            output.WriteLine(Version.Line);
            return ExitCodes.Success;
        }

        if (arguments.Query is { } what)
        {
            return List(what);
        }

        if (arguments.Session == SessionKind.Subsystem && arguments.Command is null)
        {
            throw new UsageException("-s wants the name of a subsystem as the command");
        }

        Target target = Target.From(arguments, UserAccount.Current());
        var run = new SshRun(arguments, target, output);
        SshClient client;
        try
        {
            client = Connect(arguments, target, output, run.OnBanner);
        }
        catch (Exception e) when (e is SshException or SocketException or TimeoutException or IOException)
        {
            Tell(arguments, output, ErrorText.ForConnecting(e, target));
            return ExitCodes.Ssh;
        }

        try
        {
            return run.Run(client);
        }
        catch (Exception e) when (e is SshException or IOException or ObjectDisposedException)
        {
            if (!run.HasQuit)
            {
                Tell(arguments, output, ErrorText.ForSession(e, target));
            }

            return ExitCodes.Ssh;
        }
        finally
        {
            client.Dispose();
        }
    }

    /// <summary>With -q not even what went wrong is told; the exit status says it.</summary>
    private static void Tell(SshArguments arguments, Diagnostics output, string text)
    {
        if (arguments.Verbosity is not { } verbosity || verbosity > OptionReader.Quiet)
        {
            output.WriteLine(text);
        }
    }

    private static int List(string what)
    {
        IReadOnlyList<string> names = what switch
        {
            "cipher" or "Ciphers" => SshAlgorithms.Ciphers,
            "cipher-auth" => Authenticating(),
            "mac" or "MACs" => SshAlgorithms.Macs,
            "kex" or "KexAlgorithms" => SshAlgorithms.KeyExchanges,
            "key" or "sig" or "HostKeyAlgorithms" or "PubkeyAcceptedAlgorithms" => SshAlgorithms.Signatures,
            _ => throw new UsageException($"-Q doesn't know '{what}'; it lists cipher, cipher-auth, mac, kex, key and sig"),
        };
        foreach (string name in names)
        {
            StandardOutput.WriteLine(name);
        }

        return ExitCodes.Success;
    }

    private static List<string> Authenticating()
    {
        var names = new List<string>();
        foreach (CipherAlgorithm cipher in CipherAlgorithm.All)
        {
            if (cipher.Authenticates)
            {
                names.Add(cipher.Name);
            }
        }

        return names;
    }

    /// <summary>Connects and logs in; sftp and scp do so too.</summary>
    internal static SshClient Connect(SshArguments arguments, Target target, Diagnostics output, Action<string> onBanner)
    {
        var log = new DiagnosticsLogger(output, Level(arguments.Verbosity ?? 0));
        SshAlgorithmPreferences algorithms = arguments.Algorithms.ToPreferences();

        // First of what takes time: servers need some milliseconds before they say anything, in which the rest is done.
        Socket socket = Dialer.Connect(arguments, target, log);
        SshClientOptions options;
        try
        {
            options = Options(arguments, target, algorithms, output) with { BannerHandler = onBanner, Logger = log };
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return SshClient.Connect(options, socket);
    }

    private static SshClientOptions Options(SshArguments arguments, Target target, SshAlgorithmPreferences algorithms, Diagnostics output)
    {
        bool batch = arguments.BatchMode == true;
        var prompt = new UserPrompt(allowed: !batch);
        HostKeys hostKeys = HostKeysOf(arguments, target, prompt, output);

        // People take their time to answer; the server's patience is the only bound then.
        SshLimits limits = SshLimits.Default with
        {
            HandshakeTimeout = TimeSpan.FromHours(1),
            AuthTimeout = TimeSpan.FromHours(1),
            DecisionTimeout = TimeSpan.FromHours(1),
        };
        return new SshClientOptions(target.Host, target.Port)
        {
            UserName = target.User,
            Credentials = new Credentials(arguments, target.Paths, hostKeys, prompt, output).Collect(),
            TryLimit = 64,
            HostKeyPolicy = hostKeys,
            BannerTimeout = arguments.ConnectTimeout is { } time && time > TimeSpan.Zero ? time : null,
            Settings = new SshClientSettings(DefaultCrypto.Provider)
            {
                Algorithms = algorithms,
                Rekey = arguments.RekeyLimit ?? RekeyPolicy.Default,
                Limits = limits,
                Trace = Cli.Verbosity.Traces(arguments.Verbosity ?? 0),
                KeepAlive = new KeepAlive
                {
                    Interval = arguments.ServerAliveInterval ?? TimeSpan.Zero,
                    MaxUnanswered = arguments.ServerAliveCountMax ?? 3,
                },
            },
        };
    }

    private static HostKeys HostKeysOf(SshArguments arguments, Target target, UserPrompt prompt, Diagnostics output)
    {
        HostKeyChecking checking = arguments.StrictHostKeyChecking ?? HostKeyChecking.Ask;
        return new HostKeys(
            target.KnownHostName,
            target.KnownHostPort,
            arguments.BatchMode == true && checking == HostKeyChecking.Ask ? HostKeyChecking.Yes : checking,
            Expand(target, arguments.UserKnownHostsFiles ?? ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"]),
            Expand(target, arguments.GlobalKnownHostsFiles ?? ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]),
            prompt,
            output)
        {
            HashNames = arguments.HashKnownHosts == true,
            MayReorder = arguments.Algorithms.HostKeys is null,
            IsOff = arguments.NoHostAuthenticationForLocalhost == true && IsLocal(target.Host),
            IsQuiet = (arguments.Verbosity ?? 0) < 0,
        };
    }

    private static LogLevel Level(int verbosity) => verbosity switch
    {
        <= OptionReader.Quiet => Quiet,
        <= 0 => LogLevel.Error,
        1 => LogLevel.Debug,
        _ => LogLevel.Trace,
    };

    private static List<string> Expand(Target target, IReadOnlyList<string> paths)
    {
        var result = new List<string>(paths.Count);
        foreach (string path in paths)
        {
            result.Add(target.Paths.Expand(path));
        }

        return result;
    }

    private static bool IsLocal(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
