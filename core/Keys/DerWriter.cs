using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SshCore.Keys;

/// <summary>Writes the DER of key files into a buffer that is zeroed when it is replaced or disposed.</summary>
internal sealed class DerWriter : IDisposable
{
    private byte[] _buffer = new byte[512];
    private int _length;

    /// <summary>What was written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, _length);

    public byte[] ToArray() => WrittenSpan.ToArray();

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_buffer);
        _length = 0;
    }

    /// <summary>Begins an element; close it with <see cref="End"/>.</summary>
    public int Begin(byte tag)
    {
        Reserve(1)[0] = tag;
        return _length;
    }

    /// <summary>Puts the length before what was written since <paramref name="mark"/>.</summary>
    public void End(int mark)
    {
        int length = _length - mark;
        int octets = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
        Reserve(1 + octets);
        _buffer.AsSpan(mark, length).CopyTo(_buffer.AsSpan(mark + 1 + octets));
        _buffer[mark] = (byte)(octets == 0 ? length : 0x80 + octets);
        for (int i = 0; i < octets; i++)
        {
            _buffer[mark + 1 + i] = (byte)((length >> (8 * (octets - 1 - i))) & 0xff);
        }
    }

    public void Write(byte tag, ReadOnlySpan<byte> content)
    {
        int mark = Begin(tag);
        content.CopyTo(Reserve(content.Length));
        End(mark);
    }

    /// <summary>An INTEGER from an unsigned magnitude.</summary>
    public void WriteInteger(ReadOnlySpan<byte> magnitude)
    {
        while (!magnitude.IsEmpty && magnitude[0] == 0)
        {
            magnitude = magnitude.Slice(1);
        }

        int mark = Begin(DerReader.Integer);
        if (magnitude.IsEmpty || (magnitude[0] & 0x80) != 0)
        {
            Reserve(1)[0] = 0;
        }

        magnitude.CopyTo(Reserve(magnitude.Length));
        End(mark);
    }

    public void WriteInteger(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        WriteInteger((ReadOnlySpan<byte>)bytes);
    }

    /// <summary>A BIT STRING of whole bytes.</summary>
    public void WriteBitString(ReadOnlySpan<byte> bytes)
    {
        int mark = Begin(DerReader.BitString);
        Reserve(1)[0] = 0;
        bytes.CopyTo(Reserve(bytes.Length));
        End(mark);
    }

    private Span<byte> Reserve(int count)
    {
        int end = checked(_length + count);
        if (end > _buffer.Length)
        {
            var larger = new byte[Math.Max(end, _buffer.Length * 2)];
            _buffer.AsSpan(0, _length).CopyTo(larger);
            CryptographicOperations.ZeroMemory(_buffer);
            _buffer = larger;
        }

        var span = _buffer.AsSpan(_length, count);
        _length = end;
        return span;
    }
}
