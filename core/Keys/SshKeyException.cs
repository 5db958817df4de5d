using SshCore.Errors;

namespace SshCore.Keys;

/// <summary>The one exception of the throwing <c>Parse</c> methods of keys and key files.</summary>
public sealed class SshKeyException : FormatException
{
    /// <summary>Carries the error that the <c>TryParse</c> twin returns.</summary>
    public SshKeyException(SshError error)
        : base((error ?? throw new ArgumentNullException(nameof(error))).ToString()) => Error = error;

    /// <summary>A damaged key without more to say.</summary>
    public SshKeyException()
        : this("The key is damaged.")
    {
    }

    /// <summary>A damaged key, with one sentence for a person.</summary>
    public SshKeyException(string message)
        : base(message) => Error = new SshError(SshErrorKind.InvalidMessage, message);

    /// <summary>A damaged key, with one sentence for a person and what caused it.</summary>
    public SshKeyException(string message, Exception innerException)
        : base(message, innerException) => Error = new SshError(SshErrorKind.InvalidMessage, message);

    /// <summary>What is wrong, with what was expected.</summary>
    public SshError Error { get; }
}
