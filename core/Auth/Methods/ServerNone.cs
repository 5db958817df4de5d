using SshCore.Events;

namespace SshCore.Auth.Methods;

/// <summary>Method <c>none</c> (RFC 4252 §5.2). It has no fields.</summary>
internal sealed class ServerNone : ServerMethod
{
    public ServerNone(ServerAuth login, bool counts)
        : base(login) => Counts = counts;

    /// <summary>Whether its refusal is a failed attempt; not so for a client's first request, which only asks.</summary>
    public bool Counts { get; }

    public override void Begin(in UserAuthRequest request)
    {
        if (!request.Fields.IsEmpty)
        {
            Login.Port.Fail(AuthErrors.Malformed("USERAUTH_REQUEST of method none"));
            return;
        }

        Login.Ask(SshEventKind.NoneAttempt, new NoneAttempt(Login, Login.User, Login.Factors));
    }

    public override void OnVerdict(AuthAttempt attempt, AuthVerdict verdict)
    {
        if (verdict == AuthVerdict.Refused)
        {
            Login.Refuse(Counts);
        }
        else
        {
            base.OnVerdict(attempt, verdict);
        }
    }
}
