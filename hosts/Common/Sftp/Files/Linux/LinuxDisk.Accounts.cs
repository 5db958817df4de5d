using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>Names of users and groups.</content>
internal sealed unsafe partial class LinuxDisk
{
    private const int EntryRoom = 16 * 1024;
    private const int MaxKnown = 1024;

    private readonly ConcurrentDictionary<(bool Group, uint Id), string> _known = new();

    public override string UserName(uint userId) => NameOf(group: false, userId);

    public override string GroupName(uint groupId) => NameOf(group: true, groupId);

    // Homes are paths of the whole system: behind another root they mean nothing.
    public override SftpPath? HomeOf(string user)
    {
        if (_confined || LinuxCalls.Terminated(new SftpPath(user).Span) is not { } name)
        {
            return null;
        }

        var room = new byte[EntryRoom];
        byte** entry = stackalloc byte*[16];
        byte* found = null;
        fixed (byte* buffer = room)
        fixed (byte* text = name)
        {
            // struct passwd: name, passwd, uid and gid, gecos, dir, shell
            return LinuxLibc.GetPasswdByName(text, (byte*)entry, buffer, EntryRoom, &found) == 0 && found != null && entry[4] != null
                ? new SftpPath(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry[4]).ToArray())
                : default(SftpPath?);
        }
    }

    // The client chooses the numbers, so what is remembered is bounded.
    private string NameOf(bool group, uint id)
    {
        if (_known.TryGetValue((group, id), out string? name))
        {
            return name;
        }

        name = LookUp(group, id);
        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        _known[(group, id)] = name;
        return name;
    }

    private static string LookUp(bool group, uint id)
    {
        var room = new byte[EntryRoom];
        byte** entry = stackalloc byte*[16];
        byte* found = null;
        fixed (byte* buffer = room)
        {
            int result = group
                ? LinuxLibc.GetGroupByGid(id, (byte*)entry, buffer, EntryRoom, &found)
                : LinuxLibc.GetPasswdByUid(id, (byte*)entry, buffer, EntryRoom, &found);
            return result == 0 && found != null ? Marshal.PtrToStringUTF8((nint)entry[0]) ?? "" : "";
        }
    }
}
