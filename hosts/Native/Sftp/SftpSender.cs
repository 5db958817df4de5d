using SshCore.Native.Boundary;
using SshCore.Native.Structs;
using SshCore.Sftp;

namespace SshCore.Native.Sftp;

/// <summary>Turns <c>sshcore_file_request</c> into a request of a client.</summary>
internal static class SftpSender
{
    public static uint Send(SftpObject o, in FileRequestStruct r)
    {
        var c = o.Client;
        var id = (SftpRequestKind)r.Kind switch
        {
            SftpRequestKind.Open => c.Open(Path(r), (SftpOpenFlags)r.Flags, Attributes(r)),
            SftpRequestKind.Close => Close(o, r),
            SftpRequestKind.Read => c.Read(o.HandleOf(r.Handle), r.Offset, In.Count((nuint)r.Length, "length")),
            SftpRequestKind.LStat => c.LStat(Path(r)),
            SftpRequestKind.FStat => c.FStat(o.HandleOf(r.Handle)),
            SftpRequestKind.SetStat => c.SetStat(Path(r), Attributes(r)),
            SftpRequestKind.FSetStat => c.FSetStat(o.HandleOf(r.Handle), Attributes(r)),
            SftpRequestKind.LSetStat => c.LSetStat(Path(r), Attributes(r)),
            SftpRequestKind.OpenDirectory => c.OpenDirectory(Path(r)),
            SftpRequestKind.ReadDirectory => c.ReadDirectory(o.HandleOf(r.Handle)),
            SftpRequestKind.Remove => c.Remove(Path(r)),
            SftpRequestKind.MakeDirectory => c.MakeDirectory(Path(r), Attributes(r)),
            SftpRequestKind.RemoveDirectory => c.RemoveDirectory(Path(r)),
            SftpRequestKind.RealPath => c.RealPath(Path(r)),
            SftpRequestKind.Stat => c.Stat(Path(r)),
            SftpRequestKind.Rename => c.Rename(Path(r), OtherPath(r)),
            SftpRequestKind.PosixRename => c.PosixRename(Path(r), OtherPath(r)),
            SftpRequestKind.ReadLink => c.ReadLink(Path(r)),
            SftpRequestKind.SymbolicLink => c.SymbolicLink(Path(r), OtherPath(r)),
            SftpRequestKind.HardLink => c.HardLink(Path(r), OtherPath(r)),
            SftpRequestKind.StatVfs => c.StatVfs(Path(r)),
            SftpRequestKind.FStatVfs => c.FStatVfs(o.HandleOf(r.Handle)),
            SftpRequestKind.FSync => c.FSync(o.HandleOf(r.Handle)),
            SftpRequestKind.ExpandPath => c.ExpandPath(Path(r)),
            SftpRequestKind.HomeDirectory => c.HomeDirectory(Path(r)),
            SftpRequestKind.CopyData => c.CopyData(o.HandleOf(r.Handle), r.Offset, r.Length, o.HandleOf(r.OtherHandle), r.OtherOffset),
            SftpRequestKind.Limits => c.AskLimits(),
            SftpRequestKind.UsersGroupsById => c.UsersGroupsById(In.Numbers(r.Users, r.UserCount, "users"), In.Numbers(r.Groups, r.GroupCount, "groups")),
            SftpRequestKind.CheckFile => r.Handle == 0
                ? c.CheckFile(Path(r), In.Text(r.Text, "text"), r.Offset, r.Length, r.BlockSize)
                : c.CheckFile(o.HandleOf(r.Handle), In.Text(r.Text, "text"), r.Offset, r.Length, r.BlockSize),
            SftpRequestKind.Extended => c.Extended(In.Text(r.Text, "text"), In.Bytes(r.Data, r.DataLength, "data")),
            _ => throw new NativeException(Result.Argument, $"A request of kind {r.Kind} is not sent this way."),
        };
        return id.Number;
    }

    public static int Write(SftpObject o, ulong handle, ulong offset, ReadOnlySpan<byte> data, out uint number)
    {
        int taken = o.Client.Write(o.HandleOf(handle), offset, data, out var id);
        number = id.Number;
        return taken;
    }

    private static SftpRequestId Close(SftpObject o, in FileRequestStruct r)
    {
        var id = o.Client.Close(o.HandleOf(r.Handle));
        o.Forget(r.Handle);
        return id;
    }

    private static SftpPath Path(in FileRequestStruct r) => new(In.Bytes(r.Path, r.PathLength, "path").ToArray());

    private static SftpPath OtherPath(in FileRequestStruct r) => new(In.Bytes(r.OtherPath, r.OtherPathLength, "other_path").ToArray());

    private static SftpAttributes Attributes(in FileRequestStruct r) => FileAttributes.Read(r.Attributes);
}
