using SshCore.Keys;
using SshCore.TestKit;

namespace SshCore.Fuzz.Targets;

/// <summary>openssh-key-v1.</summary>
public sealed class OpenSshKeyTarget : KeyFileTarget
{
    public override string Name => "openssh-key";

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        foreach (var kind in Enum.GetValues<SshKeyKind>())
        {
            using var key = SshPrivateKey.Generate(Crypto, kind, 2048, new SeededRandom(3), "a comment");
            yield return ($"{kind}", key.WriteOpenSsh(random: new SeededRandom(4)));
            yield return ($"{kind}-encrypted", key.WriteOpenSsh(Passphrase, rounds: 2, random: new SeededRandom(4)));
        }
    }
}
