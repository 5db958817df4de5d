using System.Linq;
using System.Reflection;
using SshCore.Keys;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Servers;

/// <summary>A server in Python by a script beside the tests: asyncssh or paramiko.</summary>
internal sealed class PythonServer(string library) : PeerServer
{
    public static string Scripts { get; } =
        typeof(PythonServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Scripts").Value!;

    public override string Name => library;

    protected override IReadOnlyList<SshKeyKind> HostKeyKinds => AllKinds;

    protected override PeerProcess Launch()
    {
        var probe = PeerProcess.RunAsync(PeerProgram.Python, ["-W", "ignore", "-c", $"import {library}"]).GetAwaiter().GetResult();
        if (probe.ExitStatus != 0)
        {
            throw PeerProgram.Missing($"{library} for {PeerProgram.Python.Name}", $"python3-{library}");
        }

        string script = System.IO.Path.Combine(Scripts, $"{library}_server.py");
        string[] arguments =
        [
            "-W", "ignore", script, $"{Port}", TestUser.Name, TestUser.Password, User.AuthorizedKeys,
            .. HostKeyKinds.Select(HostKeyFile),
        ];
        return PeerProcess.StartServer(Port, PeerProgram.Python, arguments);
    }
}
