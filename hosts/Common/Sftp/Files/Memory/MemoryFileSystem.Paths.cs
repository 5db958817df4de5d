using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>Paths.</content>
public sealed partial class MemoryFileSystem
{
    /// <summary>Where a path leads: a directory, the name in it, and what is there.</summary>
    private readonly record struct Place(MemoryNode Folder, SftpPath Name, MemoryNode? Node)
    {
        /// <summary>False for the root and for paths that end in "." or "..": no entry can be made or taken there.</summary>
        public bool IsEntry => !Name.IsEmpty;
    }

    // Links count as after chroot: "/" is the root, and ".." ends there. Only the last part may be missing.
    private SftpStatus Find(SftpPath path, bool follow, bool asRoot, out Place place)
    {
        place = default;
        if (path.IsEmpty)
        {
            return SftpStatusCode.NoSuchFile;
        }

        if (path.Span.IndexOf((byte)0) >= 0)
        {
            return Failure("Invalid argument");
        }

        var folder = _root;
        var rest = (path.IsAbsolute ? path : _options.InitialDirectory.Combine(path)).Bytes;
        int links = 0;
        while (true)
        {
            if (rest.Length > LongestPath)
            {
                return Failure("File name too long");
            }

            while (!rest.IsEmpty && rest.Span[0] == (byte)'/')
            {
                rest = rest.Slice(1);
            }

            if (rest.IsEmpty)
            {
                place = new(folder.Parent!, default, folder);
                return SftpStatus.Ok;
            }

            int end = rest.Span.IndexOf((byte)'/');
            var part = new SftpPath(end < 0 ? rest : rest.Slice(0, end));
            rest = rest.Slice(part.Length);
            if (part.Length > LongestName)
            {
                return Failure("File name too long");
            }

            if (!asRoot && !folder.Allows(1, _options.UserId, _options.GroupId))
            {
                return SftpStatusCode.PermissionDenied;
            }

            if (part.Span.SequenceEqual("."u8))
            {
                continue;
            }

            if (part.Span.SequenceEqual(".."u8))
            {
                folder = folder.Parent!;
                continue;
            }

            folder.Entries.TryGetValue(part, out var node);
            bool last = rest.IsEmpty;
            if (node?.Type == SftpFileType.SymbolicLink && (follow || !last))
            {
                if (++links > MaxLinks)
                {
                    return Failure("Too many levels of symbolic links");
                }

                folder = node.Target.IsAbsolute ? _root : folder;
                var joined = new byte[node.Target.Length + rest.Length];
                node.Target.Span.CopyTo(joined);
                rest.Span.CopyTo(joined.AsSpan(node.Target.Length));
                rest = joined;
            }
            else if (last)
            {
                place = new(folder, part, node);
                return SftpStatus.Ok;
            }
            else if (node is null && IsOnlySlashes(rest.Span))
            {
                // "new/" names a directory that is to be made.
                place = new(folder, part, null);
                return SftpStatus.Ok;
            }
            else if (node is not { IsDirectory: true })
            {
                return SftpStatusCode.NoSuchFile;
            }
            else
            {
                if (IsOnlySlashes(rest.Span))
                {
                    place = new(folder, part, node);
                    return SftpStatus.Ok;
                }

                folder = node;
            }
        }
    }

    // As above, and it must be there.
    private SftpStatus FindNode(SftpPath path, bool follow, out Place place)
    {
        var status = Find(path, follow, asRoot: false, out place);
        return status.IsOk && place.Node is null ? SftpStatusCode.NoSuchFile : status;
    }

    // An entry of a directory that the user may change.
    private SftpStatus FindEntry(SftpPath path, out Place place)
    {
        place = default;
        if (_options.ReadOnly)
        {
            return SftpStatusCode.PermissionDenied;
        }

        var status = Find(path, follow: false, asRoot: false, out place);
        return !status.IsOk ? status
            : !place.IsEntry ? Failure("Device or resource busy")
            : place.Folder.Allows(3, _options.UserId, _options.GroupId) ? SftpStatus.Ok
            : SftpStatusCode.PermissionDenied;
    }

    private SftpStatus FindNew(SftpPath path, out Place place)
    {
        var status = FindEntry(path, out place);
        return place.Node is not null ? Failure("File exists") : status;
    }

    private static SftpPath PathOf(Place place)
    {
        var path = place.Name;
        var folder = place.Node is not null && !place.IsEntry ? place.Node : place.Folder;
        while (folder.Parent != folder)
        {
            foreach (var entry in folder.Parent!.Entries)
            {
                if (entry.Value == folder)
                {
                    path = path.IsEmpty ? entry.Key : entry.Key.Combine(path);
                    break;
                }
            }

            folder = folder.Parent;
        }

        return new SftpPath("/").Combine(path);
    }

    private static bool IsOnlySlashes(ReadOnlySpan<byte> rest)
    {
        foreach (byte b in rest)
        {
            if (b != (byte)'/')
            {
                return false;
            }
        }

        return true;
    }
}
