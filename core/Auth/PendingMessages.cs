namespace SshCore.Auth;

/// <summary>
/// Messages that wait while a decision is pending, in order (RFC 4252 §5.1: the server "MUST process each request
/// completely" before the next one). They may carry passwords: whoever takes one zeroes it.
/// </summary>
internal sealed class PendingMessages
{
    private readonly Queue<byte[]> _messages = new();

    public int Count => _messages.Count;

    public void Add(ReadOnlySpan<byte> payload) => _messages.Enqueue(payload.ToArray());

    public byte[] Take() => _messages.Dequeue();

    /// <summary>Zeroes and drops all.</summary>
    public void Clear()
    {
        while (_messages.Count > 0)
        {
            AuthText.Zero(_messages.Dequeue());
        }
    }
}
