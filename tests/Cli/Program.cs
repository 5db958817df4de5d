using System.IO;
using SshCore.Cli.Unix;
using SshCore.Keys;
using SshCore.Tests.Cli.Serve;

namespace SshCore.Tests.Cli;

/// <summary>The program itself, as the build leaves it, and what <c>sshcore ssh</c> needs for one server.</summary>
internal static class Program
{
    /// <summary>The words before <c>sshcore</c>'s own, quoted for a shell.</summary>
    internal static string Shell { get; } =
        $"'{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"}' '{Path.Combine(AppContext.BaseDirectory, "SshCore.Cli.dll")}'";

    /// <summary>A shell's command line.</summary>
    internal static ProgramStart ByShell(string command)
    {
        var environment = new List<string>();
        foreach (string name in (string[])["HOME", "DOTNET_ROOT"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment.Add($"{name}={value}");
            }
        }

        return Unix.Shell.Program(command, [.. environment]);
    }

    /// <summary><c>sshcore ssh</c> to a server with its user's key, for a shell to run.</summary>
    internal static string Ssh(ShellServer server, string options, string command)
    {
        string key = server.WriteUserKey();
        return $"{Shell} ssh {options} -p {server.EndPoint.Port} -i '{key}' -oUserKnownHostsFile='{key}.hosts' -oGlobalKnownHostsFile=none -oBatchMode=yes anna@127.0.0.1 '{command}'";
    }

    internal static void Write(string path, SshPrivateKey key)
    {
        File.WriteAllBytes(path, key.WriteOpenSsh());
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
