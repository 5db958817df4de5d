using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Sftp;

// What the server says: VERSION, then one reply for each request (draft-ietf-secsh-filexfer-02 §4, §7).
public sealed partial class SftpClientMachine
{
    private const int RequestHeaderLength = 1024; // what OpenSSH allows for all that stands around the data of a message

    // False: it was for the machine itself, or it ended the session.
    private bool TryHandle(ReadOnlyMemory<byte> message, out SftpReply reply)
    {
        reply = default;
        var reader = new SshReader(message.Span);
        var type = (SftpMessageType)reader.ReadByte();
        if (!IsVersionKnown)
        {
            return OnVersion(type, ref reader, out reply);
        }

        uint id = reader.ReadUInt32();
        if (type is not (SftpMessageType.Status or SftpMessageType.Handle or SftpMessageType.Data or SftpMessageType.Name
            or SftpMessageType.Attributes or SftpMessageType.ExtendedReply))
        {
            Violation("The server sent an SFTP message that is no reply.", "a reply", $"message {(byte)type}");
            return false;
        }

        if (reader.Failed)
        {
            return Malformed(type);
        }

        // CVE class of clients that index by the id: it is looked up, and answered once.
        if (!_pending.TryGetValue(id, out var request))
        {
            Violation("The server answered a request that was not made.", "the id of a request that waits", $"{type} with id {id}");
            return false;
        }

        if (!MayAnswer(type, request.Kind))
        {
            Violation("The server answered a request with a reply that it cannot have.", $"a reply to {request.Kind}", $"{type}");
            return false;
        }

        // What stands behind the last field is passed over, as OpenSSH's client does: servers of later drafts add fields.
        bool parsed = type switch
        {
            SftpMessageType.Status => OnStatus(ref reader, request, out reply),
            SftpMessageType.Handle => OnHandle(ref reader, request, out reply),
            SftpMessageType.Data => OnData(message, ref reader, request, out reply),
            SftpMessageType.Name => OnNames(message, ref reader, request, out reply),
            SftpMessageType.Attributes => OnAttributes(ref reader, request, out reply),
            _ => OnExtendedReply(message, ref reader, request, out reply),
        };
        if (!parsed)
        {
            return Malformed(type);
        }

        if (Error is not null)
        {
            return false;
        }

        _pending.Remove(id);
        _readWindow.OnRoundTrip(Now - request.MadeAt);
        if (request.Owner is { } owner)
        {
            var data = _data;
            _data = default;
            Settle(request, data.Length);
            bool told = owner.OnReply(reply, request, data, out var forHost);
            reply = forHost;
            Wake();
            return told;
        }

        Wake();
        return !IsOwn(request) || reply.Kind == SftpReplyKind.Limits;
    }

    private bool OnVersion(SftpMessageType type, ref SshReader reader, out SftpReply reply)
    {
        reply = default;
        if (type != SftpMessageType.Version)
        {
            Violation("The server did not begin with VERSION.", "VERSION", $"message {(byte)type}");
            return false;
        }

        uint version = reader.ReadUInt32();
        if (reader.Failed)
        {
            return Malformed(type);
        }

        // §4: the server answers with "the smaller of its own and the client's version number".
        if (version != ProtocolVersion)
        {
            End(new SshError(version < ProtocolVersion ? SshErrorKind.Incompatible : SshErrorKind.ProtocolViolation,
                "The server does not speak version 3 of SFTP.", "version 3", $"version {version}"));
            return false;
        }

        while (!reader.Failed && !reader.Remaining.IsEmpty)
        {
            if (_extensions.Count == Limits.Extensions)
            {
                End(new SshError(SshErrorKind.LimitExceeded, "VERSION has too many extensions.", $"at most {Limits.Extensions}"));
                return false;
            }

            string name = Utf8.Decode(reader.ReadString());
            _extensions.Add(new SftpExtension(name, reader.ReadString().ToArray()));
        }

        if (reader.Failed)
        {
            _extensions.Clear();
            return Malformed(type);
        }

        IsVersionKnown = true;
        ReleaseOutput(AskOwnLimits);
        reply = new SftpReply(SftpReplyKind.Version, default);
        return true;
    }

    // In front of requests that wait: the reads that follow an open already know the limits.
    private void AskOwnLimits()
    {
        if (Supports(SftpExtensionNames.Limits))
        {
            var request = NewOwn(SftpRequestKind.Limits, null);
            request.State = OwnRequest;
            BeginExtended(request, SftpExtensionNames.Limits);
            Finish(request);
        }
    }

    // STATUS may answer everything; Ok only what has no other answer.
    private static bool MayAnswer(SftpMessageType type, SftpRequestKind request) => type switch
    {
        SftpMessageType.Status => true,
        SftpMessageType.Handle => request is SftpRequestKind.Open or SftpRequestKind.OpenDirectory,
        SftpMessageType.Data => request is SftpRequestKind.Read,
        SftpMessageType.Name => request is SftpRequestKind.ReadDirectory || IsOnePath(request),
        SftpMessageType.Attributes => request is SftpRequestKind.Stat or SftpRequestKind.LStat or SftpRequestKind.FStat,
        _ => HasExtendedReply(request) || request is SftpRequestKind.Extended,
    };

    private static bool IsOnePath(SftpRequestKind request) =>
        request is SftpRequestKind.RealPath or SftpRequestKind.ReadLink or SftpRequestKind.ExpandPath or SftpRequestKind.HomeDirectory;

    private static bool HasExtendedReply(SftpRequestKind request) =>
        request is SftpRequestKind.StatVfs or SftpRequestKind.FStatVfs or SftpRequestKind.Limits or SftpRequestKind.UsersGroupsById
            or SftpRequestKind.CheckFile;

    private static bool IsDoneByStatus(SftpRequestKind request) =>
        request is SftpRequestKind.Extended
        || !(HasExtendedReply(request) || IsOnePath(request) || MayAnswer(SftpMessageType.Handle, request)
            || MayAnswer(SftpMessageType.Data, request) || MayAnswer(SftpMessageType.Name, request) || MayAnswer(SftpMessageType.Attributes, request));

    private bool OnStatus(ref SshReader reader, in SftpPending request, out SftpReply reply)
    {
        reply = default;
        var code = (SftpStatusCode)reader.ReadUInt32();
        if (code == SftpStatusCode.Ok && !reader.Failed && !IsDoneByStatus(request.Kind))
        {
            Violation("The server answered a request with Ok and without what was asked for.", $"a reply to {request.Kind}", "STATUS Ok");
            return true;
        }

        SftpReply.StatusText? text = null;
        if (!reader.Remaining.IsEmpty) // servers of the drafts before version 3 send the code alone
        {
            var message = reader.ReadString();
            var language = reader.Remaining.IsEmpty ? default : reader.ReadString(); // and some leave out the language
            if (code != SftpStatusCode.Ok && !reader.Failed)
            {
                text = new SftpReply.StatusText(Utf8.Printable(Utf8.Decode(message)), Utf8.Printable(Utf8.Decode(language), maxLength: 64));
            }
        }

        reply = new SftpReply(SftpReplyKind.Status, request, text, code: code);
        return !reader.Failed;
    }

    private static bool OnHandle(ref SshReader reader, in SftpPending request, out SftpReply reply)
    {
        var bytes = reader.ReadString(SftpHandle.MaxLength);
        reply = new SftpReply(SftpReplyKind.Handle, request, new SftpHandle(bytes));
        return !reader.Failed;
    }

    private bool OnData(ReadOnlyMemory<byte> message, ref SshReader reader, in SftpPending request, out SftpReply reply)
    {
        reply = default;
        int length = reader.ReadString().Length;
        if (reader.Failed)
        {
            return false;
        }

        if (length > request.Length)
        {
            Violation("The server sent more data than was asked for.", $"at most {request.Length} bytes", $"{length}");
            return true;
        }

        _data = message.Slice(reader.Position - length, length);
        reply = new SftpReply(SftpReplyKind.Data, request, length: length);
        return true;
    }

    private bool OnNames(ReadOnlyMemory<byte> message, ref SshReader reader, in SftpPending request, out SftpReply reply)
    {
        reply = default;
        uint count = reader.ReadUInt32();
        if (!reader.Failed && count > (uint)Limits.NamesPerReply)
        {
            End(new SshError(SshErrorKind.LimitExceeded, "A NAME has too many names.", $"at most {Limits.NamesPerReply}", $"{count}"));
            return true;
        }

        if (!reader.Failed && IsOnePath(request.Kind) && count != 1)
        {
            Violation("The server gave a number of paths that it was not asked for.", "1 path", $"{count}");
            return true;
        }

        // All names lie in one copy of the message; nothing is allocated by the announced count.
        var names = new List<SftpFileName>();
        ReadOnlyMemory<byte> copy = count == 0 ? default : message.ToArray();
        for (uint i = 0; i < count && !reader.Failed; i++)
        {
            var name = ReadSlice(ref reader, copy);
            var longName = ReadSlice(ref reader, copy);
            names.Add(new SftpFileName(new SftpPath(name), new SftpPath(longName), SftpAttributes.Read(ref reader, Limits.ExtendedAttributes)));
        }

        reply = new SftpReply(SftpReplyKind.Names, request, names.ToArray());
        return !reader.Failed;
    }

    private ReadOnlyMemory<byte> ReadSlice(ref SshReader reader, ReadOnlyMemory<byte> copy)
    {
        int length = reader.ReadString(Limits.PathLength).Length;
        return reader.Failed ? default : copy.Slice(reader.Position - length, length);
    }

    private bool OnAttributes(ref SshReader reader, in SftpPending request, out SftpReply reply)
    {
        reply = new SftpReply(SftpReplyKind.Attributes, request, SftpAttributes.Read(ref reader, Limits.ExtendedAttributes));
        return !reader.Failed;
    }

    private bool OnExtendedReply(ReadOnlyMemory<byte> message, ref SshReader reader, in SftpPending request, out SftpReply reply)
    {
        reply = default;
        switch (request.Kind)
        {
            case SftpRequestKind.StatVfs or SftpRequestKind.FStatVfs:
                reply = new SftpReply(SftpReplyKind.FileSystem, request, ReadFileSystem(ref reader));
                return !reader.Failed;
            case SftpRequestKind.Limits:
                OnLimits(ref reader);
                reply = new SftpReply(SftpReplyKind.Limits, IsOwn(request) ? default : request);
                return !reader.Failed;
            case SftpRequestKind.UsersGroupsById:
                string[]? users = ReadNameArray(ref reader, request.Length);
                string[]? groups = ReadNameArray(ref reader, request.Second);
                reply = new SftpReply(SftpReplyKind.UsersAndGroups, request, users is null || groups is null ? null : new SftpReply.NamesById(users, groups));
                return !reader.Failed && users is not null && groups is not null;
            case SftpRequestKind.CheckFile:
                return OnHashes(message, ref reader, request, out reply);
            default:
                _data = message.Slice(reader.Position);
                reply = new SftpReply(SftpReplyKind.Extended, request, length: _data.Length);
                return true;
        }
    }

    private static SftpStatVfs ReadFileSystem(ref SshReader reader) => new()
    {
        BlockSize = reader.ReadUInt64(),
        FragmentSize = reader.ReadUInt64(),
        Blocks = reader.ReadUInt64(),
        FreeBlocks = reader.ReadUInt64(),
        AvailableBlocks = reader.ReadUInt64(),
        Files = reader.ReadUInt64(),
        FreeFiles = reader.ReadUInt64(),
        AvailableFiles = reader.ReadUInt64(),
        FileSystemId = reader.ReadUInt64(),
        Flags = reader.ReadUInt64(),
        MaximumNameLength = reader.ReadUInt64(),
    };

    private void OnLimits(ref SshReader reader)
    {
        var limits = new SftpServerLimits(reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64());
        if (!reader.Failed)
        {
            ServerLimits = limits;
            ReadLength = DataLength(limits.ReadLength, limits.PacketLength, Limits.MessageLength);
            WriteLength = DataLength(limits.WriteLength, limits.PacketLength, int.MaxValue);
        }
    }

    // Never less than a byte, never more than either side takes in one message.
    private int DataLength(ulong most, ulong packet, int ownMessage)
    {
        ulong said = most != 0 ? most : packet != 0 ? packet : SftpServerLimits.Default.ReadLength;
        ulong inPacket = packet == 0 ? said : packet > RequestHeaderLength ? packet - RequestHeaderLength : 1;
        ulong own = (ulong)Math.Max(1, Math.Min(Limits.DataLength, ownMessage - RequestHeaderLength));
        return (int)Math.Min(Math.Min(said, inPacket), own);
    }

    // OpenSSH PROTOCOL §4.12: a string that holds one string for each id.
    private static string[]? ReadNameArray(ref SshReader reader, int count)
    {
        var inner = new SshReader(reader.ReadString());
        var names = new List<string>();
        for (int i = 0; i < count && !inner.Failed; i++)
        {
            names.Add(Utf8.Printable(Utf8.Decode(inner.ReadString())));
        }

        return inner.IsComplete ? names.ToArray() : null;
    }

    // The drafts have the algorithm first; Paramiko's server says "check-file" before it.
    private bool OnHashes(ReadOnlyMemory<byte> message, ref SshReader reader, in SftpPending request, out SftpReply reply)
    {
        string algorithm = reader.ReadName();
        if (algorithm == SftpExtensionNames.CheckFile)
        {
            algorithm = reader.ReadName();
        }

        int length = reader.Remaining.Length;
        _data = message.Slice(message.Length - length);
        reply = new SftpReply(SftpReplyKind.Hashes, request, algorithm, length);
        return !reader.Failed;
    }

    private bool Malformed(SftpMessageType type)
    {
        End(new SshError(SshErrorKind.InvalidMessage, $"SFTP's {type} is malformed."));
        return false;
    }

    private void Violation(string message, string expected, string got) =>
        End(new SshError(SshErrorKind.ProtocolViolation, message, expected, got));
}
