using System.Linq;
using System.Threading.Tasks;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Clients;

/// <summary>A client that is a program with arguments; for a terminal it runs under script(1).</summary>
internal abstract class ProgramClient : PeerClient
{
    private static readonly PeerProgram Script = new("script", "bsdutils");

    protected abstract PeerProgram Program { get; }

    protected virtual TimeSpan Limit => TimeSpan.FromSeconds(120);

    protected abstract IEnumerable<string> Arguments(ClientTask task, int port, TempFolder folder, Dictionary<string, string> environment);

    protected override async Task<CommandResult> RunAsync(ClientTask task, int port)
    {
        using var folder = new TempFolder();
        var environment = new Dictionary<string, string> { ["HOME"] = folder.Path };
        string[] arguments = [.. Arguments(task, port, folder, environment)];
        if (task.Terminal is not { } size)
        {
            return await PeerProcess.RunAsync(Program, arguments, task.Input, Limit, environment);
        }

        string command = string.Join(' ', arguments.Prepend(Program.Path).Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        return await PeerProcess.RunAsync(
            Script, ["-q", "-e", "-c", $"stty cols {size.Columns} rows {size.Rows}; exec {command}", "/dev/null"], task.Input, Limit, environment);
    }
}
