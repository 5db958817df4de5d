using SshCore.Events;

namespace SshCore.Auth.Methods;

/// <summary>
/// One attempt with one method on a server: it reads the method's own fields, asks the host, and acts on the verdict.
/// Fields that do not parse end the connection; what parses and does not hold is refused.
/// </summary>
internal abstract class ServerMethod
{
    private protected ServerMethod(ServerAuth login) => Login = login;

    /// <summary>Whether USERAUTH_INFO_RESPONSE is due.</summary>
    public virtual bool AwaitsResponse => false;

    private protected ServerAuth Login { get; }

    public abstract void Begin(in UserAuthRequest request);

    /// <summary>USERAUTH_INFO_RESPONSE, its number included; only while <see cref="AwaitsResponse"/>.</summary>
    public virtual void OnResponse(ReadOnlySpan<byte> payload) =>
        Login.Port.Fail(AuthErrors.OutOfTurn("USERAUTH_INFO_RESPONSE", "USERAUTH_REQUEST"));

    /// <summary>The host's verdict. What it is not one of is a refusal.</summary>
    public virtual void OnVerdict(AuthAttempt attempt, AuthVerdict verdict)
    {
        switch (verdict)
        {
            case AuthVerdict.Accepted:
                Login.Succeed(Factor(attempt));
                break;
            case AuthVerdict.Partial:
                Login.SucceedPartially(Factor(attempt), attempt.RemainingMethods);
                break;
            default:
                Login.Refuse();
                break;
        }
    }

    private protected virtual AuthFactor Factor(AuthAttempt attempt) => new(attempt.Method);
}
