using SshCore.Security;
using SshCore.Wire;

namespace SshCore.TestKit;

/// <summary>A KEXINIT (RFC 4253 §7.1) as a script sends it: each list is raw text, so that it can be wrong.</summary>
public sealed record ScriptKexInit
{
    public byte[] Cookie { get; init; } = new byte[16];
    public string KeyExchanges { get; init; } = "curve25519-sha256";
    public string HostKeys { get; init; } = "ssh-ed25519";
    public string CiphersToServer { get; init; } = "chacha20-poly1305@openssh.com";
    public string CiphersToClient { get; init; } = "chacha20-poly1305@openssh.com";
    public string MacsToServer { get; init; } = "hmac-sha2-256-etm@openssh.com";
    public string MacsToClient { get; init; } = "hmac-sha2-256-etm@openssh.com";
    public string CompressionsToServer { get; init; } = "none";
    public string CompressionsToClient { get; init; } = "none";
    public string LanguagesToServer { get; init; } = "";
    public string LanguagesToClient { get; init; } = "";
    public bool FirstKexPacketFollows { get; init; }
    public uint Reserved { get; init; }

    /// <summary>One cipher for both directions.</summary>
    public string Ciphers { init => CiphersToClient = CiphersToServer = value; }

    /// <summary>One MAC for both directions.</summary>
    public string Macs { init => MacsToClient = MacsToServer = value; }

    /// <summary>All that this library has and does not think insecure.</summary>
    public static ScriptKexInit Everything { get; } = new()
    {
        KeyExchanges = string.Join(',', SshAlgorithms.DefaultKeyExchanges),
        HostKeys = string.Join(',', SshAlgorithms.DefaultSignatures),
        Ciphers = string.Join(',', SshAlgorithms.DefaultCiphers),
        Macs = string.Join(',', SshAlgorithms.DefaultMacs),
    };

    public byte[] Encode()
    {
        using var writer = new SshWriter();
        writer.WriteByte((byte)MessageId.KexInit);
        writer.WriteBytes(Cookie);
        foreach (string list in Lists)
        {
            writer.WriteString(list);
        }

        writer.WriteBoolean(FirstKexPacketFollows);
        writer.WriteUInt32(Reserved);
        return writer.ToArray();
    }

    public static ScriptKexInit Parse(byte[] payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        var parsed = new ScriptKexInit
        {
            Cookie = reader.ReadBytes(16).ToArray(),
            KeyExchanges = reader.ReadText(),
            HostKeys = reader.ReadText(),
            CiphersToServer = reader.ReadText(),
            CiphersToClient = reader.ReadText(),
            MacsToServer = reader.ReadText(),
            MacsToClient = reader.ReadText(),
            CompressionsToServer = reader.ReadText(),
            CompressionsToClient = reader.ReadText(),
            LanguagesToServer = reader.ReadText(),
            LanguagesToClient = reader.ReadText(),
            FirstKexPacketFollows = reader.ReadBoolean(),
            Reserved = reader.ReadUInt32(),
        };
        return reader.IsComplete ? parsed : throw new PeerScriptException("The subject's KEXINIT is malformed.");
    }

    /// <summary>The client's first name that the server has too.</summary>
    public static string Choose(string client, string server)
    {
        string[] known = server.Split(',');
        foreach (string name in client.Split(','))
        {
            if (Array.IndexOf(known, name) >= 0 && !name.StartsWith("ext-info-", StringComparison.Ordinal) && !name.StartsWith("kex-strict-", StringComparison.Ordinal))
            {
                return name;
            }
        }

        throw new PeerScriptException($"Nothing in common: '{client}' and '{server}'.");
    }

    private string[] Lists =>
    [
        KeyExchanges, HostKeys, CiphersToServer, CiphersToClient, MacsToServer, MacsToClient,
        CompressionsToServer, CompressionsToClient, LanguagesToServer, LanguagesToClient,
    ];
}
