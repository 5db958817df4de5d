using System.Diagnostics;
using System.IO;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Async;
using SshCore.Channels;
using SshCore.Hosts;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Benchmarks;

/// <summary>
/// Streams over loopback from and to one server of ours in this process: our client, in a process of its own, against the
/// installed <c>ssh</c>, in turn.
/// </summary>
internal static partial class Loopback
{
    private const int MiB = 512;
    private const int Rounds = 5;
    private const string Cipher = "aes256-gcm@openssh.com";

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sshcore-bench");
        try
        {
            await RunAsync(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The client process: <c>loopback-client PORT KEYFILE down|up MIB</c>.</summary>
    public static async Task<int> ClientAsync(string[] args)
    {
        await using var client = await SshClient.ConnectAsync(new SshClientOptions("127.0.0.1", int.Parse(args[0]))
        {
            UserName = "bench",
            Credentials = [SshCredential.KeyFile(args[1])],
            HostKeyPolicy = SshHostKeyPolicy.InsecureAcceptAnyHostKey,
            Algorithms = SshAlgorithmPreferences.Default with { Ciphers = [Cipher], KeyExchanges = ["curve25519-sha256"] },
        });
        if (args[2] == "connect")
        {
            return (await client.RunAsync("true")).IsSuccess ? 0 : 1;
        }

        await using var session = await client.OpenSessionAsync();
        await session.ExecAsync($"{args[2]} {args[3]}");
        if (args[2] == "down")
        {
            long received = await DrainAsync(session);
            return received == (long)int.Parse(args[3]) << 20 ? 0 : 1;
        }

        await SendAsync(session, int.Parse(args[3]), default);
        await session.SendEofAsync();
        return (await session.DrainExitAsync()).IsSuccess ? 0 : 1;
    }

    private static async Task RunAsync(string folder)
    {
        using var key = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        string keyFile = Path.Combine(folder, "key");
        await File.WriteAllBytesAsync(keyFile, key.WriteOpenSsh());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite); // ssh refuses others
        }

        using var hostKey = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        await using var server = new SshServer(new SshServerOptions(new StreamPolicy(key.PublicKey), hostKey));
        int port = server.Listen(new IPEndPoint(IPAddress.Loopback, 0)).Port;
        Console.WriteLine($"{MiB} MiB over loopback with {Cipher}, server of ours in this process; median of {Rounds} rounds.");
        Console.WriteLine($"{"",-12} {"MiB/s",8} {"client CPU s/GiB",17} {"server CPU s/GiB",17}");
        foreach (string direction in (string[])["down", "up"])
        {
            var ours = new List<Sample>();
            var theirs = new List<Sample>();
            for (int round = 0; round <= Rounds; round++)
            {
                var own = Measure(Environment.ProcessPath!, ["loopback-client", $"{port}", keyFile, direction, $"{MiB}"], false);
                var other = Measure("ssh", SshArguments(port, keyFile, folder, $"{direction} {MiB}"), direction == "up");
                if (round > 0)
                {
                    ours.Add(own);
                    theirs.Add(other);
                }
            }

            Print($"ours, {direction}", ours);
            Print($"ssh, {direction}", theirs);
        }
    }

    private static string[] SshArguments(int port, string keyFile, string folder, string command) =>
    [
        "-F", "none", "-p", $"{port}", "-i", keyFile, "-o", "StrictHostKeyChecking=no", "-o", $"UserKnownHostsFile={folder}/known_hosts",
        "-o", "LogLevel=ERROR", "-o", "KexAlgorithms=curve25519-sha256", "-c", Cipher, "bench@127.0.0.1", command,
    ];

    private static Sample Measure(string program, string[] arguments, bool feed)
    {
        // The shell only redirects; its own time is a millisecond.
        string input = feed ? $"head -c {(long)MiB << 20} /dev/zero |" : "";
        var start = new ProcessStartInfo("sh") { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{input} exec \"$0\" \"$@\" >/dev/null");
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        double children = ChildrenCpu();
        double self = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
        long begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.WaitForExit();
        double wall = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        }

        return new Sample(MiB / wall, (ChildrenCpu() - children) * 1024 / MiB, (Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds - self) * 1024 / MiB);
    }

    private static void Print(string what, List<Sample> samples)
    {
        static double Median(IEnumerable<double> values)
        {
            var sorted = new List<double>(values);
            sorted.Sort();
            return sorted[sorted.Count / 2];
        }

        Console.WriteLine($"{what,-12} {Median(samples.ConvertAll(s => s.Rate)),8:0} {Median(samples.ConvertAll(s => s.ClientCpu)),17:0.00} {Median(samples.ConvertAll(s => s.ServerCpu)),17:0.00}");
    }

    private static async Task<long> DrainAsync(Stream stream)
    {
        var buffer = new byte[256 * 1024];
        long total = 0;
        for (int count; (count = await stream.ReadAsync(buffer)) > 0; total += count)
        {
        }

        return total;
    }

    private static async Task SendAsync(Stream stream, int mebibytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[256 * 1024];
        for (long left = (long)mebibytes << 20; left > 0; left -= buffer.Length)
        {
            await stream.WriteAsync(buffer, cancellationToken);
        }
    }

    /// <summary>User and system seconds of all children that have ended, their children included.</summary>
    internal static double ChildrenCpu()
    {
        var usage = new long[18];
        return GetResourceUsage(-1, usage) == 0 ? usage[0] + usage[1] / 1e6 + usage[2] + usage[3] / 1e6 : 0;
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, [Out] long[] usage);

    private sealed record Sample(double Rate, double ClientCpu, double ServerCpu);

    private sealed class StreamPolicy(SshPublicKey key) : OneKeyPolicy(key)
    {
        public override async ValueTask RunSessionAsync(SshServerSession session, CancellationToken cancellationToken)
        {
            var words = session.Command!.Split(' ');
            if (words[0] == "down")
            {
                await SendAsync(session, int.Parse(words[1]), cancellationToken);
            }
            else if (words[0] == "up")
            {
                await DrainAsync(session);
            }

            session.SendExitStatus(0);
        }
    }
}
