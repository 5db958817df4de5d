using System.Linq;
using SshCore.Errors;
using SshCore.Messages;
using SshCore.Security;

namespace SshCore.Kex;

/// <summary>Chooses the algorithms (RFC 4253 §7.1): the client's first name that the server has too.</summary>
internal sealed class Negotiation
{
    public required KexMethod Method { get; init; }
    public required SignatureAlgorithm HostKey { get; init; }
    public required CipherAlgorithm CipherToServer { get; init; }
    public required CipherAlgorithm CipherToClient { get; init; }
    public required MacAlgorithm? MacToServer { get; init; }
    public required MacAlgorithm? MacToClient { get; init; }

    /// <summary>Whether the peer's guessed packet, if it sent one, belongs to what was chosen.</summary>
    public required bool GuessIsRight { get; init; }

    public static Negotiation? Choose(KexInitMessage client, KexInitMessage server, out SshError? error)
    {
        error = null;
        string? kex = Match("key exchange methods", client.KeyExchanges, server.KeyExchanges, ref error);
        string? hostKey = Match("host key algorithms", client.HostKeys, server.HostKeys, ref error);
        string? cipherToServer = Match("ciphers to the server", client.CiphersToServer, server.CiphersToServer, ref error);
        string? cipherToClient = Match("ciphers to the client", client.CiphersToClient, server.CiphersToClient, ref error);
        var encryptToServer = cipherToServer is null ? null : CipherAlgorithm.Find(cipherToServer);
        var encryptToClient = cipherToClient is null ? null : CipherAlgorithm.Find(cipherToClient);
        var macToServer = ChooseMac("MACs to the server", encryptToServer, client.MacsToServer, server.MacsToServer, ref error);
        var macToClient = ChooseMac("MACs to the client", encryptToClient, client.MacsToClient, server.MacsToClient, ref error);
        Match("compressions to the server", client.CompressionsToServer, server.CompressionsToServer, ref error);
        Match("compressions to the client", client.CompressionsToClient, server.CompressionsToClient, ref error);
        if (error is not null)
        {
            return null;
        }

        return new Negotiation
        {
            Method = KexMethod.Find(kex!)!,
            HostKey = SignatureAlgorithm.Find(hostKey!)!,
            CipherToServer = encryptToServer!,
            CipherToClient = encryptToClient!,
            MacToServer = macToServer,
            MacToClient = macToClient,
            GuessIsRight = SameGuess(client, server),
        };
    }

    /// <summary>RFC 4253 §7: the guess is wrong if the first key exchange or host key algorithms differ.</summary>
    public static bool SameGuess(KexInitMessage a, KexInitMessage b) =>
        a.KeyExchanges.Count > 0 && b.KeyExchanges.Count > 0 && a.KeyExchanges[0] == b.KeyExchanges[0]
        && a.HostKeys.Count > 0 && b.HostKeys.Count > 0 && a.HostKeys[0] == b.HostKeys[0];

    public NegotiatedAlgorithms Describe(bool isServer, bool strict)
    {
        string toServerMac = MacToServer?.Name ?? "", toClientMac = MacToClient?.Name ?? "";
        string[] used = [Method.Name, HostKey.Name, CipherToServer.Name, CipherToClient.Name, toServerMac, toClientMac];
        return new NegotiatedAlgorithms
        {
            KeyExchange = Method.Name,
            HostKey = HostKey.Name,
            CipherIn = isServer ? CipherToServer.Name : CipherToClient.Name,
            CipherOut = isServer ? CipherToClient.Name : CipherToServer.Name,
            MacIn = isServer ? toServerMac : toClientMac,
            MacOut = isServer ? toClientMac : toServerMac,
            CompressionIn = KexOffer.NoCompression,
            CompressionOut = KexOffer.NoCompression,
            StrictKex = strict,
            Legacy = [.. used.Where(SshAlgorithms.IsLegacy).Distinct()],
        };
    }

    private static MacAlgorithm? ChooseMac(string what, CipherAlgorithm? cipher, IReadOnlyList<string> client, IReadOnlyList<string> server, ref SshError? error)
    {
        if (cipher is null || cipher.Authenticates)
        {
            return null;
        }

        string? name = Match(what, client, server, ref error);
        return name is null ? null : MacAlgorithm.Find(name);
    }

    private static string? Match(string what, IReadOnlyList<string> client, IReadOnlyList<string> server, ref SshError? error)
    {
        foreach (string name in client)
        {
            if (!KexOffer.IsMarker(name) && server.Contains(name))
            {
                return name;
            }
        }

        error ??= new SshError(SshErrorKind.Incompatible, $"The two sides have no {what} in common.", "client: " + List(client), "server: " + List(server));
        return null;
    }

    private static string List(IReadOnlyList<string> names) => Wire.Utf8.Printable(string.Join(",", names.Where(n => !KexOffer.IsMarker(n))), maxLength: 2048);
}
