using System.Diagnostics;
using System.IO;
using System.Net;
using System.Threading.Tasks;
using SshCore.Async;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Benchmarks;

/// <summary>
/// Files over loopback from and to one server of ours in this process: our client, in a process of its own, against the
/// installed <c>sftp</c>, in turn: one large file, and many small ones.
/// </summary>
internal static class SftpLoopback
{
    private const int MiB = 512;
    private const int SmallFiles = 2000;
    private const int Rounds = 3;
    private const string Cipher = "aes256-gcm@openssh.com";

    /// <summary>The client process: <c>sftp-client PORT KEYFILE get|put|get-tree|put-tree FROM TO</c>.</summary>
    public static async Task<int> ClientAsync(string[] args)
    {
        await using var client = await SshClient.ConnectAsync(new SshClientOptions("127.0.0.1", int.Parse(args[0]))
        {
            UserName = "bench",
            Credentials = [SshCredential.KeyFile(args[1])],
            HostKeyPolicy = SshHostKeyPolicy.InsecureAcceptAnyHostKey,
            Algorithms = SshAlgorithmPreferences.Default with { Ciphers = [Cipher], KeyExchanges = ["curve25519-sha256"] },
        });
        await using var sftp = await client.OpenSftpAsync();
        switch (args[2])
        {
            case "get":
                await sftp.GetAsync(args[3], args[4]);
                break;
            case "put":
                await sftp.PutAsync(args[3], args[4]);
                break;
            case "get-tree":
                await sftp.GetTreeAsync(args[3], args[4]);
                break;
            default:
                await sftp.PutTreeAsync(args[3], args[4]);
                break;
        }

        return 0;
    }

    public static async Task RunAsync()
    {
        // Memory rather than a disk, where there is such a folder.
        string parent = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"sshcore-bench-{Guid.NewGuid():N}"));
        try
        {
            await RunAsync(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string folder)
    {
        using var key = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        string keyFile = Path.Combine(folder, "key");
        await File.WriteAllBytesAsync(keyFile, key.WriteOpenSsh());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite); // sftp refuses others
        }

        using (var large = File.Create(Path.Combine(folder, "large")))
        {
            var block = new byte[1 << 20];
            System.Security.Cryptography.RandomNumberGenerator.Fill(block);
            for (int i = 0; i < MiB; i++)
            {
                large.Write(block);
            }
        }

        Directory.CreateDirectory(Path.Combine(folder, "small"));
        for (int i = 0; i < SmallFiles; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "small", $"{i}"), new byte[4096]);
        }

        using var hostKey = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        await using var server = new SshServer(new SshServerOptions(new FilePolicy(key.PublicKey), hostKey));
        int port = server.Listen(new IPEndPoint(IPAddress.Loopback, 0)).Port;
        Console.WriteLine($"{MiB} MiB and {SmallFiles} files of 4 KiB over loopback with {Cipher}, server of ours in this process; median of {Rounds} rounds.");
        Console.WriteLine($"{"",-16} {"seconds",8} {"MiB/s",8} {"files/s",8} {"client CPU s",13} {"server CPU s",13}");
        foreach (string what in (string[])["get", "put", "get-tree", "put-tree"])
        {
            var ours = new List<Sample>();
            var theirs = new List<Sample>();
            for (int round = 0; round <= Rounds; round++)
            {
                var own = Measure(folder, Environment.ProcessPath!, Own(port, keyFile, folder, what), null);
                var other = Measure(folder, "sftp", Theirs(port, keyFile, folder), Command(folder, what));
                if (round > 0)
                {
                    ours.Add(own);
                    theirs.Add(other);
                }
            }

            Print($"ours, {what}", ours, what);
            Print($"sftp, {what}", theirs, what);
        }
    }

    private static (string From, string To) Paths(string folder, string what) =>
        (Path.Combine(folder, what.EndsWith("tree", StringComparison.Ordinal) ? "small" : "large"), Path.Combine(folder, "copy"));

    private static string[] Own(int port, string keyFile, string folder, string what) =>
        ["sftp-client", $"{port}", keyFile, what, Paths(folder, what).From, Paths(folder, what).To];

    private static string[] Theirs(int port, string keyFile, string folder) =>
    [
        "-F", "none", "-P", $"{port}", "-i", keyFile, "-o", "StrictHostKeyChecking=no", "-o", $"UserKnownHostsFile={folder}/known_hosts", "-o", "LogLevel=ERROR",
        "-o", "KexAlgorithms=curve25519-sha256", "-c", Cipher, "-q", "-b", $"{folder}/batch", "bench@127.0.0.1",
    ];

    private static string Command(string folder, string what)
    {
        var (from, to) = Paths(folder, what);
        return what switch
        {
            "get-tree" => $"get -r {from} {to}",
            "put-tree" => $"mkdir {to}\nput -r {from}/. {to}",
            _ => $"{what} {from} {to}",
        };
    }

    private static Sample Measure(string folder, string program, string[] arguments, string? batch)
    {
        string target = Path.Combine(folder, "copy");
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }
        else
        {
            File.Delete(target);
        }

        if (batch is not null)
        {
            File.WriteAllText(Path.Combine(folder, "batch"), batch + "\n");
        }

        var start = new ProcessStartInfo("sh") { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec \"$0\" \"$@\" >/dev/null 2>/dev/null");
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        double children = Loopback.ChildrenCpu();
        double self = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
        long begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.WaitForExit();
        double wall = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return process.ExitCode == 0
            ? new Sample(wall, Loopback.ChildrenCpu() - children, Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds - self)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }

    private static void Print(string what, List<Sample> samples, string kind)
    {
        static double Median(List<double> values)
        {
            values.Sort();
            return values[values.Count / 2];
        }

        double wall = Median(samples.ConvertAll(s => s.Wall));
        bool tree = kind.EndsWith("tree", StringComparison.Ordinal);
        Console.WriteLine($"{what,-16} {wall,8:0.00} {(tree ? "" : $"{MiB / wall:0}"),8} {(tree ? $"{SmallFiles / wall:0}" : ""),8} {Median(samples.ConvertAll(s => s.ClientCpu)),13:0.00} {Median(samples.ConvertAll(s => s.ServerCpu)),13:0.00}");
    }

    private sealed record Sample(double Wall, double ClientCpu, double ServerCpu);

    private sealed class FilePolicy(SshPublicKey key) : SshServerPolicy
    {
        private readonly Dictionary<string, SshSubsystem> _subsystems = new() { ["sftp"] = new SftpSubsystem(_ => new LocalFileSystem("/")) };

        public override IReadOnlyDictionary<string, SshSubsystem> Subsystems => _subsystems;

        public override SshAuthDecision CheckPublicKey(SshServerContext context, string userName, SshPublicKey offered, string algorithm, bool hasSigned) =>
            offered.Equals(key) ? SshAuthDecision.Accept : SshAuthDecision.Refuse;

        public override SshOpenDecision OnChannelOpen(SshServerContext context, string channelType, ReadOnlyMemory<byte> data) =>
            channelType == "session" ? SshOpenDecision.Accept : SshOpenDecision.Refuse;
    }
}
