using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SshCore.Interop;
using SshCore.Keys;

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
        using var server = new Process();
        try
        {
            int port = StartServer(server, folder.FullName);
            Measure("sshcore ssh -V", program, ["ssh", "-V"]);
            Measure("sshcore ssh host true", program, ["ssh", .. Arguments(folder.FullName, port)]);
            Measure("ssh host true", "ssh", ["-F", "none", .. Arguments(folder.FullName, port)]);
            return 0;
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            folder.Delete(recursive: true);
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static int StartServer(Process server, string folder)
    {
        foreach (string name in (string[])["host", "user"])
        {
            using var key = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
            string path = Path.Combine(folder, name);
            using (var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                file.Write(key.WriteOpenSsh());
            }

            File.WriteAllText(path + ".pub", key.PublicKey.ToOpenSshString() + "\n");
        }

        int port = FreePort();
        File.WriteAllText(Path.Combine(folder, "known_hosts"), $"[127.0.0.1]:{port} {File.ReadAllText(Path.Combine(folder, "host.pub"))}");

        // SHLVL: no start-up files of the user's shell.
        File.WriteAllText(Path.Combine(folder, "sshd_config"), $"""
            ListenAddress 127.0.0.1:{port}
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/user.pub
            StrictModes no
            UsePAM no
            PidFile none
            MaxStartups 100
            SetEnv SHLVL=5

            """);
        Directory.CreateDirectory("/run/sshd");
        server.StartInfo = new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", Path.Combine(folder, "sshd_config")]) { RedirectStandardError = true };
        server.ErrorDataReceived += static (_, _) => { };
        server.Start();
        server.BeginErrorReadLine();
        for (int i = 0; i < 100 && !IsListening(port); i++)
        {
            Thread.Sleep(50);
        }

        return port;
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

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static bool IsListening(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
