using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Benchmarks;

/// <summary>An sshd of its own on a free port of 127.0.0.1, with a host key and a user's key made for it; it runs until the end of this object.</summary>
internal sealed class Sshd : IDisposable
{
    private readonly Process _process = new();

    /// <param name="folder">Gets keys, configuration and known_hosts.</param>
    public Sshd(string folder)
    {
        BenchKeys.Write(folder, "host");
        BenchKeys.Write(folder, "user");
        Port = FreePort();
        File.WriteAllText(Path.Combine(folder, "known_hosts"), $"[127.0.0.1]:{Port} {File.ReadAllText(Path.Combine(folder, "host.pub"))}");

        // SHLVL: no start-up files of the user's shell.
        File.WriteAllText(Path.Combine(folder, "sshd_config"), $"""
            ListenAddress 127.0.0.1:{Port}
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/user.pub
            Subsystem sftp /usr/lib/openssh/sftp-server
            StrictModes no
            UsePAM no
            PidFile none
            MaxStartups 100
            LogLevel ERROR
            SetEnv SHLVL=5

            """);
        if (Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory("/run/sshd");
        }

        _process.StartInfo = new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", Path.Combine(folder, "sshd_config")]) { RedirectStandardError = true };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.Start();
        _process.BeginErrorReadLine();
        for (int i = 0; i < 100 && !IsListening(Port); i++)
        {
            Thread.Sleep(50);
        }
    }

    public int Port { get; }

    public int ProcessId => _process.Id;

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
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
