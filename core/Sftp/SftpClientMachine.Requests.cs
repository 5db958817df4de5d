using SshCore.Errors;

namespace SshCore.Sftp;

// The requests of version 3 (draft-ietf-secsh-filexfer-02 §6).
public sealed partial class SftpClientMachine
{
    /// <summary>Opens a file (§6.3); a Handle follows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="flags">What for.</param>
    /// <param name="attributes">For a file that is created; what it has not, the server chooses.</param>
    /// <param name="state">Given back with the reply.</param>
    /// <exception cref="ArgumentException">The path is too long or has a NUL, here and in all that take one.</exception>
    /// <exception cref="SshUsageException">The session has ended or too many requests wait, here and in all requests.</exception>
    public SftpRequestId Open(SftpPath path, SftpOpenFlags flags, in SftpAttributes attributes = default, object? state = null)
    {
        Check(path);
        return Open(NewRequest(SftpRequestKind.Open, state), path, flags, attributes);
    }

    private SftpRequestId Open(in SftpPending request, SftpPath path, SftpOpenFlags flags, in SftpAttributes attributes)
    {
        var writer = Begin(SftpMessageType.Open, request);
        writer.WriteString(path.Span);
        writer.WriteUInt32((uint)flags);
        attributes.Write(writer);
        return Finish(request);
    }

    /// <summary>Closes a file or directory (§6.3); a Status follows. The handle is gone whatever it says.</summary>
    public SftpRequestId Close(SftpHandle handle, object? state = null) => WithHandle(SftpMessageType.Close, SftpRequestKind.Close, handle, state);

    /// <summary>Reads (§6.4); Data follows, perhaps shorter, or a Status: EndOfFile behind the end.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">1 byte to <see cref="SftpLimits.DataLength"/>; more than <see cref="ReadLength"/> gives a short reply.</param>
    /// <param name="state">Given back with the reply.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is another.</exception>
    public SftpRequestId Read(SftpHandle handle, ulong offset, int length, object? state = null)
    {
        if (length < 1 || length > Limits.DataLength)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"1 to {Limits.DataLength} bytes are read at once.");
        }

        Check(handle);
        var request = NewRequest(SftpRequestKind.Read, state, length);
        request.Offset = offset;
        return Read(request, handle);
    }

    /// <summary>Attributes of a file, links followed (§6.8); Attributes follow.</summary>
    public SftpRequestId Stat(SftpPath path, object? state = null) => WithPath(SftpMessageType.Stat, SftpRequestKind.Stat, path, state);

    /// <summary>Attributes of a file or of a link itself (§6.8); Attributes follow.</summary>
    public SftpRequestId LStat(SftpPath path, object? state = null) => WithPath(SftpMessageType.LStat, SftpRequestKind.LStat, path, state);

    /// <summary>Attributes of an open file (§6.8); Attributes follow.</summary>
    public SftpRequestId FStat(SftpHandle handle, object? state = null) => WithHandle(SftpMessageType.FStat, SftpRequestKind.FStat, handle, state);

    /// <summary>Changes the attributes that are there (§6.9); a Status follows.</summary>
    public SftpRequestId SetStat(SftpPath path, in SftpAttributes attributes, object? state = null)
    {
        Check(path);
        var request = NewRequest(SftpRequestKind.SetStat, state);
        var writer = Begin(SftpMessageType.SetStat, request);
        writer.WriteString(path.Span);
        attributes.Write(writer);
        return Finish(request);
    }

    /// <summary>Changes the attributes of an open file (§6.9); a Status follows.</summary>
    public SftpRequestId FSetStat(SftpHandle handle, in SftpAttributes attributes, object? state = null)
    {
        Check(handle);
        var request = NewRequest(SftpRequestKind.FSetStat, state);
        var writer = Begin(SftpMessageType.FSetStat, request);
        writer.WriteString(handle.Span);
        attributes.Write(writer);
        return Finish(request);
    }

    /// <summary>Opens a directory (§6.7); a Handle follows.</summary>
    public SftpRequestId OpenDirectory(SftpPath path, object? state = null) =>
        WithPath(SftpMessageType.OpenDirectory, SftpRequestKind.OpenDirectory, path, state);

    /// <summary>
    /// The next names of a directory (§6.7); Names follow, or a Status: EndOfFile after the last. A server can go on for ever,
    /// and can send none at all: bound it.
    /// </summary>
    public SftpRequestId ReadDirectory(SftpHandle handle, object? state = null) =>
        WithHandle(SftpMessageType.ReadDirectory, SftpRequestKind.ReadDirectory, handle, state);

    /// <summary>Removes a file (§6.5); a Status follows.</summary>
    public SftpRequestId Remove(SftpPath path, object? state = null) => WithPath(SftpMessageType.Remove, SftpRequestKind.Remove, path, state);

    /// <summary>Makes a directory (§6.6); a Status follows.</summary>
    public SftpRequestId MakeDirectory(SftpPath path, in SftpAttributes attributes = default, object? state = null)
    {
        Check(path);
        var request = NewRequest(SftpRequestKind.MakeDirectory, state);
        var writer = Begin(SftpMessageType.MakeDirectory, request);
        writer.WriteString(path.Span);
        attributes.Write(writer);
        return Finish(request);
    }

    /// <summary>Removes an empty directory (§6.6); a Status follows.</summary>
    public SftpRequestId RemoveDirectory(SftpPath path, object? state = null) =>
        WithPath(SftpMessageType.RemoveDirectory, SftpRequestKind.RemoveDirectory, path, state);

    /// <summary>The path in the server's canonical form (§6.11); Names follow, one of them.</summary>
    public SftpRequestId RealPath(SftpPath path, object? state = null) => WithPath(SftpMessageType.RealPath, SftpRequestKind.RealPath, path, state);

    /// <summary>Renames (§6.5); a Status follows. By the draft it fails if the target exists.</summary>
    public SftpRequestId Rename(SftpPath from, SftpPath to, object? state = null) =>
        WithPaths(SftpMessageType.Rename, SftpRequestKind.Rename, null, from, to, state);

    /// <summary>The target of a symbolic link (§6.10); Names follow, one of them.</summary>
    public SftpRequestId ReadLink(SftpPath path, object? state = null) => WithPath(SftpMessageType.ReadLink, SftpRequestKind.ReadLink, path, state);

    /// <summary>
    /// Makes the symbolic link <paramref name="link"/> to <paramref name="target"/> (§6.10); a Status follows. On the wire the
    /// target goes first, as OpenSSH has it (PROTOCOL §4.1), not as the draft.
    /// </summary>
    public SftpRequestId SymbolicLink(SftpPath target, SftpPath link, object? state = null) =>
        WithPaths(SftpMessageType.SymbolicLink, SftpRequestKind.SymbolicLink, null, target, link, state);

    private void Check(SftpPath path)
    {
        if (path.Length > Limits.PathLength)
        {
            throw new ArgumentException($"The path has {path.Length} bytes; at most {Limits.PathLength} are sent.", nameof(path));
        }

        if (path.Span.IndexOf((byte)0) >= 0)
        {
            throw new ArgumentException("A path has no NUL.", nameof(path));
        }
    }

    private SftpRequestId Read(in SftpPending request, SftpHandle handle)
    {
        var writer = Begin(SftpMessageType.Read, request);
        writer.WriteString(handle.Span);
        writer.WriteUInt64(request.Offset);
        writer.WriteUInt32((uint)request.Length);
        return Finish(request);
    }

    private static void Check(SftpHandle handle) => ArgumentNullException.ThrowIfNull(handle);

    private SftpRequestId WithPath(SftpMessageType type, SftpRequestKind kind, SftpPath path, object? state)
    {
        Check(path);
        var request = NewRequest(kind, state);
        Begin(type, request).WriteString(path.Span);
        return Finish(request);
    }

    private SftpRequestId WithHandle(SftpMessageType type, SftpRequestKind kind, SftpHandle handle, object? state)
    {
        Check(handle);
        return WithHandle(type, NewRequest(kind, state), handle);
    }

    private SftpRequestId WithHandle(SftpMessageType type, in SftpPending request, SftpHandle handle)
    {
        Begin(type, request).WriteString(handle.Span);
        return Finish(request);
    }

    private SftpRequestId WithPaths(SftpMessageType type, SftpRequestKind kind, string? extension, SftpPath first, SftpPath second, object? state)
    {
        Check(first);
        Check(second);
        var request = NewRequest(kind, state);
        var writer = Begin(type, request);
        if (extension is not null)
        {
            writer.WriteString(extension);
        }

        writer.WriteString(first.Span);
        writer.WriteString(second.Span);
        return Finish(request);
    }
}
