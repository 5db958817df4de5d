using SshCore.Keys;

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
    void Decide(AuthAttempt attempt, AuthVerdict verdict);
}

/// <summary>A user name came for the first time: say which methods this user may use.</summary>
public sealed class UserPresented : SshDecision
{
    private readonly Action<IReadOnlyList<string>?> _answer;

    internal UserPresented(string userName, Action<IReadOnlyList<string>?> answer)
    {
        UserName = userName;
        _answer = answer;
    }

    /// <summary>The user name as sent; it says nothing about who is there.</summary>
    public string UserName { get; }

    /// <summary>Methods that can continue for this user: <c>publickey</c>, <c>password</c>, <c>keyboard-interactive</c>, <c>none</c>.</summary>
    public void Allow(params IReadOnlyList<string> methods)
    {
        if (TryAnswer())
        {
            _answer([.. methods]);
        }
    }

    /// <summary>Takes the methods of the settings. Existing and missing users must look alike from outside.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(null);
        }
    }
}

/// <summary>One attempt to authenticate. What is not accepted is refused.</summary>
public abstract class AuthAttempt : SshDecision
{
    private readonly IAuthVerdictSink _sink;

    private protected AuthAttempt(IAuthVerdictSink sink, string userName, string service)
    {
        _sink = sink;
        UserName = userName;
        Service = service;
    }

    /// <summary>The user name as sent.</summary>
    public string UserName { get; }

    /// <summary>The service asked for, <c>ssh-connection</c>.</summary>
    public string Service { get; }

    /// <summary>The method's name (RFC 4252).</summary>
    public abstract string Method { get; }

    internal IReadOnlyList<string>? RemainingMethods { get; private set; }

    /// <summary>Lets the user in. For a <see cref="KeyProbe"/>: says that this key would do.</summary>
    public void Accept() => Decide(AuthVerdict.Accepted);

    /// <summary>Accepts this factor and asks for another one of <paramref name="remaining"/>.</summary>
    /// <exception cref="ArgumentException">No method remains.</exception>
    public void AcceptPartially(params IReadOnlyList<string> remaining)
    {
        if (remaining.Count == 0)
        {
            throw new ArgumentException("Partial success needs at least one method that can continue.", nameof(remaining));
        }

        RemainingMethods = [.. remaining];
        Decide(AuthVerdict.Partial);
    }

    /// <summary>Refuses.</summary>
    public override void Deny() => Decide(AuthVerdict.Refused);

    private protected void Decide(AuthVerdict verdict)
    {
        if (TryAnswer())
        {
            _sink.Decide(this, verdict);
        }
    }
}

/// <summary>Method <c>none</c> (RFC 4252 §5.2): refused unless the policy lets a user in without proof.</summary>
public sealed class NoneAttempt : AuthAttempt
{
    internal NoneAttempt(IAuthVerdictSink sink, string userName, string service)
        : base(sink, userName, service)
    {
    }

    /// <inheritdoc/>
    public override string Method => "none";
}

/// <summary>Method <c>password</c> (RFC 4252 §8). The passwords are zeroed once it is answered.</summary>
public sealed class PasswordAttempt : AuthAttempt
{
    internal PasswordAttempt(IAuthVerdictSink sink, string userName, string service, byte[] password, byte[]? newPassword)
        : base(sink, userName, service)
    {
        PasswordBytes = password;
        NewPasswordBytes = newPassword;
    }

    /// <inheritdoc/>
    public override string Method => "password";

    /// <summary>The password as sent, UTF-8 by the RFC.</summary>
    public ReadOnlyMemory<byte> Password => PasswordBytes;

    /// <summary>The new password, if this is a change request; null otherwise.</summary>
    public ReadOnlyMemory<byte>? NewPassword => NewPasswordBytes is null ? null : (ReadOnlyMemory<byte>?)NewPasswordBytes;

    internal byte[] PasswordBytes { get; }

    internal byte[]? NewPasswordBytes { get; }

    internal string ChangePrompt { get; private set; } = "";

    /// <summary>Asks for a new password (PASSWD_CHANGEREQ).</summary>
    public void RequestChange(string prompt)
    {
        ChangePrompt = prompt;
        Decide(AuthVerdict.PasswordChange);
    }
}

/// <summary>A public key query without signature (RFC 4252 §7): accepting it authorises nothing.</summary>
public sealed class KeyProbe : AuthAttempt
{
    internal KeyProbe(IAuthVerdictSink sink, string userName, string service, SshPublicKey key, string algorithm)
        : base(sink, userName, service)
    {
        Key = key;
        Algorithm = algorithm;
    }

    /// <inheritdoc/>
    public override string Method => "publickey";

    /// <summary>The key asked about.</summary>
    public SshPublicKey Key { get; }

    /// <summary>The signature algorithm it would sign with.</summary>
    public string Algorithm { get; }
}

/// <summary>Method <c>publickey</c>: this key has signed, and the core has verified the signature.</summary>
public sealed class KeyProof : AuthAttempt
{
    internal KeyProof(IAuthVerdictSink sink, string userName, string service, SshPublicKey key, string algorithm)
        : base(sink, userName, service)
    {
        Key = key;
        Algorithm = algorithm;
    }

    /// <inheritdoc/>
    public override string Method => "publickey";

    /// <summary>The key that signed.</summary>
    public SshPublicKey Key { get; }

    /// <summary>The signature algorithm it signed with.</summary>
    public string Algorithm { get; }
}

/// <summary>A step that can be answered with questions (RFC 4256).</summary>
public abstract class InteractiveStep : AuthAttempt
{
    private protected InteractiveStep(IAuthVerdictSink sink, string userName, string service)
        : base(sink, userName, service)
    {
    }

    /// <inheritdoc/>
    public override string Method => "keyboard-interactive";

    internal string ChallengeName { get; private set; } = "";

    internal string ChallengeInstruction { get; private set; } = "";

    internal IReadOnlyList<AuthPrompt> ChallengePrompts { get; private set; } = [];

    /// <summary>Asks the user: <see cref="InteractiveResponse"/> follows with as many answers as there are prompts.</summary>
    public void Challenge(string name, string instruction, params IReadOnlyList<AuthPrompt> prompts)
    {
        ChallengeName = name;
        ChallengeInstruction = instruction;
        ChallengePrompts = [.. prompts];
        Decide(AuthVerdict.Challenge);
    }
}

/// <summary>Method <c>keyboard-interactive</c> begins.</summary>
public sealed class InteractiveAttempt : InteractiveStep
{
    internal InteractiveAttempt(IAuthVerdictSink sink, string userName, string service, string submethods)
        : base(sink, userName, service) => Submethods = submethods;

    /// <summary>Comma-separated hints of the client, usually empty.</summary>
    public string Submethods { get; }
}

/// <summary>The user's answers to a <see cref="InteractiveStep.Challenge"/>.</summary>
public sealed class InteractiveResponse : InteractiveStep
{
    internal InteractiveResponse(IAuthVerdictSink sink, string userName, string service, IReadOnlyList<string> answers, int round)
        : base(sink, userName, service)
    {
        Answers = answers;
        Round = round;
    }

    /// <summary>The answers, one for each prompt.</summary>
    public IReadOnlyList<string> Answers { get; }

    /// <summary>1 for the answers to the first challenge.</summary>
    public int Round { get; }
}
