using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Kex;
using SshCore.Messages;
using SshCore.Security;
using SshCore.Transport;
using SshCore.Wire;

namespace SshCore;

// The way out, and what the layers ask of the connection.
public abstract partial class SshConnection : IConnectionPort, IKexOwner
{
    private readonly SshWriter _scratch = new();
    private readonly Queue<byte[]> _held = new();
    private readonly UnsentPackets _answers = new(); // what the peer makes us send
    private readonly UnsentPackets _commands = new(); // what our host and our timers send
    private bool _wantsWritable;
    private bool _outputGivenUp;

    /// <summary>Half the flood bound waits unsent: nothing more is read until the peer takes some of it.</summary>
    private bool IsChoked => _answers.SealedCount >= _settings.Limits.QueuedControlPackets / 2
        || _answers.SealedBytes >= _settings.Limits.QueuedControlBytes / 2;

    bool IConnectionPort.IsServer => IsServer;

    SshSettings IConnectionPort.Settings => _settings;

    SshCryptoProvider IConnectionPort.Crypto => _settings.Crypto;

    RandomSource IConnectionPort.Random => _settings.RandomOrDefault;

    SshInstant IConnectionPort.Now => _now;

    bool IConnectionPort.IsClosing => Error is not null;

    ReadOnlySpan<byte> IConnectionPort.SessionId => _sessionId;

    int IConnectionPort.DataRoom
    {
        get
        {
            if (!IsAuthenticated)
            {
                return 0;
            }

            RekeyIfDue();
            long room = _kex.HoldsOutput || _held.Count > 0 ? 0 : _settings.Limits.QueuedDataBytes - _output.Length;
            _wantsWritable = true;
            return room <= 0 ? 0 : (int)room;
        }
    }

    SshWriter IConnectionPort.Begin(MessageId id)
    {
        _scratch.Clear();
        _scratch.WriteByte((byte)id);
        return _scratch;
    }

    void IConnectionPort.Send()
    {
        if (Error is null)
        {
            Send(_scratch.WrittenSpan);
        }

        _scratch.Clear();
    }

    Span<byte> IConnectionPort.BeginData(int payloadLength) => _writer.Begin(payloadLength);

    Memory<byte> IConnectionPort.LendData(int payloadLength) => _writer.Lend(payloadLength);

    long IConnectionPort.OutputMark => _output.Appended + _output.Advanced;

    void IConnectionPort.SendData(int payloadLength)
    {
        if (Traces(SshTraceAreas.Packets))
        {
            SealTraced(payloadLength);
        }
        else
        {
            _writer.Seal(payloadLength);
        }

        _lastSent = _now;
    }

    void IConnectionPort.Raise(in SshEvent e) => Raise(e);

    void IConnectionPort.Ask(SshEventKind kind, SshDecision decision, ChannelId channel)
    {
        if (Error is not null)
        {
            // Something that the question was to follow has ended the connection: nobody will be asked.
            decision.Lapse();
            return;
        }

        decision.Deadline = _now + _settings.Limits.DecisionTimeout;
        if (_decisions.Count >= _decisionsKept)
        {
            // Answered ones must not pile up until the next tick, which may be late.
            _decisions.RemoveAll(static d => d.IsAnswered);
            _decisionsKept = Math.Max(SmallestDecisionsKept, _decisions.Count * 2);
        }

        _decisions.Add(decision);
        Raise(new SshEvent(kind, channel, body: decision));
    }

    void IConnectionPort.AdmitCommand() => AdmitCommand();

    private void AdmitCommand()
    {
        var limits = _settings.Limits;
        if (_commands.Count >= limits.QueuedCommandPackets || _commands.Bytes >= limits.QueuedCommandBytes)
        {
            throw new SshUsageException($"{_commands.Count} commands of {_commands.Bytes} bytes wait unsent (SshLimits.QueuedCommandPackets is {limits.QueuedCommandPackets}, QueuedCommandBytes {limits.QueuedCommandBytes}): send the output first.");
        }
    }

    void IConnectionPort.Fail(SshError error) => Fail(error);

    string IKexOwner.ClientIdentification => IsServer ? PeerIdentification! : OwnIdentification;

    string IKexOwner.ServerIdentification => IsServer ? OwnIdentification : PeerIdentification!;

    uint IKexOwner.ReceivedBefore => unchecked(_reader.Sequence - 1);

    void IKexOwner.SendNow(ReadOnlySpan<byte> payload) => Seal(payload);

    void IKexOwner.ChangeOutgoing(PacketProtection protection, bool resetSequence) => _writer.Change(protection, resetSequence);

    void IKexOwner.ChangeIncoming(PacketProtection protection, bool resetSequence)
    {
        _reader.Change(protection, resetSequence);
        _mayHavePackets = true;
    }

    void IKexOwner.SetSessionId(byte[] exchangeHash) => _sessionId = exchangeHash;

    void IKexOwner.OnExchangeStarted(bool byPeer) => StartExchangeTimers();

    void IKexOwner.OnOutgoingKeysChanged(bool isFirst)
    {
        if (isFirst && _kex.PeerTakesExtInfo && Error is null)
        {
            SendExtInfo();
        }

        if (isFirst && Error is null)
        {
            OnFirstKeys();
        }

        while (_held.Count > 0 && !_kex.HoldsOutput && Error is null)
        {
            var payload = _held.Dequeue();
            Unsent(payload[0]).Release(payload.Length);
            Seal(payload);
            Array.Clear(payload, 0, payload.Length);
        }

        NotifyWritable();
    }

    void IKexOwner.OnExchangeDone(bool isFirst) => StopExchangeTimers(isFirst);

    /// <summary>Adds an event. Closed is the last one: a layer that has just ended the connection may still be at work.</summary>
    private protected void Raise(in SshEvent e)
    {
        if (!_ended)
        {
            _events.Enqueue(e);
        }
    }

    private protected void Fail(SshError error) => End(error, sendDisconnect: true);

    /// <summary>Puts the identification and our KEXINIT into the output: neither waits for the peer (RFC 4253 §7.1).</summary>
    private protected void SendHello()
    {
        var line = Utf8.Bytes(OwnIdentification + "\r\n");
        line.AsSpan().CopyTo(_output.Reserve(line.Length));
        _output.Commit(line.Length);
        _kex.Start();
    }

    private void Send(ReadOnlySpan<byte> payload)
    {
        byte number = payload[0];
        bool ofExchange = number is >= 20 and <= 49 or (byte)MessageId.Disconnect;
        if (ofExchange || (!_kex.HoldsOutput && _held.Count == 0))
        {
            RekeyIfDue();
            if (Error is not null)
            {
                return;
            }

            if (ofExchange || !_kex.HoldsOutput)
            {
                Seal(payload);
                return;
            }
        }

        // RFC 4253 §7.1: nothing else may leave between our KEXINIT and NEWKEYS; it waits, in order and bounded.
        var unsent = Unsent(number);
        if (unsent == _answers && (_answers.HeldCount >= _settings.Limits.QueuedControlPackets || _answers.HeldBytes + payload.Length > _settings.Limits.QueuedControlBytes))
        {
            Fail(Flooded("The peer makes us queue more than the limit during a key exchange."));
            return;
        }

        unsent.Hold(payload.Length);
        _held.Enqueue(payload.ToArray());
    }

    private void Seal(ReadOnlySpan<byte> payload)
    {
        if (Error is not null)
        {
            return; // the packet before it has ended the connection: nothing may follow DISCONNECT
        }

        long before = _output.Appended;
        uint sequence = _writer.Sequence;
        _writer.Write(payload);
        _lastSent = _now;
        if (Traces(SshTraceAreas.Packets))
        {
            TracePacket(SshTraceDirection.Out, payload[0], _output.Appended - before, sequence);
        }

        Unsent(payload[0]).Add(_output.Appended, (int)(_output.Appended - before));
        if (_answers.SealedCount > _settings.Limits.QueuedControlPackets || _answers.SealedBytes > _settings.Limits.QueuedControlBytes)
        {
            Fail(Flooded("The peer makes us queue more than it reads."));
        }
        else if (IsChoked && !_timers.IsSet(TimerKind.StalledOutput))
        {
            _timers.Set(TimerKind.StalledOutput, _now + _settings.Limits.StalledOutputTimeout);
        }
    }

    private void SealTraced(int payloadLength)
    {
        long before = _output.Appended;
        uint sequence = _writer.Sequence;
        byte number = _writer.Begin(payloadLength)[0]; // the same place: what was filled in is still there
        _writer.Seal(payloadLength);
        TracePacket(SshTraceDirection.Out, number, _output.Appended - before, sequence);
    }

    // What only this side begins is no answer, so it is nothing that a peer could flood us by. A CLOSE may be an answer; there
    // is one for each channel that was opened.
    private UnsentPackets Unsent(byte number) => (MessageId)number is MessageId.Ignore or MessageId.Debug or MessageId.Ping
        or MessageId.ServiceRequest or MessageId.UserAuthRequest or MessageId.UserAuth61 or MessageId.GlobalRequest
        or MessageId.ChannelOpen or MessageId.ChannelRequest or MessageId.ChannelEof or MessageId.ChannelClose ? _commands : _answers;

    private SshError Flooded(string message) =>
        new(SshErrorKind.Flooded, message, $"at most {_settings.Limits.QueuedControlPackets} packets and {_settings.Limits.QueuedControlBytes} bytes");

    private void OnOutputAdvanced()
    {
        _answers.Advance(_output.Advanced);
        _commands.Advance(_output.Advanced);
        if (!IsChoked)
        {
            _timers.Clear(TimerKind.StalledOutput);
        }

        if (_wantsWritable && _output.Length <= _settings.Limits.QueuedDataBytes / 2)
        {
            NotifyWritable();
        }
    }

    private void NotifyWritable()
    {
        if (IsAuthenticated && !_kex.HoldsOutput && _held.Count == 0)
        {
            _wantsWritable = false;
            _channels.OnOutputReady();
        }
    }

    // RFC 8308 §2.4: "as the next packet following" our first NEWKEYS, so also before what waits.
    private void SendExtInfo()
    {
        var writer = Port.Begin(MessageId.ExtInfo);
        writer.WriteUInt32(IsServer ? 2u : 1u);
        if (IsServer)
        {
            writer.WriteString("server-sig-algs");
            writer.WriteNameList(_settings.Algorithms.Signatures);
        }

        writer.WriteString("ping@openssh.com");
        writer.WriteString("0");
        Seal(writer.WrittenSpan);
        writer.Clear();
    }

    private void End(SshError error, bool sendDisconnect)
    {
        if (Error is not null)
        {
            return;
        }

        // DISCONNECT makes no sense to a peer that has not shown that it speaks SSH.
        if (sendDisconnect && PeerIdentification is not null)
        {
            using var writer = new SshWriter();
            writer.WriteByte((byte)MessageId.Disconnect);
            writer.WriteUInt32((uint)error.Reason);
            writer.WriteString(DisconnectMap.TextFor(error));
            writer.WriteString("");
            long before = _output.Appended;
            uint sequence = _writer.Sequence;
            _writer.Write(writer.WrittenSpan);
            if (Traces(SshTraceAreas.Packets))
            {
                TracePacket(SshTraceDirection.Out, (byte)MessageId.Disconnect, _output.Appended - before, sequence);
            }
        }

        Error = error;
        DropHeld();
        _timers.ClearAll();
        if (_output.Length > 0)
        {
            _timers.Set(TimerKind.Close, _now + _settings.Limits.CloseTimeout);
        }

        foreach (var decision in _decisions)
        {
            decision.Lapse();
        }

        _decisions.Clear();
        _kex.Lapse();
        AuthLapse();
        _channels.Lapse();
        Raise(new SshEvent(SshEventKind.Closed, body: new Closed(error)));
        _ended = true;
    }

    private void GiveUpOutput()
    {
        _outputGivenUp = true;
        _output.Dispose();
    }

    // Passwords may wait there.
    private void DropHeld()
    {
        while (_held.Count > 0)
        {
            var payload = _held.Dequeue();
            Unsent(payload[0]).Release(payload.Length);
            Array.Clear(payload, 0, payload.Length);
        }
    }
}
