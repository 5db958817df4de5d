using System.Buffers.Binary;
using SshCore.Errors;

namespace SshCore.Sftp;

// WRITE (draft-ietf-secsh-filexfer-02 §6.4), whose data is put straight into the output.
public sealed partial class SftpClientMachine
{
    private ulong _reservedOffset;
    private SftpHandle? _reservedHandle;
    private object? _reservedState;
    private SftpUpload? _reservedOwner;
    private int _reservedRoom;
    private long _reservedMark;

    /// <summary>Writes a copy of the data; a Status follows.</summary>
    /// <returns>Bytes taken: at most <see cref="WriteLength"/>; 0 while <see cref="SftpLimits.QueuedOutput"/> waits unsent: send first.</returns>
    public int Write(SftpHandle handle, ulong offset, ReadOnlySpan<byte> data, out SftpRequestId id, object? state = null)
    {
        id = default;
        if (data.IsEmpty || !TryReserveWrite(handle, offset, data.Length, out var reservation, state))
        {
            return 0;
        }

        int count = reservation.Memory.Length;
        data.Slice(0, count).CopyTo(reservation.Span);
        id = reservation.Commit(count);
        return count;
    }

    /// <summary>
    /// Room for the data of one WRITE inside the output: fill it from the start and commit before any other call on the machine.
    /// </summary>
    /// <param name="handle">The file.</param>
    /// <param name="offset">Where the data goes.</param>
    /// <param name="sizeHint">Bytes that are wanted, at least 1; the room has no more, and no more than <see cref="WriteLength"/>.</param>
    /// <param name="reservation">The room.</param>
    /// <param name="state">Given back with the Status.</param>
    /// <returns>False while <see cref="SftpLimits.QueuedOutput"/> waits unsent: send first.</returns>
    public bool TryReserveWrite(SftpHandle handle, ulong offset, int sizeHint, out SftpWriteReservation reservation, object? state = null)
    {
        Check(handle);
        if (sizeHint < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(sizeHint), sizeHint, "At least one byte is reserved.");
        }

        reservation = default;
        if (QueuedBytes >= Limits.QueuedOutput)
        {
            return false;
        }

        int room = Math.Min(sizeHint, WriteLength);
        int header = WriteHeaderLength(handle);
        _reservedHandle = handle;
        _reservedOffset = offset;
        _reservedState = state;
        _reservedOwner = null;
        _reservedRoom = room;
        reservation = new SftpWriteReservation(this, LendOutput(header + room).Slice(header, room));
        _reservedMark = OutputMark;
        return true;
    }

    internal SftpRequestId CommitWrite(int count)
    {
        if (_reservedHandle is not { } handle)
        {
            throw new SshUsageException("Nothing is reserved: a reservation is committed once.");
        }

        if (count < 0 || count > _reservedRoom)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"{_reservedRoom} bytes are reserved.");
        }

        object? state = _reservedState;
        var owner = _reservedOwner;
        _reservedHandle = null;
        _reservedState = null;
        _reservedOwner = null;
        if (_reservedMark != OutputMark)
        {
            throw new SshUsageException("The reservation is gone: the machine was used between TryReserveWrite and Commit.");
        }

        if (count == 0 || owner is { TakesData: false })
        {
            return default;
        }

        var request = NewRequest(SftpRequestKind.Write, state, count, owner: owner);
        request.Offset = _reservedOffset;
        int header = WriteHeaderLength(handle);
        var message = ReserveOutput(header + count); // the same place: what was filled in is still there
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)(header + count - 4));
        message[4] = (byte)SftpMessageType.Write;
        BinaryPrimitives.WriteUInt32BigEndian(message.Slice(5), request.Id.Number);
        BinaryPrimitives.WriteUInt32BigEndian(message.Slice(9), (uint)handle.Length);
        handle.Span.CopyTo(message.Slice(13));
        BinaryPrimitives.WriteUInt64BigEndian(message.Slice(13 + handle.Length), _reservedOffset);
        BinaryPrimitives.WriteUInt32BigEndian(message.Slice(21 + handle.Length), (uint)count);
        CommitOutput(header + count);
        _pending.Add(request.Id.Number, request);
        if (owner is not null)
        {
            _writesInFlight += count;
            owner.OnCommitted(count);
        }

        return request.Id;
    }

    // length, type, id, handle, offset, length of the data
    private static int WriteHeaderLength(SftpHandle handle) => 4 + 1 + 4 + 4 + handle.Length + 8 + 4;
}
