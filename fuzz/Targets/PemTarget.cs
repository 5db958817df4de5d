using SshCore.Keys;
using SshCore.TestKit;

namespace SshCore.Fuzz.Targets;

/// <summary>PEM: PKCS#1, SEC1, PKCS#8.</summary>
public sealed class PemTarget : KeyFileTarget
{
    public override string Name => "pem";

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        foreach (var kind in Enum.GetValues<SshKeyKind>())
        {
            using var key = SshPrivateKey.Generate(Crypto, kind, 2048, new SeededRandom(3));
            yield return ($"{kind}-pkcs8", key.WritePkcs8(random: new SeededRandom(4)));
            yield return ($"{kind}-pkcs8-encrypted", key.WritePkcs8(Passphrase, iterations: 2, random: new SeededRandom(4)));
            if (kind != SshKeyKind.Ed25519)
            {
                yield return ($"{kind}-legacy", key.WriteLegacyPem(random: new SeededRandom(4)));
                yield return ($"{kind}-legacy-encrypted", key.WriteLegacyPem(Passphrase, random: new SeededRandom(4)));
            }
        }
    }
}
