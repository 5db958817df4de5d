using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Renci.SshNet;
using Renci.SshNet.Common;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Clients;

/// <summary>SSH.NET, in this process.</summary>
internal sealed class SshNetClient : PeerClient
{
    public override string Name => "SSH.NET";

    protected override async Task<CommandResult> RunAsync(ClientTask task, int port)
    {
        using var key = new PrivateKeyFile(task.Server.User.KeyFile(task.Key));
        using AuthenticationMethod method = task.Password is { } password
            ? new PasswordAuthenticationMethod(TestUser.Name, password)
            : new PrivateKeyAuthenticationMethod(TestUser.Name, key);
        var connection = new ConnectionInfo("127.0.0.1", port, TestUser.Name, method) { Timeout = TimeSpan.FromSeconds(30) };
        using var client = new SshClient(connection);
        client.HostKeyReceived += (_, e) => e.CanTrust = task.Known.Any(known => known.Blob.Span.SequenceEqual(e.HostKey));
        try
        {
            await client.ConnectAsync(default);
            return task.Terminal is { } size ? RunInTerminal(client, task.Command, size) : await RunPlainAsync(client, task);
        }
        catch (Exception e) when (e is SshException or IOException or System.Net.Sockets.SocketException)
        {
            return new CommandResult(255, [], Encoding.UTF8.GetBytes(e.Message));
        }
    }

    private static async Task<CommandResult> RunPlainAsync(SshClient client, ClientTask task)
    {
        using var command = client.CreateCommand(task.Command);
        command.CommandTimeout = TimeSpan.FromSeconds(120);
        var running = command.ExecuteAsync();
        try
        {
            using var input = command.CreateInputStream();
            await input.WriteAsync(task.Input);
        }
        catch (InvalidOperationException) when (task.Input.Length == 0)
        {
            // The command has ended before it could be told that there is no input.
        }

        using var output = new MemoryStream();
        await command.OutputStream.CopyToAsync(output);
        await running;
        using var errors = new MemoryStream();
        await command.ExtendedOutputStream.CopyToAsync(errors);
        return new CommandResult(command.ExitStatus ?? 255, output.ToArray(), errors.ToArray());
    }

    /// <summary>Its commands have no terminal, so a shell gets the command; the exit status of a shell it does not tell.</summary>
    private static CommandResult RunInTerminal(SshClient client, string command, (int Columns, int Rows) size)
    {
        using var shell = client.CreateShellStream("xterm", (uint)size.Columns, (uint)size.Rows, 0, 0, 4096);
        shell.WriteLine($"{command}; exit");
        using var output = new MemoryStream();
        shell.CopyTo(output);
        return new CommandResult(0, output.ToArray(), []);
    }
}
