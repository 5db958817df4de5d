using SshCore.Events;
using SshCore.Messages;
using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>EOF and CLOSE, both ways (RFC 4254 §5.3), and every other way a channel ends.</summary>
internal sealed class ChannelEnding
{
    private readonly IConnectionPort _port;
    private readonly ChannelSet _set;
    private readonly DataFlow _data;
    private readonly Solicited _solicited;

    public ChannelEnding(IConnectionPort port, ChannelSet set, DataFlow data, Solicited solicited)
    {
        _port = port;
        _set = set;
        _data = data;
        _solicited = solicited;
    }

    /// <summary>Handles CHANNEL_EOF. A second one says nothing new and is ignored.</summary>
    public void OnEof(ReadOnlySpan<byte> payload)
    {
        if (Receive(payload, MessageId.ChannelEof) is { EofReceived: false } channel)
        {
            channel.EofReceived = true;
            if (!channel.CloseSent)
            {
                _port.Raise(new SshEvent(SshEventKind.ChannelEof, channel.Id));
            }
        }
    }

    /// <summary>
    /// Handles CHANNEL_CLOSE: "Upon receiving this message, a party MUST send back an SSH_MSG_CHANNEL_CLOSE unless it has
    /// already sent this message for the channel."
    /// </summary>
    public void OnClose(ReadOnlySpan<byte> payload)
    {
        if (Receive(payload, MessageId.ChannelClose) is not { } channel)
        {
            return;
        }

        if (!channel.CloseSent)
        {
            channel.CloseSent = true;
            ChannelMessages.Plain(_port, MessageId.ChannelClose, channel.Remote);
        }

        Finish(channel);
    }

    public void SendEof(Channel channel)
    {
        if (channel.CanSend && !channel.EofSent && !_port.IsClosing)
        {
            channel.EofSent = true;
            ChannelMessages.Plain(_port, MessageId.ChannelEof, channel.Remote);
        }
    }

    /// <summary>Closes for the host, which gives up what it has not read.</summary>
    public void Close(Channel channel)
    {
        switch (channel.Phase)
        {
            case ChannelPhase.Opening:
                Abandon(channel, "closed before it was open");
                break;
            case ChannelPhase.Pending:
                channel.Decision?.Deny();
                break;
            case ChannelPhase.Open when !channel.CloseSent && !_port.IsClosing:
                CloseSilently(channel);
                break;
            case ChannelPhase.Closed:
                _data.Discard(channel);
                _set.Forget(channel);
                break;
        }
    }

    /// <summary>Sends CLOSE; the entry stays until the peer's CLOSE.</summary>
    public void CloseSilently(Channel channel)
    {
        channel.CloseSent = true;
        _data.Discard(channel);
        LapseReplies(channel);
        ChannelMessages.Plain(_port, MessageId.ChannelClose, channel.Remote);
    }

    /// <summary>Our open is given up: the host hears so now, the peer's answer will be met with CLOSE.</summary>
    public void Abandon(Channel channel, string why)
    {
        channel.Phase = ChannelPhase.Abandoned;
        channel.OpenAbandoned = true;
        _data.End(channel);
        _port.Raise(new SshEvent(SshEventKind.ChannelRefused, channel.Id, body: new ChannelRefused(ChannelOpenFailure.None, why)));
    }

    /// <summary>Removes a channel that never opened.</summary>
    public void Drop(Channel channel)
    {
        if (channel.Decision is { } decision)
        {
            decision.Lapse();
            _set.Release(decision.Data.Length);
        }

        _data.End(channel);
        _set.End(channel);
        _set.Forget(channel);
    }

    /// <summary>The connection has ended and this channel with it.</summary>
    public void Lapse(Channel channel)
    {
        switch (channel.Phase)
        {
            case ChannelPhase.Opening:
                Abandon(channel, "the connection ended");
                Drop(channel);
                break;
            case ChannelPhase.Pending or ChannelPhase.Abandoned:
                Drop(channel);
                break;
            case ChannelPhase.Open:
                Finish(channel);
                break;
        }
    }

    private Channel? Receive(ReadOnlySpan<byte> payload, MessageId id)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        uint recipient = reader.ReadUInt32();
        if (!reader.IsComplete)
        {
            _set.Malformed(id);
            return null;
        }

        return _set.Receive(recipient, id);
    }

    private void Finish(Channel channel)
    {
        LapseReplies(channel);
        while (channel.Requests is { Count: > 0 } requests)
        {
            var sent = requests.Dequeue();
            Undo(sent.Type);
            _port.Raise(new SshEvent(SshEventKind.RequestReplied, channel.Id, body: new RequestReplied(sent.Id, false)));
        }

        channel.Granted?.ForEach(Undo);
        _data.End(channel);
        _set.End(channel);
        bool silent = channel.OpenAbandoned;
        if (!_data.HasUnread(channel))
        {
            _set.Forget(channel);
        }

        if (!silent)
        {
            _port.Raise(new SshEvent(SshEventKind.ChannelClosed, channel.Id));
        }
    }

    private void Undo(string request)
    {
        if (Solicited.BelongsToSession(request))
        {
            _solicited.OnUndone(request);
        }
    }

    private void LapseReplies(Channel channel)
    {
        if (channel.Replies is { } replies)
        {
            _set.Release(replies.Lapse());
        }
    }
}
