using System.Buffers.Binary;

namespace SshCore.Wire;

/// <summary>
/// Reads the data types of RFC 4251 §5 from a span. Failure is sticky: after the first field that does not fit,
/// every read gives an empty or zero value and <see cref="Failed"/> stays true. It never throws on peer bytes.
/// </summary>
public ref struct SshReader
{
    private ReadOnlySpan<byte> _rest;
    private readonly int _length;

    /// <summary>Starts at the first byte of <paramref name="data"/>.</summary>
    public SshReader(ReadOnlySpan<byte> data)
    {
        _rest = data;
        _length = data.Length;
        Failed = false;
    }

    /// <summary>True once a field did not fit.</summary>
    public bool Failed { get; private set; }

    /// <summary>The bytes not read yet; empty after a failure.</summary>
    public readonly ReadOnlySpan<byte> Remaining => _rest;

    /// <summary>Offset of the next byte from the start.</summary>
    public readonly int Position => _length - _rest.Length;

    /// <summary>True when all was read and nothing failed: call it last to refuse trailing bytes.</summary>
    public readonly bool IsComplete => !Failed && _rest.IsEmpty;

    /// <summary>Marks the input as malformed.</summary>
    public void Fail()
    {
        Failed = true;
        _rest = default;
    }

    /// <summary>One byte.</summary>
    public byte ReadByte()
    {
        var bytes = ReadBytes(1);
        return bytes.IsEmpty ? (byte)0 : bytes[0];
    }

    /// <summary>A boolean: every non-zero value is true (RFC 4251 §5).</summary>
    public bool ReadBoolean() => ReadByte() != 0;

    /// <summary>A big-endian 32-bit number.</summary>
    public uint ReadUInt32()
    {
        var bytes = ReadBytes(4);
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>A big-endian 64-bit number.</summary>
    public ulong ReadUInt64()
    {
        var bytes = ReadBytes(8);
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>Exactly <paramref name="count"/> bytes without a length field.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if (Failed || (uint)count > (uint)_rest.Length)
        {
            Fail();
            return default;
        }

        var bytes = _rest.Slice(0, count);
        _rest = _rest.Slice(count);
        return bytes;
    }

    /// <summary>A length-prefixed string of any content.</summary>
    public ReadOnlySpan<byte> ReadString() => ReadString(int.MaxValue);

    /// <summary>A length-prefixed string of at most <paramref name="maxLength"/> bytes.</summary>
    public ReadOnlySpan<byte> ReadString(int maxLength)
    {
        uint length = ReadUInt32();
        if (Failed || length > (uint)maxLength || length > (uint)_rest.Length)
        {
            Fail();
            return default;
        }

        return ReadBytes((int)length);
    }

    /// <summary>A length-prefixed string as UTF-8 text; malformed UTF-8 fails.</summary>
    public string ReadText(int maxLength = int.MaxValue)
    {
        var bytes = ReadString(maxLength);
        if (Utf8.TryDecode(bytes, out string text))
        {
            return text;
        }

        Fail();
        return "";
    }

    /// <summary>A length-prefixed printable US-ASCII name as RFC 4250 §4.6.1 has it; anything else fails.</summary>
    public string ReadName(int maxLength = 64)
    {
        var bytes = ReadString(maxLength);
        foreach (byte b in bytes)
        {
            if (b is <= 0x20 or >= 0x7f)
            {
                Fail();
                return "";
            }
        }

        return Utf8.Ascii(bytes);
    }

    /// <summary>
    /// An mpint as an unsigned big-endian magnitude without leading zeros (zero is empty). Negative and
    /// non-minimal encodings fail: "Unnecessary leading bytes with the value 0 or 255 MUST NOT be included".
    /// </summary>
    public ReadOnlySpan<byte> ReadMpint(int maxLength = int.MaxValue)
    {
        var bytes = ReadString(maxLength == int.MaxValue ? maxLength : maxLength + 1);
        if (bytes.IsEmpty)
        {
            return bytes;
        }

        bool leadingZero = bytes[0] == 0;
        if ((bytes[0] & 0x80) != 0 || (leadingZero && (bytes.Length == 1 || (bytes[1] & 0x80) == 0)))
        {
            Fail();
            return default;
        }

        return leadingZero ? bytes.Slice(1) : bytes;
    }
}
