using SshCore.Errors;
using SshCore.Events;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Messages;

/// <summary>
/// What the layers (key exchange, authentication, channels) may ask of the connection they belong to. It is the only
/// thing they know outside themselves; tests give them a port of their own.
/// </summary>
internal interface IConnectionPort
{
    /// <summary>True on the server's side.</summary>
    bool IsServer { get; }

    /// <summary>The connection's settings.</summary>
    SshSettings Settings { get; }

    /// <summary>The provider of the settings.</summary>
    SshCryptoProvider Crypto { get; }

    /// <summary>The random source of the settings.</summary>
    RandomSource Random { get; }

    /// <summary>The time of the last tick.</summary>
    SshInstant Now { get; }

    /// <summary>True once the connection has failed or disconnected: nothing may be sent or raised any more.</summary>
    bool IsClosing { get; }

    /// <summary>The exchange hash of the first key exchange.</summary>
    ReadOnlySpan<byte> SessionId { get; }

    /// <summary>
    /// Starts a message in the connection's scratch writer, its number already written. One message at a time:
    /// finish it with <see cref="Send"/> before anything else is begun.
    /// </summary>
    SshWriter Begin(MessageId id);

    /// <summary>
    /// Seals the begun message into the output, or lets it wait, in order, while our key exchange forbids it.
    /// </summary>
    void Send();

    /// <summary>
    /// Bytes of channel data that the output would take now, headers not counted: 0 during our key exchange, before
    /// authentication, or while too much waits unsent. Sealed packets count with all their bytes, so that a peer with a
    /// tiny packet size cannot make the output grow.
    /// </summary>
    int DataRoom { get; }

    /// <summary>
    /// Starts a data packet in place: the span has room for <paramref name="payloadLength"/> bytes,
    /// message number included, in the output buffer itself. Only while <see cref="DataRoom"/> is not 0. Begun again
    /// with at most as many bytes, it is the same place with the same content; a packet that is not sent leaves nothing.
    /// </summary>
    Span<byte> BeginData(int payloadLength);

    /// <summary>As <see cref="BeginData"/>, for a host that keeps the room for a while.</summary>
    Memory<byte> LendData(int payloadLength);

    /// <summary>Changes whenever the output does: what was begun before is then gone.</summary>
    long OutputMark { get; }

    /// <summary>Seals the data packet begun last with its first <paramref name="payloadLength"/> bytes.</summary>
    void SendData(int payloadLength);

    /// <summary>Adds an event to the queue.</summary>
    void Raise(in SshEvent e);

    /// <summary>Gives a decision its deadline (<see cref="SshLimits.DecisionTimeout"/>) and raises it.</summary>
    void Ask(SshEventKind kind, SshDecision decision, Channels.ChannelId channel = default);

    /// <summary>Whether anybody wants traces of an area: ask before a text is made.</summary>
    bool Traces(SshTraceAreas area);

    /// <summary>Raises a Trace event if somebody wants it. Never a secret, a user name or content of a packet.</summary>
    void Trace(SshTraceAreas area, string text);

    /// <summary>Call before a message that the host commands is begun.</summary>
    /// <exception cref="SshUsageException">Too many commands wait unsent.</exception>
    void AdmitCommand();

    /// <summary>Ends the connection with an error; only the first one counts.</summary>
    void Fail(SshError error);
}
