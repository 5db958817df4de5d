using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Clients;

/// <summary>Dropbear's dbclient, with a key that dropbearconvert converted.</summary>
internal sealed class DropbearClient : ProgramClient
{
    public override string Name => "dbclient";

    protected override PeerProgram Program => PeerProgram.Dbclient;

    protected override TimeSpan Limit => TimeSpan.FromSeconds(40);

    /// <summary>It reports status 0 when the server disconnects.</summary>
    public override bool HasFailed(CommandResult result) => base.HasFailed(result) || result.ErrorText.Contains("Disconnect received", StringComparison.Ordinal);

    /// <summary>
    /// Now and then it stops reading its input and waits for ever, about once in a hundred runs, against sshd just as
    /// against us (2022.83): then it is run again.
    /// </summary>
    protected override async Task<CommandResult> RunAsync(ClientTask task, int port)
    {
        for (int tries = 3; ; tries--)
        {
            try
            {
                return await base.RunAsync(task, port);
            }
            catch (TimeoutException) when (tries > 1)
            {
                TestContext.Progress.WriteLine("dbclient hangs and is run again");
            }
        }
    }

    protected override IEnumerable<string> Arguments(ClientTask task, int port, TempFolder folder, Dictionary<string, string> environment)
    {
        Directory.CreateDirectory(folder.File(".ssh"));
        folder.Write(".ssh/known_hosts", File.ReadAllText(KnownHosts(task, port, folder)).Replace($"[127.0.0.1]:{port}", "127.0.0.1", StringComparison.Ordinal));
        List<string> arguments = ["-p", $"{port}", "-l", TestUser.Name, task.Terminal is null ? "-T" : "-t"];
        if (task.Password is { } password)
        {
            environment["DROPBEAR_PASSWORD"] = password;
        }
        else
        {
            string file = folder.File("key");
            var converted = PeerProcess.RunAsync(PeerProgram.DropbearConvert, ["openssh", "dropbear", task.Server.User.KeyFile(task.Key), file]).GetAwaiter().GetResult();
            if (converted.ExitStatus != 0)
            {
                throw new InvalidOperationException($"dropbearconvert does not read our key file: {converted}");
            }

            arguments.AddRange(["-i", file]);
        }

        return [.. arguments, "127.0.0.1", task.Command];
    }
}
