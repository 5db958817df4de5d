using System.Linq;
using System.Text;
using SshCore.Config;
using SshCore.Keys;
using SshCore.TestKit;

namespace SshCore.Fuzz.Targets;

/// <summary>A known_hosts file: lines that are none are named, the others can be looked up, written and read again.</summary>
public sealed class KnownHostsTarget : FuzzTarget
{
    private static readonly NullProvider Crypto = new(6);
    private static readonly SshPublicKey Key = SshPrivateKey.Generate(Crypto, SshKeyKind.Ed25519, random: new SeededRandom(8)).PublicKey;

    public override string Name => "known-hosts";

    public override void Run(ReadOnlySpan<byte> input)
    {
        var file = KnownHostsFile.Parse(Encoding.UTF8.GetString(input));
        var hosts = new KnownHosts(Crypto, file);
        hosts.Check("example.org", 22, Key);
        hosts.Check("example.org", 2222, Key);
        hosts.Check("::1", 22, Key);
        hosts.OrderHostKeyAlgorithms("example.org", 22, Security.SshAlgorithms.Signatures);

        var again = KnownHostsFile.Parse(file.ToText());
        if (!again.Entries.Select(entry => entry.ToLine()).SequenceEqual(file.Entries.Select(entry => entry.ToLine())))
        {
            throw new FuzzFindingException("The file that was written has other entries than the one that was read.");
        }
    }

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        string key = Key.ToOpenSshString();
        yield return ("plain", Utf8($"# comment\nexample.org,192.0.2.1 {key} who\n[example.org]:2222 {key}\n"));
        yield return ("hashed", Utf8($"{HashedHostName.Create(Crypto, "example.org", 22, new byte[20])} {key}\n"));
        yield return ("patterns", Utf8($"*.example.org,!bad.example.org {key}\r\n"));
        yield return ("markers", Utf8($"@cert-authority *.example.org {key}\n@revoked * {key}\n"));
        yield return ("broken", Utf8("example.org ssh-ed25519 AAAA\nexample.org\n|1|a|b ssh-rsa AAAA\n"));
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
