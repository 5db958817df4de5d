using SshCore.Channels;

namespace SshCore.Events;

/// <summary>The detail of an event; immutable unless it is a decision.</summary>
public abstract class SshEventBody
{
    private protected SshEventBody()
    {
    }
}

/// <summary>One event. It can be stored; what <c>BorrowData</c> gives for it cannot.</summary>
public readonly struct SshEvent
{
    internal SshEvent(SshEventKind kind, ChannelId channel = default, int length = 0, DataStream stream = DataStream.Standard, SshEventBody? body = null)
    {
        Kind = kind;
        Channel = channel;
        Length = length;
        Stream = stream;
        Body = body;
    }

    /// <summary>What happened.</summary>
    public SshEventKind Kind { get; }

    /// <summary>The channel it happened on; default for events of the connection.</summary>
    public ChannelId Channel { get; }

    /// <summary>Number of data bytes of a ChannelData event.</summary>
    public int Length { get; }

    /// <summary>The stream of a ChannelData event.</summary>
    public DataStream Stream { get; }

    /// <summary>The detail; null for the kinds without one.</summary>
    public SshEventBody? Body { get; }

    /// <summary>Kind and channel.</summary>
    public override string ToString() => Channel.IsNone ? Kind.ToString() : $"{Kind} {Channel}";
}
