using SshCore.Errors;

namespace SshCore.Hosts;

/// <summary>The log-in failed. The connection may still be there; the log-in can then be tried again.</summary>
public sealed class SshAuthenticationException : SshException
{
    /// <summary>Carries what was tried and what the server would have allowed.</summary>
    public SshAuthenticationException(SshError error, IReadOnlyList<string> tried, IReadOnlyList<string>? allowed, Exception? innerException = null)
        : base(error, innerException)
    {
        Tried = tried;
        Allowed = allowed;
    }

    /// <summary>A failed log-in with one sentence for a person.</summary>
    public SshAuthenticationException(string message)
        : this(message, null)
    {
    }

    /// <summary>A failed log-in with one sentence for a person and its cause.</summary>
    public SshAuthenticationException(string message, Exception? innerException)
        : this(new SshError(SshErrorKind.AuthenticationFailed, message), [], null, innerException)
    {
    }

    /// <summary>A failed log-in without more to say.</summary>
    public SshAuthenticationException()
        : this("The log-in failed.")
    {
    }

    /// <summary>Methods that were tried, in order.</summary>
    public IReadOnlyList<string> Tried { get; }

    /// <summary>Methods the server last said can continue; null if it never said.</summary>
    public IReadOnlyList<string>? Allowed { get; }

    /// <summary>Methods the server had accepted as one factor of several.</summary>
    public IReadOnlyList<string> Succeeded { get; init; } = [];

    internal static SshAuthenticationException For(string userName, IReadOnlyList<string> tried, IReadOnlyList<string>? allowed, IReadOnlyList<string> succeeded, Exception? cause)
    {
        string what = tried.Count == 0 ? "no credential fits" : "tried " + string.Join(", ", tried);
        string where = allowed is null ? "" : $"; the server allows {(allowed.Count == 0 ? "nothing more" : string.Join(", ", allowed))}";
        string partly = succeeded.Count == 0 ? "" : $"; accepted so far: {string.Join(", ", succeeded)}";
        return new(new SshError(SshErrorKind.AuthenticationFailed, $"The log-in of '{userName}' failed: {what}{where}{partly}."), tried, allowed, cause)
        {
            Succeeded = succeeded,
        };
    }
}
