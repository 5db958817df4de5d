using System.Runtime.ExceptionServices;
using SshCore.Auth;
using SshCore.Events;
using SshCore.Native.Boundary;

namespace SshCore.Native.Easy;

/// <summary>
/// Logs in, one method per call. After a call that failed the next one may try another method; what the server has accepted
/// so far stays accepted as long as the user is the same.
/// </summary>
internal sealed class EasyLogin(EasyObject easy)
{
    private Result _result;
    private string _reason = "";
    private ExceptionDispatchInfo? _fault;

    /// <summary>The user of the last call.</summary>
    public string User { get; private set; } = "";

    /// <summary>What the server said last can continue.</summary>
    public IReadOnlyList<string> Allowed { get; private set; } = [];

    /// <summary>Methods that were accepted.</summary>
    public IReadOnlyList<string> Succeeded { get; private set; } = [];

    /// <summary>Tries one method. Questions that come of it go to <paramref name="answer"/>.</summary>
    public void Try(string user, Action<AuthMethodNeeded> attempt, Action<SshDecision>? answer = null)
    {
        easy.Begin();
        easy.Connection.Authenticate(user);
        if (user != User)
        {
            User = user;
            Allowed = Succeeded = [];
        }

        _result = Result.AuthFailed;
        _reason = "";
        _fault = null;
        bool tried = false;
        try
        {
            easy.Until(e =>
            {
                switch (e.Body)
                {
                    case AuthMethodNeeded method when !tried:
                        tried = true;
                        Guarded(method, () => attempt(method));
                        break;
                    case AuthMethodNeeded method:
                        OnOver(method);
                        break;
                    case AuthPartial partial:
                        _result = Result.AuthPartial;
                        _reason = $"{partial.Method} was accepted, and more is wanted.";
                        break;
                    case PasswordChangeNeeded or PromptsReceived when answer is not null:
                        var question = (SshDecision)e.Body;
                        Guarded(question, () => answer(question));
                        break;
                    case PasswordChangeNeeded change:
                        Refuse(change, Result.PasswordExpired, change.Prompt);
                        break;
                    case Authenticated success:
                        OnSuccess(success);
                        break;
                    default:
                        break;
                }

                return e.Kind is SshEventKind.Authenticated or SshEventKind.AuthFailed;
            });
        }
        catch (NativeException e) when (e.Result == Result.Timeout)
        {
            // The answer may come later, and would then be taken for that to another try.
            easy.Disconnect();
            throw;
        }

        _fault?.Throw();
        if (_result != Result.Ok)
        {
            throw new NativeException(_result, _reason);
        }
    }

    /// <summary>Gives the method up for a reason of this side's.</summary>
    public void Refuse(SshDecision question, Result result, string reason)
    {
        _result = result;
        _reason = reason;
        question.Deny();
    }

    private void OnSuccess(Authenticated success)
    {
        _result = Result.Ok;
        var methods = new List<string>();
        foreach (var factor in success.Factors)
        {
            methods.Add(factor.Method);
        }

        Succeeded = methods;
        Allowed = [];
    }

    private void OnOver(AuthMethodNeeded method)
    {
        Allowed = method.Allowed ?? [];
        Succeeded = method.Succeeded;
        if (_reason.Length == 0)
        {
            _reason = method.Refusal switch
            {
                AuthRefusal.ByServer => $"The server refused {method.Failed}; ",
                _ => $"{method.Failed}: {method.Refusal} {method.Detail}; ",
            };
            _reason += Allowed.Count == 0 ? "nothing can continue." : $"can continue: {string.Join(',', Allowed)}";
        }

        method.Deny();
    }

    // A wrong argument must not leave the log-in half done: it is given up first, and told of afterwards.
    private void Guarded(SshDecision question, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            _fault = ExceptionDispatchInfo.Capture(e);
            question.Deny();
        }
    }
}
