using System.Diagnostics.CodeAnalysis;
using SshCore.Auth;
using SshCore.Errors;
using SshCore.Keys;
using SshCore.Wire;

namespace SshCore.Events;

/// <summary>How a server's policy decided on an attempt.</summary>
internal enum AuthVerdict
{
    Refused,
    Accepted,
    Partial,
    Challenge,
    PasswordChange,
}

/// <summary>Where an attempt's verdict goes: the server's authentication machine.</summary>
internal interface IAuthVerdictSink
{
    SshLimits Limits { get; }
    void Decide(AuthAttempt attempt, AuthVerdict verdict);
}

/// <summary>
/// A user name that differs from the one before: say which methods this user may use. Existing and missing users must
/// look alike from outside, so answer it for a missing user as for one who exists.
/// </summary>
public sealed class UserPresented : SshDecision
{
    private readonly Action<UserPresented, IReadOnlyList<string>?> _answer;

    internal UserPresented(string userName, Action<UserPresented, IReadOnlyList<string>?> answer)
    {
        UserName = userName;
        _answer = answer;
    }

    /// <summary>The user name as sent, without control characters; it says nothing about who is there.</summary>
    public string UserName { get; }

    /// <summary>
    /// Methods that can continue for this user: <c>publickey</c>, <c>password</c>, <c>keyboard-interactive</c>, <c>none</c>.
    /// What is not among them is refused without asking; <c>none</c> is never told to the client (RFC 4252 §5.2).
    /// </summary>
    /// <exception cref="ArgumentException">A method is unknown or there twice.</exception>
    public void Allow(params IReadOnlyList<string> methods)
    {
        AuthMethods.Check(methods, nameof(methods));
        if (TryAnswer())
        {
            _answer(this, [.. methods]);
        }
    }

    /// <summary>Takes the methods of the settings.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(this, null);
        }
    }
}

/// <summary>
/// One attempt to authenticate. What is not accepted is refused. Requests that follow wait until it is answered;
/// replies leave in the order of the requests.
/// </summary>
public abstract class AuthAttempt : SshDecision
{
    private protected AuthAttempt(IAuthVerdictSink sink, string userName, IReadOnlyList<AuthFactor> accepted)
    {
        Sink = sink;
        UserName = userName;
        Accepted = accepted;
    }

    /// <summary>The user name as sent, without control characters.</summary>
    public string UserName { get; }

    /// <summary>The service asked for: <c>ssh-connection</c>, the only one there is.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "It belongs to the request.")]
    public string Service => AuthMethods.ConnectionService;

    /// <summary>The method's name (RFC 4252).</summary>
    public abstract string Method { get; }

    /// <summary>The factors that this user has given before, in order; empty at first.</summary>
    public IReadOnlyList<AuthFactor> Accepted { get; }

    internal IReadOnlyList<string> RemainingMethods { get; private set; } = [];

    private protected IAuthVerdictSink Sink { get; }

    /// <summary>Lets the user in. For a <see cref="KeyProbe"/>: says that this key would do.</summary>
    public void Accept() => Decide(AuthVerdict.Accepted);

    /// <summary>
    /// Accepts this factor and asks for another one of <paramref name="remaining"/>, and only of those. For a
    /// <see cref="KeyProbe"/> the same as <see cref="Accept"/>.
    /// </summary>
    /// <exception cref="ArgumentException">No method remains, or one is unknown or there twice.</exception>
    public void AcceptPartially(params IReadOnlyList<string> remaining)
    {
        AuthMethods.Check(remaining, nameof(remaining));
        if (remaining.Count == 0)
        {
            throw new ArgumentException("Partial success needs at least one method that can continue.", nameof(remaining));
        }

        RemainingMethods = [.. remaining];
        Decide(AuthVerdict.Partial);
    }

    /// <summary>Refuses.</summary>
    public override void Deny() => Decide(AuthVerdict.Refused);

    /// <summary>Zeroes what was secret in the attempt.</summary>
    internal virtual void Forget()
    {
    }

    private protected void Decide(AuthVerdict verdict)
    {
        if (TryAnswer())
        {
            Sink.Decide(this, verdict);
        }
    }
}

/// <summary>
/// Method <c>none</c> (RFC 4252 §5.2): refused unless the policy lets a user in without proof. Only raised where
/// <c>none</c> is among the methods that the user may use.
/// </summary>
public sealed class NoneAttempt : AuthAttempt
{
    internal NoneAttempt(IAuthVerdictSink sink, string userName, IReadOnlyList<AuthFactor> accepted)
        : base(sink, userName, accepted)
    {
    }

    /// <inheritdoc/>
    public override string Method => AuthMethods.None;
}

/// <summary>Method <c>password</c> (RFC 4252 §8). The passwords are zeroed once it is answered, or the connection ends.</summary>
public sealed class PasswordAttempt : AuthAttempt
{
    private readonly byte[] _password;
    private readonly byte[]? _newPassword;

    internal PasswordAttempt(IAuthVerdictSink sink, string userName, IReadOnlyList<AuthFactor> accepted, byte[] password, byte[]? newPassword)
        : base(sink, userName, accepted)
    {
        _password = password;
        _newPassword = newPassword;
    }

    /// <inheritdoc/>
    public override string Method => AuthMethods.Password;

    /// <summary>The password as sent, UTF-8 by the RFC.</summary>
    public ReadOnlyMemory<byte> Password => _password;

    /// <summary>The new password, if this is a change request; null otherwise.</summary>
    public ReadOnlyMemory<byte>? NewPassword => _newPassword is null ? null : (ReadOnlyMemory<byte>?)_newPassword;

    internal string ChangePrompt { get; private set; } = "";

    /// <summary>Asks for a new password (PASSWD_CHANGEREQ).</summary>
    /// <exception cref="ArgumentException">The prompt is longer than 16 KiB.</exception>
    public void RequestChange(string prompt)
    {
        AuthText.CheckText(prompt, nameof(prompt));
        ChangePrompt = prompt;
        Decide(AuthVerdict.PasswordChange);
    }

    internal override void Forget()
    {
        AuthText.Zero(_password);
        AuthText.Zero(_newPassword);
    }
}

/// <summary>A public key query without signature (RFC 4252 §7): accepting it authorises nothing.</summary>
public sealed class KeyProbe : AuthAttempt
{
    internal KeyProbe(IAuthVerdictSink sink, string userName, IReadOnlyList<AuthFactor> accepted, SshPublicKey key, string algorithm)
        : base(sink, userName, accepted)
    {
        Key = key;
        Algorithm = algorithm;
    }

    /// <inheritdoc/>
    public override string Method => AuthMethods.PublicKey;

    /// <summary>The key asked about.</summary>
    public SshPublicKey Key { get; }

    /// <summary>The signature algorithm it would sign with.</summary>
    public string Algorithm { get; }
}

/// <summary>Method <c>publickey</c>: this key has signed, and the core has verified the signature.</summary>
public sealed class KeyProof : AuthAttempt
{
    internal KeyProof(IAuthVerdictSink sink, string userName, IReadOnlyList<AuthFactor> accepted, SshPublicKey key, string algorithm)
        : base(sink, userName, accepted)
    {
        Key = key;
        Algorithm = algorithm;
    }

    /// <inheritdoc/>
    public override string Method => AuthMethods.PublicKey;

    /// <summary>The key that signed.</summary>
    public SshPublicKey Key { get; }

    /// <summary>The signature algorithm it signed with.</summary>
    public string Algorithm { get; }
}

/// <summary>A step that can be answered with questions (RFC 4256).</summary>
public abstract class InteractiveStep : AuthAttempt
{
    private protected InteractiveStep(IAuthVerdictSink sink, string userName, IReadOnlyList<AuthFactor> accepted)
        : base(sink, userName, accepted)
    {
    }

    /// <inheritdoc/>
    public override string Method => AuthMethods.KeyboardInteractive;

    internal string ChallengeName { get; private set; } = "";

    internal string ChallengeInstruction { get; private set; } = "";

    internal IReadOnlyList<AuthPrompt> ChallengePrompts { get; private set; } = [];

    /// <summary>
    /// Asks the user: <see cref="InteractiveResponse"/> follows with as many answers as there are prompts. More than
    /// <see cref="SshLimits.InteractiveRounds"/> challenges in one attempt refuse it.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A prompt is empty (RFC 4256 §3.2), there are more than <see cref="SshLimits.InteractivePrompts"/>, or the texts
    /// exceed 16 KiB in all.
    /// </exception>
    public void Challenge(string name, string instruction, params IReadOnlyList<AuthPrompt> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (prompts.Count > Sink.Limits.InteractivePrompts)
        {
            throw new ArgumentException($"At most {Sink.Limits.InteractivePrompts} prompts fit; there are {prompts.Count}.", nameof(prompts));
        }

        AuthText.CheckText(name, nameof(name));
        AuthText.CheckText(instruction, nameof(instruction));
        int length = Utf8.ByteCount(name) + Utf8.ByteCount(instruction);
        foreach (var prompt in prompts)
        {
            if (string.IsNullOrEmpty(prompt.Text))
            {
                throw new ArgumentException("A prompt must not be empty (RFC 4256 §3.2).", nameof(prompts));
            }

            AuthText.CheckText(prompt.Text, nameof(prompts));
            length += Utf8.ByteCount(prompt.Text);
        }

        if (length > AuthText.LargestSecret)
        {
            throw new ArgumentException($"The texts of a challenge have at most {AuthText.LargestSecret} bytes; they have {length}.", nameof(prompts));
        }

        ChallengeName = name;
        ChallengeInstruction = instruction;
        ChallengePrompts = [.. prompts];
        Decide(AuthVerdict.Challenge);
    }
}

/// <summary>Method <c>keyboard-interactive</c> begins.</summary>
public sealed class InteractiveAttempt : InteractiveStep
{
    internal InteractiveAttempt(IAuthVerdictSink sink, string userName, IReadOnlyList<AuthFactor> accepted, string submethods)
        : base(sink, userName, accepted) => Submethods = submethods;

    /// <summary>Comma-separated hints of the client, made printable; usually empty.</summary>
    public string Submethods { get; }
}

/// <summary>The user's answers to a <see cref="InteractiveStep.Challenge"/>.</summary>
public sealed class InteractiveResponse : InteractiveStep
{
    private readonly byte[][] _answers;
    private IReadOnlyList<string>? _texts;

    internal InteractiveResponse(IAuthVerdictSink sink, string userName, IReadOnlyList<AuthFactor> accepted, byte[][] answers, int round)
        : base(sink, userName, accepted)
    {
        _answers = answers;
        Round = round;
        AnswersUtf8 = Array.ConvertAll(answers, answer => (ReadOnlyMemory<byte>)answer);
    }

    /// <summary>The answers as sent, UTF-8 by the RFC, one for each prompt; zeroed once this is answered, or the connection ends.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> AnswersUtf8 { get; }

    /// <summary>
    /// The answers as text, with U+FFFD for what is not UTF-8, made when first read, which has to be before this is answered. Strings cannot be zeroed:
    /// <see cref="AnswersUtf8"/> is the better source where the answer is a password.
    /// </summary>
    public IReadOnlyList<string> Answers => _texts ??= Array.ConvertAll(_answers, answer => Utf8.Decode(answer));

    /// <summary>1 for the answers to the first challenge.</summary>
    public int Round { get; }

    internal override void Forget() => AuthText.Zero(_answers);
}
