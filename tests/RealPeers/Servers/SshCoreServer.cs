using System.Linq;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Servers;

/// <summary>Our own program, <c>sshcore serve</c>, as it is unless told otherwise.</summary>
internal sealed class SshCoreServer(params string[] options) : PeerServer
{
    public override string Name => "sshcore serve";

    protected override PeerProcess Launch()
    {
        string[] arguments =
        [
            SshCoreProgram.File, "serve", "-v",
            "--listen", $"127.0.0.1:{Port}",
            "--user", $"{TestUser.Name}:{TestUser.Password}",
            "--authorized-keys", User.AuthorizedKeys,
            .. HostKeyKinds.SelectMany(kind => new[] { "--host-key", HostKeyFile(kind) }),
            .. options,
        ];
        // With a home and shell of the test's own: a shell that thinks sshd started it reads the files of its user.
        return PeerProcess.StartServer(Port, SshCoreProgram.Host, arguments, User.AsSystemUser());
    }
}
