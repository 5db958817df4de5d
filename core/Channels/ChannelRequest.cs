using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>
/// A request on a channel (RFC 4254 §5.4, §6), to send or received. What has no class of its own is a
/// <see cref="RawChannelRequest"/>.
/// </summary>
public abstract class ChannelRequest
{
    private protected ChannelRequest()
    {
    }

    /// <summary>The request type on the wire.</summary>
    public abstract string Type { get; }

    /// <summary>Whether a reply is asked for. RFC 4254 fixes it to false for some types.</summary>
    public virtual bool WantReply { get; init; } = true;

    /// <summary>Writes the type-specific data.</summary>
    internal abstract void WriteData(SshWriter writer);
}

/// <summary>A request of any type with its data as bytes.</summary>
public sealed class RawChannelRequest : ChannelRequest
{
    /// <summary>A request named <paramref name="type"/>.</summary>
    public RawChannelRequest(string type, ReadOnlyMemory<byte> data = default)
    {
        Type = type;
        Data = data;
    }

    /// <inheritdoc/>
    public override string Type { get; }

    /// <summary>The type-specific data.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    internal override void WriteData(SshWriter writer) => writer.WriteBytes(Data.Span);
}
