namespace SshCore.Fuzz;

/// <summary>A broken promise that is no exception of the code under test: no progress, another result for other chunks.</summary>
public sealed class FuzzFindingException : Exception
{
    public FuzzFindingException(string message)
        : base(message)
    {
    }

    public FuzzFindingException()
    {
    }

    public FuzzFindingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
