using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Tests.Readme.Samples;

[assembly: Parallelizable(ParallelScope.All)]

namespace SshCore.Tests.Readme;

/// <summary>The samples of README work, and README shows them as they are.</summary>
public sealed class ReadmeTests
{
    private static readonly SshPrivateKey HostKey = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);

    [TestCase("AsyncSample")]
    [TestCase("BlockingSample")]
    [TestCase("ServerSample")]
    [TestCase("CustomHostSample")]
    [TestCase("SftpSample")]
    [TestCase("SftpBlockingSample")]
    public void ReadmeShowsTheSample(string name) => Assert.That(Resource("README.md"), Does.Contain(Sample(Resource(name + ".cs"))));

    [Test]
    [CancelAfter(60_000)]
    public Task AsyncSampleRuns(CancellationToken cancellationToken) => ServerSample.RunAsync(HostKey, async address =>
    {
        string said = await AsyncSample.RunAsync("127.0.0.1", address.Port, SshHostKeyPolicy.Pinned(HostKey.PublicKey)).WaitAsync(cancellationToken);
        Assert.That(said, Is.EqualTo("you asked for: uname -a\nyou asked for: ls -l\n"));
    });

    [Test]
    [CancelAfter(60_000)]
    public Task BlockingSampleRuns(CancellationToken cancellationToken) => ServerSample.RunAsync(HostKey, async address =>
    {
        string said = await Task.Run(() => BlockingSample.Run("127.0.0.1", address.Port, SshHostKeyPolicy.Pinned(HostKey.PublicKey)), cancellationToken).WaitAsync(cancellationToken);
        Assert.That(said, Is.EqualTo("you asked for: uname -a\n"));
    });

    [Test]
    [CancelAfter(60_000)]
    public Task CustomHostSampleRuns(CancellationToken cancellationToken) => ServerSample.RunAsync(HostKey, async address =>
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
        using var output = new MemoryStream();
        await Task.Run(() => CustomHostSample.Run(client.GetStream(), key => key.Equals(HostKey.PublicKey), output), cancellationToken).WaitAsync(cancellationToken);
        Assert.That(Encoding.UTF8.GetString(output.ToArray()), Is.EqualTo("you asked for: uname -a\n"));
    });

    [Test]
    [CancelAfter(60_000)]
    public async Task SftpSamplesRun(CancellationToken cancellationToken)
    {
        var files = new MemoryFileSystem();
        files.AddDirectory("/upload");
        var folder = Directory.CreateTempSubdirectory("sshcore-readme-");
        try
        {
            string report = Path.Combine(folder.FullName, "report.pdf");
            await File.WriteAllTextAsync(report, "0123456789", cancellationToken);
            await using var server = new SshCore.Async.SshServer(new SshServerOptions(new FileServer(files), HostKey));
            int port = server.Listen(new IPEndPoint(IPAddress.Loopback, 0)).Port;
            var options = new SshClientOptions("127.0.0.1", port)
            {
                UserName = "joe",
                Credentials = [SshCredential.Password("secret")],
                HostKeyPolicy = SshHostKeyPolicy.Pinned(HostKey.PublicKey),
            };
            await SftpSample.RunAsync(options, report, report + ".copy", report + ".backup").WaitAsync(cancellationToken);
            Assert.That(await File.ReadAllTextAsync(report + ".copy", cancellationToken), Is.EqualTo("0123456789"));
            Assert.That(await File.ReadAllTextAsync(Path.Combine(report + ".backup", "report.pdf"), cancellationToken), Is.EqualTo("0123456789"));
            Assert.That(Encoding.ASCII.GetString(files.ReadFile("/upload/log")!), Is.EqualTo("done\n"));
            string rest = await Task.Run(() => SftpBlockingSample.Run(options, report), cancellationToken).WaitAsync(cancellationToken);
            Assert.That(rest, Is.EqualTo("56789"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class FileServer(ISftpFileSystem files) : SshServerPolicy
    {
        private readonly Dictionary<string, SshSubsystem> _subsystems = new() { ["sftp"] = new SftpSubsystem(files) };

        public override IReadOnlyDictionary<string, SshSubsystem> Subsystems => _subsystems;

        public override SshAuthDecision CheckPassword(SshServerContext context, string user, ReadOnlyMemory<byte> password) => SshAuthDecision.Accept;

        public override SshOpenDecision OnChannelOpen(SshServerContext context, string type, ReadOnlyMemory<byte> data) => SshOpenDecision.Accept;
    }

    private static string Resource(string name)
    {
        using var stream = typeof(ReadmeTests).Assembly.GetManifestResourceStream(name)!;
        return new StreamReader(stream).ReadToEnd();
    }

    /// <summary>The regions named sample, joined, without the indentation of their place.</summary>
    internal static string Sample(string source)
    {
        var sample = new StringBuilder();
        int indent = -1;
        foreach (string line in source.Split('\n'))
        {
            if (line.Trim() == "#region sample")
            {
                indent = line.IndexOf('#', StringComparison.Ordinal);
            }
            else if (line.Trim() == "#endregion")
            {
                indent = -1;
            }
            else if (indent >= 0)
            {
                sample.Append(line.Length > indent ? line[indent..] : line.TrimStart()).Append('\n');
            }
        }

        return sample.ToString();
    }
}
