using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using SshCore.Keys;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Clients;

/// <summary>What a client is asked to do.</summary>
internal sealed record ClientTask(PeerServer Server, string Command)
{
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Instead of the key.</summary>
    public string? Password { get; init; }

    public SshKeyKind Key { get; init; } = SshKeyKind.Ed25519;

    /// <summary>The host's keys as the client knows them; none: the host is unknown.</summary>
    public IReadOnlyList<SshPublicKey> Known { get; init; } = Server.HostKeys;

    /// <summary>Columns and rows of a terminal.</summary>
    public (int Columns, int Rows)? Terminal { get; init; }

    /// <summary>The client itself starts a key exchange after so many bytes.</summary>
    public int? RekeyBytes { get; init; }
}

/// <summary>A client program or library: runs one command on a server.</summary>
internal abstract class PeerClient
{
    private KexProbe? _offer;

    public static IReadOnlyList<string> Names { get; } = ["ssh", "plink", "dbclient", "paramiko", "asyncssh", "ssh2", "SSH.NET"];

    public abstract string Name { get; }

    /// <summary>Whether <see cref="ClientTask.RekeyBytes"/> is heeded.</summary>
    public virtual bool Rekeys => false;

    /// <summary>Whether it says that there was no connection or no log-in.</summary>
    public virtual bool HasFailed(CommandResult result) => result.ExitStatus != 0;

    public static PeerClient Create(string name) => name switch
    {
        "ssh" => new OpenSshClient(),
        "sshcore" => new SshCoreClient(),
        "plink" => new PlinkClient(),
        "dbclient" => new DropbearClient(),
        "SSH.NET" => new SshNetClient(),
        _ => new ScriptClient(name),
    };

    /// <summary>What it offers, asked once.</summary>
    public async Task<KexProbe> GetOfferAsync(PeerServer server)
    {
        if (_offer is not null)
        {
            return _offer;
        }

        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var running = RunAsync(new ClientTask(server, "true"), port);
        using (var socket = await listener.AcceptAsync().WaitAsync(TimeSpan.FromSeconds(30)))
        {
            socket.ReceiveTimeout = 30_000;
            _offer = KexProbe.Read(socket);
        }

        await running;
        return _offer;
    }

    public Task<CommandResult> RunAsync(ClientTask task) => RunAsync(task, task.Server.Port);

    protected abstract Task<CommandResult> RunAsync(ClientTask task, int port);

    /// <summary>A known_hosts file that names the keys for this port.</summary>
    protected static string KnownHosts(ClientTask task, int port, TempFolder folder)
    {
        var lines = new System.Text.StringBuilder();
        foreach (var key in task.Known)
        {
            lines.Append($"[127.0.0.1]:{port} {key.ToOpenSshString()}\n");
        }

        return folder.Write("known_hosts", lines.ToString());
    }
}
