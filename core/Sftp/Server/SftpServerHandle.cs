using System.Buffers.Binary;

namespace SshCore.Sftp;

/// <summary>An open file or directory of one client.</summary>
internal sealed class SftpServerHandle(ulong number, bool isDirectory, bool overlapsReads, object state)
{
    public ulong Number { get; } = number;

    public bool IsDirectory { get; } = isDirectory;

    public bool OverlapsReads { get; } = overlapsReads;

    public object State { get; } = state;
}

/// <summary>
/// The open handles of one client: numbers of 64 bits that count up, mean nothing outside this table and are never used again.
/// </summary>
internal sealed class SftpServerHandles
{
    /// <summary>Bytes of a handle on the wire.</summary>
    public const int WireLength = 8;

    private readonly Dictionary<ulong, SftpServerHandle> _open = [];
    private ulong _last;

    public int Count => _open.Count;

    public SftpServerHandle Add(bool isDirectory, bool overlapsReads, object state)
    {
        var handle = new SftpServerHandle(++_last, isDirectory, overlapsReads, state);
        _open.Add(handle.Number, handle);
        return handle;
    }

    public SftpServerHandle? Find(ReadOnlySpan<byte> wire) =>
        wire.Length == WireLength && _open.TryGetValue(BinaryPrimitives.ReadUInt64BigEndian(wire), out var handle) ? handle : null;

    public void Remove(SftpServerHandle handle) => _open.Remove(handle.Number);

    public bool TryTakeAny(out SftpServerHandle? handle)
    {
        foreach (var pair in _open)
        {
            handle = pair.Value;
            _open.Remove(pair.Key);
            return true;
        }

        handle = null;
        return false;
    }
}
