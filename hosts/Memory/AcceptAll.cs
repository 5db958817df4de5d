using SshCore.Events;

namespace SshCore.Memory;

/// <summary>The policy of a demonstration: says yes to everything and asks for nothing. For tests and examples only.</summary>
public static class AcceptAll
{
    private static readonly string[] Methods = ["none", "publickey", "password", "keyboard-interactive"];

    /// <summary>
    /// Answers a decision of either role with yes: trusts every host key, lets every user in by any method (a client tries
    /// <c>none</c>), opens every channel, grants every request. Other events, and what cannot be answered without a key or
    /// a group, are left alone.
    /// </summary>
    /// <returns>True if <paramref name="e"/> was a decision that has been answered.</returns>
    public static bool Answer(in SshEvent e)
    {
        switch (e.Body)
        {
            case SshDecision { IsAnswered: true }:
                return false;
            case HostKeyOffered hostKey:
                hostKey.Accept();
                return true;
            case AuthMethodNeeded { Failed: null } method:
                method.TryNone();
                return true;
            case AuthMethodNeeded method:
                method.Deny();
                return true;
            case PromptsReceived prompts:
                prompts.Answer(new string[prompts.Prompts.Count].AsEmpty());
                return true;
            case UserPresented user:
                user.Allow(Methods);
                return true;
            case AuthAttempt attempt:
                attempt.Accept();
                return true;
            case OpenRequested open:
                open.Accept();
                return true;
            case ChannelRequested request:
                request.Accept();
                return true;
            case GlobalRequested request:
                request.Accept();
                return true;
            default:
                return false;
        }
    }

    private static string[] AsEmpty(this string[] answers)
    {
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = "";
        }

        return answers;
    }
}
