using SshCore.Keys;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Servers;

/// <summary>Dropbear. It takes one ECDSA key.</summary>
internal sealed class DropbearServer : PeerServer
{
    public override string Name => "dropbear";

    protected override IReadOnlyList<SshKeyKind> HostKeyKinds => [SshKeyKind.Ed25519, SshKeyKind.EcdsaP256, SshKeyKind.Rsa];

    protected override PeerProcess Launch()
    {
        List<string> arguments = ["-F", "-E", "-m", "-p", $"127.0.0.1:{Port}", "-P", Folder.File("dropbear.pid"), "-W", "1000000"];
        foreach (var kind in HostKeyKinds)
        {
            string file = Folder.File($"dropbear_{kind}");
            var converted = PeerProcess.RunAsync(PeerProgram.DropbearConvert, ["openssh", "dropbear", HostKeyFile(kind), file]).GetAwaiter().GetResult();
            if (converted.ExitStatus != 0)
            {
                throw new InvalidOperationException($"dropbearconvert does not read our key file: {converted}");
            }

            arguments.AddRange(["-r", file]);
        }

        return PeerProcess.StartServer(Port, PeerProgram.Dropbear, arguments, User.AsSystemUser());
    }
}
