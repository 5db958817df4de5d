using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Native.Structs;
using SshCore.Sftp;

namespace SshCore.Native.Sftp;

/// <summary>
/// <c>sshcore_sftp</c>: one end of SFTP. Attached to a channel it shares the connection's turn: a call on one keeps calls on
/// the other out.
/// </summary>
internal sealed class SftpObject(SftpMachine machine) : NativeObject
{
    private readonly Pin _output = new();
    private readonly Pin _data = new();
    private readonly Pin _lent = new();
    private readonly Pin _input = new();
    private readonly Dictionary<ulong, SftpHandle> _handles = [];
    private readonly Dictionary<ulong, SftpTransfer> _transfers = [];
    private readonly Dictionary<ulong, SftpServerRequest> _requests = [];
    private ConnectionObject? _owner;
    private bool _ownerEntered;
    private ulong _nextHandle = 1;
    private ulong _nextTransfer = 1;
    private ulong _nextToken = 1;
    private SftpWriteReservation _reservation;
    private bool _isLending;
    private bool _isInputLent;

    public SftpMachine Machine { get; } = machine;

    /// <summary>The machine for one who moves its bytes by hand; once it was attached, the connection does that.</summary>
    public SftpMachine Detached => _owner is null ? Machine
        : throw new NativeException(Result.State, "The SFTP machine is attached: the connection moves its bytes.");

    public Arena Texts { get; } = new();

    /// <summary>The reply that was polled last, for what is asked of it one by one.</summary>
    public SftpReply Reply { get; private set; }

    public SftpClientMachine Client => Machine as SftpClientMachine ?? throw new NativeException(Result.State, "This is a server's end; the call is for clients.");

    public SftpServerMachine Server => Machine as SftpServerMachine ?? throw new NativeException(Result.State, "This is a client's end; the call is for servers.");

    public override LogSink? Log => _owner?.Log;

    public override bool IsLending => _isLending || _owner is { IsFreed: false, IsLending: true };

    public override bool TryEnter()
    {
        if (!base.TryEnter())
        {
            return false;
        }

        if (_owner is { IsFreed: false } owner)
        {
            if (!owner.TryEnter())
            {
                base.Leave();
                return false;
            }

            _ownerEntered = true;
        }

        return true;
    }

    public override void Leave()
    {
        if (_ownerEntered)
        {
            _ownerEntered = false;
            _owner!.Leave();
        }

        base.Leave();
    }

    /// <summary>Joins it to a channel of a connection whose turn it is.</summary>
    public Result AttachTo(ConnectionObject owner, uint channel)
    {
        if (!base.TryEnter())
        {
            return Result.Busy;
        }

        try
        {
            if (_isLending)
            {
                throw new NativeException(Result.State, "The SFTP machine lends memory: commit it first.");
            }

            // Two connections, on two threads, would move the bytes of one machine.
            if (_owner is not null)
            {
                throw new NativeException(Result.State, "The SFTP machine was attached before.");
            }

            if (_isInputLent)
            {
                throw new NativeException(Result.State, "A receive buffer of the SFTP machine is lent: commit it first.");
            }

            owner.Connection.AttachSftp(owner.Channel(channel).Id, Machine);
            _owner = owner;
            return Result.Ok;
        }
        finally
        {
            base.Leave();
        }
    }

    /// <summary>Lends the room for one WRITE, which ends with <see cref="CommitReserved"/>.</summary>
    public nint Lend(in SftpWriteReservation reservation, out int length)
    {
        nint address = _lent.Hold(reservation.Memory);
        length = reservation.Memory.Length;
        _reservation = reservation;
        _isLending = true;
        if (_owner is not null)
        {
            _owner.Lender = this;
        }

        return address;
    }

    public SftpRequestId CommitReserved(int count)
    {
        if (!_isLending)
        {
            throw new NativeException(Result.State, "No memory for a write is lent.");
        }

        SftpRequestId id;
        try
        {
            id = _reservation.Commit(count);
        }
        catch (Errors.SshUsageException)
        {
            EndLending();
            throw;
        }

        EndLending();
        return id;
    }

    /// <summary>Lends the room for the data of a READ, which ends with its answer. The connection goes on meanwhile.</summary>
    public nint Lend(Memory<byte> memory) => _lent.Hold(memory);

    /// <summary>Lends room for bytes of the peer, which ends with the commit.</summary>
    public nint LendInput(out int length)
    {
        var memory = Detached.GetReceiveBuffer();
        length = memory.Length;
        _isInputLent = true;
        return _input.Hold(memory);
    }

    public void CommitInput(int count)
    {
        Detached.CommitReceived(count);
        _isInputLent = false;
        _input.Let();
    }

    public nint Output(out int length)
    {
        var memory = Detached.PeekOutput();
        length = memory.Length;
        return _output.Hold(memory);
    }

    public bool PollReply(out FileReplyStruct s)
    {
        Texts.Reset();
        s = default;
        if (!Client.TryPoll(out var reply))
        {
            Reply = default;
            _data.Let();
            return false;
        }

        Reply = reply;
        var data = Client.BorrowData(reply);
        var path = reply.Path;
        s = new FileReplyStruct
        {
            Kind = (uint)reply.Kind,
            Request = (uint)(reply.Transfer?.Failure?.Request ?? reply.Request),
            Id = reply.Id.Number,
            Code = (uint)(reply.Transfer?.Failure?.Code ?? reply.Code),
            Transfer = reply.State is ulong transfer ? transfer : 0,
            Offset = reply.Transfer?.Failure?.Offset ?? reply.Offset,
            Handle = reply.Handle is { } handle ? Name(handle) : 0,
            Message = Texts.Text(reply.Kind == SftpReplyKind.Ended ? Client.Error?.ToString() : reply.Transfer?.Failure?.Message ?? reply.Message),
            Data = _data.Hold(data),
            DataLength = (nuint)data.Length,
            Path = Texts.Bytes(path.Span),
            PathLength = (nuint)path.Length,
            Names = (nuint)reply.Names.Count,
            Attributes = FileAttributes.Write(reply.Attributes, Texts),
            Algorithm = Texts.Text(reply.Algorithm),
            Language = Texts.Text(reply.Language),
            Users = (nuint)reply.Users.Count,
            Groups = (nuint)reply.Groups.Count,
        };
        if (reply.Kind == SftpReplyKind.TransferEnded)
        {
            _transfers.Remove(s.Transfer);
        }

        return true;
    }

    public bool PollRequest(out FileRequestStruct s)
    {
        Texts.Reset();
        s = default;
        if (!Server.TryPollRequest(out var request))
        {
            _data.Let();
            return false;
        }

        ulong token = _nextToken++;
        _requests.Add(token, request);
        s = new FileRequestStruct
        {
            Kind = (uint)request.Kind,
            Id = request.Id,
            Token = token,
            Path = Texts.Bytes(request.Path.Span),
            PathLength = (nuint)request.Path.Length,
            OtherPath = Texts.Bytes(request.OtherPath.Span),
            OtherPathLength = (nuint)request.OtherPath.Length,
            Handle = request.State is ulong handle ? handle : 0,
            OtherHandle = request.OtherState is ulong other ? other : 0,
            Offset = (ulong)request.Offset,
            OtherOffset = (ulong)request.OtherOffset,
            Length = (ulong)request.Length,
            Flags = (uint)request.Flags,
            IsDirectory = request.IsDirectory ? 1u : 0u,
            Text = Texts.Text(request.Text),
            Data = _data.Hold(request.Data),
            DataLength = (nuint)request.Data.Length,
            Attributes = FileAttributes.Write(request.Attributes, Texts),
            BlockSize = request.BlockSize,
            Users = Numbers(request.Users),
            UserCount = (nuint)request.Users.Count,
            Groups = Numbers(request.Groups),
            GroupCount = (nuint)request.Groups.Count,
        };
        return true;
    }

    /// <summary>A handle of the server's by the number that stands for it here.</summary>
    public SftpHandle HandleOf(ulong number) =>
        _handles.TryGetValue(number, out var handle) ? handle : throw new NativeException(Result.Argument, $"No open file has the number {number}.");

    /// <summary>A CLOSE is on its way: the number stands for nothing any more.</summary>
    public void Forget(ulong number) => _handles.Remove(number);

    /// <summary>Starts a transfer under a number of its own, which its replies carry.</summary>
    public ulong Start(Func<ulong, SftpTransfer> start)
    {
        ulong number = _nextTransfer;
        _transfers.Add(number, start(number));
        _nextTransfer++;
        return number;
    }

    /// <summary>A transfer whose end was not polled.</summary>
    public SftpTransfer Transfer(ulong number) =>
        _transfers.TryGetValue(number, out var transfer) ? transfer : throw new NativeException(Result.Argument, $"No transfer has the number {number}.");

    /// <summary>An upload whose end was not polled.</summary>
    public SftpUpload Upload(ulong number) => Transfer(number) as SftpUpload ?? throw new NativeException(Result.State, "The transfer is a download.");

    /// <summary>A request that waits for its answer.</summary>
    public SftpServerRequest Request(ulong token) =>
        _requests.TryGetValue(token, out var request) ? request : throw new NativeException(Result.Token, $"No request has the token {token}.");

    /// <summary>One of these kinds: no other takes the answer that the call is for.</summary>
    public SftpServerRequest Request(ulong token, params ReadOnlySpan<SftpRequestKind> kinds)
    {
        var request = Request(token);
        return kinds.Contains(request.Kind) ? request : throw new NativeException(Result.WrongAnswer, $"The request is {request.Kind}.");
    }

    /// <summary>It was answered.</summary>
    public Result Answered(ulong token)
    {
        _requests.Remove(token);
        return Result.Ok;
    }

    protected override void Release()
    {
        Machine.Dispose();
        EndLending();
        if (_ownerEntered)
        {
            // The handle is gone for good, so nobody leaves it any more; the connection goes on.
            _ownerEntered = false;
            _owner!.Leave();
        }

        _output.Dispose();
        _data.Dispose();
        _lent.Dispose();
        _input.Dispose();
        Texts.Dispose();
    }

    private void EndLending()
    {
        _isLending = false;
        _reservation = default;
        _lent.Let();
        if (_owner is not null && _owner.Lender == this)
        {
            _owner.Lender = null;
        }
    }

    private nint Numbers(IReadOnlyList<uint> numbers)
    {
        var room = Texts.Values<uint>(numbers.Count, out nint pointer);
        for (int i = 0; i < room.Length; i++)
        {
            room[i] = numbers[i];
        }

        return pointer;
    }

    private ulong Name(SftpHandle handle)
    {
        _handles.Add(_nextHandle, handle);
        return _nextHandle++;
    }
}
