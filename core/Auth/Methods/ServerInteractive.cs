using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Auth.Methods;

/// <summary>
/// Method <c>keyboard-interactive</c> (RFC 4256): string language tag and string submethods begin it; then the host's
/// challenges and the client's answers alternate until there is a verdict.
/// </summary>
internal sealed class ServerInteractive : ServerMethod
{
    private int _rounds;
    private int _prompts;
    private bool _awaitsResponse;

    public ServerInteractive(ServerAuth login)
        : base(login)
    {
    }

    public override bool AwaitsResponse => _awaitsResponse;

    public override void Begin(in UserAuthRequest request)
    {
        int limit = Login.Port.Settings.Limits.AuthTextLength;
        var reader = new SshReader(request.Fields);
        var language = reader.ReadString();
        var submethods = reader.ReadString();
        if (!reader.IsComplete)
        {
            Login.Port.Fail(AuthErrors.Malformed("USERAUTH_REQUEST of method keyboard-interactive"));
        }
        else if (language.Length > limit || submethods.Length > limit)
        {
            Login.Refuse();
        }
        else
        {
            Login.Ask(
                SshEventKind.InteractiveAttempt,
                new InteractiveAttempt(Login, Login.User, Login.Factors, AuthText.Line(submethods)));
        }
    }

    /// <summary>INFO_RESPONSE (RFC 4256 §3.4): number of answers, then the answers.</summary>
    public override void OnResponse(ReadOnlySpan<byte> payload)
    {
        _awaitsResponse = false;
        var answers = new byte[_prompts][];
        var reader = new SshReader(payload);
        reader.ReadByte();

        // "If the num-responses field does not match the num-prompts field in the request message, the server MUST send
        // a failure message." The rest is read all the same, for it may be malformed; no count is trusted for that.
        uint count = reader.ReadUInt32();
        bool fits = count == (uint)_prompts;
        for (uint i = 0; i < count && !reader.Failed; i++)
        {
            var answer = reader.ReadString();
            fits &= answer.Length <= Login.Port.Settings.Limits.AuthTextLength;
            if (i < _prompts)
            {
                answers[i] = answer.ToArray();
            }
        }

        if (reader.IsComplete && fits)
        {
            Login.Ask(
                SshEventKind.InteractiveResponse,
                new InteractiveResponse(Login, Login.User, Login.Factors, answers, _rounds));
            return;
        }

        AuthText.Zero(Array.FindAll(answers, answer => answer is not null));
        if (reader.IsComplete)
        {
            Login.Refuse();
        }
        else
        {
            Login.Port.Fail(AuthErrors.Malformed("USERAUTH_INFO_RESPONSE"));
        }
    }

    public override void OnVerdict(AuthAttempt attempt, AuthVerdict verdict)
    {
        if (verdict != AuthVerdict.Challenge)
        {
            base.OnVerdict(attempt, verdict);
        }
        else if (_rounds == Login.Port.Settings.Limits.InteractiveRounds)
        {
            Login.Refuse();
        }
        else
        {
            Ask((InteractiveStep)attempt);
        }
    }

    /// <summary>INFO_REQUEST (RFC 4256 §3.2): name, instruction, language tag, number of prompts, then text and echo of each.</summary>
    private void Ask(InteractiveStep step)
    {
        var writer = Login.Port.Begin(MessageId.UserAuth60);
        writer.WriteString(step.ChallengeName);
        writer.WriteString(step.ChallengeInstruction);
        writer.WriteString("");
        writer.WriteUInt32((uint)step.ChallengePrompts.Count);
        foreach (var prompt in step.ChallengePrompts)
        {
            writer.WriteString(prompt.Text);
            writer.WriteBoolean(prompt.Echo);
        }

        Login.Port.Send();
        _rounds++;
        _prompts = step.ChallengePrompts.Count;
        _awaitsResponse = true;
    }
}
