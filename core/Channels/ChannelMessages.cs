using System.Buffers.Binary;
using SshCore.Messages;
using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>
/// Writes the messages of the connection protocol (RFC 4254 §4, §5). The number of a channel in them is the
/// recipient's own.
/// </summary>
internal static class ChannelMessages
{
    // CHANNEL_OPEN (§5.1): string type, uint32 sender channel, uint32 initial window size, uint32 maximum packet size, data
    public static void Open(IConnectionPort port, string type, Channel channel, ReadOnlySpan<byte> data)
    {
        var writer = port.Begin(MessageId.ChannelOpen);
        writer.WriteString(type);
        writer.WriteUInt32(channel.Id.LocalNumber);
        writer.WriteUInt32(channel.In.Size);
        writer.WriteUInt32(channel.PacketSizeIn);
        writer.WriteBytes(data);
        port.Send();
    }

    // CHANNEL_OPEN_CONFIRMATION (§5.1): uint32 recipient, uint32 sender, uint32 window size, uint32 maximum packet size, data
    public static void Confirm(IConnectionPort port, Channel channel)
    {
        var writer = port.Begin(MessageId.ChannelOpenConfirmation);
        writer.WriteUInt32(channel.Remote);
        writer.WriteUInt32(channel.Id.LocalNumber);
        writer.WriteUInt32(channel.In.Size);
        writer.WriteUInt32(channel.PacketSizeIn);
        port.Send();
    }

    // CHANNEL_OPEN_FAILURE (§5.1): uint32 recipient, uint32 reason, string description, string language
    public static void Refuse(IConnectionPort port, uint recipient, ChannelOpenFailure reason, string description)
    {
        var writer = port.Begin(MessageId.ChannelOpenFailure);
        writer.WriteUInt32(recipient);
        writer.WriteUInt32((uint)reason);
        writer.WriteString(description);
        writer.WriteString("");
        port.Send();
    }

    // CHANNEL_WINDOW_ADJUST (§5.2): uint32 recipient, uint32 bytes to add
    public static void WindowAdjust(IConnectionPort port, uint recipient, uint count)
    {
        var writer = port.Begin(MessageId.ChannelWindowAdjust);
        writer.WriteUInt32(recipient);
        writer.WriteUInt32(count);
        port.Send();
    }

    // CHANNEL_EOF, CHANNEL_CLOSE (§5.3), CHANNEL_SUCCESS, CHANNEL_FAILURE (§5.4): uint32 recipient
    public static void Plain(IConnectionPort port, MessageId id, uint recipient)
    {
        var writer = port.Begin(id);
        writer.WriteUInt32(recipient);
        port.Send();
    }

    // CHANNEL_REQUEST (§5.4): uint32 recipient, string type, boolean want reply, data
    public static void Request(IConnectionPort port, uint recipient, ChannelRequest request)
    {
        var writer = port.Begin(MessageId.ChannelRequest);
        writer.WriteUInt32(recipient);
        writer.WriteString(request.Type);
        writer.WriteBoolean(request.WantReply);
        request.WriteData(writer);
        port.Send();
    }

    // GLOBAL_REQUEST (§4): string name, boolean want reply, data
    public static void Global(IConnectionPort port, string name, bool wantReply, ReadOnlySpan<byte> data)
    {
        var writer = port.Begin(MessageId.GlobalRequest);
        writer.WriteString(name);
        writer.WriteBoolean(wantReply);
        writer.WriteBytes(data);
        port.Send();
    }

    // REQUEST_SUCCESS (§4): data; REQUEST_FAILURE (§4): nothing
    public static void GlobalReply(IConnectionPort port, bool success, ReadOnlySpan<byte> data)
    {
        var writer = port.Begin(success ? MessageId.RequestSuccess : MessageId.RequestFailure);
        if (success)
        {
            writer.WriteBytes(data);
        }

        port.Send();
    }

    /// <summary>Bytes before the data of a data message.</summary>
    public static int DataHeader(DataStream stream) => stream == DataStream.Standard ? 9 : 13;

    // CHANNEL_DATA (§5.2): uint32 recipient, string data
    // CHANNEL_EXTENDED_DATA (§5.2): uint32 recipient, uint32 data type code, string data
    public static void WriteDataHeader(Span<byte> packet, uint recipient, DataStream stream, int count)
    {
        packet[0] = (byte)(stream == DataStream.Standard ? MessageId.ChannelData : MessageId.ChannelExtendedData);
        BinaryPrimitives.WriteUInt32BigEndian(packet.Slice(1), recipient);
        if (stream != DataStream.Standard)
        {
            BinaryPrimitives.WriteUInt32BigEndian(packet.Slice(5), (uint)stream);
        }

        BinaryPrimitives.WriteUInt32BigEndian(packet.Slice(DataHeader(stream) - 4), (uint)count);
    }
}
