using SshCore.Errors;

namespace SshCore.Hosts;

/// <summary>
/// An operation's own time ran out. Unless it was connecting, the connection is unharmed and the operation can be tried
/// again; a deadline of the connection itself is a <see cref="SshConnectionException"/> of kind <see cref="SshErrorKind.Timeout"/>.
/// </summary>
public sealed class SshTimeoutException : SshException
{
    /// <summary>Says what took too long.</summary>
    public SshTimeoutException(string message)
        : base(new SshError(SshErrorKind.Timeout, message))
    {
    }

    /// <summary>Says what took too long, with a cause.</summary>
    public SshTimeoutException(string message, Exception? innerException)
        : base(new SshError(SshErrorKind.Timeout, message), innerException)
    {
    }

    /// <summary>A time-out without more to say.</summary>
    public SshTimeoutException()
        : this("The operation timed out.")
    {
    }

    /// <summary>Bytes that a timed-out write had handed over: they will be sent, the rest will not.</summary>
    public int BytesTaken { get; init; }
}
