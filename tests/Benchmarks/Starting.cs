using System.Diagnostics;
using System.IO;

namespace SshCore.Benchmarks;

/// <summary>The whole program from start to end, <c>ssh host true</c>, against an sshd of its own: sshcore and the installed ssh in turn.</summary>
internal static class Starting
{
    private const int Rounds = 21;

    /// <param name="program">The published program.</param>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public static int Run(string program)
    {
        var folder = Directory.CreateTempSubdirectory("sshcore-bench");
        try
        {
            using var server = new Sshd(folder.FullName);
            int port = server.Port;
            Measure("sshcore ssh -V", program, ["ssh", "-V"]);
            Measure("sshcore ssh host true", program, ["ssh", .. Arguments(folder.FullName, port)]);
            Measure("ssh host true", "ssh", ["-F", "none", .. Arguments(folder.FullName, port)]);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string[] Arguments(string folder, int port) =>
    [
        "-p", $"{port}", "-i", Path.Combine(folder, "user"), "-oUserKnownHostsFile=" + Path.Combine(folder, "known_hosts"), "-oBatchMode=yes",
        "-oKexAlgorithms=curve25519-sha256", "127.0.0.1", "true",
    ];

    private static void Measure(string name, string program, string[] arguments)
    {
        var times = new List<double>();
        for (int i = 0; i <= Rounds; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardInput = true })!;
            process.StandardInput.Close();
            process.WaitForExit();
            double time = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{name} ended with {process.ExitCode}: {process.StandardError.ReadToEnd()}");
            }

            if (i > 0)
            {
                times.Add(time);
            }
        }

        times.Sort();
        Console.WriteLine($"{name,-24} {times[0],8:0.0} ms least {times[Rounds / 2],8:0.0} ms median");
    }
}
