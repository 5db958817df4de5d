namespace SshCore.Channels;

/// <summary>
/// A view of one channel; costs nothing to make. Like its connection it is used by one thread at a time. Methods on a
/// channel that has closed do nothing and give 0 or false; an id the connection never had is a usage error.
/// </summary>
public readonly struct SshChannel
{
    private readonly ChannelTable _table;

    internal SshChannel(ChannelTable table, ChannelId id)
    {
        _table = table;
        Id = id;
    }

    /// <summary>The channel's id.</summary>
    public ChannelId Id { get; }

    /// <summary>
    /// Sends data as far as the remote window, packet size and free output allow.
    /// </summary>
    /// <returns>Bytes taken. Less than offered: wait for ChannelWritable.</returns>
    /// <exception cref="Errors.SshUsageException">EOF was sent already.</exception>
    public int Write(ReadOnlySpan<byte> data, DataStream stream = DataStream.Standard) => _table.Write(Id, data, stream);

    /// <summary>
    /// Reserves room for at least 1 and at most <paramref name="sizeHint"/> bytes of one data packet inside the output
    /// buffer; fill <see cref="ChannelReservation.Span"/> and commit before any other call on the connection.
    /// </summary>
    /// <returns>False if nothing can be sent now: wait for ChannelWritable.</returns>
    public bool TryReserve(int sizeHint, out ChannelReservation reservation, DataStream stream = DataStream.Standard) =>
        _table.TryReserve(Id, sizeHint, stream, out reservation);

    /// <summary>Takes unread data, oldest first. 0: nothing is there now.</summary>
    public int Read(Span<byte> destination, DataStream stream = DataStream.Standard) => _table.Read(Id, destination, stream);

    /// <summary>Bytes that <see cref="Read"/> would give now.</summary>
    public int Available(DataStream stream = DataStream.Standard) => _table.Available(Id, stream);

    /// <summary>Bytes that <see cref="Write"/> would take now.</summary>
    public int WriteRoom => _table.WriteRoom(Id);

    /// <summary>
    /// Returns credit to the peer by hand (<see cref="ChannelOpen.ManualWindow"/>); never more than was read. Does nothing
    /// after <see cref="ShutdownRead"/>.
    /// </summary>
    /// <exception cref="Errors.SshUsageException">The window is not manual.</exception>
    /// <exception cref="ArgumentOutOfRangeException">More than was read and not consumed.</exception>
    public void Consume(int count) => _table.Consume(Id, count);

    /// <summary>
    /// Stops reading: what is unread is dropped, and so is all data that still comes, on both streams and without
    /// ChannelData. The window is credited for it, in manual-window mode too, so that the peer can go on writing; it is told
    /// nothing. Requests, ChannelEof and ChannelClosed come as before. Allowed at any time, even before the channel is
    /// confirmed; a second call does nothing.
    /// </summary>
    public void ShutdownRead() => _table.ShutdownRead(Id);

    /// <summary>Says that no more data will be sent (RFC 4254 §5.3). A second call does nothing.</summary>
    /// <exception cref="Errors.SshUsageException">The channel is not confirmed yet.</exception>
    public void SendEof() => _table.SendEof(Id);

    /// <summary>
    /// Closes (RFC 4254 §5.3) and gives up what is unread; ChannelClosed follows once the peer has closed too. Before the
    /// open was answered it abandons or refuses it. A channel that has ended with unread data counts against
    /// <see cref="SshLimits.Channels"/> until that is read or this is called. A second call does nothing.
    /// </summary>
    public void Close() => _table.Close(Id);

    /// <summary>
    /// Sends a request (RFC 4254 §5.4); RequestReplied follows if it wants a reply. Allowed after EOF. On a channel that
    /// has closed nothing is sent, nothing follows and the id is the default one.
    /// </summary>
    /// <exception cref="Errors.SshUsageException">The channel is not confirmed yet, or too many commands wait unsent.</exception>
    /// <exception cref="ArgumentException">The type is no protocol name, or the data does not fit into a packet.</exception>
    public ChannelRequestId Request(ChannelRequest request) => _table.Request(Id, request);

    /// <summary>True from the open until it was refused or both sides have closed it.</summary>
    public bool IsOpen => _table.IsOpen(Id);

    /// <summary>True once the peer has sent EOF or CLOSE; unread data may still be there.</summary>
    public bool IsEof => _table.IsEof(Id);

    /// <summary>For a person: number, type, what is closed, windows and unread bytes.</summary>
    public override string ToString() => _table is null ? "no channel" : _table.Describe(Id);
}

/// <summary>Room for one data packet inside the output buffer. It may be kept, but the next call on the connection has to be its commit.</summary>
public readonly struct ChannelReservation
{
    private readonly ChannelTable? _table;

    internal ChannelReservation(ChannelTable table, Memory<byte> memory)
    {
        _table = table;
        Memory = memory;
    }

    /// <summary>The room; fill it from the start.</summary>
    public Memory<byte> Memory { get; }

    /// <summary>The room; fill it from the start.</summary>
    public Span<byte> Span => Memory.Span;

    /// <summary>Sends the first <paramref name="count"/> bytes; 0 abandons the reservation.</summary>
    /// <exception cref="Errors.SshUsageException">It was committed already, or the connection was used since it was made.</exception>
    /// <exception cref="ArgumentOutOfRangeException">More than there is room for; it may be committed again.</exception>
    public void Commit(int count) => (_table ?? throw new Errors.SshUsageException("Nothing is reserved.")).CommitReservation(count);
}
