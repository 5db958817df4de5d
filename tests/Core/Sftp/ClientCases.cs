using SshCore.Sftp;
using SshCore.Wire;

namespace SshCore.Tests.Core.Sftp;

/// <summary>Every request with the bytes it has to be and a reply that fits it.</summary>
internal sealed record ClientCase(string Name, Func<SftpClientMachine, SftpRequestId> Send, SftpMessageType Type, Action<SshWriter> Body, SftpMessageType ReplyType, Action<SshWriter>? ReplyBody, SftpReplyKind Kind)
{
    private static readonly SftpHandle Handle = new("h"u8);
    private static readonly SftpAttributes Mode = new() { Permissions = 0x1a4 };

    public static IReadOnlyList<ClientCase> All { get; } = Make();

    /// <summary>The reply that fits; STATUS Ok if there is no other.</summary>
    public byte[] Reply(uint id) => ReplyBody is null ? ClientRig.Status(id, 0, "Success", "en") : ClientRig.Reply(ReplyType, id, ReplyBody);

    public byte[] Request(uint id) => ClientRig.Reply(Type, id, Body);

    public override string ToString() => Name;

    private static List<ClientCase> Make()
    {
        var all = new List<ClientCase>();
        void Add(string name, Func<SftpClientMachine, SftpRequestId> send, SftpMessageType type, Action<SshWriter> body, SftpMessageType replyType = SftpMessageType.Status, Action<SshWriter>? reply = null, SftpReplyKind kind = SftpReplyKind.Status) =>
            all.Add(new ClientCase(name, send, type, body, replyType, reply, kind));

        void Extended(string name, Func<SftpClientMachine, SftpRequestId> send, Action<SshWriter> body, SftpMessageType replyType = SftpMessageType.Status, Action<SshWriter>? reply = null, SftpReplyKind kind = SftpReplyKind.Status) =>
            Add(name, send, SftpMessageType.Extended, w => { w.WriteString(name); body(w); }, replyType, reply, kind);

        Action<SshWriter> path = w => w.WriteString("/p");
        Action<SshWriter> handle = w => w.WriteString("h");
        Action<SshWriter> paths = w => { w.WriteString("/a"); w.WriteString("/b"); };
        Action<SshWriter> mode = w => { w.WriteUInt32(4); w.WriteUInt32(0x1a4); };
        Action<SshWriter> newHandle = w => w.WriteString("handle");
        Action<SshWriter> attributes = w => new SftpAttributes { Size = 7, UserId = 1, GroupId = 2, Permissions = 0x81a4, AccessTime = 3, ModifyTime = 4, Extended = [new("x", "y"u8.ToArray())] }.Write(w);
        Action<SshWriter> oneName = w => { w.WriteUInt32(1); w.WriteString("/full"); w.WriteString("/full"); w.WriteUInt32(0); };
        Action<SshWriter> twoNames = w =>
        {
            w.WriteUInt32(2);
            foreach (string name in (string[])["a", "b"])
            {
                w.WriteString(name);
                w.WriteString("-rw------- " + name);
                mode(w);
            }
        };
        Action<SshWriter> statVfs = w =>
        {
            for (ulong i = 1; i <= 11; i++)
            {
                w.WriteUInt64(i);
            }
        };

        Add("open", m => m.Open("/p", SftpOpenFlags.Write | SftpOpenFlags.Create, Mode), SftpMessageType.Open, w => { path(w); w.WriteUInt32(10); mode(w); }, SftpMessageType.Handle, newHandle, SftpReplyKind.Handle);
        Add("close", m => m.Close(Handle), SftpMessageType.Close, handle);
        Add("read", m => m.Read(Handle, 1UL << 40, 1000), SftpMessageType.Read, w => { handle(w); w.WriteUInt64(1UL << 40); w.WriteUInt32(1000); }, SftpMessageType.Data, w => w.WriteString("data"), SftpReplyKind.Data);
        Add("write", m => { m.Write(Handle, 5, "abc"u8, out var id); return id; }, SftpMessageType.Write, w => { handle(w); w.WriteUInt64(5); w.WriteString("abc"); });
        Add("lstat", m => m.LStat("/p"), SftpMessageType.LStat, path, SftpMessageType.Attributes, attributes, SftpReplyKind.Attributes);
        Add("stat", m => m.Stat("/p"), SftpMessageType.Stat, path, SftpMessageType.Attributes, attributes, SftpReplyKind.Attributes);
        Add("fstat", m => m.FStat(Handle), SftpMessageType.FStat, handle, SftpMessageType.Attributes, attributes, SftpReplyKind.Attributes);
        Add("setstat", m => m.SetStat("/p", Mode), SftpMessageType.SetStat, w => { path(w); mode(w); });
        Add("fsetstat", m => m.FSetStat(Handle, Mode), SftpMessageType.FSetStat, w => { handle(w); mode(w); });
        Add("opendir", m => m.OpenDirectory("/p"), SftpMessageType.OpenDirectory, path, SftpMessageType.Handle, newHandle, SftpReplyKind.Handle);
        Add("readdir", m => m.ReadDirectory(Handle), SftpMessageType.ReadDirectory, handle, SftpMessageType.Name, twoNames, SftpReplyKind.Names);
        Add("remove", m => m.Remove("/p"), SftpMessageType.Remove, path);
        Add("mkdir", m => m.MakeDirectory("/p", Mode), SftpMessageType.MakeDirectory, w => { path(w); mode(w); });
        Add("rmdir", m => m.RemoveDirectory("/p"), SftpMessageType.RemoveDirectory, path);
        Add("realpath", m => m.RealPath("/p"), SftpMessageType.RealPath, path, SftpMessageType.Name, oneName, SftpReplyKind.Names);
        Add("rename", m => m.Rename("/a", "/b"), SftpMessageType.Rename, paths);
        Add("readlink", m => m.ReadLink("/p"), SftpMessageType.ReadLink, path, SftpMessageType.Name, oneName, SftpReplyKind.Names);
        Add("symlink", m => m.SymbolicLink(target: "/a", link: "/b"), SftpMessageType.SymbolicLink, paths);
        Extended("posix-rename@openssh.com", m => m.PosixRename("/a", "/b"), paths);
        Extended("statvfs@openssh.com", m => m.StatVfs("/p"), path, SftpMessageType.ExtendedReply, statVfs, SftpReplyKind.FileSystem);
        Extended("fstatvfs@openssh.com", m => m.FStatVfs(Handle), handle, SftpMessageType.ExtendedReply, statVfs, SftpReplyKind.FileSystem);
        Extended("hardlink@openssh.com", m => m.HardLink("/a", "/b"), paths);
        Extended("fsync@openssh.com", m => m.FSync(Handle), handle);
        Extended("lsetstat@openssh.com", m => m.LSetStat("/p", Mode), w => { path(w); mode(w); });
        Extended("limits@openssh.com", m => m.AskLimits(), _ => { }, SftpMessageType.ExtendedReply, w => { w.WriteUInt64(34000); w.WriteUInt64(1000); w.WriteUInt64(2000); w.WriteUInt64(9); }, SftpReplyKind.Limits);
        Extended("expand-path@openssh.com", m => m.ExpandPath("/p"), path, SftpMessageType.Name, oneName, SftpReplyKind.Names);
        Extended("home-directory", m => m.HomeDirectory("/p"), path, SftpMessageType.Name, oneName, SftpReplyKind.Names);
        Extended("copy-data", m => m.CopyData(Handle, 1, 2, Handle, 3), w => { handle(w); w.WriteUInt64(1); w.WriteUInt64(2); handle(w); w.WriteUInt64(3); });
        Extended("users-groups-by-id@openssh.com", m => m.UsersGroupsById([0, 7], [8]),
            w => { w.WriteUInt32(8); w.WriteUInt32(0); w.WriteUInt32(7); w.WriteUInt32(4); w.WriteUInt32(8); },
            SftpMessageType.ExtendedReply, w =>
            {
                int mark = w.BeginString();
                w.WriteString("root");
                w.WriteString("");
                w.EndString(mark);
                mark = w.BeginString();
                w.WriteString("wheel");
                w.EndString(mark);
            }, SftpReplyKind.UsersAndGroups);
        Extended("check-file-name", m => m.CheckFile("/p", "sha256,md5", 1, 2, 256), w => { path(w); w.WriteString("sha256,md5"); w.WriteUInt64(1); w.WriteUInt64(2); w.WriteUInt32(256); },
            SftpMessageType.ExtendedReply, w => { w.WriteString("md5"); w.WriteBytes(new byte[16]); }, SftpReplyKind.Hashes);
        Extended("x@example.org", m => m.Extended("x@example.org", "abc"u8), w => w.WriteBytes("abc"u8), SftpMessageType.ExtendedReply, w => w.WriteBytes("reply"u8), SftpReplyKind.Extended);
        return all;
    }
}
