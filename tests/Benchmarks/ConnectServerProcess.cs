using System.Diagnostics;
using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Async;
using SshCore.Channels;
using SshCore.Hosts;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Benchmarks;

/// <summary>Our server in a process of its own whose commands succeed and do nothing, and what it has cost so far.</summary>
internal sealed class ConnectServerProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="folder">Has the keys, <c>host</c> and <c>user.pub</c>.</param>
    public ConnectServerProcess(string folder)
    {
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["connect-server", folder]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Port = int.Parse(_process.StandardOutput.ReadLine()!);
    }

    public int Port { get; }

    /// <summary>CPU seconds and allocated bytes so far.</summary>
    public (double Cpu, long Allocated) Ask()
    {
        _process.StandardInput.WriteLine();
        var words = _process.StandardOutput.ReadLine()!.Split(' ');
        return (long.Parse(words[0]) / (double)TimeSpan.TicksPerSecond, long.Parse(words[1]));
    }

    /// <summary>The process: <c>connect-server FOLDER</c>. Prints its port; each line of input makes it print its CPU ticks and allocated bytes, the end of its input ends it.</summary>
    public static async Task<int> RunAsync(string folder)
    {
        using var hostKey = SshPrivateKey.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "host")), default, DefaultCrypto.Provider);
        var user = SshPublicKey.ParseOpenSsh((await File.ReadAllTextAsync(Path.Combine(folder, "user.pub"))).Trim());
        await using var server = new SshServer(new SshServerOptions(new TruePolicy(user), hostKey));
        Console.WriteLine(server.Listen(new IPEndPoint(IPAddress.Loopback, 0)).Port);
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine($"{Environment.CpuUsage.TotalTime.Ticks} {GC.GetTotalAllocatedBytes()}");
        }

        return 0;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private sealed class TruePolicy(SshPublicKey key) : OneKeyPolicy(key)
    {
        public override ValueTask RunSessionAsync(SshServerSession session, CancellationToken cancellationToken)
        {
            session.SendExitStatus(0);
            return default;
        }
    }
}
