using System.Collections.Concurrent;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.TestKit;

/// <summary>Keys that are the same in every run.</summary>
public static class KeyFixtures
{
    private static readonly ConcurrentDictionary<(SshCryptoProvider Crypto, string Algorithm), SshPrivateKey> Made = new();

    /// <summary>A key that signs with the algorithm of that name.</summary>
    public static SshPrivateKey For(SshCryptoProvider crypto, string algorithm) =>
        Made.GetOrAdd((crypto, algorithm), static key => Make(key.Crypto, key.Algorithm));

    /// <summary>One key of each type.</summary>
    public static IReadOnlyList<SshPrivateKey> All(SshCryptoProvider crypto) =>
        [For(crypto, "ssh-ed25519"), For(crypto, "ecdsa-sha2-nistp256"), For(crypto, "ecdsa-sha2-nistp384"), For(crypto, "ecdsa-sha2-nistp521"), For(crypto, "rsa-sha2-512")];

    /// <summary>Another Ed25519 key than <see cref="For"/> gives.</summary>
    public static SshPrivateKey OtherEd25519(SshCryptoProvider crypto) =>
        SshPrivateKey.Generate(crypto, SshKeyKind.Ed25519, random: new SeededRandom(777));

    private static SshPrivateKey Make(SshCryptoProvider crypto, string algorithm)
    {
        var random = new SeededRandom(42);
        return algorithm switch
        {
            "ssh-ed25519" => SshPrivateKey.Generate(crypto, SshKeyKind.Ed25519, random: random),
            "ecdsa-sha2-nistp256" => SshPrivateKey.Generate(crypto, SshKeyKind.EcdsaP256, random: random),
            "ecdsa-sha2-nistp384" => SshPrivateKey.Generate(crypto, SshKeyKind.EcdsaP384, random: random),
            "ecdsa-sha2-nistp521" => SshPrivateKey.Generate(crypto, SshKeyKind.EcdsaP521, random: random),
            _ => RsaFixture.Create(crypto),
        };
    }
}
