namespace SshCore.Fuzz.Driving;

/// <summary>
/// The second half of an input <c>data ‖ control</c>: its last byte is the number of control bytes before it. They steer
/// what the bytes of the peer cannot: how these are cut, when time passes, what the application does. Used round and
/// round; without any, every byte is 0.
/// </summary>
internal ref struct ControlBytes
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _next;

    private ControlBytes(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public readonly bool IsEmpty => _bytes.IsEmpty;

    public static ControlBytes Split(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data)
    {
        if (input.IsEmpty)
        {
            data = input;
            return default;
        }

        int length = Math.Min(input[^1], input.Length - 1);
        data = input[..^(length + 1)];
        return new ControlBytes(input[^(length + 1)..^1]);
    }

    public byte Next()
    {
        if (_bytes.IsEmpty)
        {
            return 0;
        }

        if (_next == _bytes.Length)
        {
            _next = 0;
        }

        return _bytes[_next++];
    }

    public static byte[] Join(ReadOnlySpan<byte> data, params ReadOnlySpan<byte> control) => [.. data, .. control, (byte)control.Length];
}
