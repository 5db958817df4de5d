using System.IO;
using SshCore.Errors;

namespace SshCore.Hosts;

/// <summary>
/// Base of what the hosts throw for reasons outside this process. It is an <see cref="IOException"/>, so that code which
/// only knows <see cref="Stream"/> handles it as such. Wrong calls are <see cref="SshUsageException"/> instead.
/// </summary>
public class SshException : IOException
{
    /// <summary>Carries an error of the core.</summary>
    public SshException(SshError error, Exception? innerException = null)
        : base((error ?? throw new ArgumentNullException(nameof(error))).ToString(), innerException) => Error = error;

    /// <summary>A failure of the host itself, with one sentence for a person.</summary>
    public SshException(string message)
        : this(new SshError(SshErrorKind.HostFailure, message))
    {
    }

    /// <summary>A failure of the host itself, with one sentence for a person and its cause.</summary>
    public SshException(string message, Exception? innerException)
        : this(new SshError(SshErrorKind.HostFailure, message), innerException)
    {
    }

    /// <summary>A failure without more to say.</summary>
    public SshException()
        : this("The SSH operation failed.")
    {
    }

    /// <summary>What happened: kind, sentence, what was expected and what came.</summary>
    public SshError Error { get; }
}
