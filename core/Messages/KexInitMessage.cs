using SshCore.Wire;

namespace SshCore.Messages;

/// <summary>
/// SSH_MSG_KEXINIT (RFC 4253 §7.1): byte 20, 16 bytes of cookie, ten name-lists, boolean first_kex_packet_follows,
/// uint32 0.
/// </summary>
internal sealed class KexInitMessage
{
    public const int CookieLength = 16;

    public required IReadOnlyList<string> KeyExchanges { get; init; }
    public required IReadOnlyList<string> HostKeys { get; init; }
    public required IReadOnlyList<string> CiphersToServer { get; init; }
    public required IReadOnlyList<string> CiphersToClient { get; init; }
    public required IReadOnlyList<string> MacsToServer { get; init; }
    public required IReadOnlyList<string> MacsToClient { get; init; }
    public required IReadOnlyList<string> CompressionsToServer { get; init; }
    public required IReadOnlyList<string> CompressionsToClient { get; init; }
    public bool FirstKexPacketFollows { get; init; }

    public byte[] Write(ReadOnlySpan<byte> cookie)
    {
        using var writer = new SshWriter(1024);
        writer.WriteByte((byte)MessageId.KexInit);
        writer.WriteBytes(cookie);
        writer.WriteNameList(KeyExchanges);
        writer.WriteNameList(HostKeys);
        writer.WriteNameList(CiphersToServer);
        writer.WriteNameList(CiphersToClient);
        writer.WriteNameList(MacsToServer);
        writer.WriteNameList(MacsToClient);
        writer.WriteNameList(CompressionsToServer);
        writer.WriteNameList(CompressionsToClient);
        writer.WriteString(""); // languages, both ways: unused by everyone
        writer.WriteString("");
        writer.WriteBoolean(FirstKexPacketFollows);
        writer.WriteUInt32(0);
        return writer.ToArray();
    }

    /// <summary>Parses a whole payload; false if it is malformed or beyond the limits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, SshLimits limits, out KexInitMessage? message)
    {
        message = null;
        var reader = new SshReader(payload);
        reader.ReadByte();
        reader.ReadBytes(CookieLength);
        var lists = new string[10][];
        for (int i = 0; i < lists.Length; i++)
        {
            if (!NameList.TryParse(reader.ReadString(limits.NameListLength), limits.NameListCount, limits.NameLength, limits.NameListLength, out lists[i]))
            {
                return false;
            }
        }

        bool follows = reader.ReadBoolean();
        reader.ReadUInt32();
        if (!reader.IsComplete)
        {
            return false;
        }

        message = new KexInitMessage
        {
            KeyExchanges = lists[0],
            HostKeys = lists[1],
            CiphersToServer = lists[2],
            CiphersToClient = lists[3],
            MacsToServer = lists[4],
            MacsToClient = lists[5],
            CompressionsToServer = lists[6],
            CompressionsToClient = lists[7],
            FirstKexPacketFollows = follows,
        };
        return true;
    }
}
