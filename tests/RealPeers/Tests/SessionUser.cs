using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Tests.RealPeers.Clients;
using SshCore.Tests.RealPeers.Servers;

namespace SshCore.Tests.RealPeers.Tests;

/// <summary>
/// Sessions run as the user of the tests, with its home and shell: the files of whoever runs the tests must not be read, or
/// what they print would count as the peer's.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class SessionUser
{
    [TestCase("sshcore")]
    [TestCase("sshd")]
    [TestCase("dropbear")]
    public async Task HasAHomeAndShellOfItsOwn(string serverName)
    {
        using var server = PeerServer.Start(serverName);
        var result = await PeerClient.Create("ssh").RunAsync(new ClientTask(server, "echo $HOME $SHELL"));
        Assert.That(result.Text, Is.EqualTo($"{server.User.Home} /bin/sh\n"), server.Log);
    }
}
