using SshCore.Channels;
using SshCore.Events;
using SshCore.Native.Boundary;

namespace SshCore.Native.Objects;

/// <summary><c>sshcore_connection</c>: a connection of core with what its caller has pointers to.</summary>
internal sealed class ConnectionObject(SshConnection connection, List<KeyObject> keys, LogSink? log) : NativeObject
{
    private readonly Pin _lease = new();
    private readonly Pin _output = new();
    private readonly Pin _reserved = new();
    private readonly List<Pin> _borrowed = [];
    private ChannelReservation _reservation;
    private int _borrows;
    private bool _leased;
    private SshEvent _last;

    public SshConnection Connection { get; } = connection;

    public override LogSink? Log { get; } = log;

    /// <summary>Whose output memory is lent of: its own, or that of an SFTP machine attached to it.</summary>
    public NativeObject? Lender { get; set; }

    public override bool IsLending => Lender is not null;

    /// <summary>Texts of the last event; they live until the next poll.</summary>
    public Arena EventTexts { get; } = new();

    /// <summary>Texts of the last call that lent some.</summary>
    public Arena CallTexts { get; } = new();

    public Questions Questions { get; } = new();

    /// <summary>The role that a call is for.</summary>
    public SshClientConnection Client => Connection as SshClientConnection
        ?? throw new NativeException(Result.State, "This is a server's connection; the call is for clients.");

    public nint Lease(out int length)
    {
        EndBorrows();
        var memory = Connection.GetReceiveBuffer();
        length = memory.Length;
        _leased = true;
        return _lease.Hold(memory);
    }

    public void Commit(int count)
    {
        Connection.CommitReceived(count);
        _leased = false;
    }

    /// <summary>Lends room of the output for one packet of a channel; null bytes if nothing can be sent now.</summary>
    public nint Reserve(SshChannel channel, int most, DataStream stream, out int length)
    {
        length = 0;
        if (!channel.TryReserve(most, out _reservation, stream))
        {
            return Arena.Empty;
        }

        nint address = _reserved.Hold(_reservation.Memory);
        length = _reservation.Memory.Length;
        Lender = this;
        return address;
    }

    public void CommitReserved(int count)
    {
        if (Lender != this)
        {
            throw new NativeException(Result.State, "No memory of a channel is lent.");
        }

        _reservation.Commit(count);
        _reservation = default;
        _reserved.Let();
        Lender = null;
    }

    public nint Output(out int length)
    {
        var memory = Connection.PeekOutput();
        length = memory.Length;
        return _output.Hold(memory);
    }

    public void Advance(int count)
    {
        Connection.AdvanceOutput(count);
        if (!Connection.HasOutput)
        {
            _output.Let();
        }
    }

    public bool Poll(out SshEvent e)
    {
        EndBorrows();
        EventTexts.Reset();
        if (Connection.TryPollEvent(out e))
        {
            _last = e;
            return true;
        }

        _last = default;
        if (!_leased)
        {
            _lease.Let();
        }

        foreach (var pin in _borrowed)
        {
            pin.Let();
        }

        return false;
    }

    /// <summary>The next bytes of the last event's channel and stream.</summary>
    public nint Borrow(out int length)
    {
        length = 0;
        if (_last.Kind != SshEventKind.ChannelData)
        {
            throw new NativeException(Result.State, "The last event polled is not channel data.");
        }

        var memory = Connection.BorrowData(_last);
        length = memory.Length;
        if (_borrows == _borrowed.Count)
        {
            _borrowed.Add(new Pin());
        }

        return length == 0 ? Arena.Empty : _borrowed[_borrows++].Hold(memory);
    }

    public SshChannel Channel(uint number)
    {
        if (number == ChannelNumber.None)
        {
            throw new NativeException(Result.Channel, "The number names no channel.");
        }

        var channel = Connection.Channel(ChannelId.FromLocalNumber(number));
        try
        {
            _ = channel.IsOpen;
        }
        catch (Errors.SshUsageException e)
        {
            throw new NativeException(Result.Channel, e.Message);
        }

        return channel;
    }

    /// <summary>Keeps a key until the connection is freed.</summary>
    public void Keep(KeyObject key) => keys.Add(key);

    protected override void Release()
    {
        Connection.Dispose();
        _lease.Dispose();
        _output.Dispose();
        _reserved.Dispose();
        foreach (var pin in _borrowed)
        {
            pin.Dispose();
        }

        EventTexts.Dispose();
        CallTexts.Dispose();
        foreach (var key in keys)
        {
            key.Let();
        }
    }

    private void EndBorrows() => _borrows = 0;
}
