using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Memory;

/// <summary>One direction of a <see cref="MemoryDuplexStream"/>: bounded, for one reader and one writer on threads of their own.</summary>
internal sealed class BytePipe
{
    private readonly object _lock = new();
    private readonly ByteQueue _bytes = new();
    private readonly int _capacity;
    private TaskCompletionSource<bool> _changed = NewSource();
    private bool _writerGone;
    private bool _readerGone;

    public BytePipe(int capacity) => _capacity = Math.Max(capacity, 1);

    /// <summary>Takes what is there; null if the reader has to wait for <paramref name="change"/>, 0 at the end.</summary>
    public int? TryRead(Span<byte> destination, out Task change)
    {
        lock (_lock)
        {
            change = _changed.Task;
            ObjectDisposedException.ThrowIf(_readerGone, this);

            if (_bytes.Count == 0)
            {
                return _writerGone || destination.IsEmpty ? 0 : null;
            }

            int total = 0;
            while (total < destination.Length && _bytes.Count > 0)
            {
                var piece = _bytes.Peek().Span;
                int count = Math.Min(piece.Length, destination.Length - total);
                piece.Slice(0, count).CopyTo(destination.Slice(total));
                _bytes.Drop(count);
                total += count;
            }

            Signal();
            return total;
        }
    }

    /// <summary>Puts in as much as fits; 0 if the writer has to wait for <paramref name="change"/>.</summary>
    public int TryWrite(ReadOnlySpan<byte> bytes, out Task change)
    {
        lock (_lock)
        {
            change = _changed.Task;
            ObjectDisposedException.ThrowIf(_writerGone, this);

            if (_readerGone)
            {
                throw new System.IO.IOException("The other end of the stream is closed.");
            }

            int count = Math.Min(bytes.Length, _capacity - _bytes.Count);
            if (count > 0)
            {
                _bytes.Enqueue(bytes.Slice(0, count));
                Signal();
            }

            return count;
        }
    }

    public void CloseWriter()
    {
        lock (_lock)
        {
            _writerGone = true;
            Signal();
        }
    }

    public void CloseReader()
    {
        lock (_lock)
        {
            _readerGone = true;
            _bytes.Clear();
            Signal();
        }
    }

    private void Signal()
    {
        var waiting = _changed;
        _changed = NewSource();
        waiting.TrySetResult(true);
    }

    private static TaskCompletionSource<bool> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
