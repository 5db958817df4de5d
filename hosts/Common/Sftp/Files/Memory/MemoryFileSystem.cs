using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Files in memory for an SFTP server, for tests and demonstrations: directories, links, permission bits, times, quotas, the
/// rules of renaming, all as on a Unix. With a clock of one's own it is deterministic. Sessions may share it.
/// </summary>
public sealed partial class MemoryFileSystem : SftpFileSystem
{
    private const int LongestPath = 4095;
    private const int LongestName = 255;
    private const int MaxLinks = 40;

    private static readonly DateTimeOffset Epoch = new(1970, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly MemoryFileSystemOptions _options;
    private readonly MemoryNode _root;
    private readonly Dictionary<MemoryNode, int> _open = [];

    /// <summary>An empty file system with usual options.</summary>
    public MemoryFileSystem()
        : this(new MemoryFileSystemOptions())
    {
    }

    /// <summary>An empty file system.</summary>
    /// <exception cref="ArgumentException">The initial directory is not absolute.</exception>
    public MemoryFileSystem(MemoryFileSystemOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.InitialDirectory.IsAbsolute ? options : throw new ArgumentException("The initial directory must be absolute.", nameof(options));
        _root = new(SftpFileType.Directory, 0x1ED, options.UserId, options.GroupId, Now);
        _root.Parent = _root;
    }

    /// <inheritdoc/>
    public override SftpExtensions Extensions => SftpExtensions.All;

    internal object Gate { get; } = new();

    internal uint Now => (uint)Math.Min(Math.Max((_options.Clock() - Epoch).TotalSeconds, 0), uint.MaxValue);

    internal SftpStatVfs Volume
    {
        get
        {
            const ulong block = 4096;
            var quota = _options.Quota as SftpByteQuota;
            ulong blocks = quota is null ? uint.MaxValue : ((ulong)quota.Limit + block - 1) / block;
            ulong free = quota is null ? uint.MaxValue : (ulong)Math.Max(0, quota.Limit - quota.Used) / block;
            return new()
            {
                BlockSize = block,
                FragmentSize = block,
                Blocks = blocks,
                FreeBlocks = free,
                AvailableBlocks = free,
                Files = uint.MaxValue,
                FreeFiles = uint.MaxValue,
                AvailableFiles = uint.MaxValue,
                Flags = _options.ReadOnly ? 1u : 0,
                MaximumNameLength = LongestName,
            };
        }
    }

    /// <summary>Puts a file there, with the directories above it, whatever permissions and quota say; replaces the content of one that is there.</summary>
    /// <exception cref="ArgumentException">The path leads through a file, or to a directory.</exception>
    public void AddFile(SftpPath path, ReadOnlySpan<byte> content, uint permissions = 0x1A4)
    {
        lock (Gate)
        {
            var folder = AddFolders(path, out var name);
            if (!folder.Entries.TryGetValue(name, out var node))
            {
                node = new(SftpFileType.Regular, permissions & 0xFFF, _options.UserId, _options.GroupId, Now);
                folder.Entries.Add(name, node);
            }

            if (node.Type != SftpFileType.Regular)
            {
                throw new ArgumentException($"'{path}' is there and is no file.", nameof(path));
            }

            node.Resize(0);
            node.Write(0, content);
        }
    }

    /// <summary>Puts a directory there, with those above it.</summary>
    /// <exception cref="ArgumentException">The path leads through a file.</exception>
    public void AddDirectory(SftpPath path) => AddFolders(new SftpPath(SftpPathText.Normalize(path) + "/x"), out _);

    /// <summary>The content of a file; null if there is none of this path. Links are followed, permissions don't count.</summary>
    public byte[]? ReadFile(SftpPath path)
    {
        lock (Gate)
        {
            if (!Find(path, follow: true, asRoot: true, out var place).IsOk || place.Node is not { Type: SftpFileType.Regular } node)
            {
                return null;
            }

            var content = new byte[node.Size];
            node.Read(0, content);
            return content;
        }
    }

    internal static SftpStatus Failure(string text) => new(SftpStatusCode.Failure, text);

    internal bool TryResize(long from, long to)
    {
        if (_options.Quota is not { } quota || from == to)
        {
            return true;
        }

        if (to > from)
        {
            return quota.TryGrow(to - from);
        }

        quota.Shrink(from - to);
        return true;
    }

    internal SftpStatus SetAttributes(MemoryNode node, SftpAttributes attributes, bool mayWrite)
    {
        if (_options.ReadOnly)
        {
            return SftpStatusCode.PermissionDenied;
        }

        bool owns = _options.UserId == 0 || _options.UserId == node.User;
        if (attributes.Size is { } size)
        {
            var status = node.IsDirectory ? Failure("Is a directory")
                : node.Type != SftpFileType.Regular || size > long.MaxValue ? Failure("Invalid argument")
                : !mayWrite ? SftpStatusCode.PermissionDenied
                : !TryResize(node.Size, (long)size) ? LocalRules.QuotaExceeded
                : SftpStatus.Ok;
            if (!status.IsOk)
            {
                return status;
            }

            node.Resize((long)size);
            node.ModifyTime = Now;
        }

        if (attributes.Permissions is { } mode)
        {
            if (node.Type == SftpFileType.SymbolicLink)
            {
                return SftpStatusCode.OperationUnsupported;
            }

            if (!owns)
            {
                return SftpStatusCode.PermissionDenied;
            }

            node.Mode = mode & 0xFFF;
        }

        if (attributes.AccessTime is { } access && attributes.ModifyTime is { } modify)
        {
            if (!owns)
            {
                return SftpStatusCode.PermissionDenied;
            }

            node.AccessTime = access;
            node.ModifyTime = modify;
        }

        if (attributes.UserId is { } user && attributes.GroupId is { } group)
        {
            // Only root gives files away.
            if (_options.UserId != 0 && (user != node.User || !owns || (group != node.Group && group != _options.GroupId)))
            {
                return SftpStatusCode.PermissionDenied;
            }

            node.User = user;
            node.Group = group;
        }

        return SftpStatus.Ok;
    }

    internal void Closed(MemoryNode node)
    {
        if (--_open[node] == 0)
        {
            _open.Remove(node);
            FreeIfGone(node);
        }
    }

    private void Unlinked(MemoryNode node)
    {
        node.Links--;
        FreeIfGone(node);
    }

    // Space is free when the last name and the last handle are gone.
    private void FreeIfGone(MemoryNode node)
    {
        if (node.Links == 0 && !_open.ContainsKey(node) && node.Type == SftpFileType.Regular)
        {
            TryResize(node.Size, 0);
        }
    }

    private MemoryNode AddFolders(SftpPath path, out SftpPath name)
    {
        path = SftpPathText.Normalize(path);
        var folder = _root;
        int at = 1;
        int slash;
        while ((slash = path.Span.Slice(at).IndexOf((byte)'/')) >= 0)
        {
            var part = new SftpPath(path.Bytes.Slice(at, slash));
            if (!folder.Entries.TryGetValue(part, out var next))
            {
                next = new(SftpFileType.Directory, 0x1ED, _options.UserId, _options.GroupId, Now) { Parent = folder };
                folder.Entries.Add(part, next);
            }

            folder = next.IsDirectory ? next : throw new ArgumentException($"'{path}' leads through a file.", nameof(path));
            at += slash + 1;
        }

        name = new(path.Bytes.Slice(at));
        return name.IsEmpty ? throw new ArgumentException("This is the root.", nameof(path)) : folder;
    }
}
