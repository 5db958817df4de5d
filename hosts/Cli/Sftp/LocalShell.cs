using System.IO;

namespace SshCore.Cli.Sftp;

/// <summary>Commands of this machine, for <c>!</c> and <c>lls</c>: by the user's shell, on our own terminal.</summary>
internal static class LocalShell
{
    /// <summary>Runs a command, or for an empty one a shell, and waits for its end.</summary>
    /// <returns>Whether it ended well.</returns>
    internal static bool Run(string command, Action<string> report)
    {
        string shell = Environment.GetEnvironmentVariable("SHELL") is { Length: > 0 } set ? set : "/bin/sh";
        var start = new System.Diagnostics.ProcessStartInfo(shell) { UseShellExecute = false, WorkingDirectory = Environment.CurrentDirectory };
        if (command.Length > 0)
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(command);
        }

        try
        {
            using var process = System.Diagnostics.Process.Start(start) ?? throw new IOException("no process");
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                report(process.ExitCode > 128 ? "Shell exited abnormally" : $"Shell exited with status {process.ExitCode}");
            }

            return process.ExitCode == 0;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            report($"Couldn't execute \"{shell}\": {e.Message}");
            return false;
        }
    }
}
