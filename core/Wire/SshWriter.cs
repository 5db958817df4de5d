using System.Buffers.Binary;

namespace SshCore.Wire;

/// <summary>
/// Writes the data types of RFC 4251 §5 into a buffer of its own that grows. Not thread-safe. What is written may be
/// secret: the buffer is zeroed when it is replaced, cleared with <see cref="Clear"/> or disposed.
/// </summary>
public sealed class SshWriter : IDisposable
{
    private byte[] _buffer;
    private int _length;

    /// <summary>Creates an empty writer with room for <paramref name="capacity"/> bytes.</summary>
    public SshWriter(int capacity = 256) => _buffer = new byte[Math.Max(capacity, 16)];

    /// <summary>Number of bytes written.</summary>
    public int Length => _length;

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, _length);

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    /// <summary>A copy of what was written.</summary>
    public byte[] ToArray() => WrittenSpan.ToArray();

    /// <summary>Forgets and zeroes the content, keeps the buffer.</summary>
    public void Clear()
    {
        _buffer.AsSpan(0, _length).Clear();
        _length = 0;
    }

    /// <summary>Zeroes the content.</summary>
    public void Dispose() => Clear();

    /// <summary>Reserves <paramref name="count"/> bytes, zeroed, and returns them to be filled.</summary>
    public Span<byte> Reserve(int count)
    {
        int end = checked(_length + count);
        if (end > _buffer.Length)
        {
            Grow(end);
        }

        var span = _buffer.AsSpan(_length, count);
        span.Clear();
        _length = end;
        return span;
    }

    /// <summary>One byte.</summary>
    public void WriteByte(byte value) => Reserve(1)[0] = value;

    /// <summary>A boolean as 0 or 1.</summary>
    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>A big-endian 32-bit number.</summary>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    /// <summary>A big-endian 64-bit number.</summary>
    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Reserve(8), value);

    /// <summary>Bytes without a length field.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>A length-prefixed string.</summary>
    public void WriteString(ReadOnlySpan<byte> bytes)
    {
        WriteUInt32((uint)bytes.Length);
        WriteBytes(bytes);
    }

    /// <summary>A length-prefixed string of UTF-8 text.</summary>
    public void WriteString(string text)
    {
        int count = Utf8.ByteCount(text);
        WriteUInt32((uint)count);
        Utf8.Encode(text, Reserve(count));
    }

    /// <summary>An mpint from an unsigned big-endian magnitude; leading zeros are dropped, zero is the empty string.</summary>
    public void WriteMpint(ReadOnlySpan<byte> magnitude)
    {
        while (!magnitude.IsEmpty && magnitude[0] == 0)
        {
            magnitude = magnitude.Slice(1);
        }

        bool pad = !magnitude.IsEmpty && (magnitude[0] & 0x80) != 0;
        WriteUInt32((uint)(magnitude.Length + (pad ? 1 : 0)));
        if (pad)
        {
            WriteByte(0);
        }

        WriteBytes(magnitude);
    }

    /// <summary>A comma-separated name-list.</summary>
    public void WriteNameList(IReadOnlyList<string> names) => WriteString(string.Join(",", names));

    /// <summary>Begins a string whose length is not known yet; close it with <see cref="EndString"/>.</summary>
    /// <returns>The mark to pass to <see cref="EndString"/>.</returns>
    public int BeginString()
    {
        int mark = _length;
        WriteUInt32(0);
        return mark;
    }

    /// <summary>Fills in the length of the string begun at <paramref name="mark"/>.</summary>
    public void EndString(int mark) =>
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(mark, 4), (uint)(_length - mark - 4));

    private void Grow(int needed)
    {
        var larger = new byte[Math.Max(needed, checked(_buffer.Length * 2))];
        WrittenSpan.CopyTo(larger);
        Array.Clear(_buffer, 0, _buffer.Length);
        _buffer = larger;
    }
}
