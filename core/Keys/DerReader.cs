namespace SshCore.Keys;

/// <summary>
/// Reads the DER (X.690) that key files use, one element after the other and one level at a time: no recursion. Failure
/// is sticky, as in <see cref="Wire.SshReader"/>.
/// </summary>
internal ref struct DerReader
{
    public const byte Integer = 0x02;
    public const byte BitString = 0x03;
    public const byte OctetString = 0x04;
    public const byte Null = 0x05;
    public const byte ObjectIdentifier = 0x06;
    public const byte Sequence = 0x30;
    public const byte Context0 = 0xa0;
    public const byte Context1 = 0xa1;

    private ReadOnlySpan<byte> _rest;

    public DerReader(ReadOnlySpan<byte> data)
    {
        _rest = data;
        Failed = false;
    }

    public bool Failed { get; private set; }

    /// <summary>True when all was read and nothing failed.</summary>
    public readonly bool IsComplete => !Failed && _rest.IsEmpty;

    /// <summary>The tag of the next element; 0 at the end.</summary>
    public readonly byte PeekTag() => _rest.IsEmpty ? (byte)0 : _rest[0];

    public void Fail()
    {
        Failed = true;
        _rest = default;
    }

    /// <summary>The content of the next element, which has to be of <paramref name="tag"/>.</summary>
    public ReadOnlySpan<byte> Read(byte tag)
    {
        if (_rest.Length < 2 || _rest[0] != tag)
        {
            Fail();
            return default;
        }

        int length = _rest[1];
        int header = 2;
        if (length >= 0x80)
        {
            // X.690 §10.1: "The definite form of length encoding shall be used, encoded in the minimum number of octets."
            int octets = length - 0x80;
            header += octets;
            if (octets is 0 or > 3 || _rest.Length < header || _rest[2] == 0)
            {
                Fail();
                return default;
            }

            length = 0;
            for (int i = 0; i < octets; i++)
            {
                length = (length << 8) | _rest[2 + i];
            }

            if (length < 0x80)
            {
                Fail();
                return default;
            }
        }

        if (length > _rest.Length - header)
        {
            Fail();
            return default;
        }

        var content = _rest.Slice(header, length);
        _rest = _rest.Slice(header + length);
        return content;
    }

    /// <summary>A reader over the content of the next element, which has to be of <paramref name="tag"/>.</summary>
    public DerReader Enter(byte tag)
    {
        var inner = new DerReader(Read(tag));
        if (Failed)
        {
            inner.Fail();
        }

        return inner;
    }

    /// <summary>A non-negative INTEGER as a magnitude without leading zeros; zero is empty.</summary>
    public ReadOnlySpan<byte> ReadInteger()
    {
        var bytes = Read(Integer);
        if (Failed || bytes.IsEmpty || (bytes[0] & 0x80) != 0 || (bytes.Length > 1 && bytes[0] == 0 && (bytes[1] & 0x80) == 0))
        {
            Fail();
            return default;
        }

        return bytes[0] == 0 ? bytes.Slice(1) : bytes;
    }

    /// <summary>An INTEGER from 0 to 2³¹-1.</summary>
    public int ReadSmallInteger()
    {
        var bytes = ReadInteger();
        int value = 0;
        if (bytes.Length > 4 || (bytes.Length == 4 && (bytes[0] & 0x80) != 0))
        {
            Fail();
            return 0;
        }

        foreach (byte b in bytes)
        {
            value = (value << 8) | b;
        }

        return value;
    }

    /// <summary>A BIT STRING of whole bytes.</summary>
    public ReadOnlySpan<byte> ReadBitString()
    {
        var bytes = Read(BitString);
        if (Failed || bytes.IsEmpty || bytes[0] != 0)
        {
            Fail();
            return default;
        }

        return bytes.Slice(1);
    }
}
