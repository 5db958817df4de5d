using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Async;
using SshCore.Hosts;
using SshCore.Security;

namespace SshCore.Benchmarks;

/// <summary>
/// Files over loopback from and to one server: our client, SSH.NET, the installed <c>sftp</c> and, if it is given, a published
/// program of ours, each in a process of its own, in turn. One large file, many small ones, and a file over a path with delay.
/// </summary>
internal static class SftpLoopback
{
    private const int SmallFiles = 2000;
    private const int DelayedMiB = 100;
    private const string Cipher = "aes256-gcm@openssh.com";
    private const string Reference = "sftp";

    /// <summary>The client process: <c>sftp-client PORT USER KEYFILE CIPHER get|put|get-tree|put-tree FROM TO</c>.</summary>
    public static async Task<int> ClientAsync(string[] args)
    {
        await using var client = await SshClient.ConnectAsync(new SshClientOptions("127.0.0.1", int.Parse(args[0]))
        {
            UserName = args[1],
            Credentials = [SshCredential.KeyFile(args[2])],
            HostKeyPolicy = SshHostKeyPolicy.InsecureAcceptAnyHostKey,
            Algorithms = SshAlgorithmPreferences.Default with { Ciphers = [args[3]], KeyExchanges = ["curve25519-sha256"] },
        });
        await using var sftp = await client.OpenSftpAsync();
        switch (args[4])
        {
            case "get":
                await sftp.GetAsync(args[5], args[6]);
                break;
            case "put":
                await sftp.PutAsync(args[5], args[6]);
                break;
            case "get-tree":
                await sftp.GetTreeAsync(args[5], args[6]);
                break;
            default:
                await sftp.PutTreeAsync(args[5], args[6]);
                break;
        }

        return 0;
    }

    public static void Run(SftpOptions options)
    {
        // Memory rather than a disk, where there is such a folder.
        string parent = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var folder = Directory.CreateDirectory(Path.Combine(parent, $"sshcore-bench-{Guid.NewGuid():N}"));
        try
        {
            Fill(folder.FullName, options.MiB);
            if (options.Stock)
            {
                using var server = new Sshd(folder.FullName);
                Run(options, new Server(server.Port, server.ProcessId, folder.FullName));
            }
            else
            {
                using var server = new SftpServerProcess(folder.FullName);
                Run(options, new Server(server.Port, server.ProcessId, folder.FullName));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        if ("memory".Contains(options.Only, StringComparison.Ordinal))
        {
            SftpInMemory.Run(Cipher, options.MiB);
        }
    }

    private static void Fill(string folder, int mebibytes)
    {
        var block = new byte[1 << 20];
        System.Security.Cryptography.RandomNumberGenerator.Fill(block);
        foreach (var (name, length) in ((string, int)[])[("large", mebibytes), ("medium", DelayedMiB)])
        {
            using var file = File.Create(Path.Combine(folder, name));
            for (int i = 0; i < length; i++)
            {
                file.Write(block);
            }
        }

        Directory.CreateDirectory(Path.Combine(folder, "small"));
        for (int i = 0; i < SmallFiles; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, "small", $"{i}"), new byte[4096]);
        }
    }

    private static void Run(SftpOptions options, Server server)
    {
        Console.WriteLine($"""
            {Cipher}, server: {(options.Stock ? "sshd and its sftp-server" : "ours")}; {options.MiB} MiB, {DelayedMiB} MiB with a round trip, {SmallFiles} files of 4 KiB; median of {options.Rounds}, load average {LoadAverage()}.
            CPU is s/GiB of client and of server, of trees s in all; peak: resident MiB of the client's processes; the last two: of {Reference} in this run.

            | case | client | wall s | MiB/s, files/s | client CPU | server CPU | peak | wall ratio | client CPU ratio |
            |---|---|---|---|---|---|---|---|---|
            """);
        foreach (string what in (string[])["get", "put", "get-tree", "put-tree"])
        {
            Measure(options, server, new Case(what, what, what.EndsWith("tree", StringComparison.Ordinal) ? "small" : "large", options.MiB));
        }

        foreach (int milliseconds in (int[])[20, 100])
        {
            using var relay = new DelayRelay(server.Port, TimeSpan.FromMilliseconds(milliseconds / 2.0));
            foreach (string what in (string[])["get", "put"])
            {
                Measure(options, server with { Port = relay.Port }, new Case($"{what}, {milliseconds} ms", what, "medium", DelayedMiB));
            }
        }
    }

    private static void Measure(SftpOptions options, Server server, Case what)
    {
        if (!what.Name.Contains(options.Only, StringComparison.Ordinal))
        {
            return;
        }

        var clients = new List<(string Name, string Program, string[] Arguments)>
        {
            ("ours, JIT", Environment.ProcessPath!, ["sftp-client", .. Own(server, what)]),
            ("SSH.NET", Environment.ProcessPath!, ["sshnet-client", .. Own(server, what)]),
            (Reference, "sftp", Batch(server)),
        };
        if (options.Program is { } program)
        {
            clients.Insert(1, ("ours, program", program, ["sftp", .. Batch(server)]));
        }

        var samples = new List<Sample>[clients.Count];
        for (int round = 0; round <= options.Rounds; round++)
        {
            for (int i = 0; i < clients.Count; i++)
            {
                var sample = Measure(server, what, clients[i].Program, clients[i].Arguments);
                if (round == 0)
                {
                    samples[i] = [];
                }
                else
                {
                    samples[i].Add(sample);
                }
            }
        }

        var reference = Median(samples[^1]);
        for (int i = 0; i < clients.Count; i++)
        {
            Print(what, clients[i].Name, Median(samples[i]), reference);
        }
    }

    private static string[] Own(Server server, Case what) =>
        [$"{server.Port}", Environment.UserName, $"{server.Folder}/user", Cipher, what.Command, $"{server.Folder}/{what.Source}", $"{server.Folder}/copy"];

    private static string[] Batch(Server server) =>
    [
        "-F", "none", "-P", $"{server.Port}", "-i", $"{server.Folder}/user", "-o", "StrictHostKeyChecking=no", "-o", $"UserKnownHostsFile={server.Folder}/any_hosts",
        "-o", "LogLevel=ERROR", "-o", "KexAlgorithms=curve25519-sha256", "-c", Cipher, "-q", "-b", $"{server.Folder}/batch", $"{Environment.UserName}@127.0.0.1",
    ];

    private static Sample Measure(Server server, Case what, string program, string[] arguments)
    {
        string source = $"{server.Folder}/{what.Source}";
        string target = $"{server.Folder}/copy";
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }
        else
        {
            File.Delete(target);
        }

        File.WriteAllText($"{server.Folder}/batch", what.Command switch
        {
            "get-tree" => $"get -r {source} {target}\n",
            "put-tree" => $"put -r {source} {target}\n",
            _ => $"{what.Command} {source} {target}\n",
        });
        var start = new ProcessStartInfo("sh") { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec \"$0\" \"$@\" >/dev/null 2>/dev/null");
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        double children = Loopback.ChildrenCpu();
        double served = ProcessFigures.Cpu(server.ProcessId);
        long begin = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        double peak = 0;
        while (!process.WaitForExit(25))
        {
            peak = Math.Max(peak, ProcessFigures.PeakMemory(process.Id));
        }

        double wall = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        double cpu = Loopback.ChildrenCpu() - children;
        for (int i = 0; i < 400 && ProcessFigures.HasChildren(server.ProcessId); i++)
        {
            Thread.Sleep(5); // sshd counts a connection's processes once they have ended
        }

        if (process.ExitCode != 0 || (File.Exists(source) ? new FileInfo(source).Length != new FileInfo(target).Length : Directory.GetFiles(target).Length != SmallFiles))
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode} or left a part out.");
        }

        return new Sample(wall, cpu, ProcessFigures.Cpu(server.ProcessId) - served, peak);
    }

    private static Sample Median(List<Sample> samples)
    {
        double Of(Converter<Sample, double> part)
        {
            var values = samples.ConvertAll(part);
            values.Sort();
            return values[values.Count / 2];
        }

        return new Sample(Of(s => s.Wall), Of(s => s.ClientCpu), Of(s => s.ServerCpu), Of(s => s.Peak));
    }

    private static void Print(Case what, string client, Sample sample, Sample reference)
    {
        bool tree = what.Source == "small";
        double share = tree ? 1 : 1024.0 / what.MiB;
        Console.WriteLine(
            $"| {what.Name} | {client} | {sample.Wall:0.00} | {(tree ? SmallFiles : what.MiB) / sample.Wall:0} | {sample.ClientCpu * share:0.00} | {sample.ServerCpu * share:0.00} | "
            + $"{sample.Peak:0} | {sample.Wall / reference.Wall:0.00} | {sample.ClientCpu / reference.ClientCpu:0.00} |");
    }

    private static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private sealed record Server(int Port, int ProcessId, string Folder);

    private sealed record Case(string Name, string Command, string Source, int MiB);

    private sealed record Sample(double Wall, double ClientCpu, double ServerCpu, double Peak);
}
