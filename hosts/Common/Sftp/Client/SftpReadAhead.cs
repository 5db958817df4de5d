using System.Buffers;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Reads a file ahead of its reader: chunks in order, each in memory of a pool, asked for together and answered in any order.
/// The window opens while reading goes on in sequence. Guarded by the gate.
/// </summary>
internal sealed class SftpReadAhead
{
    private readonly SftpSession _session;
    private readonly SftpHandle _handle;
    private readonly SftpPath _path;
    private readonly int _most;
    private readonly Queue<SftpChunk> _chunks = new();
    private HostOperation<bool>? _news;
    private long _next;
    private long _position;
    private int _window;
    private int _held;
    private int _taken;
    private int _takes;
    private bool _sawEnd;

    public SftpReadAhead(SftpSession session, SftpHandle handle, SftpPath path, int most)
    {
        _session = session;
        _handle = handle;
        _path = path;
        _most = most;
    }

    /// <summary>Where asking stops; the end as far as it is known.</summary>
    public long Limit { get; set; } = long.MaxValue;

    /// <summary>Opens the window at once.</summary>
    public void OpenLocked(long position)
    {
        MoveLocked(position);
        _window = _most;
        AskLocked(0);
    }

    /// <summary>
    /// Takes bytes from <paramref name="position"/> on. False: wait for <paramref name="news"/> and try again; true with 0
    /// bytes is the end of the file.
    /// </summary>
    public bool TryTakeLocked(long position, Span<byte> destination, out int count, out HostOperation<bool>? news)
    {
        MoveLocked(position);
        count = 0;
        news = null;
        while (_chunks.Count > 0 && count < destination.Length)
        {
            var head = _chunks.Peek();
            int ready = head.Filled - _taken;
            if (ready == 0 && head.IsDone)
            {
                if (head.Error is { } error && count == 0)
                {
                    DropLocked();
                    throw error();
                }

                if (head.IsAtEnd || head.Error is not null)
                {
                    break;
                }

                ReleaseHeadLocked();
                continue;
            }

            if (ready == 0)
            {
                break;
            }

            int some = Math.Min(ready, destination.Length - count);
            head.Target.Span.Slice(_taken, some).CopyTo(destination.Slice(count));
            _taken += some;
            _position += some;
            count += some;
            if (head.IsDone && _taken == head.Target.Length)
            {
                ReleaseHeadLocked();
            }
        }

        if (count == 0 && _chunks.Count > 0 && _chunks.Peek() is { IsDone: true, IsAtEnd: true })
        {
            DropLocked();
            return true;
        }

        AskLocked(count == 0 ? destination.Length : 0);
        if (count > 0)
        {
            _takes++;
            return true;
        }

        if (_chunks.Count == 0)
        {
            return true; // behind the limit
        }

        news = _news = new HostOperation<bool>();
        return false;
    }

    /// <summary>Forgets what was read: it may have changed, or reading goes on elsewhere.</summary>
    public void DropLocked()
    {
        while (_chunks.Count > 0)
        {
            var chunk = _chunks.Dequeue();
            chunk.IsDropped = true;
            if (chunk.IsDone)
            {
                GiveBack(chunk);
            }
        }

        _held = 0;
        _taken = 0;
        _window = 0;
        _takes = 0;
        _sawEnd = false;
    }

    // Reading on elsewhere: what lies between is skipped if it is on its way, else all is forgotten.
    private void MoveLocked(long position)
    {
        if (position == _position)
        {
            return;
        }

        while (_chunks.Count > 0 && position > _position)
        {
            var head = _chunks.Peek();
            long end = head.Offset + head.Target.Length;
            if (!head.IsDone || head.IsAtEnd || head.Error is not null)
            {
                break;
            }

            if (position < end)
            {
                _taken = (int)(position - head.Offset);
                _position = position;
                return;
            }

            ReleaseHeadLocked();
            _position = end;
        }

        if (position != _position)
        {
            DropLocked();
            _position = _next = position;
        }
    }

    private void AskLocked(int wanted)
    {
        if (_chunks.Count == 0)
        {
            _next = _position;
            _sawEnd = false;
        }

        int target = Math.Max(_window, wanted);
        int length = _session.Machine.ReadLength;
        bool asked = false;
        while (!_sawEnd && _held < target && _next < Limit && _session.Machine.Error is null)
        {
            int size = (int)Math.Min(Limit - _next, Math.Min(length, Math.Max(wanted, _window > 0 ? length : 1)));
            var array = ArrayPool<byte>.Shared.Rent(size);
            var chunk = new SftpChunk(_handle, _path, _next, array.AsMemory(0, size), OnChunk) { Array = array };
            _chunks.Enqueue(chunk);
            _held += size;
            _next += size;
            chunk.StartLocked(_session);
            asked = true;
        }

        if (asked && _takes > 0)
        {
            // Quickly, since each step costs a round trip; but a file that is read at one place only costs no window.
            _window = Math.Min(_most, Math.Max(_window * 4, length));
        }
    }

    private void OnChunk(SftpChunk chunk)
    {
        if (chunk.IsDropped)
        {
            GiveBack(chunk);
            return;
        }

        _sawEnd |= chunk.IsAtEnd || chunk.Error is not null;
        if (ReferenceEquals(_chunks.Peek(), chunk))
        {
            _news?.Succeed(_session.Driver, true);
            _news = null;
        }
    }

    private void ReleaseHeadLocked()
    {
        var head = _chunks.Dequeue();
        _held -= head.Target.Length;
        _taken = 0;
        GiveBack(head);
    }

    private static void GiveBack(SftpChunk chunk)
    {
        if (chunk.Array is { } array)
        {
            chunk.Array = null;
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
