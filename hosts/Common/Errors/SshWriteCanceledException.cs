using System.Threading;

namespace SshCore.Hosts;

/// <summary>A write was cancelled; it says how far it had come, so that nothing is lost or sent twice.</summary>
public sealed class SshWriteCanceledException : OperationCanceledException
{
    /// <summary>Cancelled after <paramref name="bytesTaken"/> bytes.</summary>
    public SshWriteCanceledException(int bytesTaken, CancellationToken token)
        : base($"The write was cancelled after {bytesTaken} bytes.", token) => BytesTaken = bytesTaken;

    /// <summary>Cancelled before anything was taken.</summary>
    public SshWriteCanceledException()
    {
    }

    /// <summary>Cancelled before anything was taken.</summary>
    public SshWriteCanceledException(string message)
        : base(message)
    {
    }

    /// <summary>Cancelled before anything was taken, with a cause.</summary>
    public SshWriteCanceledException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Bytes from the start of the buffer that were handed over: they will be sent, the rest will not.</summary>
    public int BytesTaken { get; }
}
