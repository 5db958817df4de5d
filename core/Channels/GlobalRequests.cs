using SshCore.Errors;
using SshCore.Events;
using SshCore.Messages;
using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>Global requests, the peer's and ours (RFC 4254 §4), and the keepalive that is one of them.</summary>
internal sealed class GlobalRequests
{
    private const string KeepAlive = "keepalive@openssh.com";

    private readonly IConnectionPort _port;
    private readonly ChannelSet _set;
    private readonly ChannelOpening _opening;
    private readonly Solicited _solicited;
    private readonly ReplyQueue _replies = new();
    private readonly Queue<Sent> _sent = new();
    private ulong _last;

    public GlobalRequests(IConnectionPort port, ChannelSet set, ChannelOpening opening, Solicited solicited)
    {
        _port = port;
        _set = set;
        _opening = opening;
        _solicited = solicited;
    }

    private SshLimits Limits => _port.Settings.Limits;

    /// <summary>Keepalives since the last reply of any kind.</summary>
    public int UnansweredKeepAlives { get; private set; }

    /// <summary>True while neither side waits for a reply.</summary>
    public bool IsIdle => _sent.Count == 0 && _replies.Waiting == 0;

    /// <summary>Sends a request of the host.</summary>
    public GlobalRequestId Send(GlobalRequest request)
    {
        ProtocolNames.Check(request.Name, nameof(request));
        ProtocolNames.CheckSize(request.Data.Length, nameof(request));
        if (_port.IsClosing)
        {
            throw new SshUsageException("The connection has ended.");
        }

        _port.AdmitCommand();
        _solicited.OnSent(request.Name);
        return Send(request.Name, request.WantReply, request.Data.Span, keepAlive: false);
    }

    /// <summary>The peer was heard otherwise: what it has not answered does not count against it.</summary>
    public void ForgetKeepAlives() => UnansweredKeepAlives = 0;

    /// <summary>Sends a keepalive whose reply raises no event.</summary>
    public ulong SendKeepAlive()
    {
        if (_port.IsClosing)
        {
            return 0;
        }

        UnansweredKeepAlives++;
        return Send(KeepAlive, true, default, keepAlive: true).Number;
    }

    /// <summary>Handles REQUEST_SUCCESS and REQUEST_FAILURE.</summary>
    public void OnReply(MessageId id, ReadOnlySpan<byte> payload)
    {
        bool success = id == MessageId.RequestSuccess;
        var data = payload.Slice(1);
        if (!success && !data.IsEmpty)
        {
            _set.Malformed(id);
            return;
        }

        if (_sent.Count == 0)
        {
            _set.Fail(new SshError(SshErrorKind.ProtocolViolation, $"{id} answers no global request"));
            return;
        }

        UnansweredKeepAlives = 0;
        var sent = _sent.Dequeue();
        if (sent.KeepAlive)
        {
            return;
        }

        if (!success)
        {
            _solicited.OnUndone(sent.Name);
        }

        _port.Raise(new SshEvent(SshEventKind.GlobalReplied, body: new GlobalReplied(sent.Id, success, data.ToArray())));
    }

    /// <summary>Handles GLOBAL_REQUEST.</summary>
    public void OnRequest(ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        string name = reader.ReadName(Limits.NameLength);
        bool wantReply = reader.ReadBoolean();
        if (reader.Failed || name.Length == 0)
        {
            _set.Malformed(MessageId.GlobalRequest);
            return;
        }

        if (name == KeepAlive)
        {
            Answer(wantReply, false); // any reply shows that we live; OpenSSH gives this one
        }
        else if (name == "no-more-sessions@openssh.com" && _port.IsServer)
        {
            _opening.NoMoreSessions = true;
            Answer(wantReply, true);
        }
        else
        {
            Ask(name, wantReply, reader.Remaining);
        }
    }

    /// <summary>The connection has ended: no reply will come, no answer matters.</summary>
    public void Lapse()
    {
        _set.Release(_replies.Lapse());
        while (_sent.Count > 0)
        {
            var sent = _sent.Dequeue();
            if (!sent.KeepAlive)
            {
                _port.Raise(new SshEvent(SshEventKind.GlobalReplied, body: new GlobalReplied(sent.Id, false, default)));
            }
        }
    }

    private GlobalRequestId Send(string name, bool wantReply, ReadOnlySpan<byte> data, bool keepAlive)
    {
        var id = new GlobalRequestId(++_last);
        if (wantReply)
        {
            _sent.Enqueue(new Sent(id, name, keepAlive));
        }

        ChannelMessages.Global(_port, name, wantReply, data);
        return id;
    }

    private void Ask(string name, bool wantReply, ReadOnlySpan<byte> data)
    {
        int bytes = data.Length;
        if (_replies.Waiting >= Limits.PendingRequests || !_set.TryHold(bytes))
        {
            Answer(wantReply, false);
            return;
        }

        var pending = _replies.Add(wantReply, bytes);
        var decision = new GlobalRequested(name, wantReply, data.ToArray(), (accepted, answer) =>
        {
            _set.Release(bytes);
            _replies.Answer(pending, accepted, answer);
            Flush();
        });
        pending.Decision = decision;
        _port.Ask(SshEventKind.GlobalRequested, decision);
    }

    private void Answer(bool wantReply, bool success)
    {
        if (!wantReply)
        {
            return;
        }

        if (_replies.Length >= Limits.QueuedControlPackets)
        {
            _set.Fail(new SshError(SshErrorKind.LimitExceeded, "Too many global requests wait", $"at most {Limits.QueuedControlPackets}"));
            return;
        }

        _replies.AddAnswered(success);
        Flush();
    }

    private void Flush()
    {
        while (!_port.IsClosing && _replies.TryTake(out bool success, out var data))
        {
            ChannelMessages.GlobalReply(_port, success, data.Span);
        }
    }

    private readonly record struct Sent(GlobalRequestId Id, string Name, bool KeepAlive);
}
