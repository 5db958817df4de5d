namespace SshCore.Hosts.Sftp;

/// <summary>Bytes that wait to be written to a file, and the decision when that is due. No I/O.</summary>
/// <param name="capacity">From this many bytes on they are written.</param>
/// <param name="lines">Whole lines are written at once.</param>
internal sealed class WriteBuffer(int capacity, bool lines)
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Front(int count) => _bytes.AsMemory(0, count);

    /// <summary>Adds bytes and says how many of all that wait are due.</summary>
    public int Add(ReadOnlySpan<byte> data)
    {
        int length = checked(Length + data.Length);
        if (_bytes.Length < length)
        {
            Array.Resize(ref _bytes, Math.Max(length, Math.Min(capacity, 64 * 1024)));
        }

        data.CopyTo(_bytes.AsSpan(Length));
        Length = length;
        if (Length >= capacity)
        {
            return Length;
        }

        // What was there before has no end of line, or it would have gone.
        int last = lines ? data.LastIndexOf((byte)'\n') : -1;
        return last < 0 ? 0 : Length - data.Length + last + 1;
    }

    public void Drop(int count)
    {
        Length -= count;
        Buffer.BlockCopy(_bytes, count, _bytes, 0, Length);
    }
}
