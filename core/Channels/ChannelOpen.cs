namespace SshCore.Channels;

/// <summary>A channel to open (RFC 4254 §5.1).</summary>
public sealed class ChannelOpen
{
    /// <summary>A channel of any type with its type-specific data already encoded.</summary>
    public ChannelOpen(string type, ReadOnlyMemory<byte> data = default)
    {
        Type = type;
        Data = data;
    }

    /// <summary>The channel type, for example <c>session</c>.</summary>
    public string Type { get; }

    /// <summary>Type-specific data.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Our receive window in bytes, at least 32 KiB; smaller is taken as that. Null for the connection's default.</summary>
    public uint? WindowSize { get; init; }

    /// <summary>Largest packet we accept, 4 KiB to 128 KiB; the nearest of them otherwise. Null for the connection's default.</summary>
    public uint? MaxPacketSize { get; init; }

    /// <summary>Credit is returned only by <c>SshChannel.Consume</c>, not by reading.</summary>
    public bool ManualWindow { get; init; }

    /// <summary>A session channel (RFC 4254 §6.1).</summary>
    public static ChannelOpen Session() => new("session");
}
