using System.IO;
using System.Text;
using NUnit.Framework;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Tests.RealPeers.Setup;

/// <summary>
/// Who logs in: a user of the tests' own with a home in the temporary folder, the password and keys that are accepted.
/// Servers that look users up in the system see it through libnss_wrapper, under the number of whoever runs the tests.
/// </summary>
internal sealed class TestUser
{
    public const string Name = "tester";
    public const string Password = "correct horse battery";

    // crypt(3), SHA-512, of the password above.
    private const string PasswordHash = "$6$sshcoretests$fNaD.mKNyQYEP3zFVoeZkl7tRmeYuelJbxpLykYgj4XBK/W9KwVbK52bSuy/7bj4uPeZgixKeacwsii9k6L7b/";

    private const string Wrapper = "/usr/lib/x86_64-linux-gnu/libnss_wrapper.so";

    private static readonly SshKeyKind[] Kinds = [SshKeyKind.Ed25519, SshKeyKind.EcdsaP256, SshKeyKind.EcdsaP384, SshKeyKind.EcdsaP521, SshKeyKind.Rsa];

    private readonly TempFolder _folder;
    private readonly Dictionary<SshKeyKind, SshPrivateKey> _keys = [];

    public TestUser(TempFolder folder)
    {
        _folder = folder;
        Home = Directory.CreateDirectory(folder.File("home")).FullName;
        var authorized = new StringBuilder();
        foreach (var kind in Kinds)
        {
            var key = SshPrivateKey.Generate(DefaultCrypto.Provider, kind, 2048, comment: $"{kind}");
            _keys.Add(kind, key);
            folder.Write(KeyName(kind), Encoding.ASCII.GetString(key.WriteOpenSsh()));
            folder.Write(KeyName(kind) + ".pub", key.PublicKey.ToOpenSshString(Name) + "\n");
            authorized.Append(key.PublicKey.ToOpenSshString(Name)).Append('\n');
        }

        Directory.CreateDirectory(Path.Combine(Home, ".ssh"));
        AuthorizedKeys = folder.Write("home/.ssh/authorized_keys", authorized.ToString());
        foreach (string path in (string[])[Home, Path.Combine(Home, ".ssh")])
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public string Home { get; }

    public string AuthorizedKeys { get; }

    public SshPrivateKey Key(SshKeyKind kind = SshKeyKind.Ed25519) => _keys[kind];

    public string KeyFile(SshKeyKind kind = SshKeyKind.Ed25519) => _folder.File(KeyName(kind));

    /// <summary>The environment under which a server finds this user.</summary>
    public Dictionary<string, string> AsSystemUser()
    {
        if (!File.Exists(Wrapper))
        {
            throw PeerProgram.Missing(Wrapper, "libnss-wrapper");
        }

        int id = Environment.IsPrivilegedProcess ? 0 : CurrentUserId();
        string passwd = _folder.Write("passwd", $"""
            {Name}:x:{id}:{id}:test:{Home}:/bin/sh
            sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin
            root:x:0:0:root:/root:/bin/sh
            nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin

            """);
        string group = _folder.Write("group", $"{Name}:x:{id}:\nnogroup:x:65534:\ntty:x:5:\n");
        string shadow = _folder.Write("shadow", $"{Name}:{PasswordHash}:19000:0:99999:7:::\nroot:*:19000:0:99999:7:::\n");
        // The unprivileged part of a server looks users up too.
        File.SetUnixFileMode(passwd, (UnixFileMode)0b110_100_100);
        File.SetUnixFileMode(group, (UnixFileMode)0b110_100_100);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        return new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = Wrapper,
            ["NSS_WRAPPER_PASSWD"] = passwd,
            ["NSS_WRAPPER_GROUP"] = group,
            ["NSS_WRAPPER_SHADOW"] = shadow,
        };
    }

    private static string KeyName(SshKeyKind kind) => "user_" + kind;

    private static int CurrentUserId()
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("Uid:", StringComparison.Ordinal))
            {
                return int.Parse(line.Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        throw new AssertionException("The kernel does not say whose process this is.");
    }
}
