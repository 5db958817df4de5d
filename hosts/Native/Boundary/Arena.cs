using System.Runtime.InteropServices;
using System.Text;

namespace SshCore.Native.Boundary;

/// <summary>
/// Memory for the texts and bytes that one event or call lends out. What was lent stays where it is until
/// <see cref="Reset"/>, which zeroes it: passwords go through here.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    private const int SmallestBlock = 1024;

    /// <summary>An address for what is empty.</summary>
    public static readonly nint Empty = (nint)NativeMemory.AllocZeroed(1);

    private readonly List<Block> _blocks = [];

    /// <summary>The text with a NUL behind it. A NUL inside becomes U+FFFD: the length in C has to be the length.</summary>
    public nint Text(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return Empty;
        }

        text = text.Replace('\0', '\uFFFD');
        var room = Reserve(Encoding.UTF8.GetByteCount(text) + 1, out nint pointer);
        int length = Encoding.UTF8.GetBytes(text, room);
        room[length] = 0;
        return pointer;
    }

    /// <summary>A copy of bytes, with a NUL behind it.</summary>
    public nint Bytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return Empty;
        }

        var room = Reserve(bytes.Length + 1, out nint pointer);
        bytes.CopyTo(room);
        room[bytes.Length] = 0;
        return pointer;
    }

    /// <summary>Room for so many values, aligned as they want it.</summary>
    public Span<T> Values<T>(int count, out nint pointer)
        where T : unmanaged
    {
        if (count == 0)
        {
            pointer = Empty;
            return default;
        }

        Reserve(checked(count * sizeof(T)), out pointer, align: sizeof(nint));
        return new Span<T>((void*)pointer, count);
    }

    /// <summary>Ends the life of everything that was lent.</summary>
    public void Reset()
    {
        if (_blocks.Count > 0)
        {
            Clear();
        }
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        foreach (var block in _blocks)
        {
            NativeMemory.Clear((void*)block.Start, (nuint)block.Used);
            NativeMemory.Free((void*)block.Start);
        }

        _blocks.Clear();
    }

    private Span<byte> Reserve(int length, out nint pointer, int align = 1)
    {
        int start = _blocks.Count == 0 ? 0 : (_blocks[^1].Used + align - 1) / align * align;
        if (_blocks.Count == 0 || _blocks[^1].Size - start < length)
        {
            int size = Math.Max(length, SmallestBlock);
            _blocks.Add(new Block { Start = (nint)NativeMemory.Alloc((nuint)size), Size = size });
            start = 0;
        }

        var block = _blocks[^1];
        pointer = block.Start + start;
        block.Used = start + length;
        return new Span<byte>((void*)pointer, length);
    }

    private sealed class Block
    {
        public nint Start;
        public int Size;
        public int Used;
    }
}
