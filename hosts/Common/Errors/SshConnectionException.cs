using SshCore.Errors;

namespace SshCore.Hosts;

/// <summary>
/// The connection could not be made, or has ended. All operations of a connection report the same first error.
/// </summary>
public class SshConnectionException : SshException
{
    /// <summary>Carries the first error of the connection.</summary>
    public SshConnectionException(SshError error, Exception? innerException = null)
        : base(error, innerException)
    {
    }

    /// <summary>A failure of the host itself.</summary>
    public SshConnectionException(string message)
        : base(message)
    {
    }

    /// <summary>A failure of the host itself with its cause.</summary>
    public SshConnectionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A failure without more to say.</summary>
    public SshConnectionException()
        : base("The SSH connection failed.")
    {
    }
}
