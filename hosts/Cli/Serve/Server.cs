using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SshCore.Async;
using SshCore.Cli.Arguments;
using SshCore.Cli.Sftp.Files;
using SshCore.Cli.Unix;
using SshCore.Config;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Interop;
using SshCore.Kex;
using SshCore.Keys;

namespace SshCore.Cli.Serve;

/// <summary><c>sshcore serve</c>, from options to the end of the process.</summary>
internal static class Server
{
    private const string SystemModuli = "/etc/ssh/moduli";

    /// <summary>Serves until a signal ends it.</summary>
    /// <exception cref="UsageException">An option names something that isn't there or can't be.</exception>
    internal static async Task<int> RunAsync(ServeOptions options, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new UsageException("serve needs Linux or macOS");
        }

        using Diagnostics output = Diagnostics.ToStandardError();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using PosixSignalRegistration interrupt = StopOn(PosixSignal.SIGINT, stop);
        using PosixSignalRegistration terminate = StopOn(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration hangUp = StopOn(PosixSignal.SIGHUP, stop);

        await using var server = new SshServer(ServerOptions(options, output));
        int firstPort = 0;
        foreach (string text in options.Listen)
        {
            IPEndPoint at = Listen(server, EndPoint(text));
            firstPort = firstPort == 0 ? at.Port : firstPort;
            StandardOutput.WriteLine($"listening on {at}");
        }

        if (options.PortFile is { } file)
        {
            await File.WriteAllTextAsync(file, firstPort.ToString(System.Globalization.CultureInfo.InvariantCulture) + "\n", stop.Token).ConfigureAwait(false);
        }

        await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default).ConfigureAwait(false);
        return ExitCodes.Success;
    }

    private static IPEndPoint Listen(SshServer server, IPEndPoint endPoint)
    {
        try
        {
            return server.Listen(endPoint);
        }
        catch (SocketException e)
        {
            throw new IOException($"can't listen on {endPoint}: {e.Message}", e);
        }
    }

    private static SshServerOptions ServerOptions(ServeOptions options, Diagnostics output)
    {
        UserAccount account = UserAccount.Current();
        LogLevel least = options.Verbosity switch { < 0 => LogLevel.Error, 0 => LogLevel.Information, 1 => LogLevel.Debug, _ => LogLevel.Trace };
        var logger = new DiagnosticsLogger(output, least);
        var keyEnvironment = KeyEnvironment.Parse(options.PermitUserEnvironment);
        LocalFileSystem? files = options.NoSftp ? null : Files(options, account);
        SftpSubsystem? sftp = files is null ? null : new SftpSubsystem(files, SftpServerOptions.Default with { IsReadOnly = options.IsReadOnly, Logger = logger });

        // Without a root, scp is a command of the user's shell like any other.
        LocalSide? scp = files is not null && options.Root is not null ? new LocalSide(files, isWhole: false) : null;
        var policy = new ShellPolicy(Users(options, account, keyEnvironment, output), account, options.AcceptEnv, keyEnvironment, sftp, scp);
        var keys = new List<SshHostKey>();
        foreach (SshPrivateKey key in HostKeys(options, output))
        {
            keys.Add(new SshHostKey(key));
        }

        var settings = new SshServerSettings(DefaultCrypto.Provider, keys)
        {
            Algorithms = options.Algorithms.ToPreferences(),
            Rekey = options.RekeyLimit,
            Banner = options.BannerFile is { } banner ? ReadText(banner) : null,
            Groups = Groups(options),
            Trace = Verbosity.Traces(options.Verbosity),
            KeepAlive = new KeepAlive { Interval = options.ClientAliveInterval, MaxUnanswered = options.ClientAliveCountMax },
            Limits = SshLimits.Default with
            {
                AuthTimeout = options.LoginGraceTime > TimeSpan.Zero ? options.LoginGraceTime : TimeSpan.MaxValue, // as in OpenSSH
                AuthFailures = options.MaxAuthTries,
                Sessions = options.MaxSessions,
            },
        };
        return new SshServerOptions(_ => policy, settings)
        {
            Logger = logger,
            ListenerLimits = SshListenerLimits.Default with
            {
                HalfOpen = options.MaxStartups,
                HalfOpenPerSource = options.MaxStartupsPerSource,
                Connections = options.MaxConnections,
                PenaltyThreshold = options.NoPenalties ? TimeSpan.MaxValue : SshListenerLimits.Default.PenaltyThreshold,
            },
        };
    }

    // One root for all sessions: whoever logs in is served as the user who runs this.
    private static LocalFileSystem Files(ServeOptions options, UserAccount account) => new(options.Root is { } root
        ? new LocalFileSystemOptions { Root = root, ReadOnly = options.IsReadOnly }
        : new LocalFileSystemOptions { Root = "/", ReadOnly = options.IsReadOnly, InitialDirectory = account.Home });

    private static ServedUsers Users(ServeOptions options, UserAccount account, KeyEnvironment keyEnvironment, Diagnostics output)
    {
        var users = new ServedUsers();
        foreach (string user in options.Users.Count > 0 ? options.Users : [account.Name])
        {
            users.Add(user);
        }

        foreach (string file in options.AuthorizedKeys)
        {
            users.AddKeys(file, output.WriteLine, keyEnvironment.IsOn);
        }

        return users.HasKeys || users.HasPasswords
            ? users
            : throw new UsageException("nobody could log in: give --authorized-keys, or a password with --user NAME:PASSWORD");
    }

    private static IReadOnlyList<SshPrivateKey> HostKeys(ServeOptions options, Diagnostics output)
    {
        if (options.HostKeys.Count > 0)
        {
            return ServerKeys.Load(options.HostKeys);
        }

        IReadOnlyList<SshPrivateKey> keys = ServerKeys.Generate();
        output.WriteLine("sshcore: warning: no --host-key is given; these keys are gone with this process, and clients will see others next time:");
        foreach (SshPrivateKey key in keys)
        {
            output.WriteLine($"  {key.PublicKey.KeyType} {key.PublicKey.Fingerprint(DefaultCrypto.Provider)}");
        }

        return keys;
    }

    private static ModuliGroupSource? Groups(ServeOptions options)
    {
        string? path = options.ModuliFile ?? (File.Exists(SystemModuli) ? SystemModuli : null);
        if (path is null)
        {
            return null;
        }

        ModuliFile file = ModuliFile.Parse(ReadText(path), path);
        return file.Count > 0 ? new ModuliGroupSource(file)
            : options.ModuliFile is null ? null
            : throw new UsageException($"{path} has no usable group");
    }

    private static IPEndPoint EndPoint(string text)
    {
        string port = text[(text.LastIndexOf(':') + 1)..];
        string address = text[..Math.Max(text.LastIndexOf(':'), 0)];
        bool bracketed = address.Length > 2 && address[0] == '[' && address[^1] == ']';
        IPAddress? ip = address switch
        {
            "" or "*" => IPAddress.IPv6Any,
            "localhost" => IPAddress.Loopback,
            _ when IPAddress.TryParse(bracketed ? address[1..^1] : address, out IPAddress? parsed) => parsed,
            _ => null,
        };
        return ip is not null && ushort.TryParse(port, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out ushort number)
            ? new IPEndPoint(ip, number)
            : throw new UsageException($"--listen wants ADDRESS:PORT, not '{text}'");
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(e.Message, e);
        }
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });
}
