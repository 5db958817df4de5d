using SshCore.Errors;
using SshCore.Events;
using SshCore.Messages;
using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>A request of ours on a channel that waits for its reply.</summary>
internal readonly record struct SentRequest(ChannelRequestId Id, string Type);

/// <summary>Requests on channels, the peer's and ours (RFC 4254 §5.4, §6).</summary>
internal sealed class ChannelRequests
{
    private readonly IConnectionPort _port;
    private readonly ChannelSet _set;
    private readonly Solicited _solicited;
    private ulong _last;

    public ChannelRequests(IConnectionPort port, ChannelSet set, Solicited solicited)
    {
        _port = port;
        _set = set;
        _solicited = solicited;
    }

    private SshLimits Limits => _port.Settings.Limits;

    /// <summary>Sends a request of ours.</summary>
    public ChannelRequestId Send(Channel channel, ChannelRequest request)
    {
        ProtocolNames.Check(request.Type, nameof(request));
        if (request is RawChannelRequest raw)
        {
            ProtocolNames.CheckSize(raw.Data.Length, nameof(request));
        }

        if (channel.Phase is ChannelPhase.Opening or ChannelPhase.Pending)
        {
            throw new SshUsageException($"Channel {channel.Id} is not open yet: requests follow its confirmation.");
        }

        if (!channel.CanSend || _port.IsClosing)
        {
            return default;
        }

        _port.AdmitCommand();
        var id = new ChannelRequestId(++_last);
        if (Solicited.BelongsToSession(request.Type))
        {
            _solicited.OnSent(request.Type);
        }

        if (request.WantReply)
        {
            (channel.Requests ??= new()).Enqueue(new SentRequest(id, request.Type));
        }
        else
        {
            Grant(channel, request.Type);
        }

        ChannelMessages.Request(_port, channel.Remote, request);
        return id;
    }

    /// <summary>Handles CHANNEL_SUCCESS and CHANNEL_FAILURE.</summary>
    public void OnReply(MessageId id, ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        uint recipient = reader.ReadUInt32();
        if (!reader.IsComplete)
        {
            _set.Malformed(id);
            return;
        }

        if (_set.Receive(recipient, id) is not { } channel)
        {
            return;
        }

        if (channel.Requests is not { Count: > 0 } requests)
        {
            _set.Fail(new SshError(SshErrorKind.ProtocolViolation, $"{id} answers no request on channel {channel.Id}"));
            return;
        }

        var sent = requests.Dequeue();
        bool success = id == MessageId.ChannelSuccess;
        if (success)
        {
            Grant(channel, sent.Type);
        }
        else if (Solicited.BelongsToSession(sent.Type))
        {
            _solicited.OnUndone(sent.Type);
        }

        _port.Raise(new SshEvent(SshEventKind.RequestReplied, channel.Id, body: new RequestReplied(sent.Id, success)));
    }

    /// <summary>Handles CHANNEL_REQUEST.</summary>
    public void OnRequest(ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        uint recipient = reader.ReadUInt32();
        string type = reader.ReadName(Limits.NameLength);
        bool wantReply = reader.ReadBoolean();
        if (reader.Failed || type.Length == 0)
        {
            _set.Malformed(MessageId.ChannelRequest);
            return;
        }

        if (_set.Receive(recipient, MessageId.ChannelRequest) is not { } channel)
        {
            return;
        }

        if (type == "eow@openssh.com")
        {
            OnEndOfWrite(channel, ref reader, wantReply);
        }
        else if (_port.IsServer)
        {
            OnServer(channel, type, wantReply, ref reader);
        }
        else
        {
            OnClient(channel, type, wantReply, ref reader);
        }
    }

    private void OnServer(Channel channel, string type, bool wantReply, ref SshReader reader)
    {
        var reading = RequestReading.Unknown;
        ChannelRequest? request = null;
        if (channel.IsSession)
        {
            reading = SessionRequestReader.Read(type, wantReply, ref reader, Limits, out request);
        }

        switch (reading)
        {
            case RequestReading.Malformed:
                _set.Malformed(MessageId.ChannelRequest);
                break;
            case RequestReading.Unknown when type != "keepalive@openssh.com":
                var data = reader.Remaining;
                Ask(channel, wantReply, data.Length, new RawChannelRequest(type, data.ToArray()) { WantReply = wantReply });
                break;
            case RequestReading.Valid when request is not null && Setup(channel).TryTake(request, Limits):
                Ask(channel, wantReply, request is ExecRequest exec ? exec.CommandBytes.Length : 0, request);
                break;
            default:
                Answer(channel, wantReply, false);
                break;
        }
    }

    private void OnClient(Channel channel, string type, bool wantReply, ref SshReader reader)
    {
        switch (channel.IsSession ? type : "")
        {
            case "exit-status":
                OnExitStatus(channel, ref reader, wantReply);
                break;
            case "exit-signal":
                OnExitSignal(channel, ref reader, wantReply);
                break;
            case "xon-xoff":
                bool clientCanDo = reader.ReadBoolean();
                if (!reader.IsComplete)
                {
                    _set.Malformed(MessageId.ChannelRequest);
                    break;
                }

                Ask(channel, wantReply, 0, new XonXoffRequest(clientCanDo) { WantReply = wantReply });
                break;
            default:
                // "If the request is not recognized or is not supported for the channel, SSH_MSG_CHANNEL_FAILURE is returned"
                Answer(channel, wantReply, false);
                break;
        }
    }

    // uint32 exit_status. The first one counts.
    private void OnExitStatus(Channel channel, ref SshReader reader, bool wantReply)
    {
        uint status = reader.ReadUInt32();
        if (!reader.IsComplete)
        {
            _set.Malformed(MessageId.ChannelRequest);
            return;
        }

        if (!channel.ExitStatusSeen && !channel.OpenAbandoned)
        {
            channel.ExitStatusSeen = true;
            _port.Raise(new SshEvent(SshEventKind.ExitStatus, channel.Id, body: new ExitStatus(status)));
        }

        Answer(channel, wantReply, true);
    }

    // string signal name without SIG, boolean core dumped, string error message, string language tag. The first one counts.
    private void OnExitSignal(Channel channel, ref SshReader reader, bool wantReply)
    {
        bool valid = SessionRequestReader.TrySignalName(reader.ReadString(), Limits, out string name);
        bool coreDumped = reader.ReadBoolean();
        string message = Utf8.Printable(Utf8.Decode(reader.ReadString()), keepLines: true);
        string language = Utf8.Printable(Utf8.Decode(reader.ReadString()), maxLength: 64);
        if (!reader.IsComplete)
        {
            _set.Malformed(MessageId.ChannelRequest);
            return;
        }

        if (valid && !channel.ExitSignalSeen && !channel.OpenAbandoned)
        {
            channel.ExitSignalSeen = true;
            _port.Raise(new SshEvent(SshEventKind.ExitSignal, channel.Id, body: new ExitSignal(name, coreDumped, message, language)));
        }

        Answer(channel, wantReply, valid);
    }

    private void OnEndOfWrite(Channel channel, ref SshReader reader, bool wantReply)
    {
        if (!reader.IsComplete)
        {
            _set.Malformed(MessageId.ChannelRequest);
            return;
        }

        if (!channel.EndOfWriteSeen && !channel.CloseSent)
        {
            channel.EndOfWriteSeen = true;
            _port.Raise(new SshEvent(SshEventKind.EndOfWrite, channel.Id));
        }

        Answer(channel, wantReply, true);
    }

    private static SessionSetup Setup(Channel channel) => channel.Setup ??= new SessionSetup();

    /// <summary>Asks the host, unless too much waits for it already.</summary>
    private void Ask(Channel channel, bool wantReply, int bytes, ChannelRequest request)
    {
        var replies = channel.Replies ??= new ReplyQueue();
        if (channel.CloseSent || replies.Waiting >= Limits.PendingRequests || !_set.TryHold(bytes))
        {
            channel.Setup?.GiveBack(request);
            Answer(channel, wantReply, false);
            return;
        }

        var pending = replies.Add(wantReply, bytes);
        var decision = new ChannelRequested(request, wantReply, accepted =>
        {
            _set.Release(bytes);
            replies.Answer(pending, accepted);
            if (!accepted)
            {
                channel.Setup?.GiveBack(request);
            }

            Flush(channel, replies);
        });
        pending.Decision = decision;
        _port.Ask(SshEventKind.ChannelRequested, decision, channel.Id);
    }

    /// <summary>Answers without asking, behind the replies that are still owed.</summary>
    private void Answer(Channel channel, bool wantReply, bool success)
    {
        if (!wantReply || !channel.CanSend)
        {
            return;
        }

        var replies = channel.Replies ??= new ReplyQueue();
        if (replies.Length >= Limits.QueuedControlPackets)
        {
            _set.Fail(new SshError(SshErrorKind.LimitExceeded, $"Too many requests wait on channel {channel.Id}", $"at most {Limits.QueuedControlPackets}"));
            return;
        }

        replies.AddAnswered(success);
        Flush(channel, replies);
    }

    private void Flush(Channel channel, ReplyQueue replies)
    {
        while (channel.CanSend && !_port.IsClosing && replies.TryTake(out bool success, out _))
        {
            ChannelMessages.Plain(_port, success ? MessageId.ChannelSuccess : MessageId.ChannelFailure, channel.Remote);
        }
    }

    private static void Grant(Channel channel, string request)
    {
        if (Solicited.BelongsToSession(request))
        {
            (channel.Granted ??= []).Add(request);
        }
    }
}
