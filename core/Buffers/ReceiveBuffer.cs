using System.Buffers;
using SshCore.Errors;

namespace SshCore.Buffers;

/// <summary>
/// The bytes received and not handled yet, in one pooled array. The host reads into a lease behind them; packets are
/// opened in place. Bytes move only when a lease is given. The array grows while reads fill it and goes back to the pool
/// when it is empty and a smaller one would do, so that idle connections hold little.
/// </summary>
internal sealed class ReceiveBuffer : IDisposable
{
    private const int SmallestLease = 4 * 1024;
    private const int LargestLease = 256 * 1024;

    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private int _want = SmallestLease;
    private int _leased = -1;

    public int Length => _end - _start;

    public Span<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    public bool IsLeased => _leased >= 0;

    /// <summary>The first <paramref name="length"/> unread bytes as memory; valid until the next lease.</summary>
    public Memory<byte> Slice(int offset, int length) => _bytes.AsMemory(_start + offset, length);

    /// <summary>Drops handled bytes; they stay where they are until the next lease.</summary>
    public void Skip(int count) => _start += count;

    /// <summary>
    /// Room to read into: at least one byte, and at least what a packet of <paramref name="needed"/> bytes still lacks.
    /// </summary>
    public Memory<byte> Lease(int needed)
    {
        if (_leased < 0)
        {
            MakeRoom(Math.Max(_want, needed - Length));
            _leased = _bytes.Length - _end;
        }

        return _bytes.AsMemory(_end, _leased);
    }

    public void Commit(int count)
    {
        if (_leased < 0)
        {
            throw new SshUsageException("CommitReceived without GetReceiveBuffer.");
        }

        if (count < 0 || count > _leased)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"The lease has {_leased} bytes.");
        }

        _want = count == _leased ? Math.Min(_want * 4, LargestLease)
            : count < _want / 8 ? Math.Max(_want / 2, SmallestLease) : _want;
        _leased = -1;
        _end += count;
    }

    public void Dispose()
    {
        if (_leased >= 0)
        {
            // A receive may still be writing into the lease: the pool must not give the array to anybody else.
            Array.Clear(_bytes, 0, _end);
        }
        else if (_bytes.Length > 0)
        {
            // Decrypted passwords may be in it.
            ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        }

        _bytes = [];
        _start = _end = 0;
        _leased = -1;
    }

    private void MakeRoom(int room)
    {
        int length = Length;
        if (length == 0)
        {
            _start = _end = 0;
            if (_bytes.Length >= room && _bytes.Length <= room * 4)
            {
                return;
            }
        }
        else if (_bytes.Length - _end >= room)
        {
            return;
        }

        if (_bytes.Length - length >= room && length > 0)
        {
            _bytes.AsSpan(_start, length).CopyTo(_bytes);
        }
        else
        {
            var old = _bytes;
            _bytes = ArrayPool<byte>.Shared.Rent(length + room);
            old.AsSpan(_start, length).CopyTo(_bytes);
            if (old.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(old, clearArray: true); // it holds what was decrypted in place
            }
        }

        _start = 0;
        _end = length;
    }
}
