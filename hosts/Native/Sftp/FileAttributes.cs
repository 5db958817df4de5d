using SshCore.Native.Boundary;
using SshCore.Native.Structs;
using SshCore.Sftp;

namespace SshCore.Native.Sftp;

/// <summary>Between core's attributes and <c>sshcore_file_attributes</c>. Extended attributes have no place there.</summary>
internal static unsafe class FileAttributes
{
    private const uint HasSize = 1;
    private const uint HasOwner = 2;
    private const uint HasPermissions = 4;
    private const uint HasTimes = 8;
    private const uint All = HasSize | HasOwner | HasPermissions | HasTimes;

    public static FileAttributesStruct Write(in SftpAttributes a)
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
        };
    }
}
