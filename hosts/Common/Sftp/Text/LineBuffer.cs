namespace SshCore.Hosts.Sftp;

/// <summary>Bytes that were read from a file but not yet by its user, and the search for lines in them. No I/O.</summary>
internal sealed class LineBuffer(bool universal)
{
    private byte[] _bytes = [];
    private int _start;
    private int _end;
    private int _searched;
    private bool _afterCarriageReturn;

    public int Length => _end - _start;

    /// <summary>A line ended in CR at the end of what was there: an LF that follows belongs to it.</summary>
    public bool AwaitsLineFeed => _afterCarriageReturn;

    public SftpNewlines Seen { get; private set; }

    /// <summary>Bytes handed out or skipped since the last <see cref="TakeConsumed"/>.</summary>
    private long Consumed { get; set; }

    public long TakeConsumed()
    {
        long consumed = Consumed;
        Consumed = 0;
        return consumed;
    }

    /// <summary>Room for this many bytes behind those that are there.</summary>
    public ArraySegment<byte> Room(int count)
    {
        if (_bytes.Length - _end < count)
        {
            int length = Length;
            var target = _bytes.Length >= length + count ? _bytes : new byte[Math.Max(length + count, Math.Min((long)_bytes.Length * 2, int.MaxValue / 2))];
            Buffer.BlockCopy(_bytes, _start, target, 0, length);
            _bytes = target;
            _start = 0;
            _end = length;
        }

        return new(_bytes, _end, count);
    }

    public void Filled(int count)
    {
        _end += count;
        if (count > 0)
        {
            SettleCarriageReturn();
        }
    }

    /// <summary>The file has no more bytes now.</summary>
    public void AtEnd()
    {
        if (_afterCarriageReturn)
        {
            Record(SftpNewlines.CarriageReturn);
        }
    }

    public void Clear()
    {
        _start = _end = _searched = 0;
        _afterCarriageReturn = false;
        Consumed = 0;
    }

    public int Take(Span<byte> destination)
    {
        int count = Math.Min(Length, destination.Length);
        _bytes.AsSpan(_start, count).CopyTo(destination);
        Consume(count);
        return count;
    }

    /// <summary>
    /// Takes a line with its end, which is LF whatever it was if newlines are universal. At most <paramref name="most"/>
    /// bytes of the file unless that is negative; without an end of line only if that many are there.
    /// </summary>
    public byte[]? TakeLine(int most)
    {
        int window = most < 0 ? Length : Math.Min(Length, most);
        var bytes = _bytes.AsSpan(_start, window);
        int from = Math.Min(_searched, window);
        int found = universal ? bytes.Slice(from).IndexOfAny((byte)'\n', (byte)'\r') : bytes.Slice(from).IndexOf((byte)'\n');
        if (found < 0)
        {
            _searched = window;
            return most >= 0 && window == most ? TakeRest(most) : null;
        }

        found += from;
        var line = bytes.Slice(0, found + 1).ToArray();
        bool carriageReturn = line[found] == (byte)'\r';
        line[found] = (byte)'\n';
        Consume(found + 1);
        if (carriageReturn)
        {
            _afterCarriageReturn = true;
            if (Length > 0)
            {
                SettleCarriageReturn();
            }
        }
        else if (universal)
        {
            Seen |= SftpNewlines.LineFeed;
        }

        return line;
    }

    /// <summary>What is there, at most <paramref name="most"/> bytes, as the last line without an end.</summary>
    public byte[] TakeRest(int most)
    {
        var rest = new byte[Math.Min(Length, most)];
        Take(rest);
        return rest;
    }

    private void SettleCarriageReturn()
    {
        if (_afterCarriageReturn)
        {
            bool lineFeed = _bytes[_start] == (byte)'\n';
            Record(lineFeed ? SftpNewlines.CarriageReturnLineFeed : SftpNewlines.CarriageReturn);
            Consume(lineFeed ? 1 : 0);
        }
    }

    private void Record(SftpNewlines kind)
    {
        Seen |= kind;
        _afterCarriageReturn = false;
    }

    private void Consume(int count)
    {
        _start += count;
        _searched = 0;
        Consumed += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }
}
