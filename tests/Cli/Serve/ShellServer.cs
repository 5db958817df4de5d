using System.IO;
using System.Net;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Async;
using SshCore.Cli.Serve;
using SshCore.Cli.Unix;
using SshCore.Hosts;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Tests.Cli.Serve;

/// <summary>A server with the program's policy on loopback, and a user's key that it lets in.</summary>
internal sealed class ShellServer : IAsyncDisposable
{
    private readonly SshServer _server;
    private readonly string _home = Directory.CreateTempSubdirectory("sshcore-test-").FullName;

    private ShellServer(string keyOptions, KeyEnvironment? keyEnvironment)
    {
        string keys = Path.Combine(_home, "authorized_keys");
        File.WriteAllText(keys, $"{keyOptions} {UserKey.PublicKey.ToOpenSshString()}\n".TrimStart());
        var users = new ServedUsers();
        users.Add("anna:geheim");
        users.AddKeys(keys, report => Assert.Fail(report));
        Account = new UserAccount("anna", Libc.GetUid(), _home, "/bin/sh");
        _server = new SshServer(new SshServerOptions(new ShellPolicy(users, Account, ["LC_*"], keyEnvironment), HostKey));
        EndPoint = _server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
    }

    internal SshPrivateKey HostKey { get; } = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);

    internal SshPrivateKey UserKey { get; } = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);

    internal UserAccount Account { get; }

    internal IPEndPoint EndPoint { get; }

    internal SshClientOptions Options => new(IPAddress.Loopback.ToString(), EndPoint.Port)
    {
        UserName = "anna",
        Credentials = [SshCredential.Key(UserKey)],
        HostKeyPolicy = SshHostKeyPolicy.Pinned(HostKey.PublicKey),
    };

    internal static ShellServer Start(string keyOptions = "", KeyEnvironment? keyEnvironment = null) => new(keyOptions, keyEnvironment);

    /// <summary>Writes the user's key, with the server's in a file of known hosts beside it.</summary>
    internal string WriteUserKey()
    {
        string path = Path.Combine(_home, "user_key");
        Program.Write(path, UserKey);
        File.WriteAllText(path + ".hosts", $"[127.0.0.1]:{EndPoint.Port} {HostKey.PublicKey.ToOpenSshString()}\n");
        return path;
    }

    internal ValueTask<SshClient> ConnectAsync() => SshClient.ConnectAsync(Options);

    /// <summary>Waits until every connection has ended by itself.</summary>
    internal async Task UntilNobodyIsConnected() => await _server.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        HostKey.Dispose();
        UserKey.Dispose();
        Directory.Delete(_home, recursive: true);
    }
}
