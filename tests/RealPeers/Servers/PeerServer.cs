using SshCore.Interop;
using SshCore.Keys;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.RealPeers.Servers;

/// <summary>A server of somebody else's on a free port of 127.0.0.1, with keys and a user of its own.</summary>
internal abstract class PeerServer : IDisposable
{
    protected static readonly SshKeyKind[] AllKinds = [SshKeyKind.Ed25519, SshKeyKind.EcdsaP256, SshKeyKind.EcdsaP384, SshKeyKind.EcdsaP521, SshKeyKind.Rsa];

    private readonly Dictionary<SshKeyKind, SshPublicKey> _hostKeys = [];
    private PeerProcess? _process;

    protected PeerServer()
    {
        Folder = new TempFolder();
        User = new TestUser(Folder);
        foreach (var kind in HostKeyKinds)
        {
            // Paramiko 2.12 cannot read a key file without a comment where the padding is empty too.
            using var key = SshPrivateKey.Generate(DefaultCrypto.Provider, kind, 2048, comment: "host key");
            _hostKeys.Add(kind, key.PublicKey);
            Folder.Write(HostKeyName(kind), System.Text.Encoding.ASCII.GetString(key.WriteOpenSsh()));
        }
    }

    public abstract string Name { get; }

    /// <summary>Whether a password can be right here.</summary>
    public virtual bool TakesPasswords => true;

    public int Port { get; private set; }

    public TestUser User { get; }

    public KexProbe Offer { get; private set; } = null!;

    public string Log => _process?.Log ?? "not started";

    protected TempFolder Folder { get; }

    protected virtual IReadOnlyList<SshKeyKind> HostKeyKinds => AllKinds;

    public IReadOnlyList<SshPublicKey> HostKeys => [.. _hostKeys.Values];

    public SshPublicKey HostKey(SshKeyKind kind) => _hostKeys[kind];

    public bool IsHostKey(SshPublicKey key) => _hostKeys.ContainsValue(key);

    private void Start()
    {
        Port = Ports.Free();
        _process = Launch();
        Offer = KexProbe.Ask(Port);
    }

    public void Dispose()
    {
        _process?.Dispose();
        Folder.Dispose();
    }

    /// <summary>One of the servers by its name, started; the options are for our own, and lines of sshd's configuration.</summary>
    public static PeerServer Start(string name, params string[] options)
    {
        PeerServer server = name switch
        {
            "sshd" => new OpenSshServer(lines: options),
            "sshd with our sftp-server" => new OpenSshServer(string.Join(' ', [SshCoreProgram.Host.Path, SshCoreProgram.File, "sftp-server", .. options])),
            "dropbear" => new DropbearServer(),
            "sshcore" => new SshCoreServer(options),
            _ => new PythonServer(name),
        };
        try
        {
            server.Start();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    protected abstract PeerProcess Launch();

    protected string HostKeyFile(SshKeyKind kind) => Folder.File(HostKeyName(kind));

    private static string HostKeyName(SshKeyKind kind) => "host_" + kind;
}
