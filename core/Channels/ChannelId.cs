namespace SshCore.Channels;

/// <summary>Names one channel of one connection. Ids are not reused while the connection lives.</summary>
public readonly struct ChannelId : IEquatable<ChannelId>
{
    private readonly uint _number; // local channel number + 1, so that default names no channel

    internal ChannelId(uint localNumber) => _number = checked(localNumber + 1);

    /// <summary>True for the default value, which names no channel.</summary>
    public bool IsNone => _number == 0;

    /// <summary>Our number of the channel on the wire.</summary>
    public uint LocalNumber => _number == 0 ? uint.MaxValue : _number - 1;

    /// <summary>
    /// The id of the channel with this number, for hosts that hand the number out. One that the connection never had is a
    /// usage error where it is used.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is 2³²-1, which numbers no channel.</exception>
    public static ChannelId FromLocalNumber(uint localNumber) =>
        localNumber == uint.MaxValue ? throw new ArgumentOutOfRangeException(nameof(localNumber)) : new ChannelId(localNumber);

    /// <summary>Equality by number.</summary>
    public static bool operator ==(ChannelId a, ChannelId b) => a._number == b._number;

    /// <summary>Inequality by number.</summary>
    public static bool operator !=(ChannelId a, ChannelId b) => a._number != b._number;

    /// <inheritdoc/>
    public bool Equals(ChannelId other) => _number == other._number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ChannelId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)_number);

    /// <summary>The number, or "none".</summary>
    public override string ToString() => IsNone ? "none" : LocalNumber.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Names one request on a channel that waits for its reply.</summary>
/// <param name="Number">Counts up over the connection.</param>
public readonly record struct ChannelRequestId(ulong Number);

/// <summary>Names one global request that waits for its reply.</summary>
/// <param name="Number">Counts up over the connection.</param>
public readonly record struct GlobalRequestId(ulong Number);

/// <summary>Which of a channel's streams (RFC 4254 §5.2).</summary>
public enum DataStream : byte
{
    /// <summary>CHANNEL_DATA: stdin and stdout of a session.</summary>
    Standard = 0,

    /// <summary>CHANNEL_EXTENDED_DATA of type 1: stderr of a session.</summary>
    Error = 1,
}

/// <summary>Why a channel open was refused (RFC 4254 §5.1).</summary>
public enum ChannelOpenFailure : uint
{
    /// <summary>The open was abandoned on this side: time-out or end of the connection.</summary>
    None = 0,
    /// <summary>SSH_OPEN_ADMINISTRATIVELY_PROHIBITED.</summary>
    AdministrativelyProhibited = 1,
    /// <summary>SSH_OPEN_CONNECT_FAILED.</summary>
    ConnectFailed = 2,
    /// <summary>SSH_OPEN_UNKNOWN_CHANNEL_TYPE.</summary>
    UnknownChannelType = 3,
    /// <summary>SSH_OPEN_RESOURCE_SHORTAGE.</summary>
    ResourceShortage = 4,
}
