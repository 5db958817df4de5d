using SshCore.Native.Boundary;
using SshCore.Native.Structs;
using SshCore.Sftp;

namespace SshCore.Native.Sftp;

/// <summary>Between core's attributes and <c>sshcore_file_attributes</c>.</summary>
internal static unsafe class FileAttributes
{
    private const uint HasSize = 1;
    private const uint HasOwner = 2;
    private const uint HasPermissions = 4;
    private const uint HasTimes = 8;
    private const uint All = HasSize | HasOwner | HasPermissions | HasTimes;

    private const int MostExtended = 1024;

    /// <summary>The struct, whose pairs lie in the arena.</summary>
    public static FileAttributesStruct Write(in SftpAttributes a, Arena arena)
    {
        var s = new FileAttributesStruct
        {
            Size = (nuint)sizeof(FileAttributesStruct),
            UserId = a.UserId ?? 0,
            GroupId = a.GroupId ?? 0,
            Permissions = a.Permissions ?? 0,
            AccessTime = a.AccessTime ?? 0,
            ModifyTime = a.ModifyTime ?? 0,
            FileSize = a.Size ?? 0,
        };
        s.Has |= a.Size is null ? 0 : HasSize;
        s.Has |= a.UserId is null || a.GroupId is null ? 0 : HasOwner;
        s.Has |= a.Permissions is null ? 0 : HasPermissions;
        s.Has |= a.AccessTime is null || a.ModifyTime is null ? 0 : HasTimes;
        if (a.Extended is { Count: > 0 } extended)
        {
            s.ExtendedCount = (nuint)extended.Count;
            s.Extended = WriteExtended(extended, arena);
        }

        return s;
    }

    public static SftpAttributes Read(in FileAttributesStruct s)
    {
        if ((s.Has & ~All) != 0)
        {
            throw new NativeException(Result.Argument, "has has bits that mean nothing.");
        }

        return new SftpAttributes
        {
            Size = (s.Has & HasSize) != 0 ? s.FileSize : null,
            UserId = (s.Has & HasOwner) != 0 ? s.UserId : null,
            GroupId = (s.Has & HasOwner) != 0 ? s.GroupId : null,
            Permissions = (s.Has & HasPermissions) != 0 ? s.Permissions : null,
            AccessTime = (s.Has & HasTimes) != 0 ? s.AccessTime : null,
            ModifyTime = (s.Has & HasTimes) != 0 ? s.ModifyTime : null,
            Extended = s.ExtendedCount == 0 ? null : ReadExtended(s),
        };
    }

    private static nint WriteExtended(IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> extended, Arena arena)
    {
        var pointers = arena.Values<nint>(extended.Count, out nint first);
        for (int i = 0; i < extended.Count; i++)
        {
            arena.Values<ExtendedAttributeStruct>(1, out pointers[i])[0] = new ExtendedAttributeStruct
            {
                Size = (nuint)sizeof(ExtendedAttributeStruct),
                Name = arena.Text(extended[i].Key),
                Data = arena.Bytes(extended[i].Value.Span),
                DataLength = (nuint)extended[i].Value.Length,
            };
        }

        return first;
    }

    private static KeyValuePair<string, ReadOnlyMemory<byte>>[] ReadExtended(in FileAttributesStruct s)
    {
        if (s.ExtendedCount > MostExtended)
        {
            throw new NativeException(Result.Length, $"A file has at most {MostExtended} extended attributes.");
        }

        In.Need(s.Extended, "extended");
        var extended = new KeyValuePair<string, ReadOnlyMemory<byte>>[s.ExtendedCount];
        for (int i = 0; i < extended.Length; i++)
        {
            var pair = Sized.Read<ExtendedAttributeStruct>(((nint*)s.Extended)[i], "an extended attribute");
            extended[i] = new(In.Text(pair.Name, "an extended attribute's name"), In.Bytes(pair.Data, pair.DataLength, "an extended attribute's data").ToArray());
        }

        return extended;
    }
}
