using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using SshCore.Async;
using SshCore.Hosts;
using SshCore.Security;

namespace SshCore.Benchmarks;

/// <summary>
/// Connections that run one command: TCP, key exchange, a public key, exec <c>true</c>, close. Our client in this process, warm,
/// against our server, one at a time and eight at once, and against an sshd, in turn with SSH.NET and the installed <c>ssh</c>.
/// </summary>
internal static class Connecting
{
    private const int Rounds = 5;
    private const int OwnServer = 400;
    private const int StockServer = 20;
    private const int AtOnce = 8;
    private const int WarmUp = 1500;

    /// <param name="only">Picks key exchanges by name.</param>
    /// <param name="word">Picks cases by server and client.</param>
    public static async Task RunAsync(string only, string word)
    {
        var folder = Directory.CreateTempSubdirectory("sshcore-bench");
        try
        {
            await RunAsync(folder.FullName, only, word);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string folder, string only, string word)
    {
        using var sshd = new Sshd(folder);
        using var own = new ConnectServerProcess(folder);
        Console.WriteLine($"Connect, log in with an Ed25519 key, exec true, close; median of {Rounds} rounds of {OwnServer} ({StockServer} with sshd).");
        Console.WriteLine($"{"key exchange",-24} {"server",-7} {"client",-11} {"ms wall",8} {"a second",9} {"client CPU ms",14} {"server CPU ms",14} {"client KiB",11} {"server KiB",11}");
        foreach (string kex in (string[])["curve25519-sha256", "sntrup761x25519-sha512@openssh.com"])
        {
            if (!kex.Contains(only, StringComparison.Ordinal))
            {
                continue;
            }

            var cases = new List<Case>
            {
                new("ours", "ours", OwnServer, () => SequenceAsync(own.Port, folder, kex, OwnServer)),
                new("ours", $"ours, {AtOnce}", OwnServer, () => AtOnceAsync(own.Port, folder, kex)),
                new("ours", "blocking", OwnServer, () => Blocking(own.Port, folder, kex, OwnServer)),
                new("ours", "ssh", StockServer, () => ProgramAsync(own.Port, folder, kex)),
                new("sshd", "ours", StockServer, () => SequenceAsync(sshd.Port, folder, kex, StockServer)),
                new("sshd", "blocking", StockServer, () => Blocking(sshd.Port, folder, kex, StockServer)),
                new("sshd", "SSH.NET", StockServer, () => SshNetAsync(sshd.Port, folder, kex)),
                new("sshd", "ssh", StockServer, () => ProgramAsync(sshd.Port, folder, kex)),
            };
            cases.RemoveAll(what => !$"{what.Server} {what.Client}".Contains(word, StringComparison.Ordinal));

            // Until the just-in-time compiler has come to its end, in both processes.
            await SequenceAsync(own.Port, folder, kex, WarmUp);
            await Blocking(own.Port, folder, kex, WarmUp);
            var samples = cases.ConvertAll(static _ => new List<Sample>());
            for (int round = -1; round < Rounds; round++)
            {
                for (int i = 0; i < cases.Count; i++)
                {
                    var sample = await MeasureAsync(cases[i], own, sshd.ProcessId);
                    if (round >= 0)
                    {
                        samples[i].Add(sample);
                    }
                }
            }

            for (int i = 0; i < cases.Count; i++)
            {
                Print(kex, cases[i], samples[i]);
            }
        }
    }

    private static async Task<Sample> MeasureAsync(Case what, ConnectServerProcess own, int sshd)
    {
        var (served, serverAllocated) = own.Ask();
        double stock = ProcessFigures.Cpu(sshd);
        double children = Loopback.ChildrenCpu();
        var cpu = Environment.CpuUsage.TotalTime;
        long allocated = GC.GetTotalAllocatedBytes();
        long begin = Stopwatch.GetTimestamp();
        await what.Run();
        double wall = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        double client = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        if (what.Client == "ssh")
        {
            (client, allocated) = (Loopback.ChildrenCpu() - children, 0);
        }

        if (what.Server == "sshd")
        {
            for (int i = 0; i < 400 && ProcessFigures.HasChildren(sshd); i++)
            {
                await Task.Delay(5); // sshd counts a connection's processes once they have ended
            }

            return new Sample(wall / what.Count, client / what.Count, (ProcessFigures.Cpu(sshd) - stock) / what.Count, allocated / what.Count, 0);
        }

        var (total, totalAllocated) = own.Ask();
        return new Sample(wall / what.Count, client / what.Count, (total - served) / what.Count, allocated / what.Count, (totalAllocated - serverAllocated) / what.Count);
    }

    private static void Print(string kex, Case what, List<Sample> samples)
    {
        double Median(Converter<Sample, double> part)
        {
            var values = samples.ConvertAll(part);
            values.Sort();
            return values[values.Count / 2];
        }

        double wall = Median(s => s.Wall);
        Console.WriteLine(
            $"{kex.Split('@')[0],-24} {what.Server,-7} {what.Client,-11} {wall * 1e3,8:0.00} {1 / wall,9:0} {Median(s => s.ClientCpu) * 1e3,14:0.00} {Median(s => s.ServerCpu) * 1e3,14:0.00} "
            + $"{Median(s => s.ClientAllocated) / 1024,11:0.0} {Median(s => s.ServerAllocated) / 1024,11:0.0}");
    }

    private static async Task SequenceAsync(int port, string folder, string kex, int count)
    {
        var options = Options(port, folder, kex);
        for (int i = 0; i < count; i++)
        {
            await using var client = await SshClient.ConnectAsync(options);
            if (!(await client.RunAsync("true")).IsSuccess)
            {
                throw new InvalidOperationException("The command failed.");
            }
        }
    }

    private static Task Blocking(int port, string folder, string kex, int count)
    {
        var options = Options(port, folder, kex);
        for (int i = 0; i < count; i++)
        {
            using var client = SshCore.Blocking.SshClient.Connect(options);
            if (!client.Run("true").IsSuccess)
            {
                throw new InvalidOperationException("The command failed.");
            }
        }

        return Task.CompletedTask;
    }

    private static SshClientOptions Options(int port, string folder, string kex) => new("127.0.0.1", port)
    {
        UserName = Environment.UserName,
        Credentials = [SshCredential.KeyFile(Path.Combine(folder, "user"))],
        HostKeyPolicy = SshHostKeyPolicy.InsecureAcceptAnyHostKey,
        Algorithms = SshAlgorithmPreferences.Default with { KeyExchanges = [kex] },
    };

    private static Task AtOnceAsync(int port, string folder, string kex)
    {
        var tasks = new Task[AtOnce];
        for (int i = 0; i < AtOnce; i++)
        {
            tasks[i] = Task.Run(() => SequenceAsync(port, folder, kex, OwnServer / AtOnce));
        }

        return Task.WhenAll(tasks);
    }

    private static Task SshNetAsync(int port, string folder, string kex)
    {
        for (int i = 0; i < StockServer; i++)
        {
            SshNetClient.RunTrue(port, Path.Combine(folder, "user"), kex);
        }

        return Task.CompletedTask;
    }

    private static async Task ProgramAsync(int port, string folder, string kex)
    {
        for (int i = 0; i < StockServer; i++)
        {
            using var process = Process.Start("ssh",
            [
                "-F", "none", "-p", $"{port}", "-i", Path.Combine(folder, "user"), "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=" + Path.Combine(folder, "any_hosts"),
                "-oLogLevel=ERROR", "-oBatchMode=yes", "-oKexAlgorithms=" + kex, $"{Environment.UserName}@127.0.0.1", "true",
            ]);
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"ssh ended with {process.ExitCode}.");
            }
        }
    }

    private sealed record Case(string Server, string Client, int Count, Func<Task> Run);

    private sealed record Sample(double Wall, double ClientCpu, double ServerCpu, double ClientAllocated, double ServerAllocated);
}
