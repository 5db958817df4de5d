using SshCore.Events;

namespace SshCore.Hosts;

/// <summary>
/// A policy's verdict on one attempt to log in. The default value refuses, so that nothing forgotten lets anybody in.
/// </summary>
public readonly struct SshAuthDecision : IEquatable<SshAuthDecision>
{
    private readonly Kind _kind;
    private readonly IReadOnlyList<string>? _remaining;
    private readonly string? _name;
    private readonly string? _text;
    private readonly IReadOnlyList<AuthPrompt>? _prompts;

    private SshAuthDecision(Kind kind, IReadOnlyList<string>? remaining = null, string? name = null, string? text = null, IReadOnlyList<AuthPrompt>? prompts = null)
    {
        _kind = kind;
        _remaining = remaining;
        _name = name;
        _text = text;
        _prompts = prompts;
    }

    private enum Kind : byte
    {
        Refuse,
        Accept,
        Partial,
        Change,
        Ask,
    }

    /// <summary>Refuses.</summary>
    public static SshAuthDecision Refuse => default;

    /// <summary>Lets the user in. For a key without a signature: says that this key would do.</summary>
    public static SshAuthDecision Accept { get; } = new(Kind.Accept);

    /// <summary>Whether it accepts, fully or as one factor.</summary>
    public bool IsAccepted => _kind is Kind.Accept or Kind.Partial;

    /// <summary>Accepts this factor and wants one more of <paramref name="methods"/>.</summary>
    public static SshAuthDecision AcceptPartially(params IReadOnlyList<string> methods) =>
        methods.Count == 0 ? throw new ArgumentException("At least one method must be left.", nameof(methods)) : new(Kind.Partial, methods);

    /// <summary>Only for a password: it is right but has expired; asks for a new one.</summary>
    public static SshAuthDecision ChangePassword(string prompt) => new(Kind.Change, text: prompt);

    /// <summary>Only for keyboard-interactive: asks these questions.</summary>
    public static SshAuthDecision Ask(string name, string instruction, params IReadOnlyList<AuthPrompt> prompts) =>
        new(Kind.Ask, name: name, text: instruction, prompts: prompts);

    /// <summary>Equality of kind and content.</summary>
    public static bool operator ==(SshAuthDecision a, SshAuthDecision b) => a.Equals(b);

    /// <summary>Inequality of kind or content.</summary>
    public static bool operator !=(SshAuthDecision a, SshAuthDecision b) => !a.Equals(b);

    /// <inheritdoc/>
    public bool Equals(SshAuthDecision other) => _kind == other._kind && ReferenceEquals(_remaining, other._remaining)
        && string.Equals(_name, other._name, StringComparison.Ordinal) && string.Equals(_text, other._text, StringComparison.Ordinal)
        && ReferenceEquals(_prompts, other._prompts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SshAuthDecision other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)_kind;

    /// <summary>The kind.</summary>
    public override string ToString() => _kind.ToString();

    /// <summary>How to answer the attempt; a decision that doesn't fit the attempt refuses.</summary>
    internal Action Apply(AuthAttempt attempt)
    {
        switch (_kind)
        {
            case Kind.Accept:
                return attempt.Accept;
            case Kind.Partial:
                var remaining = _remaining!;
                return () => attempt.AcceptPartially(remaining);
            case Kind.Change when attempt is PasswordAttempt password:
                string prompt = _text!;
                return () => password.RequestChange(prompt);
            case Kind.Ask when attempt is InteractiveStep step:
                var (name, text, prompts) = (_name!, _text!, _prompts!);
                return () => step.Challenge(name, text, prompts);
            default:
                return attempt.Deny;
        }
    }
}
