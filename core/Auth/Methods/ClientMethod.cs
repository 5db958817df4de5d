using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Auth.Methods;

/// <summary>One attempt of a client with one method: its state from the request to the server's verdict.</summary>
internal abstract class ClientMethod
{
    private protected ClientMethod(ClientAuth login) => Login = login;

    /// <summary>The method's name.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the request that is out is one that can succeed.</summary>
    public virtual bool MaySucceed => true;

    /// <summary>The name of message 60 in the present state; null if there is none.</summary>
    public virtual string? ContinuationName => null;

    /// <summary>What was given, once it has been accepted.</summary>
    public virtual AuthFactor Factor => new(Name);

    private protected ClientAuth Login { get; }

    /// <summary>Message 60, of which the number has been read; only while <see cref="ContinuationName"/> says that one may come.</summary>
    public virtual void OnContinuation(ref SshReader reader) => Login.Port.Fail(AuthErrors.OutOfTurn("message 60", "no such message"));
}
