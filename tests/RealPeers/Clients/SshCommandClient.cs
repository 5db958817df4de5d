using System.IO;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Clients;

/// <summary>A program with OpenSSH's command line: its own ssh, or ours.</summary>
internal abstract class SshCommandClient : ProgramClient
{
    public override bool Rekeys => true;

    public override bool HasFailed(CommandResult result) => result.ExitStatus == 255;

    protected abstract IEnumerable<string> FirstArguments { get; }

    protected override IEnumerable<string> Arguments(ClientTask task, int port, TempFolder folder, Dictionary<string, string> environment)
    {
        List<string> arguments =
        [
            .. FirstArguments,
            "-F", "none", "-p", $"{port}", "-l", TestUser.Name,
            "-o", "StrictHostKeyChecking=yes", "-o", $"UserKnownHostsFile={KnownHosts(task, port, folder)}", "-o", "GlobalKnownHostsFile=/dev/null",
            "-o", "HostKeyAlgorithms=+ssh-rsa", "-o", "PubkeyAcceptedAlgorithms=+ssh-rsa", "-o", "ConnectTimeout=30", "-o", "IdentitiesOnly=yes",
            task.Terminal is null ? "-T" : "-tt",
        ];
        if (task.RekeyBytes is { } bytes)
        {
            arguments.AddRange(["-o", $"RekeyLimit={bytes}"]);
        }

        if (task.Password is { } password)
        {
            arguments.AddRange(["-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=1"]);
            string ask = folder.Write("askpass", $"#!/bin/sh\necho '{password}'\n");
            File.SetUnixFileMode(ask, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            environment["SSH_ASKPASS"] = ask;
            environment["SSH_ASKPASS_REQUIRE"] = "force";
        }
        else
        {
            arguments.AddRange(["-i", task.Server.User.KeyFile(task.Key), "-o", "BatchMode=yes"]);
        }

        return [.. arguments, "127.0.0.1", task.Command];
    }
}

/// <summary>OpenSSH's ssh.</summary>
internal sealed class OpenSshClient : SshCommandClient
{
    public override string Name => "ssh";

    protected override PeerProgram Program => PeerProgram.Ssh;

    protected override IEnumerable<string> FirstArguments => [];
}

/// <summary>Our own <c>sshcore ssh</c>.</summary>
internal sealed class SshCoreClient : SshCommandClient
{
    public override string Name => "sshcore ssh";

    protected override PeerProgram Program => SshCoreProgram.Host;

    protected override IEnumerable<string> FirstArguments => [SshCoreProgram.File, "ssh"];
}
