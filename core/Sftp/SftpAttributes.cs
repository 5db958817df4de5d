using SshCore.Wire;

namespace SshCore.Sftp;

/// <summary>
/// ATTRS of version 3 (draft-ietf-secsh-filexfer-02 §5): each field is there or null. User and group go together on the
/// wire, and so do the two times; <see cref="Write"/> refuses half a pair.
/// </summary>
public readonly record struct SftpAttributes
{
    private const uint HasSize = 0x00000001;
    private const uint HasOwner = 0x00000002;
    private const uint HasPermissions = 0x00000004;
    private const uint HasTimes = 0x00000008;
    private const uint HasExtended = 0x80000000;

    /// <summary>The type bits of <see cref="Permissions"/> (S_IFMT of POSIX).</summary>
    public const uint TypeMask = 0xF000;

    /// <summary>Bytes of the file.</summary>
    public ulong? Size { get; init; }

    /// <summary>Numeric owner.</summary>
    public uint? UserId { get; init; }

    /// <summary>Numeric group.</summary>
    public uint? GroupId { get; init; }

    /// <summary>Mode of POSIX: permission bits and, from a server, the type bits.</summary>
    public uint? Permissions { get; init; }

    /// <summary>Last access, seconds since 1970-01-01 UTC; ends in 2106.</summary>
    public uint? AccessTime { get; init; }

    /// <summary>Last change of content, seconds since 1970-01-01 UTC; ends in 2106.</summary>
    public uint? ModifyTime { get; init; }

    /// <summary>Name and data of extended attributes; null if there are none.</summary>
    public IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>>? Extended { get; init; }

    /// <summary>What kind of file the type bits name.</summary>
    public SftpFileType Type => Permissions is { } mode ? (SftpFileType)(mode & TypeMask) : SftpFileType.Unknown;

    /// <summary>True for a directory.</summary>
    public bool IsDirectory => Type == SftpFileType.Directory;

    /// <summary>True for a regular file.</summary>
    public bool IsRegularFile => Type == SftpFileType.Regular;

    /// <summary>True for a symbolic link.</summary>
    public bool IsSymbolicLink => Type == SftpFileType.SymbolicLink;

    /// <summary>True if no field is there.</summary>
    public bool IsEmpty => this == default;

    /// <summary>Reads ATTRS; on malformed bytes the reader has failed. At most <paramref name="maxExtended"/> extended pairs.</summary>
    public static SftpAttributes Read(ref SshReader reader, int maxExtended = 32)
    {
        uint flags = reader.ReadUInt32();
        if ((flags & ~(HasSize | HasOwner | HasPermissions | HasTimes | HasExtended)) != 0)
        {
            reader.Fail();
        }

        // The draft orders the fields as the bits are.
        ulong? size = (flags & HasSize) != 0 ? reader.ReadUInt64() : null;
        bool owner = (flags & HasOwner) != 0;
        uint? user = owner ? reader.ReadUInt32() : null;
        uint? group = owner ? reader.ReadUInt32() : null;
        uint? permissions = (flags & HasPermissions) != 0 ? reader.ReadUInt32() : null;
        bool times = (flags & HasTimes) != 0;
        uint? access = times ? reader.ReadUInt32() : null;
        uint? modify = times ? reader.ReadUInt32() : null;
        var extended = (flags & HasExtended) != 0 ? ReadExtended(ref reader, maxExtended) : null;
        return reader.Failed ? default : new()
        {
            Size = size,
            UserId = user,
            GroupId = group,
            Permissions = permissions,
            AccessTime = access,
            ModifyTime = modify,
            Extended = extended,
        };
    }

    /// <summary>Writes ATTRS.</summary>
    /// <exception cref="ArgumentException">Only one of user and group, or of the times, is there.</exception>
    public void Write(SshWriter writer)
    {
        if (UserId.HasValue != GroupId.HasValue)
        {
            throw new ArgumentException("Version 3 has user and group together: set both or none.", nameof(writer));
        }

        if (AccessTime.HasValue != ModifyTime.HasValue)
        {
            throw new ArgumentException("Version 3 has access and modify time together: set both or none.", nameof(writer));
        }

        writer.WriteUInt32((Size.HasValue ? HasSize : 0) | (UserId.HasValue ? HasOwner : 0) | (Permissions.HasValue ? HasPermissions : 0)
            | (AccessTime.HasValue ? HasTimes : 0) | (Extended is { Count: > 0 } ? HasExtended : 0));
        if (Size is { } size)
        {
            writer.WriteUInt64(size);
        }

        WritePair(writer, UserId, GroupId);
        if (Permissions is { } permissions)
        {
            writer.WriteUInt32(permissions);
        }

        WritePair(writer, AccessTime, ModifyTime);
        if (Extended is { Count: > 0 } extended)
        {
            writer.WriteUInt32((uint)extended.Count);
            foreach (var pair in extended)
            {
                writer.WriteString(pair.Key);
                writer.WriteString(pair.Value.Span);
            }
        }
    }

    private static void WritePair(SshWriter writer, uint? first, uint? second)
    {
        if (first is { } a && second is { } b)
        {
            writer.WriteUInt32(a);
            writer.WriteUInt32(b);
        }
    }

    // Each announced pair costs what its bytes cost: the list grows with them, not by the count.
    private static List<KeyValuePair<string, ReadOnlyMemory<byte>>>? ReadExtended(ref SshReader reader, int most)
    {
        uint count = reader.ReadUInt32();
        if (count > (uint)most)
        {
            reader.Fail();
        }

        List<KeyValuePair<string, ReadOnlyMemory<byte>>>? pairs = null;
        for (uint i = 0; i < count && !reader.Failed; i++)
        {
            string name = Utf8.Decode(reader.ReadString());
            (pairs ??= []).Add(new(name, reader.ReadString().ToArray()));
        }

        return pairs;
    }
}
