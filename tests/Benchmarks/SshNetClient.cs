using System.IO;
using Renci.SshNet;

namespace SshCore.Benchmarks;

/// <summary>SSH.NET as its users use it; it has no call for trees.</summary>
internal static class SshNetClient
{
    /// <summary>The client process: <c>sshnet-client PORT USER KEYFILE CIPHER get|put|get-tree|put-tree FROM TO</c>.</summary>
    public static int Run(string[] args)
    {
        using var key = new PrivateKeyFile(args[2]);
        using var method = new PrivateKeyAuthenticationMethod(args[1], key);
        var connection = new ConnectionInfo("127.0.0.1", int.Parse(args[0]), args[1], method);
        Keep(connection.Encryptions, args[3]);
        Keep(connection.KeyExchangeAlgorithms, "curve25519-sha256");
        using var client = new SftpClient(connection);
        client.HostKeyReceived += static (_, e) => e.CanTrust = true;
        client.Connect();
        switch (args[4])
        {
            case "get":
                Get(client, args[5], args[6]);
                break;
            case "put":
                Put(client, args[5], args[6]);
                break;
            case "get-tree":
                Directory.CreateDirectory(args[6]);
                foreach (var file in client.ListDirectory(args[5]))
                {
                    if (file.IsRegularFile)
                    {
                        Get(client, file.FullName, Path.Combine(args[6], file.Name));
                    }
                }

                break;
            default:
                client.CreateDirectory(args[6]);
                foreach (string file in Directory.GetFiles(args[5]))
                {
                    Put(client, file, args[6] + "/" + Path.GetFileName(file));
                }

                break;
        }

        return 0;
    }

    /// <summary>One connection that runs <c>true</c>.</summary>
    public static void RunTrue(int port, string keyFile, string kex)
    {
        using var key = new PrivateKeyFile(keyFile);
        using var method = new PrivateKeyAuthenticationMethod(Environment.UserName, key);
        var connection = new ConnectionInfo("127.0.0.1", port, Environment.UserName, method);
        Keep(connection.KeyExchangeAlgorithms, kex);
        using var client = new SshClient(connection);
        client.HostKeyReceived += static (_, e) => e.CanTrust = true;
        client.Connect();
        using var command = client.RunCommand("true");
        if (command.ExitStatus != 0)
        {
            throw new InvalidOperationException("The command failed.");
        }
    }

    private static void Get(SftpClient client, string from, string to)
    {
        using var file = File.Create(to);
        client.DownloadFile(from, file);
    }

    private static void Put(SftpClient client, string from, string to)
    {
        using var file = File.OpenRead(from);
        client.UploadFile(file, to);
    }

    private static void Keep<T>(IDictionary<string, T> algorithms, string name)
    {
        foreach (string other in new List<string>(algorithms.Keys))
        {
            if (other != name)
            {
                algorithms.Remove(other);
            }
        }
    }
}
