using System.Buffers.Binary;
using SshCore.Wire;

namespace SshCore.Sftp;

public sealed partial class SftpServerMachine
{
    private const int LongestUserName = 256;
    private const int LongestHashList = 1024;
    private const int MostIds = 4096;
    private const int SmallestBlock = 256;

    private enum Parsed
    {
        Malformed,
        Answered,
        Asked,
    }

    private Parsed Parse(ReadOnlyMemory<byte> message, SftpRequestSlot slot)
    {
        var reader = new SshReader(message.Span);
        var type = (SftpMessageType)reader.ReadByte();
        slot.Id = reader.ReadUInt32();
        if (reader.Failed || type == SftpMessageType.Init)
        {
            return Parsed.Malformed;
        }

        switch (type)
        {
            case SftpMessageType.Open:
                return Open(ref reader, slot);
            case SftpMessageType.Close:
                slot.Kind = SftpRequestKind.Close;
                return OnHandle(slot, reader.ReadString(), reader.IsComplete, directory: null, changes: null);
            case SftpMessageType.Read:
                return Read(ref reader, slot);
            case SftpMessageType.Write:
                return Write(ref reader, message, slot);
            case SftpMessageType.LStat:
                return OnPath(ref reader, slot, SftpRequestKind.LStat);
            case SftpMessageType.FStat:
                slot.Kind = SftpRequestKind.FStat;
                return OnHandle(slot, reader.ReadString(), reader.IsComplete, directory: false, changes: false);
            case SftpMessageType.SetStat:
                return SetStat(ref reader, slot, SftpRequestKind.SetStat);
            case SftpMessageType.FSetStat:
                return FSetStat(ref reader, slot);
            case SftpMessageType.OpenDirectory:
                return OnPath(ref reader, slot, SftpRequestKind.OpenDirectory);
            case SftpMessageType.ReadDirectory:
                slot.Kind = SftpRequestKind.ReadDirectory;
                return OnHandle(slot, reader.ReadString(), reader.IsComplete, directory: true, changes: false);
            case SftpMessageType.Remove:
                return OnPath(ref reader, slot, SftpRequestKind.Remove, changes: true);
            case SftpMessageType.MakeDirectory:
                return SetStat(ref reader, slot, SftpRequestKind.MakeDirectory);
            case SftpMessageType.RemoveDirectory:
                return OnPath(ref reader, slot, SftpRequestKind.RemoveDirectory, changes: true);
            case SftpMessageType.RealPath:
                return OnPath(ref reader, slot, SftpRequestKind.RealPath);
            case SftpMessageType.Stat:
                return OnPath(ref reader, slot, SftpRequestKind.Stat);
            case SftpMessageType.Rename:
                return OnTwoPaths(ref reader, slot, SftpRequestKind.Rename);
            case SftpMessageType.ReadLink:
                return OnPath(ref reader, slot, SftpRequestKind.ReadLink);
            case SftpMessageType.SymbolicLink:
                // The draft has linkpath first; OpenSSH, and since then everybody, sends targetpath first.
                return OnTwoPaths(ref reader, slot, SftpRequestKind.SymbolicLink);
            case SftpMessageType.Extended:
                return Extended(ref reader, slot);
            default:
                return Refuse(slot, SftpStatusCode.OperationUnsupported);
        }
    }

    private Parsed Extended(ref SshReader reader, SftpRequestSlot slot)
    {
        var name = reader.ReadString();
        if (reader.Failed)
        {
            return Parsed.Malformed;
        }

        // By length and text: no string is made of a name.
        if (Is(name, SftpExtensionNames.PosixRename, SftpExtensions.PosixRename))
        {
            return OnTwoPaths(ref reader, slot, SftpRequestKind.PosixRename);
        }

        if (Is(name, SftpExtensionNames.StatVfs, SftpExtensions.StatVfs))
        {
            return OnPath(ref reader, slot, SftpRequestKind.StatVfs);
        }

        if (Is(name, SftpExtensionNames.FStatVfs, SftpExtensions.FStatVfs))
        {
            slot.Kind = SftpRequestKind.FStatVfs;
            return OnHandle(slot, reader.ReadString(), reader.IsComplete, directory: false, changes: false);
        }

        if (Is(name, SftpExtensionNames.HardLink, SftpExtensions.HardLink))
        {
            return OnTwoPaths(ref reader, slot, SftpRequestKind.HardLink);
        }

        if (Is(name, SftpExtensionNames.FSync, SftpExtensions.FSync))
        {
            slot.Kind = SftpRequestKind.FSync;
            return OnHandle(slot, reader.ReadString(), reader.IsComplete, directory: false, changes: true);
        }

        if (Is(name, SftpExtensionNames.LSetStat, SftpExtensions.LSetStat))
        {
            return SetStat(ref reader, slot, SftpRequestKind.LSetStat);
        }

        if (Is(name, SftpExtensionNames.Limits, SftpExtensions.Limits))
        {
            return reader.IsComplete ? SendLimits(slot) : Parsed.Malformed;
        }

        if (Is(name, SftpExtensionNames.ExpandPath, SftpExtensions.ExpandPath))
        {
            return OnPath(ref reader, slot, SftpRequestKind.ExpandPath);
        }

        if (Is(name, SftpExtensionNames.CopyData, SftpExtensions.CopyData))
        {
            return CopyData(ref reader, slot);
        }

        if (Is(name, SftpExtensionNames.HomeDirectory, SftpExtensions.HomeDirectory))
        {
            return HomeDirectory(ref reader, slot);
        }

        if (Is(name, SftpExtensionNames.UsersGroupsById, SftpExtensions.UsersGroupsById))
        {
            return UsersGroups(ref reader, slot);
        }

        if (Is(name, SftpExtensionNames.CheckFileName, SftpExtensions.CheckFile))
        {
            return CheckFile(ref reader, slot, byName: true);
        }

        slot.IsBareCheckFile = Is(name, SftpExtensionNames.CheckFile, SftpExtensions.CheckFile);
        return slot.IsBareCheckFile || Is(name, SftpExtensionNames.CheckFileHandle, SftpExtensions.CheckFile)
            ? CheckFile(ref reader, slot, byName: false)
            : Refuse(slot, SftpStatusCode.OperationUnsupported);
    }

    private bool Is(ReadOnlySpan<byte> wire, string name, SftpExtensions extension)
    {
        if (wire.Length != name.Length || (Extensions & extension) == 0)
        {
            return false;
        }

        for (int i = 0; i < wire.Length; i++)
        {
            if (wire[i] != name[i])
            {
                return false;
            }
        }

        return true;
    }

    private Parsed Open(ref SshReader reader, SftpRequestSlot slot)
    {
        var path = reader.ReadString();
        const SftpOpenFlags Known = SftpOpenFlags.Read | SftpOpenFlags.Write | SftpOpenFlags.Append | SftpOpenFlags.Create | SftpOpenFlags.Truncate | SftpOpenFlags.Exclusive;
        slot.Flags = (SftpOpenFlags)reader.ReadUInt32() & Known;
        slot.Attributes = SftpAttributes.Read(ref reader, Limits.ExtendedAttributes);
        if (!reader.IsComplete)
        {
            return Parsed.Malformed;
        }

        if ((slot.Flags & (SftpOpenFlags.Read | SftpOpenFlags.Write)) == 0)
        {
            slot.Flags |= SftpOpenFlags.Read;
        }

        slot.Kind = SftpRequestKind.Open;
        slot.Changes = slot.Flags != SftpOpenFlags.Read;
        return TooManyHandles(slot) || BadSize(slot) || BadPath(slot, path, out slot.Path) ? Parsed.Answered : Parsed.Asked;
    }

    private Parsed Read(ref SshReader reader, SftpRequestSlot slot)
    {
        var handle = reader.ReadString();
        ulong offset = reader.ReadUInt64();
        uint length = reader.ReadUInt32();
        slot.Kind = SftpRequestKind.Read;
        var parsed = OnHandle(slot, handle, reader.IsComplete, directory: false, changes: false);
        if (parsed != Parsed.Asked || BadOffset(slot, offset, out slot.Offset))
        {
            return parsed == Parsed.Malformed ? parsed : Parsed.Answered;
        }

        slot.Length = Math.Min(Math.Min(length, _dataLength), long.MaxValue - slot.Offset);
        return parsed;
    }

    private Parsed Write(ref SshReader reader, ReadOnlyMemory<byte> message, SftpRequestSlot slot)
    {
        var handle = reader.ReadString();
        ulong offset = reader.ReadUInt64();
        var data = reader.ReadString();
        int end = reader.Position;
        slot.Kind = SftpRequestKind.Write;

        // pkg/sftp for Go sends the whole buffer behind the data of a short last write (up to 1.13.5, and so rclone 1.60):
        // what is behind the data is passed over, as OpenSSH's server does with every message.
        var parsed = OnHandle(slot, handle, !reader.Failed, directory: false, changes: true);
        if (parsed != Parsed.Asked || BadOffset(slot, offset, out slot.Offset))
        {
            return parsed == Parsed.Malformed ? parsed : Parsed.Answered;
        }

        if (data.Length > _dataLength)
        {
            return Refuse(slot, new(SftpStatusCode.Failure, "Too much data in one write"));
        }

        if (slot.Offset > long.MaxValue - data.Length)
        {
            return Refuse(slot, new(SftpStatusCode.Failure, "Offset out of range"));
        }

        slot.Data = message.Slice(end - data.Length, data.Length);
        slot.Length = data.Length;
        return parsed;
    }

    private Parsed OnPath(ref SshReader reader, SftpRequestSlot slot, SftpRequestKind kind, bool changes = false)
    {
        var path = reader.ReadString();
        if (!reader.IsComplete)
        {
            return Parsed.Malformed;
        }

        slot.Kind = kind;
        slot.Changes = changes;
        return (kind == SftpRequestKind.OpenDirectory && TooManyHandles(slot)) || BadPath(slot, path, out slot.Path) ? Parsed.Answered : Parsed.Asked;
    }

    private Parsed OnTwoPaths(ref SshReader reader, SftpRequestSlot slot, SftpRequestKind kind)
    {
        var path = reader.ReadString();
        var other = reader.ReadString();
        if (!reader.IsComplete)
        {
            return Parsed.Malformed;
        }

        slot.Kind = kind;
        slot.Changes = true;
        return BadPath(slot, path, out slot.Path) || BadPath(slot, other, out slot.OtherPath) ? Parsed.Answered : Parsed.Asked;
    }

    private Parsed SetStat(ref SshReader reader, SftpRequestSlot slot, SftpRequestKind kind)
    {
        var path = reader.ReadString();
        slot.Attributes = SftpAttributes.Read(ref reader, Limits.ExtendedAttributes);
        if (!reader.IsComplete)
        {
            return Parsed.Malformed;
        }

        slot.Kind = kind;
        slot.Changes = true;
        return BadSize(slot) || BadPath(slot, path, out slot.Path) ? Parsed.Answered : Parsed.Asked;
    }

    private Parsed FSetStat(ref SshReader reader, SftpRequestSlot slot)
    {
        var handle = reader.ReadString();
        slot.Attributes = SftpAttributes.Read(ref reader, Limits.ExtendedAttributes);
        slot.Kind = SftpRequestKind.FSetStat;
        var parsed = OnHandle(slot, handle, reader.IsComplete, directory: false, changes: true);
        return parsed == Parsed.Asked && BadSize(slot) ? Parsed.Answered : parsed;
    }

    private Parsed CopyData(ref SshReader reader, SftpRequestSlot slot)
    {
        var from = reader.ReadString();
        ulong offset = reader.ReadUInt64();
        ulong length = reader.ReadUInt64();
        var to = reader.ReadString();
        ulong otherOffset = reader.ReadUInt64();
        if (!reader.IsComplete)
        {
            return Parsed.Malformed;
        }

        slot.Kind = SftpRequestKind.CopyData;
        if (BadOffset(slot, offset, out slot.Offset) || BadOffset(slot, otherOffset, out slot.OtherOffset) || BadOffset(slot, length, out slot.Length)
            || BadHandle(slot, from, false, out slot.Handle) || BadHandle(slot, to, false, out slot.OtherHandle))
        {
            return Parsed.Answered;
        }

        if (slot.Length > long.MaxValue - Math.Max(slot.Offset, slot.OtherOffset))
        {
            return Refuse(slot, new(SftpStatusCode.Failure, "Offset out of range"));
        }

        // The draft forbids overlapping ranges of one file; a copy of a file's own rest behind itself would never end.
        if (slot.Handle == slot.OtherHandle && (slot.Length == 0 || Math.Abs(slot.Offset - slot.OtherOffset) < slot.Length))
        {
            return Refuse(slot, new(SftpStatusCode.Failure, "The ranges overlap"));
        }

        // Two handles at once: nothing runs beside it.
        slot.Changes = slot.Alone = true;
        return Parsed.Asked;
    }

    private Parsed HomeDirectory(ref SshReader reader, SftpRequestSlot slot)
    {
        var user = reader.ReadString();
        if (!reader.IsComplete)
        {
            return Parsed.Malformed;
        }

        slot.Kind = SftpRequestKind.HomeDirectory;
        if (user.Length > LongestUserName || !Utf8.TryDecode(user, out slot.Text) || slot.Text.Contains('\0'))
        {
            return Refuse(slot, SftpStatusCode.NoSuchFile);
        }

        return Parsed.Asked;
    }

    private Parsed UsersGroups(ref SshReader reader, SftpRequestSlot slot)
    {
        var users = reader.ReadString();
        var groups = reader.ReadString();
        if (!reader.IsComplete || users.Length % 4 != 0 || groups.Length % 4 != 0)
        {
            return Parsed.Malformed;
        }

        slot.Kind = SftpRequestKind.UsersGroupsById;
        if ((users.Length + groups.Length) / 4 > MostIds)
        {
            return Refuse(slot, new(SftpStatusCode.Failure, "Too many numbers at once"));
        }

        slot.Users = Numbers(users);
        slot.Groups = Numbers(groups);
        return Parsed.Asked;
    }

    private static uint[] Numbers(ReadOnlySpan<byte> wire)
    {
        var numbers = new uint[wire.Length / 4];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadUInt32BigEndian(wire.Slice(i * 4));
        }

        return numbers;
    }

    // draft-ietf-secsh-filexfer-extensions-00 §3.
    private Parsed CheckFile(ref SshReader reader, SftpRequestSlot slot, bool byName)
    {
        var subject = reader.ReadString();
        var hashes = reader.ReadString();
        ulong offset = reader.ReadUInt64();
        ulong length = reader.ReadUInt64();
        slot.BlockSize = reader.ReadUInt32();
        if (!reader.IsComplete)
        {
            return Parsed.Malformed;
        }

        slot.Kind = SftpRequestKind.CheckFile;
        if (BadOffset(slot, offset, out slot.Offset))
        {
            return Parsed.Answered;
        }

        // What reaches behind the end of the file ends there, so a range behind 2^63 is one up to there.
        slot.Length = length > (ulong)(long.MaxValue - slot.Offset) ? long.MaxValue - slot.Offset : (long)length;

        // "The block-size MUST NOT be smaller than 256 bytes" unless it is 0.
        if (slot.BlockSize is > 0 and < SmallestBlock)
        {
            return Refuse(slot, new(SftpStatusCode.Failure, "Block size too small"));
        }

        if (hashes.Length > LongestHashList)
        {
            return Refuse(slot, new(SftpStatusCode.Failure, "Too many hash algorithms"));
        }

        slot.Text = Utf8.Decode(hashes);
        if (byName)
        {
            return BadPath(slot, subject, out slot.Path) ? Parsed.Answered : Parsed.Asked;
        }

        return OnHandle(slot, subject, complete: true, directory: false, changes: false);
    }

    private Parsed OnHandle(SftpRequestSlot slot, ReadOnlySpan<byte> wire, bool complete, bool? directory, bool? changes)
    {
        if (!complete)
        {
            return Parsed.Malformed;
        }

        if (BadHandle(slot, wire, directory, out slot.Handle))
        {
            return Parsed.Answered;
        }

        // Closing a file can still write to it; closing a directory is seen by nobody.
        slot.Changes = changes ?? !slot.Handle!.IsDirectory;
        slot.Alone = slot.Changes || slot.Kind is SftpRequestKind.Close or SftpRequestKind.ReadDirectory || !slot.Handle!.OverlapsReads;
        return Parsed.Asked;
    }

    private bool BadHandle(SftpRequestSlot slot, ReadOnlySpan<byte> wire, bool? directory, out SftpServerHandle? handle)
    {
        handle = _handles.Find(wire);
        if (handle is null)
        {
            Refuse(slot, new(SftpStatusCode.BadMessage, "Invalid handle"));
            return true;
        }

        if (directory is { } wanted && handle.IsDirectory != wanted)
        {
            Refuse(slot, new(SftpStatusCode.Failure, wanted ? "The handle is not of a directory" : "The handle is of a directory"));
            return true;
        }

        return false;
    }

    private bool BadPath(SftpRequestSlot slot, ReadOnlySpan<byte> wire, out SftpPath path)
    {
        path = default;
        if (wire.Length > Limits.PathLength)
        {
            Refuse(slot, new(SftpStatusCode.Failure, "File name too long"));
            return true;
        }

        if (wire.IndexOf((byte)0) >= 0)
        {
            Refuse(slot, new(SftpStatusCode.BadMessage, "A file name has a NUL byte"));
            return true;
        }

        // It outlives the message.
        path = new(wire.ToArray());
        return false;
    }

    private bool BadOffset(SftpRequestSlot slot, ulong wire, out long offset)
    {
        bool bad = wire > long.MaxValue;
        offset = bad ? 0 : (long)wire;
        if (bad)
        {
            Refuse(slot, new(SftpStatusCode.Failure, "Offset out of range"));
        }

        return bad;
    }

    private bool BadSize(SftpRequestSlot slot)
    {
        bool bad = slot.Attributes.Size > long.MaxValue;
        if (bad)
        {
            Refuse(slot, new(SftpStatusCode.Failure, "Size out of range"));
        }

        return bad;
    }

    private bool TooManyHandles(SftpRequestSlot slot)
    {
        bool full = _handles.Count + _opening >= Limits.Handles;
        if (full)
        {
            Refuse(slot, new(SftpStatusCode.Failure, "Too many open files"));
        }

        return full;
    }
}
