namespace SshCore.Errors;

/// <summary>The caller broke the contract of this library. A peer's bytes never cause it.</summary>
public sealed class SshUsageException : InvalidOperationException
{
    /// <summary>Says what was called wrongly.</summary>
    public SshUsageException(string message)
        : base(message)
    {
    }

    /// <summary>Says what was called wrongly, and what that caused.</summary>
    public SshUsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception without a message of its own.</summary>
    public SshUsageException()
    {
    }
}
