using System.Diagnostics;
using System.IO;
using System.Net;
using System.Threading.Tasks;
using SshCore.Async;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Benchmarks;

/// <summary>Our server with the local files, in a process of its own so that its CPU can be told apart.</summary>
internal sealed class SftpServerProcess : IDisposable
{
    private readonly Process _process;

    /// <param name="folder">Gets the keys.</param>
    public SftpServerProcess(string folder)
    {
        BenchKeys.Write(folder, "host");
        BenchKeys.Write(folder, "user");
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["sftp-server", folder]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Port = int.Parse(_process.StandardOutput.ReadLine()!);
    }

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <summary>The process: <c>sftp-server FOLDER</c>. Prints its port; the end of its input ends it.</summary>
    public static async Task<int> RunAsync(string folder)
    {
        using var hostKey = SshPrivateKey.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "host")), default, DefaultCrypto.Provider);
        var user = SshPublicKey.ParseOpenSsh((await File.ReadAllTextAsync(Path.Combine(folder, "user.pub"))).Trim());
        await using var server = new SshServer(new SshServerOptions(new FilePolicy(user), hostKey));
        Console.WriteLine(server.Listen(new IPEndPoint(IPAddress.Loopback, 0)).Port);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

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
