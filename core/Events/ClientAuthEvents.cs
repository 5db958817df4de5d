using SshCore.Keys;

namespace SshCore.Events;

/// <summary>A text of the server to show before log-in (RFC 4252 §5.4).</summary>
public sealed class BannerReceived : SshEventBody
{
    internal BannerReceived(string message, string language)
    {
        Message = message;
        Language = language;
    }

    /// <summary>The text, made printable; line feeds stay.</summary>
    public string Message { get; }

    /// <summary>RFC 3066 language tag, often empty.</summary>
    public string Language { get; }
}

/// <summary>How <see cref="AuthMethodNeeded"/> is answered; implemented by the client's authentication machine.</summary>
internal interface IAuthMethodSink
{
    void TryNone();
    void TryPassword(ReadOnlySpan<byte> password);
    void TryPublicKey(SshPrivateKey key, string? algorithm, bool probeFirst);
    void TryPublicKey(SshPublicKey key, string? algorithm, bool probeFirst);
    void TryKeyboardInteractive(string submethods);
    void GiveUp();
}

/// <summary>The next authentication method has to be chosen.</summary>
public sealed class AuthMethodNeeded : SshDecision
{
    private readonly IAuthMethodSink _sink;

    internal AuthMethodNeeded(IAuthMethodSink sink, IReadOnlyList<string>? allowed, IReadOnlyList<string> succeeded, string? failed)
    {
        _sink = sink;
        Allowed = allowed;
        Succeeded = succeeded;
        Failed = failed;
    }

    /// <summary>Methods the server said can continue; null before it has said so.</summary>
    public IReadOnlyList<string>? Allowed { get; }

    /// <summary>Methods that have succeeded partially so far.</summary>
    public IReadOnlyList<string> Succeeded { get; }

    /// <summary>The method that just failed, or succeeded only partially; null at first.</summary>
    public string? Failed { get; }

    /// <summary>Tries <c>none</c> (RFC 4252 §5.2), by which a client learns what is allowed.</summary>
    public void TryNone()
    {
        if (TryAnswer())
        {
            _sink.TryNone();
        }
    }

    /// <summary>Tries <c>password</c> (RFC 4252 §8). The bytes are UTF-8; copies made are zeroed once sent.</summary>
    public void TryPassword(ReadOnlySpan<byte> password)
    {
        if (TryAnswer())
        {
            _sink.TryPassword(password);
        }
    }

    /// <summary>
    /// Tries <c>publickey</c> with a key at hand (RFC 4252 §7). <paramref name="algorithm"/> null: the best that
    /// server-sig-algs allow. <paramref name="probeFirst"/>: ask before signing.
    /// </summary>
    public void TryPublicKey(SshPrivateKey key, string? algorithm = null, bool probeFirst = false)
    {
        if (TryAnswer())
        {
            _sink.TryPublicKey(key, algorithm, probeFirst);
        }
    }

    /// <summary>Tries <c>publickey</c> with a key whose private half is elsewhere: <see cref="SignatureNeeded"/> follows.</summary>
    public void TryPublicKey(SshPublicKey key, string? algorithm = null, bool probeFirst = true)
    {
        if (TryAnswer())
        {
            _sink.TryPublicKey(key, algorithm, probeFirst);
        }
    }

    /// <summary>Tries <c>keyboard-interactive</c> (RFC 4256); <see cref="PromptsReceived"/> follows.</summary>
    public void TryKeyboardInteractive(string submethods = "")
    {
        if (TryAnswer())
        {
            _sink.TryKeyboardInteractive(submethods);
        }
    }

    /// <summary>Gives the log-in up: <see cref="AuthFailed"/> follows; the connection stays.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _sink.GiveUp();
        }
    }
}

/// <summary>The authentication request wants a signature from an agent, an HSM or the like.</summary>
public sealed class SignatureNeeded : SshDecision
{
    private readonly Action<byte[]?> _answer;

    internal SignatureNeeded(SshPublicKey key, string algorithm, ReadOnlyMemory<byte> data, Action<byte[]?> answer)
    {
        Key = key;
        Algorithm = algorithm;
        Data = data;
        _answer = answer;
    }

    /// <summary>The key to sign with.</summary>
    public SshPublicKey Key { get; }

    /// <summary>The signature algorithm's name.</summary>
    public string Algorithm { get; }

    /// <summary>What is to be signed: session id and request (RFC 4252 §7).</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Gives the signature blob: string name, string signature.</summary>
    public void Sign(ReadOnlySpan<byte> signatureBlob)
    {
        if (TryAnswer())
        {
            _answer(signatureBlob.ToArray());
        }
    }

    /// <summary>Skips this key: the next <see cref="AuthMethodNeeded"/> follows.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(null);
        }
    }
}

/// <summary>One prompt of keyboard-interactive (RFC 4256 §3.2).</summary>
/// <param name="Text">The prompt; made printable on a client.</param>
/// <param name="Echo">Whether the answer may be shown while typed.</param>
public sealed record AuthPrompt(string Text, bool Echo);

/// <summary>The server asks questions (RFC 4256 §3.2).</summary>
public sealed class PromptsReceived : SshDecision
{
    private readonly Action<IReadOnlyList<string>?> _answer;

    internal PromptsReceived(string name, string instruction, IReadOnlyList<AuthPrompt> prompts, int round, Action<IReadOnlyList<string>?> answer)
    {
        Name = name;
        Instruction = instruction;
        Prompts = prompts;
        Round = round;
        _answer = answer;
    }

    /// <summary>A title, made printable; often empty.</summary>
    public string Name { get; }

    /// <summary>Text above the prompts, made printable; line feeds stay.</summary>
    public string Instruction { get; }

    /// <summary>The prompts; may be empty, then an empty answer is due.</summary>
    public IReadOnlyList<AuthPrompt> Prompts { get; }

    /// <summary>1 for the first request of this attempt.</summary>
    public int Round { get; }

    /// <summary>Answers in the prompts' order and number.</summary>
    /// <exception cref="ArgumentException">The number of answers is not the number of prompts.</exception>
    public void Answer(params IReadOnlyList<string> answers)
    {
        if (answers.Count != Prompts.Count)
        {
            throw new ArgumentException($"{Prompts.Count} prompts want as many answers; there are {answers.Count}.", nameof(answers));
        }

        if (TryAnswer())
        {
            _answer(answers);
        }
    }

    /// <summary>Abandons the method: the next <see cref="AuthMethodNeeded"/> follows.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(null);
        }
    }
}

/// <summary>The password has expired (RFC 4252 §8, PASSWD_CHANGEREQ).</summary>
public sealed class PasswordChangeNeeded : SshDecision
{
    private readonly Action<byte[]?, byte[]?> _answer;

    internal PasswordChangeNeeded(string prompt, Action<byte[]?, byte[]?> answer)
    {
        Prompt = prompt;
        _answer = answer;
    }

    /// <summary>The server's text, made printable.</summary>
    public string Prompt { get; }

    /// <summary>Sends old and new password as UTF-8; copies made are zeroed once sent.</summary>
    public void Change(ReadOnlySpan<byte> oldPassword, ReadOnlySpan<byte> newPassword)
    {
        if (TryAnswer())
        {
            _answer(oldPassword.ToArray(), newPassword.ToArray());
        }
    }

    /// <summary>Does not change it: the next <see cref="AuthMethodNeeded"/> follows.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(null, null);
        }
    }
}

/// <summary>A factor was accepted and the server wants more (RFC 4252 §5.1, partial success).</summary>
public sealed class AuthPartial : SshEventBody
{
    internal AuthPartial(string method, IReadOnlyList<string> remaining)
    {
        Method = method;
        Remaining = remaining;
    }

    /// <summary>The method that was accepted.</summary>
    public string Method { get; }

    /// <summary>The methods that can continue.</summary>
    public IReadOnlyList<string> Remaining { get; }
}

/// <summary>Authentication succeeded; the connection protocol may start.</summary>
public sealed class Authenticated : SshEventBody
{
    internal Authenticated(string userName, string method)
    {
        UserName = userName;
        Method = method;
    }

    /// <summary>The user.</summary>
    public string UserName { get; }

    /// <summary>The method that completed it.</summary>
    public string Method { get; }
}

/// <summary>The client gave its log-in up. The connection is still there: <c>Authenticate</c> can be called again.</summary>
public sealed class AuthFailed : SshEventBody
{
    internal AuthFailed(IReadOnlyList<string> tried, IReadOnlyList<string>? allowed)
    {
        Tried = tried;
        Allowed = allowed;
    }

    /// <summary>Methods that were tried, in order, without repeats.</summary>
    public IReadOnlyList<string> Tried { get; }

    /// <summary>Methods the server last said can continue; null if it never said.</summary>
    public IReadOnlyList<string>? Allowed { get; }
}
