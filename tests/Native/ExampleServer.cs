using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>A server that was built from the examples, or is written in Python: it prints its port and ends on SIGTERM.</summary>
internal sealed class ExampleServer : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly string _knownHosts;
    private readonly string _identity;

    public ExampleServer(Compiler build, string program, params string[] before)
    {
        using var hostKey = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519, comment: "host");
        using var userKey = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519, comment: "user");
        string host = build.Folder.Write("host", System.Text.Encoding.ASCII.GetString(hostKey.WriteOpenSsh()));
        _identity = build.Folder.Write("id", System.Text.Encoding.ASCII.GetString(userKey.WriteOpenSsh()));
        string authorized = build.Folder.Write("id.pub", userKey.PublicKey.ToOpenSshString() + "\n");
        Root = Directory.CreateDirectory(build.Folder.File("root")).FullName;
        var start = new ProcessStartInfo(program, [.. before, host, authorized, Root])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["SSHCORE_LIBRARY"] = Path.Combine(Published.LibraryFolder, "libsshcore.so");
        start.Environment["PYTHONPATH"] = Path.Combine(Header.Root, "hosts", "Native", "python");
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
        string? line = _process.StandardOutput.ReadLine();
        if (!int.TryParse(line, out int port))
        {
            _process.Kill();
            throw new AssertionException($"The server did not start: {line} {_errors.Result}");
        }

        Port = port;
        _knownHosts = build.Folder.Write("known", $"[127.0.0.1]:{Port} {hostKey.PublicKey.ToOpenSshString()}\n");
    }

    public int Port { get; }

    public string Root { get; }

    public string Log => _errors.IsCompleted ? _errors.Result : "";

    public Task<CommandResult> SshAsync(string command, byte[] input, params string[] more) =>
        PeerProcess.RunAsync(PeerProgram.Ssh, ["-p", $"{Port}", .. Options, .. more, "joe@127.0.0.1", command], input);

    public Task<CommandResult> SftpAsync(PeerProgram sftp, string batch) =>
        PeerProcess.RunAsync(sftp, ["-P", $"{Port}", .. Options, "-b", batch, "joe@127.0.0.1"]);

    /// <summary>Asks it to end; what it said besides its port.</summary>
    public string Stop()
    {
        Process.Start("kill", $"-TERM {_process.Id}").WaitForExit();
        string rest = _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();
        Assert.That(_process.ExitCode, Is.Zero, _errors.Result);
        return rest;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private string[] Options =>
    [
        "-F", "none", "-i", _identity, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
        "-o", $"UserKnownHostsFile={_knownHosts}", "-o", "GlobalKnownHostsFile=/dev/null",
    ];
}
