using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SshCore.Events;
using SshCore.Hosts.Driving;

namespace SshCore.Hosts;

/// <summary>One log-in: goes through the credentials in order, each where the server allows its method.</summary>
internal sealed class LoginPlan : IDisposable
{
    private readonly List<LoginState> _states = [];
    private readonly List<string> _tried = [];
    private readonly int _tryLimit;
    private readonly ILogger _log;
    private LoginState? _current;
    private bool _askedNone;
    private int _tries;

    public LoginPlan(string userName, IReadOnlyList<SshCredential> credentials, int tryLimit, ILogger log)
    {
        UserName = userName;
        _tryLimit = tryLimit;
        _log = log;
        foreach (var credential in credentials)
        {
            _states.Add(new(credential, userName));
        }
    }

    public string UserName { get; }

    /// <summary>Methods tried, in order, without repeats and without asking for what is allowed.</summary>
    public IReadOnlyList<string> Tried => _tried;

    /// <summary>What the server last said can continue.</summary>
    public IReadOnlyList<string>? Allowed { get; private set; }

    /// <summary>What the server has accepted as one factor of several.</summary>
    public IReadOnlyList<string> Succeeded { get; private set; } = [];

    /// <summary>Why a credential could not be used; null if all could.</summary>
    public Exception? Problem { get; private set; }

    /// <summary>Zeroes keys that were read from files.</summary>
    public void Dispose()
    {
        foreach (var state in _states)
        {
            state.Owned?.Dispose();
        }
    }

    /// <summary>Chooses the next attempt.</summary>
    public async ValueTask<Action> NextAsync(AuthMethodNeeded needed, CancellationToken cancellationToken)
    {
        Allowed = needed.Allowed;
        Succeeded = needed.Succeeded;
        foreach (var state in _states)
        {
            while (!state.IsSpent && state.Credential.CanTry(state, needed.Allowed))
            {
                if (_tries >= _tryLimit)
                {
                    return needed.Deny;
                }

                // Nothing secret is sent for a method before the server has said that it has it.
                if (needed.Allowed is null && !_askedNone && state.Credential.Method is ("password" or "keyboard-interactive"))
                {
                    _askedNone = true;
                    _current = null;
                    return needed.TryNone;
                }

                Action? attempt = null;
                try
                {
                    attempt = await state.Credential.PrepareAsync(state, needed, cancellationToken).ConfigureAwait(false);
                }
#pragma warning disable CA1031 // A credential that can't be used is skipped; the reason is told if the log-in fails.
                catch (Exception ex) when (ex is not OperationCanceledException)
#pragma warning restore CA1031
                {
                    Problem ??= ex;
                    _log.CredentialUnusable(state.Credential.Description, ex);
                }

                if (attempt is null)
                {
                    state.IsSpent = true;
                    break;
                }

                state.Attempts++;
                _tries++;
                _current = state;
                if (!_tried.Contains(state.Credential.Method))
                {
                    _tried.Add(state.Credential.Method);
                }

                return attempt;
            }
        }

        return needed.Deny;
    }

    /// <summary>Answers questions of the attempt under way.</summary>
    public async ValueTask<Action> AnswerAsync(PromptsReceived asked, CancellationToken cancellationToken)
    {
        if (_current is not { } state)
        {
            return asked.Deny;
        }

        var prompts = new SshPrompts(UserName, asked.Name, asked.Instruction, asked.Prompts, asked.Round);
        var answers = await state.Credential.AnswerAsync(state, prompts, cancellationToken).ConfigureAwait(false);
        return answers is null ? asked.Deny : () => asked.Answer(answers);
    }

    /// <summary>Signs for the attempt under way.</summary>
    public async ValueTask<Action> SignAsync(SignatureNeeded needed, CancellationToken cancellationToken)
    {
        if (_current is not { } state)
        {
            return needed.Deny;
        }

        byte[]? blob = null;
        try
        {
            blob = await state.Credential.SignAsync(new(needed.Key, needed.Algorithm, needed.Data), cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // As when it is prepared: the next one is tried.
        catch (Exception ex) when (ex is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Problem ??= ex;
            _log.CredentialUnusable(state.Credential.Description, ex);
        }

        return blob is null ? needed.Deny : () => needed.Sign(blob);
    }

    /// <summary>Changes the password of the attempt under way.</summary>
    public async ValueTask<Action> ChangePasswordAsync(PasswordChangeNeeded needed, CancellationToken cancellationToken)
    {
        if (_current is { } state
            && await state.Credential.ChangePasswordAsync(state, needed.Prompt, cancellationToken).ConfigureAwait(false) is { } passwords)
        {
            return () =>
            {
                needed.Change(passwords.Old, passwords.New);
                Array.Clear(passwords.Old, 0, passwords.Old.Length);
                Array.Clear(passwords.New, 0, passwords.New.Length);
            };
        }

        return needed.Deny;
    }
}
