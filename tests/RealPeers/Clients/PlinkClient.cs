using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Clients;

/// <summary>PuTTY's plink, with a key that puttygen converted.</summary>
internal sealed class PlinkClient : ProgramClient
{
    public override string Name => "plink";

    protected override PeerProgram Program => PeerProgram.Plink;

    protected override IEnumerable<string> Arguments(ClientTask task, int port, TempFolder folder, Dictionary<string, string> environment)
    {
        List<string> arguments = ["-ssh", "-batch", "-noagent", "-P", $"{port}", "-l", TestUser.Name, task.Terminal is null ? "-T" : "-t"];
        foreach (var key in task.Known)
        {
            arguments.AddRange(["-hostkey", key.Fingerprint(Interop.DefaultCrypto.Provider)]);
        }

        if (task.Password is { } password)
        {
            arguments.AddRange(["-pw", password]);
        }
        else
        {
            string file = folder.File("key.ppk");
            var converted = PeerProcess.RunAsync(PeerProgram.Puttygen, [task.Server.User.KeyFile(task.Key), "-O", "private", "-o", file]).GetAwaiter().GetResult();
            if (converted.ExitStatus != 0)
            {
                throw new InvalidOperationException($"puttygen does not read our key file: {converted}");
            }

            arguments.AddRange(["-i", file]);
        }

        return [.. arguments, "127.0.0.1", task.Command];
    }
}
