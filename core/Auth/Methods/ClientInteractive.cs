using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Auth.Methods;

/// <summary>
/// Method <c>keyboard-interactive</c> (RFC 4256): the server asks in rounds, the host answers each round as a whole.
/// <code>
/// byte      SSH_MSG_USERAUTH_REQUEST
/// string    user name
/// string    service name
/// string    "keyboard-interactive"
/// string    language tag, empty
/// string    submethods
/// </code>
/// </summary>
internal sealed class ClientInteractive : ClientMethod
{
    private int _rounds;

    public ClientInteractive(ClientAuth login)
        : base(login)
    {
    }

    public override string Name => AuthMethods.KeyboardInteractive;

    public override string ContinuationName => "USERAUTH_INFO_REQUEST";

    public void Start(string submethods)
    {
        var writer = Login.BeginRequest(Name);
        writer.WriteString("");
        writer.WriteString(submethods);
        Login.Port.Send();
    }

    /// <summary>INFO_REQUEST (RFC 4256 §3.2): name, instruction, language tag, number of prompts, then text and echo of each.</summary>
    public override void OnContinuation(ref SshReader reader)
    {
        var limits = Login.Port.Settings.Limits;
        var name = reader.ReadString();
        var instruction = reader.ReadString();
        int longest = Math.Max(Math.Max(name.Length, instruction.Length), reader.ReadString().Length);
        uint count = reader.ReadUInt32();
        if (!reader.Failed && count > limits.InteractivePrompts)
        {
            Login.Port.Fail(AuthErrors.Limit("The server asks too much at once", limits.InteractivePrompts, count));
            return;
        }

        var prompts = new List<AuthPrompt>();
        for (uint i = 0; i < count && !reader.Failed; i++)
        {
            var text = reader.ReadString();
            longest = Math.Max(longest, text.Length);
            prompts.Add(new AuthPrompt(text.Length > limits.AuthTextLength ? "" : AuthText.Lines(text), reader.ReadBoolean()));
        }

        if (!reader.IsComplete)
        {
            Login.Port.Fail(AuthErrors.Malformed(ContinuationName));
        }
        else if (longest > limits.AuthTextLength)
        {
            Login.Port.Fail(AuthErrors.TooLong("A text of " + ContinuationName, limits.AuthTextLength, longest));
        }
        else if (++_rounds > limits.InteractiveRounds)
        {
            Login.Port.Fail(AuthErrors.Limit("The server asks again and again", limits.InteractiveRounds, _rounds));
        }
        else
        {
            Login.Ask(
                SshEventKind.PromptsReceived,
                new PromptsReceived(AuthText.Line(name), AuthText.Lines(instruction), prompts, _rounds, Answer));
        }
    }

    /// <summary>INFO_RESPONSE (RFC 4256 §3.4): number of answers, then the answers. The caller zeroes them.</summary>
    private void Answer(PromptsReceived decision, byte[][]? answers)
    {
        if (!Login.Answered(decision))
        {
            return;
        }

        if (answers is null)
        {
            Login.Abandon(this, AuthRefusal.Abandoned, "The questions were not answered.");
            return;
        }

        var writer = Login.Port.Begin(MessageId.UserAuth61);
        writer.WriteUInt32((uint)answers.Length);
        foreach (var answer in answers)
        {
            writer.WriteString(answer);
        }

        Login.Port.Send();
    }
}
