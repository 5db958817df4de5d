using SshCore.Errors;
using SshCore.Events;
using SshCore.Messages;
using SshCore.Transport;
using SshCore.Wire;

namespace SshCore;

// The way in: bytes → identification → packets → gate → layer.
public abstract partial class SshConnection
{
    private const int PausedInputLimit = 64 * 1024;
    private const int PolledInputLimit = 256 * 1024; // the largest lease: what one read of the stream brings

    private bool _endReceived;
    private bool _mayHavePackets;
    private bool _peerAnswersPing;
    private int _pingsUnanswered;
    private int _extInfosReceived;
    private bool _successMustFollow;
    private long _bytesBeforeAuth;
    private int _packetsBeforeAuth;

    /// <summary>
    /// Bytes received and not handled at which no more are taken: a packet that could be handled is always whole before that.
    /// </summary>
    private int UnpolledInputLimit => _kex.IsPaused ? PausedInputLimit : Math.Max(PolledInputLimit, _reader.Needed);

    private GatePhase Phase =>
        Error is not null ? GatePhase.Closing
        : _kex.Done == 0 ? (_kex.IsStrict ? GatePhase.FirstKexStrict : GatePhase.FirstKex)
        : _kex.PeerIsExchanging ? (AuthSucceeded ? GatePhase.Rekey : GatePhase.RekeyBeforeAuth)
        : AuthSucceeded ? GatePhase.Open
        : GatePhase.BeforeAuth;

    /// <summary>Whether packets wait that could be handled now.</summary>
    private bool HasWork => _events.Count > 0 || HasSftpWork
        || (Error is null && !_kex.IsPaused && !IsChoked && (_endReceived || _mayHavePackets));

    private void OnBytesReceived(int count)
    {
        _mayHavePackets = true;
        _lastReceived = _now;
        if (!AuthSucceeded)
        {
            _bytesBeforeAuth += count;
            if (_bytesBeforeAuth > _settings.Limits.BytesBeforeAuth)
            {
                Fail(new SshError(SshErrorKind.LimitExceeded, "Too many bytes came before authentication.", $"at most {_settings.Limits.BytesBeforeAuth}"));
            }
        }
    }

    private void Process()
    {
        while (_events.Count == 0 && Error is null && !_kex.IsPaused && !IsChoked)
        {
            if (_version.Identification is null)
            {
                if (!TryReadIdentification())
                {
                    break;
                }
            }
            else if (!TryHandlePacket())
            {
                break;
            }
        }

        if (_endReceived && Error is null && _events.Count == 0 && !_kex.IsPaused && !_mayHavePackets)
        {
            End(new SshError(SshErrorKind.ConnectionLost, _version.Identification is null
                ? "The peer closed the stream before it identified itself."
                : "The peer closed the stream without a DISCONNECT."), sendDisconnect: false);
        }
    }

    private bool TryReadIdentification()
    {
        int used = _version.Read(_received.Unread, out var error);
        _received.Skip(used);
        if (error is not null)
        {
            Fail(error);
            return false;
        }

        if (_version.Identification is not { } identification)
        {
            _mayHavePackets = false;
            return false;
        }

        _timers.Clear(TimerKind.Identification);
        Raise(new SshEvent(SshEventKind.VersionReceived, body: new VersionReceived(identification, _version.LinesBefore)));
        return true;
    }

    private bool TryHandlePacket()
    {
        OnAuthProgress();
        long before = _reader.Bytes;
        if (!_reader.TryRead(out var payload, out var error))
        {
            _mayHavePackets = false;
            if (error is not null)
            {
                Fail(error);
            }

            return false;
        }

        if (!AuthSucceeded && ++_packetsBeforeAuth > _settings.Limits.PacketsBeforeAuth)
        {
            Fail(new SshError(SshErrorKind.LimitExceeded, "Too many packets came before authentication.", $"at most {_settings.Limits.PacketsBeforeAuth}"));
            return false;
        }

        byte number = payload.Span[0];
        if (Traces(SshTraceAreas.Packets))
        {
            TracePacket(SshTraceDirection.In, number, _reader.Bytes - before, unchecked(_reader.Sequence - 1));
        }

        if (_successMustFollow && !IsSuccessOrEnd(number))
        {
            return false;
        }

        switch (PacketGate.Judge(Phase, number, fromServer: !IsServer))
        {
            case GateVerdict.Handle:
                Dispatch((MessageId)number, payload);
                break;
            case GateVerdict.Unimplemented:
                SendUnimplemented();
                break;
            case GateVerdict.Fatal:
                Fail(new SshError(SshErrorKind.ProtocolViolation, "The peer sent a message that is not allowed here.", Expectation(Phase), $"message {number}"));
                break;
            default:
                break;
        }

        RekeyIfDue();
        return true;
    }

    private static string Expectation(GatePhase phase) => phase switch
    {
        GatePhase.FirstKex => "messages of the first key exchange",
        GatePhase.FirstKexStrict => "messages of the first key exchange alone (strict)",
        GatePhase.BeforeAuth => "messages of the log-in",
        GatePhase.Rekey => "messages of the key exchange and of the channels",
        GatePhase.RekeyBeforeAuth => "messages of the key exchange",
        _ => "messages of the connection protocol",
    };

    private void Dispatch(MessageId id, Memory<byte> payload)
    {
        if (id >= MessageId.GlobalRequest && id <= MessageId.ChannelFailure)
        {
            _channels.On(id, payload);
            return;
        }

        switch (id)
        {
            case MessageId.KexInit:
                if (IsPeerRekeyAllowed())
                {
                    _kex.On(id, payload.Span);
                }

                break;
            case MessageId.NewKeys:
            case >= MessageId.Kex30 and <= (MessageId)49:
                _kex.On(id, payload.Span);
                break;
            case MessageId.ServiceRequest:
            case MessageId.ServiceAccept:
            case >= MessageId.UserAuthRequest and <= (MessageId)79:
                OnAuthMessage(id, payload.Span);
                payload.Span.Clear(); // passwords and answers
                break;
            default:
                OnTransportMessage(id, payload.Span);
                break;
        }
    }

    private void OnTransportMessage(MessageId id, ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        switch (id)
        {
            case MessageId.Disconnect:
                OnDisconnect(ref reader);
                break;
            case MessageId.Ignore:
            case MessageId.Unimplemented:
                break;
            case MessageId.Debug:
                OnDebug(ref reader);
                break;
            case MessageId.ExtInfo:
                OnExtInfo(ref reader);
                break;
            case MessageId.Ping:
                OnPing(ref reader);
                break;
            case MessageId.Pong:
                OnPong(ref reader);
                break;
            default:
                SendUnimplemented();
                break;
        }
    }

    private void OnDisconnect(ref SshReader reader)
    {
        var reason = (DisconnectReason)reader.ReadUInt32();
        string description = Utf8.Printable(Utf8.Decode(reader.ReadString()));
        Raise(new SshEvent(SshEventKind.PeerDisconnected, body: new PeerDisconnected(reason, description)));
        End(new SshError(SshErrorKind.PeerDisconnected, description.Length == 0 ? $"The peer disconnected ({reason})." : $"The peer disconnected ({reason}): {description}") { Reason = reason }, sendDisconnect: false);
    }

    private void OnDebug(ref SshReader reader)
    {
        bool always = reader.ReadBoolean();
        var text = reader.ReadString();
        if (!reader.Failed)
        {
            Raise(new SshEvent(SshEventKind.DebugReceived, body: new DebugReceived(always, Utf8.Printable(Utf8.Decode(text)))));
        }
    }

    private void OnPing(ref SshReader reader)
    {
        var data = reader.ReadString();
        if (!reader.IsComplete)
        {
            Malformed("PING");
            return;
        }

        Port.Begin(MessageId.Pong).WriteString(data);
        Port.Send();
    }

    private void OnPong(ref SshReader reader)
    {
        var data = reader.ReadString();
        if (!reader.IsComplete)
        {
            Malformed("PONG");
        }
        else if (_pingsUnanswered == 0)
        {
            Fail(new SshError(SshErrorKind.ProtocolViolation, "A PONG came without a PING."));
        }
        else
        {
            _pingsUnanswered--;
            Raise(new SshEvent(SshEventKind.PongReceived, length: data.Length));
        }
    }

    // RFC 8308 §2.4, of a server's other opportunity: "Immediately preceding the server's SSH_MSG_USERAUTH_SUCCESS". Only a
    // client that announces ext-info-in-auth@openssh.com may see it elsewhere, and we do not.
    private bool IsSuccessOrEnd(byte number)
    {
        _successMustFollow = false;
        if ((MessageId)number is MessageId.UserAuthSuccess or MessageId.Disconnect)
        {
            return true;
        }

        Fail(new SshError(SshErrorKind.ProtocolViolation, "EXT_INFO during the log-in was not followed by its success.", "USERAUTH_SUCCESS", $"message {number}"));
        return false;
    }

    // RFC 8308 §2.4: as the first packet after NEWKEYS, and from a server once more before USERAUTH_SUCCESS.
    private void OnExtInfo(ref SshReader reader)
    {
        var limits = _settings.Limits;
        if (++_extInfosReceived > (IsServer ? 1 : 2))
        {
            Fail(new SshError(SshErrorKind.ProtocolViolation, "EXT_INFO came too often.", IsServer ? "one from a client" : "two from a server"));
            return;
        }

        // "As the next packet following the client's first SSH_MSG_NEWKEYS message."
        if (IsServer && (_kex.Done != 1 || _reader.Packets != 1))
        {
            Fail(new SshError(SshErrorKind.ProtocolViolation, "EXT_INFO came late.", "directly behind the client's first NEWKEYS"));
            return;
        }

        _successMustFollow = _kex.Done != 1 || _reader.Packets != 1;
        uint count = reader.ReadUInt32();
        if (count > (uint)limits.ExtInfoEntries)
        {
            Fail(new SshError(SshErrorKind.LimitExceeded, "EXT_INFO has too many extensions.", $"at most {limits.ExtInfoEntries}", $"{count}"));
            return;
        }

        var extensions = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        string[]? signatures = null;
        bool valid = true;
        for (uint i = 0; i < count && !reader.Failed; i++)
        {
            string name = reader.ReadName(limits.NameLength);
            var value = reader.ReadString();
            extensions.Add(new(name, value.ToArray()));
            if (name == "server-sig-algs" && !IsServer)
            {
                // AsyncSSH names its algorithms twice here.
                valid &= NameList.TryParse(value, limits.NameListCount, limits.NameLength, limits.NameListLength, out signatures, allowRepeats: true);
            }
            else if (name == "ping@openssh.com")
            {
                _peerAnswersPing = true;
            }
        }

        if (!reader.IsComplete || !valid)
        {
            Malformed("EXT_INFO");
            return;
        }

        if (signatures is not null)
        {
            OnServerSigAlgs(signatures);
        }

        Raise(new SshEvent(SshEventKind.ExtInfoReceived, body: new ExtInfoReceived(extensions, signatures)));
    }

    private void SendUnimplemented()
    {
        Port.Begin(MessageId.Unimplemented).WriteUInt32(unchecked(_reader.Sequence - 1));
        Port.Send();
    }

    private void Malformed(string message) =>
        Fail(new SshError(SshErrorKind.InvalidMessage, $"{message} is malformed."));
}
