using SshCore.Events;

namespace SshCore.Memory;

/// <summary>The host of one side of a <see cref="MemoryPair"/>: feeds, polls and drains its connection.</summary>
internal sealed class MemoryEndpoint
{
    private const int LargestRandomChunk = 4096;

    private readonly SshConnection _connection;
    private readonly MemoryLink _in;
    private readonly MemoryLink _out;
    private readonly MemoryChunking _chunking;
    private readonly bool _lease;
    private ulong _random;
    private bool _endTold;
    private bool _left;

    public MemoryEndpoint(SshConnection connection, MemoryLink inbound, MemoryLink outbound, MemoryPairOptions options, ulong salt)
    {
        _connection = connection;
        _in = inbound;
        _out = outbound;
        _chunking = options.Chunking;
        _lease = options.LeaseInput;
        _random = (options.Seed * 2 + salt) | 1;
    }

    public Action<SshEvent>? OnEvent { get; set; }

    public ConnectionRecorder? Recorder { get; set; }

    public void Tick(SshInstant now)
    {
        _connection.Tick(now);
        Recorder?.Ticked(now);
    }

    /// <summary>Feeds one chunk, polls all events, sends all output. False if there was nothing to do.</summary>
    public bool Step(SshInstant now)
    {
        bool progress = Feed();
        while (_connection.TryPollEvent(out var e))
        {
            progress = true;
            Recorder?.Polled(e);
            OnEvent?.Invoke(e);
        }

        Recorder?.PolledDry();
        progress |= Drain(now);
        if (_connection.IsFinished && !_left)
        {
            _left = true;
            _out.Cut();
            _in.Discard();
            progress = true;
        }

        return progress;
    }

    private bool Feed()
    {
        if (_in.HasArrived && _connection.WantsInput)
        {
            var bytes = _in.Peek().Slice(0, NextChunk(_in.Peek().Length));
            int taken = _lease ? Lease(bytes) : _connection.Receive(bytes.Span);
            Recorder?.Received(bytes.Span.Slice(0, taken), _lease);
            _in.Delivered(taken);
            return taken > 0;
        }

        if (_in.IsAtEnd && !_endTold && !_left)
        {
            _endTold = true;
            _connection.ReceiveEnd();
            Recorder?.Ended();
            return true;
        }

        return false;
    }

    private int Lease(ReadOnlyMemory<byte> bytes)
    {
        var buffer = _connection.GetReceiveBuffer();
        int count = Math.Min(buffer.Length, bytes.Length);
        bytes.Span.Slice(0, count).CopyTo(buffer.Span);
        _connection.CommitReceived(count);
        return count;
    }

    private bool Drain(SshInstant now)
    {
        bool progress = false;
        while (_connection.HasOutput && _out.HasRoom)
        {
            var output = _connection.PeekOutput();
            int taken = _out.Send(output, now);
            Recorder?.Sent(output.Span.Slice(0, taken));
            _connection.AdvanceOutput(taken);
            progress |= taken > 0;
        }

        return progress;
    }

    private int NextChunk(int available) => _chunking switch
    {
        MemoryChunking.OneByte => 1,
        MemoryChunking.Random => Math.Min(available, 1 + (int)(NextRandom() % LargestRandomChunk)),
        _ => available,
    };

    // xorshift64: only where bytes are cut depends on it.
    private ulong NextRandom()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return _random >> 11;
    }
}
