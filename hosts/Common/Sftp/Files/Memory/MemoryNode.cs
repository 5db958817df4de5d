using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>A file, directory or link. Content is kept in pages that exist once something was written to them: holes cost nothing.</summary>
internal sealed class MemoryNode(SftpFileType type, uint mode, uint user, uint group, uint time)
{
    private const int PageLength = 32 * 1024;

    private readonly Dictionary<long, byte[]> _pages = [];

    public SftpFileType Type => type;

    public bool IsDirectory => type == SftpFileType.Directory;

    public uint Mode { get; set; } = mode;

    public uint User { get; set; } = user;

    public uint Group { get; set; } = group;

    public uint AccessTime { get; set; } = time;

    public uint ModifyTime { get; set; } = time;

    /// <summary>Names of it; a file without one lives as long as it is open.</summary>
    public int Links { get; set; } = 1;

    public long Size { get; private set; }

    /// <summary>What a link holds.</summary>
    public SftpPath Target { get; init; }

    /// <summary>The directory above; of the root itself.</summary>
    public MemoryNode? Parent { get; set; }

    /// <summary>Entries of a directory in the order of their bytes.</summary>
    public SortedDictionary<SftpPath, MemoryNode> Entries { get; } = new(ByBytes.Instance);

    public SftpAttributes Attributes => new()
    {
        Size = (ulong)(type == SftpFileType.SymbolicLink ? Target.Length : Size),
        UserId = User,
        GroupId = Group,
        Permissions = (uint)type | Mode,
        AccessTime = AccessTime,
        ModifyTime = ModifyTime,
    };

    /// <summary>True if a user may: 4 read, 2 write, 1 search.</summary>
    public bool Allows(uint right, uint user, uint group) =>
        user == 0 || ((Mode >> (user == User ? 6 : group == Group ? 3 : 0)) & right) == right;

    public int Read(long offset, Span<byte> buffer)
    {
        int count = (int)Math.Min(Math.Max(0, Size - offset), buffer.Length);
        int done = 0;
        while (done < count)
        {
            long at = offset + done;
            int within = (int)(at % PageLength);
            int part = Math.Min(PageLength - within, count - done);
            if (_pages.TryGetValue(at / PageLength, out byte[]? page))
            {
                page.AsSpan(within, part).CopyTo(buffer.Slice(done));
            }
            else
            {
                buffer.Slice(done, part).Clear();
            }

            done += part;
        }

        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        for (int done = 0; done < data.Length;)
        {
            long at = offset + done;
            int within = (int)(at % PageLength);
            int part = Math.Min(PageLength - within, data.Length - done);
            if (!_pages.TryGetValue(at / PageLength, out byte[]? page))
            {
                _pages[at / PageLength] = page = new byte[PageLength];
            }

            data.Slice(done, part).CopyTo(page.AsSpan(within));
            done += part;
        }

        Size = Math.Max(Size, offset + data.Length);
    }

    public void Resize(long size)
    {
        if (size < Size)
        {
            // What is cut off must not come back when the file grows again.
            var gone = new List<long>();
            foreach (long number in _pages.Keys)
            {
                if (number * PageLength >= size)
                {
                    gone.Add(number);
                }
            }

            gone.ForEach(number => _pages.Remove(number));
            if (_pages.TryGetValue(size / PageLength, out byte[]? last))
            {
                last.AsSpan((int)(size % PageLength)).Clear();
            }
        }

        Size = size;
    }

    private sealed class ByBytes : IComparer<SftpPath>
    {
        public static readonly ByBytes Instance = new();

        public int Compare(SftpPath x, SftpPath y) => x.Span.SequenceCompareTo(y.Span);
    }
}
