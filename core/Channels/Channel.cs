using SshCore.Events;

namespace SshCore.Channels;

/// <summary>Where a channel is between its open and its end.</summary>
internal enum ChannelPhase : byte
{
    /// <summary>Our open waits for the peer's answer.</summary>
    Opening,

    /// <summary>We gave our open up before the peer answered it; the answer is still owed.</summary>
    Abandoned,

    /// <summary>The peer's open waits for our host's answer.</summary>
    Pending,

    /// <summary>Confirmed, and not closed by both sides.</summary>
    Open,

    /// <summary>Closed by both sides, refused, or the connection ended; it stays while it holds unread data.</summary>
    Closed,
}

/// <summary>What is known of one channel. <see cref="ChannelTable"/> and its parts change it.</summary>
internal sealed class Channel
{
    public Channel(ChannelId id, string type, bool byPeer, ChannelPhase phase)
    {
        Id = id;
        Type = type;
        OpenedByPeer = byPeer;
        Phase = phase;
    }

    public LocalWindow In;
    public RemoteWindow Out;
    public WindowGrowth Growth;
    public SpillBuffer StandardSpill;
    public SpillBuffer ErrorSpill;

    public ChannelId Id { get; }
    public string Type { get; }
    public bool OpenedByPeer { get; }
    public ChannelPhase Phase { get; set; }

    /// <summary>The peer's number of the channel; known from its open or confirmation.</summary>
    public uint Remote { get; set; }

    /// <summary>Largest data packet that we announced.</summary>
    public uint PacketSizeIn { get; set; }

    /// <summary>Credit is returned by Consume only.</summary>
    public bool ManualWindow { get; set; }

    /// <summary>In manual mode: bytes read that Consume may still return.</summary>
    public uint Unconsumed { get; set; }

    /// <summary>Our host reads no more: what comes is dropped and credited at once.</summary>
    public bool ReadShut { get; set; }

    public bool EofSent { get; set; }
    public bool EofReceived { get; set; }
    public bool CloseSent { get; set; }

    /// <summary>A write took less than offered and ChannelWritable is owed.</summary>
    public bool WaitsToWrite { get; set; }

    /// <summary>The question whether the peer's open is accepted, while <see cref="ChannelPhase.Pending"/>.</summary>
    public OpenRequested? Decision { get; set; }

    /// <summary>When our open is given up.</summary>
    public SshInstant OpenDeadline { get; set; }

    /// <summary>The peer's requests, in order.</summary>
    public ReplyQueue? Replies { get; set; }

    /// <summary>Our requests that wait for replies, in order.</summary>
    public Queue<SentRequest>? Requests { get; set; }

    /// <summary>Requests of ours that the peer may open channels for, until this one ends.</summary>
    public List<string>? Granted { get; set; }

    /// <summary>Our host was told that the open failed before the peer confirmed it: it hears no more of the channel.</summary>
    public bool OpenAbandoned { get; set; }

    /// <summary>What was asked of a session on our server.</summary>
    public SessionSetup? Setup { get; set; }

    public bool ExitStatusSeen { get; set; }
    public bool ExitSignalSeen { get; set; }
    public bool EndOfWriteSeen { get; set; }

    public bool IsSession => Type == "session";

    /// <summary>Messages about the channel may leave.</summary>
    public bool CanSend => Phase == ChannelPhase.Open && !CloseSent;

    public bool HasUnread => StandardSpill.Length + ErrorSpill.Length > 0;

    public ref SpillBuffer Spill(DataStream stream) => ref stream == DataStream.Standard ? ref StandardSpill : ref ErrorSpill;
}
