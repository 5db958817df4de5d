using System.Runtime.InteropServices;
using SshCore.Wire;

namespace SshCore.TestKit;

// Packets: what the script seals, and what it finds in the subject's output.
public sealed partial class PeerScript
{
    private ScriptCodec _out = new();
    private ScriptCodec _in = new();
    private byte[]? _pushedBack;

    /// <summary>Sequence number of the next packet we send.</summary>
    public uint OutSequence { get; set; }

    /// <summary>Sequence number of the next packet we expect.</summary>
    public uint InSequence { get; private set; }

    /// <summary>Message numbers that <see cref="Expect"/> passes over; what was passed over is in <see cref="Passed"/>.</summary>
    public HashSet<MessageId> PassOver { get; } = [MessageId.Ignore, MessageId.Debug, MessageId.ExtInfo];

    public List<byte[]> Passed { get; } = [];

    /// <summary>Packets sealed so far.</summary>
    public int PacketsSent { get; private set; }

    /// <summary>Bytes of padding that block alignment wants behind a payload at present.</summary>
    public int BlockLength => _out.BlockLength;

    /// <summary>Bytes of tag or MAC behind a packet we send at present.</summary>
    public int TagLength => _out.TagLength;

    /// <summary>Sends a payload as a packet under the present keys.</summary>
    public void Send(ReadOnlySpan<byte> payload) => SendRaw(Seal(payload));

    /// <summary>Sends a message.</summary>
    public void Send(MessageId id, Action<SshWriter>? fields = null) => Send(Message(id, fields));

    /// <summary>The payload of a message.</summary>
    public static byte[] Message(MessageId id, Action<SshWriter>? fields = null)
    {
        using var writer = new SshWriter();
        writer.WriteByte((byte)id);
        fields?.Invoke(writer);
        return writer.ToArray();
    }

    /// <summary>Seals a payload, or something that is none, without sending it. The sequence number moves on.</summary>
    public byte[] Seal(ReadOnlySpan<byte> payload, int? paddingLength = null, uint? packetLength = null) =>
        SealFrame(_out.Frame(payload, paddingLength, packetLength));

    /// <summary>Seals a whole plain packet (length, padding length, payload, padding) without sending it.</summary>
    public byte[] SealFrame(byte[] frame)
    {
        PacketsSent++;
        return _out.Seal(unchecked(OutSequence++), frame);
    }

    /// <summary>The plain packet for a payload under the present keys.</summary>
    public byte[] Frame(ReadOnlySpan<byte> payload, int? paddingLength = null) => _out.Frame(payload, paddingLength);

    /// <summary>The next payload of the subject; null if there is none.</summary>
    public byte[]? TryNext()
    {
        if (_pushedBack is { } pushedBack)
        {
            _pushedBack = null;
            return pushedBack;
        }

        Pump();
        var unread = CollectionsMarshal.AsSpan(_output)[_parsed..];
        byte[]? payload = _in.TryOpen(InSequence, unread, out int used);
        _parsed += used;
        if (payload is not null)
        {
            InSequence = unchecked(InSequence + 1);
            if (payload is [(byte)MessageId.NewKeys])
            {
                UseNewInKeys();
            }
        }

        return payload;
    }

    /// <summary>Expects a message next, passing over those in <see cref="PassOver"/>.</summary>
    public byte[] Expect(MessageId id)
    {
        while (true)
        {
            byte[] payload = TryNext()
                ?? throw new PeerScriptException($"The subject sent nothing, expected is {id}; events: {string.Join(", ", Events)}; error: {Subject.Error}.");
            if (payload[0] == (byte)id)
            {
                return payload;
            }

            if (!PassOver.Contains((MessageId)payload[0]))
            {
                throw new PeerScriptException($"The subject sent {(MessageId)payload[0]}, expected is {id}; error: {Subject.Error}.");
            }

            Passed.Add(payload);
        }
    }

    /// <summary>Expects that the subject sent nothing more.</summary>
    public void ExpectNothing()
    {
        if (TryNext() is { } payload)
        {
            throw new PeerScriptException($"The subject sent {(MessageId)payload[0]}, expected is nothing.");
        }
    }

    /// <summary>Expects one line of text ending in CR LF; its content without that.</summary>
    public string ExpectLine()
    {
        Pump();
        int end = _output.IndexOf((byte)'\n', _parsed);
        if (end < 1 || _output[end - 1] != '\r')
        {
            throw new PeerScriptException("The subject sent no line that ends in CR LF.");
        }

        string line = Utf8.Ascii(CollectionsMarshal.AsSpan(_output)[_parsed..(end - 1)]);
        _parsed = end + 1;
        return line;
    }

    private void PushBack(byte[] payload) => _pushedBack = payload;
}
