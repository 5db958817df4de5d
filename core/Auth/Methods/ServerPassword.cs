using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Auth.Methods;

/// <summary>
/// Method <c>password</c> (RFC 4252 §8): boolean, string password and, after TRUE, string new password. A password beyond
/// <see cref="SshLimits.PasswordLength"/> is refused like a wrong one.
/// </summary>
internal sealed class ServerPassword : ServerMethod
{
    public ServerPassword(ServerAuth login)
        : base(login)
    {
    }

    public override void Begin(in UserAuthRequest request)
    {
        var reader = new SshReader(request.Fields);
        bool change = reader.ReadBoolean();
        var password = reader.ReadString();
        var newPassword = change ? reader.ReadString() : default;
        int limit = Login.Port.Settings.Limits.PasswordLength;
        if (!reader.IsComplete)
        {
            Login.Port.Fail(AuthErrors.Malformed("USERAUTH_REQUEST of method password"));
        }
        else if (password.Length > limit || newPassword.Length > limit)
        {
            Login.Refuse();
        }
        else
        {
            Login.Ask(
                SshEventKind.PasswordAttempt,
                new PasswordAttempt(Login, Login.User, Login.Factors, password.ToArray(), change ? newPassword.ToArray() : null));
        }
    }

    public override void OnVerdict(AuthAttempt attempt, AuthVerdict verdict)
    {
        if (verdict == AuthVerdict.PasswordChange)
        {
            // USERAUTH_PASSWD_CHANGEREQ: string prompt, string language tag. The change comes as a request of its own.
            var writer = Login.Port.Begin(MessageId.UserAuth60);
            writer.WriteString(((PasswordAttempt)attempt).ChangePrompt);
            writer.WriteString("");
            Login.Port.Send();
        }
        else
        {
            base.OnVerdict(attempt, verdict);
        }
    }
}
