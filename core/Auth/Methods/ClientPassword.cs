using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Auth.Methods;

/// <summary>
/// Method <c>password</c> (RFC 4252 §8). The server accepts, refuses, or asks for a new password, which is sent with the
/// old one. No password is kept: each is written into the message and nowhere else.
/// <code>
/// byte      SSH_MSG_USERAUTH_REQUEST
/// string    user name
/// string    service name
/// string    "password"
/// boolean   FALSE, or TRUE to change it
/// string    password
/// string    new password, only after TRUE
/// </code>
/// </summary>
internal sealed class ClientPassword : ClientMethod, IPasswordChangeSink
{
    private int _changes;

    public ClientPassword(ClientAuth login)
        : base(login)
    {
    }

    public override string Name => AuthMethods.Password;

    public override string ContinuationName => "USERAUTH_PASSWD_CHANGEREQ";

    public void Start(ReadOnlySpan<byte> password)
    {
        var writer = Login.BeginRequest(Name);
        writer.WriteBoolean(false);
        writer.WriteString(password);
        Login.Port.Send();
    }

    /// <summary>PASSWD_CHANGEREQ: string prompt, string language tag.</summary>
    public override void OnContinuation(ref SshReader reader)
    {
        var limits = Login.Port.Settings.Limits;
        var prompt = reader.ReadString();
        var language = reader.ReadString();
        if (!reader.IsComplete)
        {
            Login.Port.Fail(AuthErrors.Malformed(ContinuationName));
        }
        else if (prompt.Length > limits.AuthTextLength || language.Length > limits.AuthTextLength)
        {
            Login.Port.Fail(AuthErrors.TooLong("The text of " + ContinuationName, limits.AuthTextLength, Math.Max(prompt.Length, language.Length)));
        }
        else if (++_changes > limits.PasswordChanges)
        {
            Login.Port.Fail(AuthErrors.Limit("The server asks for a new password again and again", limits.PasswordChanges, _changes));
        }
        else
        {
            Login.Ask(SshEventKind.PasswordChangeNeeded, new PasswordChangeNeeded(AuthText.Lines(prompt), _changes, this));
        }
    }

    void IPasswordChangeSink.Change(PasswordChangeNeeded decision, ReadOnlySpan<byte> oldPassword, ReadOnlySpan<byte> newPassword)
    {
        if (Login.Answered(decision))
        {
            var writer = Login.BeginRequest(Name);
            writer.WriteBoolean(true);
            writer.WriteString(oldPassword);
            writer.WriteString(newPassword);
            Login.Port.Send();
        }
    }

    void IPasswordChangeSink.Abandon(PasswordChangeNeeded decision)
    {
        if (Login.Answered(decision))
        {
            Login.Abandon(this, AuthRefusal.Abandoned, "The password was not changed.");
        }
    }
}
