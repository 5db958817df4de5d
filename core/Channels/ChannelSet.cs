using SshCore.Errors;
using SshCore.Messages;
using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>The channels by our number, and how a host's or a peer's number finds one.</summary>
internal sealed class ChannelSet
{
    private readonly IConnectionPort _port;
    private readonly Dictionary<uint, Channel> _channels = [];
    private Channel? _recent;
    private uint _next;

    public ChannelSet(IConnectionPort port) => _port = port;

    /// <summary>Channels that exist, closed ones with unread data included.</summary>
    public int Count => _channels.Count;

    /// <summary>Session channels opened by the peer.</summary>
    public int PeerSessions { get; private set; }

    /// <summary>Bytes of requests and opens of the peer that wait for the host.</summary>
    public int PendingBytes { get; private set; }

    /// <summary>False once every number was used: they are not used twice, so that an old id never names a new channel.</summary>
    public bool HasNumbers => _next < uint.MaxValue - 1;

    /// <summary>Makes a channel with the next number.</summary>
    public Channel Add(string type, bool byPeer)
    {
        var id = new ChannelId(_next++);
        var channel = new Channel(id, type, byPeer, byPeer ? ChannelPhase.Pending : ChannelPhase.Opening);
        _channels.Add(id.LocalNumber, channel);
        PeerSessions += byPeer && channel.IsSession ? 1 : 0;
        return channel;
    }

    /// <summary>
    /// Ends a channel: what was rented for unread data stays until it is read, everything else is forgotten.
    /// </summary>
    public void End(Channel channel)
    {
        if (channel.Phase == ChannelPhase.Closed)
        {
            return;
        }

        channel.Phase = ChannelPhase.Closed;
        PeerSessions -= channel.OpenedByPeer && channel.IsSession ? 1 : 0;
    }

    /// <summary>Drops a closed channel.</summary>
    public void Forget(Channel channel)
    {
        channel.StandardSpill.Clear();
        channel.ErrorSpill.Clear();
        _channels.Remove(channel.Id.LocalNumber);
        if (_recent == channel)
        {
            _recent = null;
        }
    }

    /// <summary>The host's channel; null if it is gone.</summary>
    /// <exception cref="SshUsageException">The connection never had it.</exception>
    public Channel? Find(ChannelId id)
    {
        if (id.IsNone || id.LocalNumber >= _next)
        {
            throw new SshUsageException($"The connection never had channel {id}.");
        }

        return Lookup(id.LocalNumber);
    }

    /// <summary>The confirmed channel that a message of the peer names; null after the connection was failed.</summary>
    public Channel? Receive(uint recipient, MessageId id)
    {
        var channel = Lookup(recipient);
        if (channel is { Phase: ChannelPhase.Open })
        {
            return channel;
        }

        Fail(channel is null or { Phase: ChannelPhase.Closed }
            ? new SshError(SshErrorKind.ProtocolViolation, $"{id} names a channel that does not exist", "an open channel", $"channel {recipient}")
            : new SshError(SshErrorKind.ProtocolViolation, $"{id} came before the channel was confirmed", "an open channel", $"channel {recipient}"));
        return null;
    }

    /// <summary>The channel with this number, in any phase.</summary>
    public Channel? Lookup(uint number)
    {
        if (_recent is { } recent && recent.Id.LocalNumber == number)
        {
            return recent;
        }

        if (!_channels.TryGetValue(number, out var channel))
        {
            return null;
        }

        _recent = channel;
        return channel;
    }

    /// <summary>All channels, oldest first, as they are now.</summary>
    public Channel[] ToArray()
    {
        var channels = new Channel[_channels.Count];
        _channels.Values.CopyTo(channels, 0);
        Array.Sort(channels, (a, b) => a.Id.LocalNumber.CompareTo(b.Id.LocalNumber));
        return channels;
    }

    /// <summary>Holds bytes of the peer for a question to the host. False if too many are held.</summary>
    public bool TryHold(int bytes)
    {
        if (bytes > _port.Settings.Limits.PendingRequestBytes - PendingBytes)
        {
            return false;
        }

        PendingBytes += bytes;
        return true;
    }

    /// <summary>Lets go of bytes held.</summary>
    public void Release(int bytes) => PendingBytes -= bytes;

    public void Fail(SshError error) => _port.Fail(error);

    public void Malformed(MessageId id) =>
        Fail(new SshError(SshErrorKind.InvalidMessage, $"{id} does not parse"));
}
