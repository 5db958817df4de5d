using System.Linq;
using SshCore.Fuzz.Driving;
using SshCore.Security;

namespace SshCore.Fuzz.Targets;

/// <summary>Recorded conversations, one per way through the protocol: both directions of each.</summary>
internal static class Flows
{
    public static IEnumerable<(string Name, byte[] FromClient, byte[] FromServer)> OfClient() =>
        from kex in SshAlgorithmPreferences.Default.KeyExchanges
        select Record(kex, Parties.Client(SshAlgorithmPreferences.Default with { KeyExchanges = [kex] }), Parties.Server());

    public static IEnumerable<(string Name, byte[] FromClient, byte[] FromServer)> OfServer() =>
        from kex in SshAlgorithmPreferences.Default.KeyExchanges
        select Record(kex, Parties.Client(), Parties.Server(SshAlgorithmPreferences.Default with { KeyExchanges = [kex] }));

    public static IEnumerable<(string Name, byte[] FromClient, byte[] FromServer)> Common()
    {
        foreach (string cipher in SshAlgorithmPreferences.Default.Ciphers.Where(cipher => !cipher.Contains("192", StringComparison.Ordinal)))
        {
            yield return Record(cipher, Parties.Client(SshAlgorithmPreferences.Default with { Ciphers = [cipher], KeyExchanges = ["curve25519-sha256"] }), Parties.Server());
        }
    }

    private static (string Name, byte[] FromClient, byte[] FromServer) Record(string name, Application client, Application server)
    {
        using var pair = new Pair(client, server);
        pair.Pump();
        string file = new([.. name.Where(char.IsAsciiLetterOrDigit)]);
        return (file, pair.FromClient, pair.FromServer);
    }
}
