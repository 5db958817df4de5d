using SshCore.Errors;
using SshCore.Events;
using SshCore.Messages;
using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>
/// The connection protocol of one connection (RFC 4254): what the connection and <see cref="SshChannel"/> call. The
/// parts do the work; they meet in the <see cref="ChannelSet"/>.
/// </summary>
internal sealed class ChannelTable
{
    private readonly IConnectionPort _port;
    private readonly ChannelSet _set;
    private readonly DataFlow _data;
    private readonly ChannelEnding _ending;
    private readonly ChannelOpening _opening;
    private readonly ChannelRequests _requests;
    private readonly GlobalRequests _globals;

    public ChannelTable(IConnectionPort port)
    {
        var solicited = new Solicited();
        _port = port;
        _set = new ChannelSet(port);
        _data = new DataFlow(port, _set);
        _ending = new ChannelEnding(port, _set, _data, solicited);
        _opening = new ChannelOpening(port, _set, _data, _ending, solicited);
        _requests = new ChannelRequests(port, _set, solicited);
        _globals = new GlobalRequests(port, _set, _opening, solicited);
    }

    /// <summary>Channels that exist, closed ones with unread data included.</summary>
    public int Count => _set.Count;

    /// <summary>True without channels and without global requests that wait.</summary>
    public bool IsIdle => _set.Count == 0 && _globals.IsIdle;

    /// <summary>Keepalives sent since the last reply to a global request.</summary>
    public int UnansweredKeepAlives => _globals.UnansweredKeepAlives;

    /// <summary>The peer was heard otherwise: unanswered keepalives do not count against it.</summary>
    public void ForgetKeepAlives() => _globals.ForgetKeepAlives();

    /// <summary>When <see cref="Tick"/> is due.</summary>
    public SshInstant? NextTimeout => _opening.NextTimeout;

    /// <summary>Handles a message from 80 to 100; its number is the first byte. It is borrowed until <see cref="ReleaseBorrowed"/>.</summary>
    public void On(MessageId id, ReadOnlyMemory<byte> payload)
    {
        switch (id)
        {
            case MessageId.ChannelData or MessageId.ChannelExtendedData:
                _data.OnData(id, payload);
                break;
            case MessageId.ChannelWindowAdjust:
                _data.OnWindowAdjust(payload.Span);
                break;
            case MessageId.ChannelOpen:
                _opening.OnOpen(payload.Span);
                break;
            case MessageId.ChannelOpenConfirmation:
                _opening.OnConfirmation(payload.Span);
                break;
            case MessageId.ChannelOpenFailure:
                _opening.OnFailure(payload.Span);
                break;
            case MessageId.ChannelEof:
                _ending.OnEof(payload.Span);
                break;
            case MessageId.ChannelClose:
                _ending.OnClose(payload.Span);
                break;
            case MessageId.ChannelRequest:
                _requests.OnRequest(payload.Span);
                break;
            case MessageId.ChannelSuccess or MessageId.ChannelFailure:
                _requests.OnReply(id, payload.Span);
                break;
            case MessageId.GlobalRequest:
                _globals.OnRequest(payload.Span);
                break;
            case MessageId.RequestSuccess or MessageId.RequestFailure:
                _globals.OnReply(id, payload.Span);
                break;
            default:
                _port.Fail(new SshError(SshErrorKind.ProtocolViolation, $"{id} is no message of the connection protocol"));
                break;
        }
    }

    /// <summary>Before the next packet: what was not taken of the last one spills, borrowed memory goes back.</summary>
    public void ReleaseBorrowed() => _data.ReleaseBorrowed();

    /// <summary>The next contiguous unread bytes of the channel and stream of a ChannelData event; counts as reading.</summary>
    public ReadOnlyMemory<byte> Borrow(in SshEvent e)
    {
        if (e.Channel.IsNone || _set.Find(e.Channel) is not { } channel)
        {
            return default;
        }

        var bytes = _data.Borrow(channel, e.Stream);
        ForgetIfDone(channel);
        return bytes;
    }

    /// <summary>The host's channel; null if it is gone.</summary>
    /// <exception cref="SshUsageException">The connection never had it.</exception>
    public Channel? Find(ChannelId id) => _set.Find(id);

    /// <summary>The host has asked the peer for that much data: the window grows to let it through.</summary>
    public void WantWindow(ChannelId id, long bytes)
    {
        if (_set.Find(id) is { } channel)
        {
            _data.GrowTo(channel, bytes);
        }
    }

    /// <summary>Whether data can still be sent, now or once there is room.</summary>
    public bool TakesData(ChannelId id) =>
        _set.Find(id) is { Phase: ChannelPhase.Opening or ChannelPhase.Pending or ChannelPhase.Open, CloseSent: false, EofSent: false };

    public ChannelId Open(ChannelOpen open) => _opening.Open(open);

    public GlobalRequestId SendGlobal(GlobalRequest request) => _globals.Send(request);

    public ulong SendKeepAlive() => _globals.SendKeepAlive();

    public int Write(ChannelId id, ReadOnlySpan<byte> data, DataStream stream) =>
        _set.Find(id) is { } channel ? _data.Write(channel, data, stream) : 0;

    public bool TryReserve(ChannelId id, int sizeHint, DataStream stream, out ChannelReservation reservation)
    {
        if (sizeHint < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(sizeHint), sizeHint, "At least one byte is reserved.");
        }

        reservation = default;
        if (_set.Find(id) is not { } channel || !_data.TryReserve(channel, sizeHint, stream, out var room))
        {
            return false;
        }

        reservation = new ChannelReservation(this, room);
        return true;
    }

    public void CommitReservation(int count) => _data.CommitReservation(count);

    public int Read(ChannelId id, Span<byte> destination, DataStream stream)
    {
        if (_set.Find(id) is not { } channel)
        {
            return 0;
        }

        int count = _data.Read(channel, destination, stream);
        ForgetIfDone(channel);
        return count;
    }

    public int Available(ChannelId id, DataStream stream) => _set.Find(id) is { } channel ? _data.Available(channel, stream) : 0;

    public int WriteRoom(ChannelId id) => _set.Find(id) is { } channel ? _data.WriteRoom(channel) : 0;

    public void Consume(ChannelId id, int count)
    {
        if (_set.Find(id) is { Phase: not ChannelPhase.Closed } channel)
        {
            _data.Consume(channel, count);
        }
    }

    public void ShutdownRead(ChannelId id)
    {
        if (_set.Find(id) is { } channel)
        {
            _data.ShutRead(channel);
            ForgetIfDone(channel);
        }
    }

    public void SendEof(ChannelId id)
    {
        switch (_set.Find(id))
        {
            case { Phase: ChannelPhase.Opening or ChannelPhase.Pending }:
                throw new SshUsageException($"Channel {id} is not open yet.");
            case { } channel:
                _ending.SendEof(channel);
                break;
        }
    }

    public void Close(ChannelId id)
    {
        if (_set.Find(id) is { } channel)
        {
            _ending.Close(channel);
        }
    }

    public ChannelRequestId Request(ChannelId id, ChannelRequest request) =>
        _set.Find(id) is { } channel ? _requests.Send(channel, request) : default;

    public bool IsOpen(ChannelId id) => _set.Find(id) is { Phase: ChannelPhase.Opening or ChannelPhase.Pending or ChannelPhase.Open };

    public bool IsEof(ChannelId id) => _set.Find(id) is not { } channel || channel.EofReceived || channel.Phase == ChannelPhase.Closed;

    /// <summary>The channel in words.</summary>
    public string Describe(ChannelId id)
    {
        if (id.IsNone || _set.Lookup(id.LocalNumber) is not { } channel)
        {
            return $"channel {id}: gone";
        }

        string ends = (channel.EofSent ? ", EOF sent" : "") + (channel.EofReceived ? ", EOF received" : "") + (channel.CloseSent ? ", CLOSE sent" : "");
        long unread = (long)_data.Available(channel, DataStream.Standard) + _data.Available(channel, DataStream.Error);
        return $"channel {id} ({channel.Type}): {channel.Phase}{ends}; window in {channel.In.Available}, out {channel.Out.Available}; {unread} bytes unread";
    }

    /// <summary>The output takes data again.</summary>
    public void OnOutputReady() => _data.OnOutputReady();

    /// <summary>Gives up opens whose time is over.</summary>
    public void Tick(SshInstant now) => _opening.Tick(now);

    /// <summary>The connection has ended: everything that waits is told so. Unread data stays.</summary>
    public void Lapse()
    {
        foreach (var channel in _set.ToArray())
        {
            _ending.Lapse(channel);
        }

        _globals.Lapse();
    }

    /// <summary>Returns all rented memory; unread data is gone.</summary>
    public void ReturnBuffers()
    {
        _data.ReleaseBorrowed();
        foreach (var channel in _set.ToArray())
        {
            _data.Discard(channel);
        }
    }

    private void ForgetIfDone(Channel channel)
    {
        if (channel.Phase == ChannelPhase.Closed && !_data.HasUnread(channel))
        {
            _set.Forget(channel);
        }
    }
}
