namespace SshCore.Native.Boundary;

/// <summary>Carries a result and its detail to the boundary. It never leaves the library.</summary>
internal sealed class NativeException(Result result, string message) : Exception(message)
{
    public Result Result { get; } = result;
}
