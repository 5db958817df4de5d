using System.Buffers;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Messages;
using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>Data of all channels, both ways (RFC 4254 §5.2). Nothing here allocates per packet.</summary>
internal sealed class DataFlow
{
    private readonly IConnectionPort _port;
    private readonly ChannelSet _set;
    private readonly List<byte[]> _lent = [];

    // Writers that had a short write: those that got nothing go first next time.
    private readonly List<Channel> _starved = [];
    private readonly List<Channel> _served = [];

    // The data of the packet handled last, as far as nobody took it.
    private ReadOnlyMemory<byte> _packet;
    private Channel? _packetChannel;
    private DataStream _packetStream;

    private Channel? _reserved;
    private DataStream _reservedStream;
    private int _reservedRoom;
    private long _reservedMark;

    private uint _grown;

    public DataFlow(IConnectionPort port, ChannelSet set)
    {
        _port = port;
        _set = set;
    }

    /// <summary>Handles CHANNEL_DATA and CHANNEL_EXTENDED_DATA.</summary>
    public void OnData(MessageId id, ReadOnlyMemory<byte> payload)
    {
        var reader = new SshReader(payload.Span);
        reader.ReadByte();
        uint recipient = reader.ReadUInt32();
        uint type = id == MessageId.ChannelData ? 0 : reader.ReadUInt32();
        int count = reader.ReadString().Length;
        if (!reader.IsComplete)
        {
            _set.Malformed(id);
            return;
        }

        var channel = _set.Receive(recipient, id);
        if (channel is null || !Admit(channel, id, (uint)count) || count == 0 || channel.CloseSent)
        {
            return; // after our CLOSE data is dropped without credit: the window bounds what can still come
        }

        if (id == MessageId.ChannelExtendedData && type != (uint)DataStream.Error)
        {
            Return(channel, (uint)count); // RFC 4254 §5.2 defines type 1 only; others have no reader
            return;
        }

        if (channel.ReadShut)
        {
            Return(channel, (uint)count); // without credit the peer would wait for a reader that never comes
            return;
        }

        Spill();
        _packet = payload.Slice(payload.Length - count);
        _packetChannel = channel;
        _packetStream = id == MessageId.ChannelData ? DataStream.Standard : DataStream.Error;
        _port.Raise(new SshEvent(SshEventKind.ChannelData, channel.Id, count, _packetStream));
    }

    /// <summary>Handles CHANNEL_WINDOW_ADJUST.</summary>
    public void OnWindowAdjust(ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        uint recipient = reader.ReadUInt32();
        uint count = reader.ReadUInt32();
        if (!reader.IsComplete)
        {
            _set.Malformed(MessageId.ChannelWindowAdjust);
            return;
        }

        var channel = _set.Receive(recipient, MessageId.ChannelWindowAdjust);
        if (channel is null)
        {
            return;
        }

        // "The maximum window size is 2^32-1 bytes"
        if (!channel.Out.TryAdjust(count))
        {
            _set.Fail(new SshError(SshErrorKind.ProtocolViolation, "The channel window grew past 2^32-1",
                $"at most {uint.MaxValue - channel.Out.Available}", $"{count}"));
            return;
        }

        if (_port.Traces(SshTraceAreas.Channels))
        {
            _port.Trace(SshTraceAreas.Channels, $"channel {channel.Id}: the peer takes {count} bytes more, {channel.Out.Available} in all");
        }

        WakeWriter(channel);
    }

    /// <summary>What was not taken of the last packet moves to its channel's buffer; borrowed arrays go back.</summary>
    public void ReleaseBorrowed()
    {
        Spill();
        if (_lent.Count > 0)
        {
            foreach (byte[] bytes in _lent)
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }

            _lent.Clear();
        }
    }

    /// <summary>The next contiguous unread bytes, valid until <see cref="ReleaseBorrowed"/>.</summary>
    public ReadOnlyMemory<byte> Borrow(Channel channel, DataStream stream)
    {
        var bytes = channel.Spill(stream).Lend(_lent);
        if (bytes.IsEmpty && HoldsPacket(channel, stream))
        {
            bytes = _packet;
            _packet = default;
        }

        Taken(channel, bytes.Length);
        return bytes;
    }

    /// <summary>Takes unread bytes by copying.</summary>
    public int Read(Channel channel, Span<byte> destination, DataStream stream)
    {
        int taken = channel.Spill(stream).Read(destination);
        if (taken < destination.Length && HoldsPacket(channel, stream))
        {
            int count = Math.Min(destination.Length - taken, _packet.Length);
            _packet.Span.Slice(0, count).CopyTo(destination.Slice(taken));
            _packet = _packet.Slice(count);
            taken += count;
        }

        Taken(channel, taken);
        return taken;
    }

    /// <summary>Bytes that can be taken.</summary>
    public int Available(Channel channel, DataStream stream) =>
        (int)Math.Min(channel.Spill(stream).Length + (HoldsPacket(channel, stream) ? _packet.Length : 0), int.MaxValue);

    /// <summary>True while the channel has data that nobody took.</summary>
    public bool HasUnread(Channel channel) => channel.HasUnread || (_packetChannel == channel && !_packet.IsEmpty);

    /// <summary>Returns credit by hand.</summary>
    public void Consume(Channel channel, int count)
    {
        if (channel.ReadShut)
        {
            return; // all of it was returned when reading was shut down
        }

        if (!channel.ManualWindow)
        {
            throw new SshUsageException("Consume is for channels opened with a manual window.");
        }

        if (count < 0 || (uint)count > channel.Unconsumed)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"{channel.Unconsumed} bytes were read and not consumed.");
        }

        channel.Unconsumed -= (uint)count;
        Return(channel, (uint)count);
    }

    /// <summary>
    /// The host has asked the peer for that much data: the window must not be in its way. It grows in powers of two, within the
    /// bounds of all growth.
    /// </summary>
    public void GrowTo(Channel channel, long bytes)
    {
        uint largest = _port.Settings.Limits.LargestWindow;
        if (!_port.Settings.GrowWindows || channel.ManualWindow || !channel.CanSend || channel.EofReceived || _port.IsClosing
            || bytes <= channel.In.Size || channel.In.Size >= largest || _grown >= largest)
        {
            return;
        }

        long size = channel.In.Size;
        while (size < bytes)
        {
            size *= 2;
        }

        uint extra = (uint)Math.Min(size - channel.In.Size, Math.Min(largest - channel.In.Size, largest - _grown));
        channel.In.Grow(extra);
        channel.Growth.Add(extra);
        _grown += extra;
        ChannelMessages.WindowAdjust(_port, channel.Remote, channel.In.ReturnAll());
    }

    /// <summary>The host reads no more: what it has not taken or not consumed is dropped and credited.</summary>
    public void ShutRead(Channel channel)
    {
        if (channel.ReadShut)
        {
            return;
        }

        channel.ReadShut = true;
        long unread = channel.StandardSpill.Length + channel.ErrorSpill.Length + (_packetChannel == channel ? _packet.Length : 0);
        Discard(channel);
        Return(channel, (uint)unread + channel.Unconsumed);
        channel.Unconsumed = 0;
    }

    /// <summary>Drops what is unread.</summary>
    public void Discard(Channel channel)
    {
        if (_packetChannel == channel)
        {
            _packet = default;
        }

        channel.StandardSpill.Clear();
        channel.ErrorSpill.Clear();
    }

    /// <summary>The channel has ended: its share of the growth goes back.</summary>
    public void End(Channel channel)
    {
        _grown -= channel.Growth.Total;
        channel.Growth = default;
        Unqueue(channel);
    }

    /// <summary>Sends as much as fits, in as many packets as it takes.</summary>
    public int Write(Channel channel, ReadOnlySpan<byte> data, DataStream stream)
    {
        int written = 0;
        while (written < data.Length)
        {
            int count = Fit(channel, data.Length - written);
            if (count == 0)
            {
                WaitToWrite(channel, written > 0);
                break;
            }

            int header = ChannelMessages.DataHeader(stream);
            var packet = _port.BeginData(header + count);
            ChannelMessages.WriteDataHeader(packet, channel.Remote, stream, count);
            data.Slice(written, count).CopyTo(packet.Slice(header));
            channel.Out.Spend(count);
            _port.SendData(header + count);
            written += count;
        }

        return written;
    }

    /// <summary>Bytes that a write would take.</summary>
    public int WriteRoom(Channel channel) =>
        channel.CanSend && !channel.EofSent && !_port.IsClosing ? (int)Math.Min(channel.Out.Available, (uint)_port.DataRoom) : 0;

    /// <summary>Reserves one packet in place.</summary>
    public bool TryReserve(Channel channel, int sizeHint, DataStream stream, out Memory<byte> room)
    {
        int count = Fit(channel, sizeHint);
        if (count == 0)
        {
            WaitToWrite(channel, false);
            room = default;
            return false;
        }

        int header = ChannelMessages.DataHeader(stream);
        room = _port.LendData(header + count).Slice(header, count);
        _reserved = channel;
        _reservedStream = stream;
        _reservedRoom = count;
        _reservedMark = _port.OutputMark;
        return true;
    }

    /// <summary>Sends the first bytes of the reserved packet; 0 abandons it.</summary>
    public void CommitReservation(int count)
    {
        if (_reserved is not { } channel)
        {
            throw new SshUsageException("Nothing is reserved: a reservation is committed once.");
        }

        if (count < 0 || count > _reservedRoom)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"{_reservedRoom} bytes are reserved.");
        }

        _reserved = null;
        if (_reservedMark != _port.OutputMark)
        {
            throw new SshUsageException("The reservation is gone: the connection was used between TryReserve and Commit.");
        }

        if (count == 0 || !channel.CanSend || _port.IsClosing)
        {
            return;
        }

        int header = ChannelMessages.DataHeader(_reservedStream);
        var packet = _port.BeginData(header + count); // the same place: what was filled in is still there
        ChannelMessages.WriteDataHeader(packet, channel.Remote, _reservedStream, count);
        channel.Out.Spend(count);
        _port.SendData(header + count);
    }

    /// <summary>The output takes data again: every writer that waits and has a window hears of it.</summary>
    public void OnOutputReady()
    {
        if (_starved.Count + _served.Count == 0 || _port.DataRoom == 0)
        {
            return;
        }

        RaiseWritable(_starved);
        RaiseWritable(_served);

        // Who still waits, waits for its window; the lists swap so that order stays by age.
        _starved.AddRange(_served);
        _served.Clear();
    }

    /// <summary>The channel's window opened, or it was confirmed.</summary>
    public void WakeWriter(Channel channel)
    {
        if (channel.WaitsToWrite && channel.Out.Available > 0 && _port.DataRoom > 0)
        {
            Unqueue(channel);
            if (channel.CanSend && !channel.EofSent)
            {
                _port.Raise(new SshEvent(SshEventKind.ChannelWritable, channel.Id));
            }
        }
    }

    private void RaiseWritable(List<Channel> writers)
    {
        int kept = 0;
        for (int i = 0; i < writers.Count; i++)
        {
            var channel = writers[i];
            bool useful = channel.CanSend && !channel.EofSent;
            if (useful && channel.Out.Available == 0)
            {
                writers[kept++] = channel;
                continue;
            }

            channel.WaitsToWrite = false;
            if (useful)
            {
                _port.Raise(new SshEvent(SshEventKind.ChannelWritable, channel.Id));
            }
        }

        writers.RemoveRange(kept, writers.Count - kept);
    }

    private void WaitToWrite(Channel channel, bool gotSome)
    {
        bool waits = channel.Phase == ChannelPhase.Opening || (channel.CanSend && !channel.EofSent);
        if (waits && !channel.WaitsToWrite && !_port.IsClosing)
        {
            channel.WaitsToWrite = true;
            (gotSome ? _served : _starved).Add(channel);
        }
    }

    private void Unqueue(Channel channel)
    {
        if (channel.WaitsToWrite)
        {
            channel.WaitsToWrite = false;
            if (!_starved.Remove(channel))
            {
                _served.Remove(channel);
            }
        }
    }

    private int Fit(Channel channel, int offered)
    {
        if (!channel.CanSend || _port.IsClosing)
        {
            return 0;
        }

        return channel.EofSent
            ? throw new SshUsageException($"Channel {channel.Id} has sent EOF: it takes no more data.")
            : channel.Out.Fit(offered, _port.DataRoom);
    }

    private bool Admit(Channel channel, MessageId id, uint count)
    {
        // RFC 4254 §5.3: a party sends EOF "when a party will no longer send more data to a channel"
        if (channel.EofReceived)
        {
            _set.Fail(new SshError(SshErrorKind.ProtocolViolation, $"{id} came after EOF on channel {channel.Id}"));
            return false;
        }

        // "the maximum packet size specifies the maximum size of an individual data packet that can be sent"
        if (count > channel.PacketSizeIn)
        {
            _set.Fail(new SshError(SshErrorKind.ProtocolViolation, $"{id} is larger than the channel's packet size",
                $"at most {channel.PacketSizeIn} bytes", $"{count}"));
            return false;
        }

        // "The window size specifies how many bytes the other party can send before it must wait"
        uint credit = channel.In.Available;
        if (!channel.In.TryReceive(count))
        {
            _set.Fail(new SshError(SshErrorKind.ProtocolViolation, $"{id} exceeds the channel's window",
                $"at most {credit} bytes", $"{count}"));
            return false;
        }

        return true;
    }

    private bool HoldsPacket(Channel channel, DataStream stream) =>
        _packetChannel == channel && _packetStream == stream && !_packet.IsEmpty;

    private void Spill()
    {
        if (_packetChannel is { } channel)
        {
            channel.Spill(_packetStream).Append(_packet.Span);
            _packet = default;
            _packetChannel = null;
        }
    }

    private void Taken(Channel channel, int count)
    {
        if (count == 0)
        {
            return;
        }

        if (channel.ManualWindow)
        {
            channel.Unconsumed += (uint)count;
        }
        else
        {
            Grow(channel, (uint)count);
            Return(channel, (uint)count);
        }
    }

    private void Grow(Channel channel, uint count)
    {
        uint largest = _port.Settings.Limits.LargestWindow;
        if (!_port.Settings.GrowWindows || channel.In.Size >= largest || _grown >= largest || !channel.CanSend)
        {
            return;
        }

        uint most = Math.Min(largest - channel.In.Size, largest - _grown);
        uint extra = channel.Growth.Taken(count, channel.In, most, _port.Now);
        channel.In.Grow(extra);
        _grown += extra;
    }

    private void Return(Channel channel, uint count)
    {
        uint credit = channel.In.Return(count);
        if (credit > 0 && channel.CanSend && !channel.EofReceived && !_port.IsClosing)
        {
            if (_port.Traces(SshTraceAreas.Channels))
            {
                _port.Trace(SshTraceAreas.Channels, $"channel {channel.Id}: we take {credit} bytes more, {channel.In.Available} in all, of a window of {channel.In.Size}");
            }

            ChannelMessages.WindowAdjust(_port, channel.Remote, credit);
        }
    }
}
