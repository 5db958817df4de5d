using System.IO;
using System.Text.Json;
using System.Threading.Tasks;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Clients;

/// <summary>A client library driven by a script beside the tests: paramiko and asyncssh in Python, ssh2 in Node.js.</summary>
internal sealed class ScriptClient(string library) : PeerClient
{
    private const string Node = "ssh2";

    public override string Name => library;

    public override bool Rekeys => library != Node;

    public override bool HasFailed(CommandResult result) => result.ExitStatus == 255;

    protected override async Task<CommandResult> RunAsync(ClientTask task, int port)
    {
        using var folder = new TempFolder();
        string settings = JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["port"] = port,
            ["user"] = TestUser.Name,
            ["password"] = task.Password,
            ["key"] = task.Password is null ? task.Server.User.KeyFile(task.Key) : null,
            ["command"] = task.Command,
            ["known_hosts"] = KnownHosts(task, port, folder),
            ["terminal"] = task.Terminal is { } size ? new[] { size.Columns, size.Rows } : null,
            ["rekey_bytes"] = task.RekeyBytes,
        });
        return library == Node
            ? await PeerProcess.RunAsync(PeerProgram.Node, [NodeScript(), settings], task.Input, TimeSpan.FromSeconds(120))
            : await PeerProcess.RunAsync(
                PeerProgram.Python, ["-W", "ignore", Path.Combine(PythonServer.Scripts, $"{library}_client.py"), settings], task.Input, TimeSpan.FromSeconds(120));
    }

    private static string NodeScript()
    {
        string folder = Path.Combine(PythonServer.Scripts, "node");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", Node)))
        {
            throw PeerProgram.Missing("ssh2 for Node.js", "npm, and run dotnet cake --target=NodePeer");
        }

        return Path.Combine(folder, "ssh2_client.js");
    }
}
