using SshCore.Wire;

namespace SshCore.Events;

/// <summary>Which way a traced packet went.</summary>
public enum SshTraceDirection : byte
{
    /// <summary>No packet.</summary>
    None,
    /// <summary>From the peer.</summary>
    In,
    /// <summary>To the peer.</summary>
    Out,
}

/// <summary>
/// A step that the connection took, for a person who looks for a fault. It has no key, no password, no user name and no
/// content of a packet in it; lengths are those of whole packets with their padding, as anybody on the way can see them.
/// </summary>
public sealed class Traced : SshEventBody
{
    internal Traced(SshTraceAreas area, string text)
    {
        Area = area;
        Text = text;
    }

    internal Traced(SshTraceDirection direction, byte number, int length, uint sequence)
    {
        Area = SshTraceAreas.Packets;
        Direction = direction;
        MessageNumber = number;
        Length = length;
        Sequence = sequence;
        Text = "";
    }

    /// <summary>The area, one flag.</summary>
    public SshTraceAreas Area { get; }

    /// <summary>Which way the packet went; None in other areas than Packets.</summary>
    public SshTraceDirection Direction { get; }

    /// <summary>The packet's message number; 0 in other areas than Packets.</summary>
    public byte MessageNumber { get; }

    /// <summary>The packet's message as <see cref="MessageId"/> names it, or its number; empty in other areas.</summary>
    public string MessageName => MessageNumber == 0 ? "" : ((MessageId)MessageNumber).ToString();

    /// <summary>Bytes of the whole packet, length, padding and tag included.</summary>
    public int Length { get; }

    /// <summary>The packet's sequence number (RFC 4253 §6.4).</summary>
    public uint Sequence { get; }

    /// <summary>What happened, printable; empty for packets.</summary>
    public string Text { get; }

    /// <summary>All of it on one line.</summary>
    public override string ToString() => Direction switch
    {
        SshTraceDirection.In => $"Packets: received {MessageName} ({MessageNumber}), packet {Sequence}, {Length} bytes",
        SshTraceDirection.Out => $"Packets: sent {MessageName} ({MessageNumber}), packet {Sequence}, {Length} bytes",
        _ => $"{Area}: {Text}",
    };
}
