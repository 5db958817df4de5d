using System.Threading.Tasks;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>Reads parts of a file in the order in which they are wanted, several under way at once.</summary>
internal sealed class SftpRangeReader
{
    private readonly SftpSession _session;
    private readonly SftpHandle _handle;
    private readonly SftpPath _path;
    private readonly IReadOnlyList<SftpRange> _ranges;
    private readonly int _window;
    private readonly Queue<SftpChunk> _chunks = new();
    private HostOperation<bool>? _news;
    private long _held;
    private int _asked;

    public SftpRangeReader(SftpSession session, SftpHandle handle, SftpPath path, IReadOnlyList<SftpRange> ranges, int window)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        foreach (var range in ranges)
        {
            if (range.Offset < 0 || range.Length < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(ranges), range, "Offsets and lengths are not negative.");
            }
        }

        _session = session;
        _handle = handle;
        _path = path;
        _ranges = ranges;
        _window = window;
    }

    /// <summary>The next part; null after the last.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> NextCore(SftpCall call)
    {
        while (true)
        {
            HostOperation<bool> news;
            lock (_session.Driver.Gate)
            {
                if (_chunks.Count == 0 || !_chunks.Peek().IsDone)
                {
                    _session.ThrowIfEndedLocked();
                }

                AskLocked();
                if (_chunks.Count == 0)
                {
                    return null;
                }

                var head = _chunks.Peek();
                if (head.IsDone)
                {
                    _chunks.Dequeue();
                    _held -= head.Target.Length;
                    return head.Error is { } error ? throw error() : head.Target.Slice(0, head.Filled);
                }

                _news = news = new();
            }

            _session.Driver.Kick();
            await _session.For(call, news, "Reading").ConfigureAwait(false);
        }
    }

    /// <summary>Nobody takes more.</summary>
    public void Stop()
    {
        lock (_session.Driver.Gate)
        {
            foreach (var chunk in _chunks)
            {
                chunk.IsDropped = true;
            }

            _chunks.Clear();
            _asked = _ranges.Count;
        }
    }

    // A range is one chunk that asks for itself piece by piece; the others go on meanwhile.
    private void AskLocked()
    {
        while (_asked < _ranges.Count && (_chunks.Count == 0 || _held + _ranges[_asked].Length <= _window) && _session.Machine.Error is null)
        {
            var range = _ranges[_asked++];
            var chunk = new SftpChunk(_handle, _path, range.Offset, new byte[range.Length], OnChunk);
            _chunks.Enqueue(chunk);
            _held += range.Length;
            chunk.StartLocked(_session);
        }
    }

    private void OnChunk(SftpChunk chunk)
    {
        if (!chunk.IsDropped && _chunks.Count > 0 && ReferenceEquals(_chunks.Peek(), chunk))
        {
            _news?.Succeed(_session.Driver, true);
            _news = null;
        }
    }
}
