using System.IO;
using System.Linq;
using System.Text;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Servers;

/// <summary>
/// OpenSSH's sshd with every algorithm of its build, and with this program as its subsystem sftp. What the other lines say of a
/// setting goes before what is said here.
/// </summary>
internal sealed class OpenSshServer(string sftpServer = OpenSshServer.OwnSftpServer, params string[] lines) : PeerServer
{
    public const string OwnSftpServer = "/usr/lib/openssh/sftp-server";

    public override string Name => "sshd";

    protected override PeerProcess Launch()
    {
        string sshd = PeerProgram.Sshd.Path;
        if (Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory("/run/sshd");
        }

        var config = new StringBuilder(string.Concat(lines.Select(line => line + "\n"))).Append($"""
            Port {Port}
            ListenAddress 127.0.0.1
            PidFile none
            UsePAM no
            UseDNS no
            StrictModes no
            PermitRootLogin yes
            PasswordAuthentication yes
            KbdInteractiveAuthentication no
            PermitUserEnvironment no
            AcceptEnv LANG LC_* TEST_*
            MaxAuthTries 20
            MaxStartups 200
            MaxSessions 50
            LoginGraceTime 60
            PrintMotd no
            PrintLastLog no
            LogLevel VERBOSE
            Subsystem echo /bin/cat
            Subsystem sftp {sftpServer}
            HostKeyAlgorithms +ssh-rsa
            PubkeyAcceptedAlgorithms +ssh-rsa
            KexAlgorithms {All("kex")}
            Ciphers {All("cipher")}
            MACs {All("mac")}

            """);
        foreach (var kind in HostKeyKinds)
        {
            config.Append("HostKey ").Append(HostKeyFile(kind)).Append('\n');
        }

        return PeerProcess.StartServer(Port, PeerProgram.Sshd with { Name = sshd }, ["-D", "-e", "-f", Folder.Write("sshd_config", config.ToString())], User.AsSystemUser());
    }

    private static string All(string what)
    {
        var result = PeerProcess.RunAsync(PeerProgram.Ssh, ["-Q", what]).GetAwaiter().GetResult();
        return string.Join(',', result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
