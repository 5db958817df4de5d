using System.Buffers.Binary;
using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Sftp;

public sealed partial class SftpServerMachine
{
    private const int DataHeader = 13; // length, type, id, length of the data

    // The draft has clients take messages of 34,000 bytes; some take no more.
    private const int NamesLength = 32 * 1024;
    private const int UserGroupLength = 128 * 1024;

    internal void Answer(SftpRequestSlot slot, SftpStatus status)
    {
        if (status.IsOk && NeedsContent(slot.Kind))
        {
            throw new SshUsageException($"{slot.Kind} is answered with content, not with Ok.");
        }

        if (_held == slot)
        {
            _held = null;
            if (Error is null)
            {
                CommitOutput(0);
            }
        }

        if (Replies(slot))
        {
            SendStatus(slot.Id, status);
        }

        Finish(slot);
    }

    internal bool AnswerHandle(SftpRequestSlot slot, object state, bool overlapsReads)
    {
        Expect(slot, SftpRequestKind.Open, SftpRequestKind.OpenDirectory);
        bool replies = Replies(slot);
        if (replies)
        {
            var handle = _handles.Add(slot.Kind == SftpRequestKind.OpenDirectory, overlapsReads, state ?? throw new ArgumentNullException(nameof(state)));
            var writer = BeginMessage(SftpMessageType.Handle, slot.Id);
            writer.WriteUInt32(SftpServerHandles.WireLength);
            writer.WriteUInt64(handle.Number);
            Send();
            _writesExpected |= (slot.Flags & SftpOpenFlags.Write) != 0;
        }

        Finish(slot);
        return replies;
    }

    internal void AnswerAttributes(SftpRequestSlot slot, in SftpAttributes attributes)
    {
        if (slot.Kind != SftpRequestKind.LStat)
        {
            Expect(slot, SftpRequestKind.Stat, SftpRequestKind.FStat);
        }

        if (Replies(slot))
        {
            attributes.Write(BeginMessage(SftpMessageType.Attributes, slot.Id));
            Send();
        }

        Finish(slot);
    }

    internal void AnswerPath(SftpRequestSlot slot, SftpPath path)
    {
        if (slot.Kind is not (SftpRequestKind.ExpandPath or SftpRequestKind.HomeDirectory))
        {
            Expect(slot, SftpRequestKind.RealPath, SftpRequestKind.ReadLink);
        }

        if (Replies(slot))
        {
            // "The SSH_FXP_NAME will contain a name and dummy attribute values": the long name is the same name, as OpenSSH has it.
            var writer = BeginMessage(SftpMessageType.Name, slot.Id);
            writer.WriteUInt32(1);
            writer.WriteString(path.Span);
            writer.WriteString(path.Span);
            default(SftpAttributes).Write(writer);
            Send();
        }

        Finish(slot);
    }

    internal int AnswerNames(SftpRequestSlot slot, ReadOnlySpan<SftpFileName> names)
    {
        Expect(slot, SftpRequestKind.ReadDirectory, SftpRequestKind.ReadDirectory);
        if (names.IsEmpty)
        {
            throw new ArgumentException("There is no name; the end of a directory is a status.", nameof(names));
        }

        int count = names.Length;
        if (Replies(slot))
        {
            count = NamesThatFit(names);
            var writer = BeginMessage(SftpMessageType.Name, slot.Id);
            writer.WriteUInt32((uint)count);
            for (int i = 0; i < count; i++)
            {
                writer.WriteString(names[i].Name.Span);
                writer.WriteString(names[i].LongName.Span);
                names[i].Attributes.Write(writer);
            }

            Send();
        }

        Finish(slot);
        return count;
    }

    internal Memory<byte> ReserveData(SftpRequestSlot slot)
    {
        Expect(slot, SftpRequestKind.Read, SftpRequestKind.Read);
        int length = (int)slot.Length;
        if (!Replies(slot))
        {
            return new byte[length]; // the session has ended: it is filled for nobody
        }

        _held = slot;
        return ReserveFixedOutput(DataHeader + length).Slice(DataHeader);
    }

    internal void CommitData(SftpRequestSlot slot, int count)
    {
        Expect(slot, SftpRequestKind.Read, SftpRequestKind.Read);
        if (count < 0 || count > slot.Length || (count == 0 && slot.Length > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"{slot.Length} bytes were asked for; the end of a file is a status.");
        }

        if (Error is null)
        {
            if (_held != slot)
            {
                throw new SshUsageException("CommitData without ReserveData.");
            }

            var header = ReserveOutput(DataHeader);
            BinaryPrimitives.WriteUInt32BigEndian(header, (uint)(DataHeader - 4 + count));
            header[4] = (byte)SftpMessageType.Data;
            BinaryPrimitives.WriteUInt32BigEndian(header.Slice(5), slot.Id);
            BinaryPrimitives.WriteUInt32BigEndian(header.Slice(9), (uint)count);
            CommitOutput(DataHeader + count);
        }

        _held = null;
        Finish(slot);
    }

    internal void AnswerStatVfs(SftpRequestSlot slot, in SftpStatVfs numbers)
    {
        Expect(slot, SftpRequestKind.StatVfs, SftpRequestKind.FStatVfs);
        if (Replies(slot))
        {
            var writer = BeginMessage(SftpMessageType.ExtendedReply, slot.Id);
            writer.WriteUInt64(numbers.BlockSize);
            writer.WriteUInt64(numbers.FragmentSize);
            writer.WriteUInt64(numbers.Blocks);
            writer.WriteUInt64(numbers.FreeBlocks);
            writer.WriteUInt64(numbers.AvailableBlocks);
            writer.WriteUInt64(numbers.Files);
            writer.WriteUInt64(numbers.FreeFiles);
            writer.WriteUInt64(numbers.AvailableFiles);
            writer.WriteUInt64(numbers.FileSystemId);
            writer.WriteUInt64(numbers.Flags);
            writer.WriteUInt64(numbers.MaximumNameLength);
            Send();
        }

        Finish(slot);
    }

    internal void AnswerHashes(SftpRequestSlot slot, string algorithm, ReadOnlySpan<byte> values)
    {
        Expect(slot, SftpRequestKind.CheckFile, SftpRequestKind.CheckFile);
        if (values.Length > MostHashBytes)
        {
            throw new ArgumentException($"More than {MostHashBytes} bytes do not fit a message.", nameof(values));
        }

        if (Replies(slot))
        {
            var writer = BeginMessage(SftpMessageType.ExtendedReply, slot.Id);
            if (slot.IsBareCheckFile)
            {
                writer.WriteString(SftpExtensionNames.CheckFile);
            }

            writer.WriteString(algorithm);
            writer.WriteBytes(values);
            Send();
        }

        Finish(slot);
    }

    /// <summary>Bytes of hash values that one reply of check-file can carry.</summary>
    public int MostHashBytes => Limits.MessageLength - 1024;

    internal void AnswerUsersGroups(SftpRequestSlot slot, IReadOnlyList<string> users, IReadOnlyList<string> groups)
    {
        Expect(slot, SftpRequestKind.UsersGroupsById, SftpRequestKind.UsersGroupsById);
        if (users.Count != slot.Users.Length || groups.Count != slot.Groups.Length)
        {
            throw new ArgumentException("There is one name for each number.", nameof(users));
        }

        if (Replies(slot))
        {
            var writer = BeginMessage(SftpMessageType.ExtendedReply, slot.Id);
            WriteAccountNames(writer, users);
            WriteAccountNames(writer, groups);
            Send();
        }

        Finish(slot);
    }

    // OpenSSH's PROTOCOL: an empty name stands for one that is not known; so it does for one that has no room.
    private static void WriteAccountNames(SshWriter writer, IReadOnlyList<string> names)
    {
        int mark = writer.BeginString();
        foreach (string name in names)
        {
            writer.WriteString(name.Length > LongestUserName || writer.Length > UserGroupLength ? "" : name);
        }

        writer.EndString(mark);
    }

    private Parsed SendLimits(SftpRequestSlot slot)
    {
        var writer = BeginMessage(SftpMessageType.ExtendedReply, slot.Id);
        writer.WriteUInt64((ulong)Limits.MessageLength);
        writer.WriteUInt64((ulong)_dataLength);
        writer.WriteUInt64((ulong)_dataLength);
        writer.WriteUInt64((ulong)Limits.Handles);
        Send();
        return Parsed.Answered;
    }

    private Parsed Refuse(SftpRequestSlot slot, SftpStatus status)
    {
        SendStatus(slot.Id, status);
        return Parsed.Answered;
    }

    private void SendStatus(uint id, SftpStatus status)
    {
        var writer = BeginMessage(SftpMessageType.Status, id);
        writer.WriteUInt32((uint)status.Code);
        if (status.Message is { } text)
        {
            writer.WriteString(text);
        }
        else
        {
            writer.WriteString(UsualText(status.Code));
        }

        writer.WriteUInt32(0); // no language
        Send();
    }

    private static ReadOnlySpan<byte> UsualText(SftpStatusCode code) => code switch
    {
        SftpStatusCode.Ok => "Success"u8,
        SftpStatusCode.EndOfFile => "End of file"u8,
        _ => Utf8.Bytes(SftpStatus.TextOf(code)),
    };

    private static int NamesThatFit(ReadOnlySpan<SftpFileName> names)
    {
        int count = 0;
        long length = 0;
        foreach (var name in names)
        {
            length += name.Name.Length + name.LongName.Length + 48;
            if (count > 0 && length > NamesLength)
            {
                break;
            }

            count++;
        }

        return count;
    }

    // Nothing else may be sent while a DATA reply is built at the end of the output.
    private bool Replies(SftpRequestSlot slot)
    {
        if (Error is null && _held is not null && _held != slot)
        {
            throw new SshUsageException("The data of another reply is reserved and neither committed nor answered yet.");
        }

        return Error is null;
    }

    private static void Expect(SftpRequestSlot slot, SftpRequestKind one, SftpRequestKind other)
    {
        if (slot.Kind != one && slot.Kind != other)
        {
            throw new SshUsageException($"This is no answer to {slot.Kind}.");
        }
    }

    private static bool NeedsContent(SftpRequestKind kind) => kind is SftpRequestKind.Open or SftpRequestKind.OpenDirectory or SftpRequestKind.Read
        or SftpRequestKind.ReadDirectory or SftpRequestKind.Stat or SftpRequestKind.LStat or SftpRequestKind.FStat or SftpRequestKind.RealPath
        or SftpRequestKind.ReadLink or SftpRequestKind.StatVfs or SftpRequestKind.FStatVfs or SftpRequestKind.ExpandPath
        or SftpRequestKind.HomeDirectory or SftpRequestKind.UsersGroupsById or SftpRequestKind.CheckFile;
}
