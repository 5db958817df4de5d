using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>The requests.</content>
public sealed partial class MemoryFileSystem
{
    /// <inheritdoc/>
    protected override SftpResult<ISftpFile> Open(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes)
    {
        bool reads = (flags & SftpOpenFlags.Read) != 0;
        bool writes = (flags & SftpOpenFlags.Write) != 0;
        bool creates = (flags & SftpOpenFlags.Create) != 0;
        bool exclusive = creates && (flags & SftpOpenFlags.Exclusive) != 0;
        bool truncates = (flags & SftpOpenFlags.Truncate) != 0;
        if (_options.ReadOnly && (writes || creates || truncates))
        {
            return SftpStatusCode.PermissionDenied;
        }

        lock (Gate)
        {
            if (Find(path, follow: !exclusive, asRoot: false, out var place) is { IsOk: false } refused)
            {
                return refused;
            }

            var node = place.Node;
            if (node is null)
            {
                if (!creates)
                {
                    return SftpStatusCode.NoSuchFile;
                }

                if (!place.Folder.Allows(3, _options.UserId, _options.GroupId))
                {
                    return SftpStatusCode.PermissionDenied;
                }

                node = Make(place, SftpFileType.Regular, (attributes.Permissions ?? 0x1B6) & 0xFFF & ~_options.Umask);
            }
            else if (exclusive)
            {
                return Failure("File exists");
            }
            else if (node.Type != SftpFileType.Regular)
            {
                return Failure(node.IsDirectory ? "Is a directory" : "Not a regular file");
            }
            else if (!node.Allows((reads ? 4u : 0) | (writes ? 2u : 0), _options.UserId, _options.GroupId))
            {
                return SftpStatusCode.PermissionDenied;
            }
            else if (truncates && !writes)
            {
                return Failure("Invalid argument");
            }
            else if (truncates && node.Size > 0)
            {
                TryResize(node.Size, 0);
                node.Resize(0);
                node.ModifyTime = Now;
            }

            _open.TryGetValue(node, out int open);
            _open[node] = open + 1;
            return new MemoryFile(this, node, flags);
        }
    }

    /// <inheritdoc/>
    protected override SftpResult<IReadOnlyList<SftpFileName>> ListFolder(SftpPath path)
    {
        lock (Gate)
        {
            if (FindNode(path, follow: true, out var place) is { IsOk: false } refused)
            {
                return new(refused);
            }

            var folder = place.Node!;
            if (!folder.IsDirectory)
            {
                return new(SftpStatusCode.NoSuchFile);
            }

            if (!folder.Allows(4, _options.UserId, _options.GroupId))
            {
                return new(SftpStatusCode.PermissionDenied);
            }

            var names = new List<SftpFileName> { new(".", default, folder.Attributes), new("..", default, folder.Parent!.Attributes) };
            foreach (var entry in folder.Entries)
            {
                names.Add(new(entry.Key, default, entry.Value.Attributes));
            }

            return names;
        }
    }

    /// <inheritdoc/>
    protected override SftpResult<SftpAttributes> Stat(SftpPath path) => Look(path, follow: true);

    /// <inheritdoc/>
    protected override SftpResult<SftpAttributes> LStat(SftpPath path) => Look(path, follow: false);

    /// <inheritdoc/>
    protected override SftpStatus SetStat(SftpPath path, SftpAttributes attributes) => Set(path, attributes, follow: true);

    /// <inheritdoc/>
    protected override SftpStatus LSetStat(SftpPath path, SftpAttributes attributes) => Set(path, attributes, follow: false);

    /// <inheritdoc/>
    protected override SftpStatus Remove(SftpPath path) => Take(path, directory: false);

    /// <inheritdoc/>
    protected override SftpStatus RemoveDirectory(SftpPath path) => Take(path, directory: true);

    /// <inheritdoc/>
    protected override SftpStatus Rename(SftpPath from, SftpPath to) => Move(from, to, replace: false);

    /// <inheritdoc/>
    protected override SftpStatus PosixRename(SftpPath from, SftpPath to) => Move(from, to, replace: true);

    /// <inheritdoc/>
    protected override SftpStatus MakeDirectory(SftpPath path, SftpAttributes attributes)
    {
        lock (Gate)
        {
            if (FindNew(path, out var place) is { IsOk: false } refused)
            {
                return refused;
            }

            Make(place, SftpFileType.Directory, (attributes.Permissions ?? 0x1FF) & 0xFFF & ~_options.Umask);
            return SftpStatus.Ok;
        }
    }

    /// <inheritdoc/>
    protected override SftpStatus SymbolicLink(SftpPath target, SftpPath link)
    {
        lock (Gate)
        {
            if (FindNew(link, out var place) is { IsOk: false } refused)
            {
                return refused;
            }

            if (target.IsEmpty)
            {
                return SftpStatusCode.NoSuchFile;
            }

            if (target.Length > LongestPath || target.Span.IndexOf((byte)0) >= 0)
            {
                return Failure("Invalid argument");
            }

            Make(place, SftpFileType.SymbolicLink, 0x1FF, new SftpPath(target.Bytes.ToArray()));
            return SftpStatus.Ok;
        }
    }

    /// <inheritdoc/>
    protected override SftpResult<SftpPath> ReadLink(SftpPath path)
    {
        lock (Gate)
        {
            return FindNode(path, follow: false, out var place) is { IsOk: false } refused ? refused
                : place.Node!.Type == SftpFileType.SymbolicLink ? place.Node.Target
                : Failure("Invalid argument");
        }
    }

    /// <inheritdoc/>
    protected override SftpStatus HardLink(SftpPath existing, SftpPath link)
    {
        lock (Gate)
        {
            if (FindNode(existing, follow: false, out var source) is { IsOk: false } missing)
            {
                return missing;
            }

            if (FindNew(link, out var place) is { IsOk: false } refused)
            {
                return refused;
            }

            if (source.Node!.IsDirectory)
            {
                return SftpStatusCode.PermissionDenied;
            }

            source.Node.Links++;
            place.Folder.Entries.Add(Copy(place.Name), source.Node);
            place.Folder.ModifyTime = Now;
            return SftpStatus.Ok;
        }
    }

    /// <inheritdoc/>
    protected override SftpResult<SftpPath> RealPath(SftpPath path)
    {
        lock (Gate)
        {
            return Find(path.IsEmpty ? "." : path, follow: true, asRoot: false, out var place) is { IsOk: false } refused ? refused : PathOf(place);
        }
    }

    /// <inheritdoc/>
    protected override SftpResult<SftpPath> ExpandPath(SftpPath path)
    {
        string text = path.Length > 0 && path.Span[0] == (byte)'~' ? path.ToString() : "";
        return text == "~" ? RealPath(_options.InitialDirectory)
            : text.StartsWith("~/", StringComparison.Ordinal) ? RealPath(_options.InitialDirectory.Combine(new SftpPath("./").Combine(new(path.Bytes.Slice(2)))))
            : text.Length > 0 ? Failure("Unknown user")
            : RealPath(path);
    }

    /// <inheritdoc/>
    protected override SftpResult<SftpPath> HomeDirectory(string user) =>
        string.IsNullOrEmpty(user) || (_options.UserNames.TryGetValue(_options.UserId, out string? own) && own == user) ? _options.InitialDirectory : Failure("Unknown user");

    /// <inheritdoc/>
    protected override SftpResult<SftpStatVfs> StatVfs(SftpPath path)
    {
        lock (Gate)
        {
            return FindNode(path, follow: true, out _) is { IsOk: false } refused ? refused : Volume;
        }
    }

    /// <inheritdoc/>
    protected override string UserName(uint userId) => _options.UserNames.TryGetValue(userId, out string? name) ? name : "";

    /// <inheritdoc/>
    protected override string GroupName(uint groupId) => _options.GroupNames.TryGetValue(groupId, out string? name) ? name : "";

    private SftpResult<SftpAttributes> Look(SftpPath path, bool follow)
    {
        lock (Gate)
        {
            return FindNode(path, follow, out var place) is { IsOk: false } refused ? refused : place.Node!.Attributes;
        }
    }

    private SftpStatus Set(SftpPath path, SftpAttributes attributes, bool follow)
    {
        lock (Gate)
        {
            return _options.ReadOnly ? SftpStatusCode.PermissionDenied
                : FindNode(path, follow, out var place) is { IsOk: false } refused ? refused
                : SetAttributes(place.Node!, attributes, place.Node!.Allows(2, _options.UserId, _options.GroupId));
        }
    }

    private SftpStatus Take(SftpPath path, bool directory)
    {
        lock (Gate)
        {
            if (FindEntry(path, out var place) is { IsOk: false } refused)
            {
                return refused;
            }

            if (place.Node is not { } node || (directory && !node.IsDirectory))
            {
                return SftpStatusCode.NoSuchFile;
            }

            if (node.IsDirectory && (!directory || node.Entries.Count > 0))
            {
                return Failure(directory ? "Directory not empty" : "Is a directory");
            }

            Drop(place);
            return SftpStatus.Ok;
        }
    }

    private SftpStatus Move(SftpPath from, SftpPath to, bool replace)
    {
        lock (Gate)
        {
            if (FindEntry(from, out var source) is { IsOk: false } refused)
            {
                return refused;
            }

            if (FindEntry(to, out var target) is { IsOk: false } unfit)
            {
                return unfit;
            }

            if (source.Node is not { } node)
            {
                return SftpStatusCode.NoSuchFile;
            }

            if (target.Node is { } old)
            {
                var status = !replace ? Failure("File exists")
                    : old.IsDirectory && !node.IsDirectory ? Failure("Is a directory")
                    : node.IsDirectory && !old.IsDirectory ? SftpStatusCode.NoSuchFile
                    : old != node && old.Entries.Count > 0 ? Failure("Directory not empty")
                    : SftpStatus.Ok;
                if (!status.IsOk || old == node)
                {
                    return status;
                }
            }

            // A directory can't go into itself.
            for (var above = target.Folder; above.Parent != above; above = above.Parent!)
            {
                if (above == node)
                {
                    return Failure("Invalid argument");
                }
            }

            if (target.Node is not null)
            {
                Drop(target);
            }

            source.Folder.Entries.Remove(source.Name);
            target.Folder.Entries.Add(Copy(target.Name), node);
            node.Parent = node.IsDirectory ? target.Folder : null;
            source.Folder.ModifyTime = target.Folder.ModifyTime = Now;
            return SftpStatus.Ok;
        }
    }

    private MemoryNode Make(Place place, SftpFileType type, uint mode, SftpPath target = default)
    {
        var node = new MemoryNode(type, mode, _options.UserId, _options.GroupId, Now) { Target = target, Parent = type == SftpFileType.Directory ? place.Folder : null };
        place.Folder.Entries.Add(Copy(place.Name), node);
        place.Folder.ModifyTime = Now;
        return node;
    }

    private void Drop(Place place)
    {
        place.Folder.Entries.Remove(place.Name);
        place.Folder.ModifyTime = Now;
        Unlinked(place.Node!);
    }

    // The bytes of a path are lent for the call only.
    private static SftpPath Copy(SftpPath name) => new(name.Bytes.ToArray());
}
