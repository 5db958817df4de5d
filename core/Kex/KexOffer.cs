using System.Linq;
using SshCore.Messages;
using SshCore.Security;

namespace SshCore.Kex;

/// <summary>What this side puts into its KEXINIT: the settings' names as far as the provider and the host keys allow.</summary>
internal static class KexOffer
{
    public const string ExtInfoClient = "ext-info-c";
    public const string ExtInfoServer = "ext-info-s";
    public const string StrictClient = "kex-strict-c-v00@openssh.com";
    public const string StrictServer = "kex-strict-s-v00@openssh.com";
    public const string NoCompression = "none";

    public static KexInitMessage Create(SshSettings settings, bool isFirst, bool guess)
    {
        var algorithms = settings.Algorithms;
        var crypto = settings.Crypto;
        var server = settings as SshServerSettings;
        var kex = algorithms.KeyExchanges.Where(name => IsUsable(KexMethod.Find(name)!, crypto, server)).ToList();
        var hostKeys = algorithms.HostKeys.Where(name => IsUsable(SignatureAlgorithm.Find(name)!, crypto, server)).ToList();
        if (isFirst)
        {
            // Markers, not methods; they count only in the first exchange (RFC 8308 §2.1, OpenSSH PROTOCOL §1.10).
            kex.Add(server is null ? ExtInfoClient : ExtInfoServer);
            kex.Add(server is null ? StrictClient : StrictServer);
        }

        var ciphers = algorithms.Ciphers.Where(name => crypto.Supports(CipherAlgorithm.Find(name)!.Primitive)).ToList();
        var macs = algorithms.Macs.Where(name => crypto.Supports(MacAlgorithm.Find(name)!.Primitive)).ToList();
        return new KexInitMessage
        {
            KeyExchanges = kex,
            HostKeys = hostKeys,
            CiphersToServer = ciphers,
            CiphersToClient = ciphers,
            MacsToServer = macs,
            MacsToClient = macs,
            CompressionsToServer = [NoCompression],
            CompressionsToClient = [NoCompression],
            FirstKexPacketFollows = guess,
        };
    }

    public static bool IsMarker(string name) => name is ExtInfoClient or ExtInfoServer or StrictClient or StrictServer;

    private static bool IsUsable(KexMethod method, SshCryptoProvider crypto, SshServerSettings? server) =>
        crypto.Supports(method.Hash) && crypto.Supports(method.Agreement)
        && (method.Kem is not { } kem || crypto.Supports(kem))
        && (method.Kind != KexKind.GroupExchange || server is null || server.Groups is not null || server.HostChoosesGroups);

    private static bool IsUsable(SignatureAlgorithm algorithm, SshCryptoProvider crypto, SshServerSettings? server) =>
        crypto.Supports(algorithm.Primitive)
        && (server is null || server.HostKeys.Any(key => key.PublicKey.KeyType == algorithm.KeyType));
}
