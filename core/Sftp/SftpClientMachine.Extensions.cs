using SshCore.Wire;

namespace SshCore.Sftp;

// Requests that not every server knows: see Supports. One that does not know them answers OperationUnsupported.
public sealed partial class SftpClientMachine
{
    /// <summary>posix-rename@openssh.com: renames over an existing target; a Status follows.</summary>
    public SftpRequestId PosixRename(SftpPath from, SftpPath to, object? state = null) =>
        WithPaths(SftpMessageType.Extended, SftpRequestKind.PosixRename, SftpExtensionNames.PosixRename, from, to, state);

    /// <summary>statvfs@openssh.com: figures of the path's file system; a FileSystem follows.</summary>
    public SftpRequestId StatVfs(SftpPath path, object? state = null) =>
        ExtendedWithPath(SftpRequestKind.StatVfs, SftpExtensionNames.StatVfs, path, state);

    /// <summary>fstatvfs@openssh.com: figures of an open file's file system; a FileSystem follows.</summary>
    public SftpRequestId FStatVfs(SftpHandle handle, object? state = null) =>
        ExtendedWithHandle(SftpRequestKind.FStatVfs, SftpExtensionNames.FStatVfs, handle, state);

    /// <summary>hardlink@openssh.com: makes <paramref name="link"/> another name of <paramref name="existing"/>; a Status follows.</summary>
    public SftpRequestId HardLink(SftpPath existing, SftpPath link, object? state = null) =>
        WithPaths(SftpMessageType.Extended, SftpRequestKind.HardLink, SftpExtensionNames.HardLink, existing, link, state);

    /// <summary>fsync@openssh.com: what was written goes to the disk; a Status follows.</summary>
    public SftpRequestId FSync(SftpHandle handle, object? state = null) =>
        ExtendedWithHandle(SftpRequestKind.FSync, SftpExtensionNames.FSync, handle, state);

    /// <summary>lsetstat@openssh.com: changes attributes of a link itself; a Status follows.</summary>
    public SftpRequestId LSetStat(SftpPath path, in SftpAttributes attributes, object? state = null)
    {
        Check(path);
        var request = NewRequest(SftpRequestKind.LSetStat, state);
        var writer = BeginExtended(request, SftpExtensionNames.LSetStat);
        writer.WriteString(path.Span);
        attributes.Write(writer);
        return Finish(request);
    }

    /// <summary>
    /// limits@openssh.com: the server's limits; Limits follow. The machine asks by itself once VERSION has come, if the
    /// server announced it.
    /// </summary>
    public SftpRequestId AskLimits(object? state = null)
    {
        var request = NewRequest(SftpRequestKind.Limits, state);
        BeginExtended(request, SftpExtensionNames.Limits);
        return Finish(request);
    }

    /// <summary>expand-path@openssh.com: the canonical path, <c>~</c> and <c>~user</c> included; Names follow, one of them.</summary>
    public SftpRequestId ExpandPath(SftpPath path, object? state = null) =>
        ExtendedWithPath(SftpRequestKind.ExpandPath, SftpExtensionNames.ExpandPath, path, state);

    /// <summary>home-directory: that of a user; empty for the one who is logged in. Names follow, one of them.</summary>
    public SftpRequestId HomeDirectory(SftpPath user, object? state = null) =>
        ExtendedWithPath(SftpRequestKind.HomeDirectory, SftpExtensionNames.HomeDirectory, user, state);

    /// <summary>copy-data: copies between two open files on the server; a Status follows.</summary>
    /// <param name="from">The file to read.</param>
    /// <param name="fromOffset">Its first byte.</param>
    /// <param name="length">Bytes; 0 for all up to the end.</param>
    /// <param name="to">The file to write.</param>
    /// <param name="toOffset">Where the data goes.</param>
    /// <param name="state">Given back with the reply.</param>
    public SftpRequestId CopyData(SftpHandle from, ulong fromOffset, ulong length, SftpHandle to, ulong toOffset, object? state = null)
    {
        Check(from);
        Check(to);
        var request = NewRequest(SftpRequestKind.CopyData, state);
        var writer = BeginExtended(request, SftpExtensionNames.CopyData);
        writer.WriteString(from.Span);
        writer.WriteUInt64(fromOffset);
        writer.WriteUInt64(length);
        writer.WriteString(to.Span);
        writer.WriteUInt64(toOffset);
        return Finish(request);
    }

    /// <summary>users-groups-by-id@openssh.com: names of numeric users and groups; UsersAndGroups follow.</summary>
    /// <exception cref="ArgumentException">There are more ids than fit into 32 KiB.</exception>
    public SftpRequestId UsersGroupsById(ReadOnlySpan<uint> users, ReadOnlySpan<uint> groups, object? state = null)
    {
        if ((long)users.Length + groups.Length > 8 * 1024)
        {
            throw new ArgumentException("At most 8192 ids are asked for at once.", nameof(users));
        }

        var request = NewRequest(SftpRequestKind.UsersGroupsById, state, users.Length, groups.Length);
        var writer = BeginExtended(request, SftpExtensionNames.UsersGroupsById);
        WriteIds(writer, users);
        WriteIds(writer, groups);
        return Finish(request);
    }

    /// <summary>check-file-name: hashes of blocks of a file; Hashes follow.</summary>
    /// <param name="path">The file.</param>
    /// <param name="algorithms">Names in order of preference, comma-separated: md5, sha1, sha256, sha384, sha512, crc32.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes; 0 for all up to the end.</param>
    /// <param name="blockSize">Bytes for each hash, at least 256; 0 for one hash over all.</param>
    /// <param name="state">Given back with the reply.</param>
    public SftpRequestId CheckFile(SftpPath path, string algorithms, ulong offset, ulong length, uint blockSize, object? state = null)
    {
        Check(path);
        return CheckFile(SftpExtensionNames.CheckFileName, path.Span, algorithms, offset, length, blockSize, state);
    }

    /// <summary>
    /// check-file-handle: as by path, for an open file. A server that announces neither that nor check-file-name gets
    /// Paramiko's bare name, since Paramiko's announces nothing.
    /// </summary>
    public SftpRequestId CheckFile(SftpHandle handle, string algorithms, ulong offset, ulong length, uint blockSize, object? state = null)
    {
        Check(handle);
        string name = Supports(SftpExtensionNames.CheckFileHandle) || Supports(SftpExtensionNames.CheckFileName)
            ? SftpExtensionNames.CheckFileHandle : SftpExtensionNames.CheckFile;
        return CheckFile(name, handle.Span, algorithms, offset, length, blockSize, state);
    }

    /// <summary>
    /// Any extension: <paramref name="data"/> goes behind its name; Extended or a Status follows.
    /// </summary>
    /// <exception cref="ArgumentException">There are more than 32 KiB of data, or the name is longer than 256 characters.</exception>
    public SftpRequestId Extended(string name, ReadOnlySpan<byte> data, object? state = null)
    {
        if (name is null || name.Length > 256)
        {
            throw new ArgumentException("The name of an extension has at most 256 characters.", nameof(name));
        }

        if (data.Length > 32 * 1024)
        {
            throw new ArgumentException("An extended request has at most 32 KiB of data.", nameof(data));
        }

        var request = NewRequest(SftpRequestKind.Extended, state);
        BeginExtended(request, name).WriteBytes(data);
        return Finish(request);
    }

    private SshWriter BeginExtended(in SftpPending request, string name)
    {
        var writer = Begin(SftpMessageType.Extended, request);
        writer.WriteString(name);
        return writer;
    }

    private SftpRequestId ExtendedWithPath(SftpRequestKind kind, string name, SftpPath path, object? state)
    {
        Check(path);
        var request = NewRequest(kind, state);
        BeginExtended(request, name).WriteString(path.Span);
        return Finish(request);
    }

    private SftpRequestId ExtendedWithHandle(SftpRequestKind kind, string name, SftpHandle handle, object? state)
    {
        Check(handle);
        var request = NewRequest(kind, state);
        BeginExtended(request, name).WriteString(handle.Span);
        return Finish(request);
    }

    private SftpRequestId CheckFile(string name, ReadOnlySpan<byte> subject, string algorithms, ulong offset, ulong length, uint blockSize, object? state)
    {
        if (algorithms is null || algorithms.Length > 1024)
        {
            throw new ArgumentException("The list of algorithms has at most 1024 characters.", nameof(algorithms));
        }

        var request = NewRequest(SftpRequestKind.CheckFile, state);
        var writer = BeginExtended(request, name);
        writer.WriteString(subject);
        writer.WriteString(algorithms);
        writer.WriteUInt64(offset);
        writer.WriteUInt64(length);
        writer.WriteUInt32(blockSize);
        return Finish(request);
    }

    private static void WriteIds(SshWriter writer, ReadOnlySpan<uint> ids)
    {
        writer.WriteUInt32((uint)ids.Length * 4);
        foreach (uint id in ids)
        {
            writer.WriteUInt32(id);
        }
    }
}
