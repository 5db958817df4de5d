using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Sftp;

/// <summary>
/// Writes a file with a window of WRITEs in flight. At TransferRoom the host calls <see cref="TryReserve"/>, fills and commits,
/// again and again until it gives false, and <see cref="Complete"/> behind the last byte; TransferEnded follows once the server
/// has confirmed everything. After a failure no more data is taken, and TransferEnded comes when all answers are there.
/// </summary>
public sealed class SftpUpload : SftpTransfer
{
    private readonly SftpUploadOptions _options;
    private int _requests;
    private bool _completed;
    private bool _finishing;
    private bool _endsInHole;
    private bool _roomPending;

    internal SftpUpload(SftpClientMachine machine, SftpUploadOptions? options, object? state)
        : base(machine, state)
    {
        _options = options ?? SftpUploadOptions.Default;
        Position = _options.Offset;
        if (_options.WriteLength is < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), _options.WriteLength, "A WRITE has at least one byte.");
        }

        // The final ones are written much later, in a poll, which must not throw.
        using var writer = new SshWriter();
        _options.FinalAttributes.Write(writer);
    }

    /// <summary>Where the next byte goes.</summary>
    public ulong Position { get; private set; }

    /// <summary>True if data may be given now or later.</summary>
    public bool TakesData => !IsEnded && !_completed && !_finishing && Failure is null;

    /// <summary>Waits for room and is in the machine's list of such.</summary>
    internal bool WaitsForRoom { get; set; }

    /// <summary>
    /// Room for up to <paramref name="sizeHint"/> bytes at <see cref="Position"/>, inside the output: fill it from the start and
    /// commit before any other call on the machine.
    /// </summary>
    /// <returns>False: wait for TransferRoom, or no more is taken.</returns>
    public bool TryReserve(int sizeHint, out SftpWriteReservation reservation)
    {
        reservation = default;
        if (!TakesData)
        {
            return false;
        }

        if (Handle is { } handle && Machine.HasWriteRoom && Machine.TryReserveFor(this, handle, Position, Math.Min(sizeHint, _options.WriteLength ?? int.MaxValue), out reservation))
        {
            return true;
        }

        Machine.AwaitRoom(this);
        return false;
    }

    /// <summary>Writes a copy of the data.</summary>
    /// <returns>Bytes taken; fewer than given: wait for TransferRoom.</returns>
    public int Write(ReadOnlySpan<byte> data)
    {
        int taken = 0;
        while (taken < data.Length && TryReserve(data.Length - taken, out var room))
        {
            int count = room.Memory.Length;
            data.Slice(taken, count).CopyTo(room.Span);
            room.Commit(count);
            taken += count;
        }

        return taken;
    }

    /// <summary>Leaves a hole of that many bytes: the server gives them as zeros.</summary>
    /// <exception cref="SshUsageException">No more data is taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The position would pass 2⁶⁴-1.</exception>
    public void Skip(ulong count)
    {
        if (_completed)
        {
            throw new SshUsageException("The upload was completed.");
        }

        if (count > ulong.MaxValue - Position)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "No file reaches there.");
        }

        Position += count;
        _endsInHole |= count > 0;
    }

    /// <summary>All data was given: sets the final attributes, closes, and ends once all is confirmed. A second call does nothing.</summary>
    public void Complete()
    {
        if (!_completed && !IsEnded)
        {
            _completed = true;
            Finish();
        }
    }

    internal void Start(SftpPath path)
    {
        OwnsHandle = true;
        Machine.OpenFor(this, path, _options.Flags, _options.Attributes);
    }

    internal void Start(SftpHandle handle)
    {
        Handle = handle;
        Machine.AwaitRoom(this);
    }

    internal void OnCommitted(int count)
    {
        _requests++;
        BytesInFlight += count;
        Position += (ulong)count;
        _endsInHole = false;
    }

    /// <summary>There is room again.</summary>
    internal void OnRoom()
    {
        if (TakesData && Handle is not null)
        {
            _roomPending = true;
            Machine.List(this);
        }
    }

    internal override bool OnReply(in SftpReply reply, in SftpPending request, ReadOnlyMemory<byte> data, out SftpReply forHost)
    {
        forHost = default;
        if (request.Kind == SftpRequestKind.Open)
        {
            if (TakeOpened(reply))
            {
                Finish();
                Machine.AwaitRoom(this);
            }

            return false;
        }

        _requests--;
        if (request.Kind == SftpRequestKind.Write)
        {
            BytesInFlight -= request.Length;
        }

        if (IsEnded)
        {
            return false;
        }

        if (reply.Code != SftpStatusCode.Ok)
        {
            OnFailure(reply, request);
        }
        else if (request.Kind == SftpRequestKind.Write)
        {
            BytesDone += (ulong)request.Length;
        }

        EndIfDone();
        return false;
    }

    internal override bool TryNext(out SftpReply reply, out ReadOnlyMemory<byte> data)
    {
        data = default;
        if (_roomPending && TakesData)
        {
            _roomPending = false;
            reply = Say(SftpReplyKind.TransferRoom, Position, 0);
            return true;
        }

        _roomPending = false;
        return TryTakeEnd(out reply);
    }

    // Answers may come in any order: the failure nearest to the start counts, and one of a WRITE more than what follows from it.
    private void OnFailure(in SftpReply reply, in SftpPending request)
    {
        bool isWrite = request.Kind == SftpRequestKind.Write;
        if (Failure is null || (isWrite && (Failure.Request != SftpRequestKind.Write || request.Offset < Failure.Offset)))
        {
            Failure = new SftpTransferFailure(request.Kind, reply.Code, reply.Message, request.Offset);
        }

        if (!_finishing)
        {
            _finishing = true;
            CloseFile();
        }
    }

    // All at once: "implementations MUST process requests relating to the same file in the order in which they are received"
    // (draft-ietf-secsh-filexfer-02 §6.1).
    private void Finish()
    {
        if (!_completed || _finishing || Handle is not { } handle || Machine.Error is not null)
        {
            return;
        }

        _finishing = true;
        var attributes = _endsInHole ? _options.FinalAttributes with { Size = Position } : _options.FinalAttributes;
        if (!attributes.IsEmpty)
        {
            _requests++;
            Machine.FSetStatFor(this, handle, attributes);
        }

        if (_options.FSync && Machine.Supports(SftpExtensionNames.FSync))
        {
            _requests++;
            Machine.FSyncFor(this, handle);
        }

        CloseFile();
        EndIfDone();
    }

    private void CloseFile()
    {
        if (OwnsHandle && Handle is { } handle)
        {
            OwnsHandle = false;
            _requests++;
            Machine.CloseFor(this, handle);
        }
    }

    private void EndIfDone()
    {
        if (_finishing && _requests == 0 && !IsEnded)
        {
            End();
        }
    }
}
