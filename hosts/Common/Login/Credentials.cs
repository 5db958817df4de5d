using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Events;
using SshCore.Keys;

namespace SshCore.Hosts;

/// <summary>Method none.</summary>
internal sealed class NoneCredential : SshCredential
{
    public NoneCredential()
        : base("none")
    {
    }

    public override string Description => "none";

    // Servers do not list "none" among the methods that can continue (RFC 4252 §5.2).
    internal override bool CanTry(LoginState state, IReadOnlyList<string>? allowed) => state.Attempts == 0;

    internal override ValueTask<Action?> PrepareAsync(LoginState state, AuthMethodNeeded needed, CancellationToken cancellationToken) => new(needed.TryNone);
}

/// <summary>A private key at hand.</summary>
internal sealed class PrivateKeyCredential : SshCredential
{
    private readonly SshPrivateKey _key;
    private readonly string? _algorithm;
    private readonly bool _probeFirst;

    public PrivateKeyCredential(SshPrivateKey key, string? algorithm, bool probeFirst)
        : base("publickey")
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
        _algorithm = algorithm;
        _probeFirst = probeFirst;
    }

    public override string Description => $"{_key.PublicKey.KeyType} key {_key.Comment}".TrimEnd();

    internal override bool CanTry(LoginState state, IReadOnlyList<string>? allowed) => state.Attempts == 0 && Allows(allowed, Method);

    internal override ValueTask<Action?> PrepareAsync(LoginState state, AuthMethodNeeded needed, CancellationToken cancellationToken) =>
        new(() => needed.TryPublicKey(_key, _algorithm, _probeFirst));
}

/// <summary>A key whose private half is elsewhere.</summary>
internal sealed class SignerCredential : SshCredential
{
    private readonly SshPublicKey _key;
    private readonly Func<SshSignatureQuery, CancellationToken, ValueTask<byte[]?>> _sign;

    public SignerCredential(SshPublicKey key, Func<SshSignatureQuery, CancellationToken, ValueTask<byte[]?>> sign)
        : base("publickey")
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(sign);
        _key = key;
        _sign = sign;
    }

    public override string Description => $"{_key.KeyType} key of a signer";

    internal override bool CanTry(LoginState state, IReadOnlyList<string>? allowed) => state.Attempts == 0 && Allows(allowed, Method);

    internal override ValueTask<Action?> PrepareAsync(LoginState state, AuthMethodNeeded needed, CancellationToken cancellationToken) =>
        new(() => needed.TryPublicKey(_key));

    internal override ValueTask<byte[]?> SignAsync(SshSignatureQuery query, CancellationToken cancellationToken) => _sign(query, cancellationToken);
}

/// <summary>Keyboard-interactive with the user.</summary>
internal sealed class InteractiveCredential : SshCredential
{
    private readonly Func<SshPrompts, CancellationToken, ValueTask<IReadOnlyList<string>?>> _answer;
    private readonly string _submethods;

    public InteractiveCredential(Func<SshPrompts, CancellationToken, ValueTask<IReadOnlyList<string>?>> answer, string submethods)
        : base("keyboard-interactive")
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answer = answer;
        _submethods = submethods;
    }

    public override string Description => "keyboard-interactive";

    internal override bool CanTry(LoginState state, IReadOnlyList<string>? allowed) => Allows(allowed, Method);

    internal override ValueTask<Action?> PrepareAsync(LoginState state, AuthMethodNeeded needed, CancellationToken cancellationToken) =>
        new(() => needed.TryKeyboardInteractive(_submethods));

    internal override async ValueTask<IReadOnlyList<string>?> AnswerAsync(LoginState state, SshPrompts prompts, CancellationToken cancellationToken)
    {
        var answers = await _answer(prompts, cancellationToken).ConfigureAwait(false);

        // Who gives up once is not asked again.
        state.IsSpent |= answers is null;
        return answers;
    }
}

/// <summary>A password, and keyboard-interactive where the server has only that.</summary>
internal sealed class PasswordCredential : SshCredential
{
    private readonly Func<SshPasswordQuery, CancellationToken, ValueTask<byte[]?>> _ask;
    private readonly bool _fallback;

    public PasswordCredential(Func<SshPasswordQuery, CancellationToken, ValueTask<byte[]?>> ask, bool fallback)
        : base("password")
    {
        ArgumentNullException.ThrowIfNull(ask);
        _ask = ask;
        _fallback = fallback;
    }

    public override string Description => "password";

    internal override bool CanTry(LoginState state, IReadOnlyList<string>? allowed) =>
        Allows(allowed, Method) || (_fallback && !state.TriedInteractive && Allows(allowed, "keyboard-interactive"));

    internal override async ValueTask<Action?> PrepareAsync(LoginState state, AuthMethodNeeded needed, CancellationToken cancellationToken)
    {
        if (!Allows(needed.Allowed, Method))
        {
            state.TriedInteractive = true;
            return () => needed.TryKeyboardInteractive();
        }

        byte[]? password = await _ask(new(state.UserName, state.Attempts + 1, null), cancellationToken).ConfigureAwait(false);
        return password is null ? null : () =>
        {
            needed.TryPassword(password);
            Array.Clear(password, 0, password.Length);
        };
    }

    internal override async ValueTask<IReadOnlyList<string>?> AnswerAsync(LoginState state, SshPrompts prompts, CancellationToken cancellationToken)
    {
        if (prompts.Prompts.Count == 0)
        {
            return [];
        }

        // A server that asks for more, again or for something to show gets nothing: only the plain password question is meant.
        if (prompts.Prompts.Count != 1 || prompts.Prompts[0].Echo || state.AnsweredInteractive)
        {
            return null;
        }

        byte[]? password = await _ask(new(state.UserName, state.Attempts, null), cancellationToken).ConfigureAwait(false);
        if (password is null)
        {
            return null;
        }

        state.AnsweredInteractive = true;
        string text = System.Text.Encoding.UTF8.GetString(password);
        Array.Clear(password, 0, password.Length);
        return [text];
    }

    internal override async ValueTask<(byte[] Old, byte[] New)?> ChangePasswordAsync(LoginState state, string prompt, CancellationToken cancellationToken)
    {
        byte[]? old = await _ask(new(state.UserName, 1, null), cancellationToken).ConfigureAwait(false);
        byte[]? changed = old is null ? null : await _ask(new(state.UserName, 1, prompt), cancellationToken).ConfigureAwait(false);
        return old is null || changed is null ? null : (old, changed);
    }
}
