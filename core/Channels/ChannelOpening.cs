using SshCore.Errors;
using SshCore.Events;
using SshCore.Messages;
using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>Opens channels, the peer's and ours (RFC 4254 §5.1).</summary>
internal sealed class ChannelOpening
{
    private const uint SmallestWindow = 32 * 1024;
    private const uint SmallestPacket = 4 * 1024;
    private const uint LargestPacket = 128 * 1024;

    private readonly IConnectionPort _port;
    private readonly ChannelSet _set;
    private readonly DataFlow _data;
    private readonly ChannelEnding _ending;
    private readonly Solicited _solicited;
    private readonly Queue<Channel> _waiting = new(); // our opens, oldest first: all have the same time-out
    private OpenRate? _rate;

    public ChannelOpening(IConnectionPort port, ChannelSet set, DataFlow data, ChannelEnding ending, Solicited solicited)
    {
        _port = port;
        _set = set;
        _data = data;
        _ending = ending;
        _solicited = solicited;
    }

    private SshLimits Limits => _port.Settings.Limits;

    /// <summary>The client said that it opens no more sessions; whoever does then has taken over its connection.</summary>
    public bool NoMoreSessions { get; set; }

    /// <summary>When the oldest of our opens is given up.</summary>
    public SshInstant? NextTimeout
    {
        get
        {
            while (_waiting.Count > 0 && _waiting.Peek().Phase != ChannelPhase.Opening)
            {
                _waiting.Dequeue();
            }

            return _waiting.Count > 0 ? _waiting.Peek().OpenDeadline : null;
        }
    }

    /// <summary>Opens a channel of ours.</summary>
    public ChannelId Open(ChannelOpen open)
    {
        ProtocolNames.Check(open.Type, nameof(open));
        ProtocolNames.CheckSize(open.Data.Length, nameof(open));
        if (_port.IsClosing)
        {
            throw new SshUsageException("The connection has ended.");
        }

        if (_set.Count >= Limits.Channels || !_set.HasNumbers)
        {
            throw new SshUsageException($"The connection has {_set.Count} channels; SshLimits.Channels allows no more.");
        }

        _port.AdmitCommand();
        var channel = _set.Add(open.Type, byPeer: false);
        SetReceiving(channel, open.WindowSize, open.MaxPacketSize, open.ManualWindow);
        channel.OpenDeadline = _port.Now + Limits.ChannelOpenTimeout;
        _waiting.Enqueue(channel);
        ChannelMessages.Open(_port, open.Type, channel, open.Data.Span);
        return channel.Id;
    }

    /// <summary>Gives up our opens whose time is over.</summary>
    public void Tick(SshInstant now)
    {
        while (NextTimeout is { } deadline && deadline <= now)
        {
            _ending.Abandon(_waiting.Dequeue(), "no answer in time");
        }
    }

    /// <summary>Handles CHANNEL_OPEN.</summary>
    public void OnOpen(ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        string type = reader.ReadName(Limits.NameLength);
        uint sender = reader.ReadUInt32();
        uint window = reader.ReadUInt32();
        uint packetSize = reader.ReadUInt32();
        var data = reader.Remaining;
        if (reader.Failed || type.Length == 0)
        {
            _set.Malformed(MessageId.ChannelOpen);
            return;
        }

        if (NoMoreSessions && type == "session")
        {
            _set.Fail(new SshError(SshErrorKind.ProtocolViolation, "The client opened a session after it had ruled out more of them"));
            return;
        }

        if (Objection(type, packetSize, data.Length) is { } objection)
        {
            ChannelMessages.Refuse(_port, sender, objection.Reason, objection.Description);
            return;
        }

        var channel = _set.Add(type, byPeer: true);
        channel.Remote = sender;
        channel.Out = new RemoteWindow(window, packetSize);
        channel.Decision = new OpenRequested(channel.Id, type, data.ToArray(), (decision, accepted) => Answer(channel, decision, accepted));
        _port.Ask(SshEventKind.OpenRequested, channel.Decision, channel.Id);
    }

    /// <summary>Handles CHANNEL_OPEN_CONFIRMATION.</summary>
    public void OnConfirmation(ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        uint recipient = reader.ReadUInt32();
        uint sender = reader.ReadUInt32();
        uint window = reader.ReadUInt32();
        uint packetSize = reader.ReadUInt32();
        if (reader.Failed)
        {
            _set.Malformed(MessageId.ChannelOpenConfirmation);
            return;
        }

        var channel = Unanswered(recipient, MessageId.ChannelOpenConfirmation);
        if (channel is null)
        {
            return;
        }

        // RFC 4254 §5.1 gives no minimum, but with 0 no data could ever be sent.
        if (packetSize == 0)
        {
            _set.Fail(new SshError(SshErrorKind.ProtocolViolation, "The peer confirmed a channel with a maximum packet size of 0", "at least 1", "0"));
            return;
        }

        bool abandoned = channel.Phase == ChannelPhase.Abandoned;
        channel.Phase = ChannelPhase.Open;
        channel.Remote = sender;
        channel.Out = new RemoteWindow(window, packetSize);
        if (abandoned)
        {
            _ending.CloseSilently(channel);
            return;
        }

        _port.Raise(new SshEvent(SshEventKind.ChannelOpened, channel.Id, body: new ChannelOpened(reader.Remaining.ToArray())));
        _data.WakeWriter(channel);
    }

    /// <summary>Handles CHANNEL_OPEN_FAILURE.</summary>
    public void OnFailure(ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        uint recipient = reader.ReadUInt32();
        uint reason = reader.ReadUInt32();
        string description = Utf8.Printable(Utf8.Decode(reader.ReadString()));
        reader.ReadString(); // language tag
        if (!reader.IsComplete)
        {
            _set.Malformed(MessageId.ChannelOpenFailure);
            return;
        }

        if (Unanswered(recipient, MessageId.ChannelOpenFailure) is not { } channel)
        {
            return;
        }

        bool abandoned = channel.Phase == ChannelPhase.Abandoned;
        _ending.Drop(channel);
        if (!abandoned)
        {
            // 0 is no code of RFC 4254, and here it means that nobody answered.
            var code = reason == 0 ? ChannelOpenFailure.AdministrativelyProhibited : (ChannelOpenFailure)reason;
            _port.Raise(new SshEvent(SshEventKind.ChannelRefused, channel.Id, body: new ChannelRefused(code, description)));
        }
    }

    private Channel? Unanswered(uint recipient, MessageId id)
    {
        var channel = _set.Lookup(recipient);
        if (channel is { Phase: ChannelPhase.Opening or ChannelPhase.Abandoned })
        {
            return channel;
        }

        _set.Fail(new SshError(SshErrorKind.ProtocolViolation, $"{id} answers no open of ours", "the number of a channel being opened", $"channel {recipient}"));
        return null;
    }

    private (ChannelOpenFailure Reason, string Description)? Objection(string type, uint packetSize, int dataLength)
    {
        _rate ??= new OpenRate(Limits.ChannelOpensPerMinute);
        if (!_rate.TryCount(_port.Now))
        {
            return (ChannelOpenFailure.ResourceShortage, "too many channel opens");
        }

        if (!_port.IsServer && !_solicited.Has(type))
        {
            // RFC 4254 §6.1: "Client implementations SHOULD reject any session channel open requests"
            return type is "session" or "x11" or "auth-agent" or "auth-agent@openssh.com" or "forwarded-tcpip" or "forwarded-streamlocal@openssh.com"
                ? (ChannelOpenFailure.AdministrativelyProhibited, "not asked for")
                : (ChannelOpenFailure.UnknownChannelType, "unknown channel type");
        }

        if (packetSize == 0)
        {
            return (ChannelOpenFailure.ResourceShortage, "a maximum packet size of 0 carries no data");
        }

        if (_set.Count >= Limits.Channels || !_set.HasNumbers)
        {
            return (ChannelOpenFailure.ResourceShortage, "too many channels");
        }

        if (type == "session" && _set.PeerSessions >= Limits.Sessions)
        {
            return (ChannelOpenFailure.ResourceShortage, "too many sessions");
        }

        return _set.TryHold(dataLength) ? null : (ChannelOpenFailure.ResourceShortage, "too much waits for an answer");
    }

    private void Answer(Channel channel, OpenRequested decision, bool accepted)
    {
        channel.Decision = null;
        _set.Release(decision.Data.Length);
        if (_port.IsClosing)
        {
            _ending.Drop(channel);
            return;
        }

        if (!accepted)
        {
            _ending.Drop(channel);
            ChannelMessages.Refuse(_port, channel.Remote, decision.Reason, decision.Description);
            return;
        }

        SetReceiving(channel, decision.WindowSize, decision.MaxPacketSize, decision.ManualWindow);
        channel.Phase = ChannelPhase.Open;
        ChannelMessages.Confirm(_port, channel);
    }

    private void SetReceiving(Channel channel, uint? window, uint? packetSize, bool manual)
    {
        channel.In = new LocalWindow(Math.Max(window ?? _port.Settings.WindowSize, SmallestWindow));
        channel.PacketSizeIn = Math.Min(Math.Max(packetSize ?? _port.Settings.MaxPacketSize, SmallestPacket), LargestPacket);
        channel.ManualWindow = manual;
    }
}
