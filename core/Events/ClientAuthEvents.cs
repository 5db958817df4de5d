using SshCore.Auth;
using SshCore.Errors;
using SshCore.Keys;
using SshCore.Wire;

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
    /// <summary>Throws unless the algorithm can be asked for with this key; null is always fine.</summary>
    void CheckAlgorithm(SshPublicKey key, string? algorithm);
    void TryNone();
    void TryPassword(ReadOnlySpan<byte> password);
    void TryPublicKey(SshPrivateKey key, string? algorithm, bool probeFirst);
    void TryPublicKey(SshPublicKey key, string? algorithm, bool probeFirst);
    void TryKeyboardInteractive(string submethods);
    void GiveUp();
}

/// <summary>Why the last method of a log-in came to nothing.</summary>
public enum AuthRefusal : byte
{
    /// <summary>Nothing was refused: this is the first choice, or the one after a partial success.</summary>
    None,
    /// <summary>The server answered USERAUTH_FAILURE.</summary>
    ByServer,
    /// <summary>The server's list does not have the method: nothing was sent.</summary>
    NotInServersList,
    /// <summary>The key has no signature algorithm that our settings and server-sig-algs both allow: nothing was sent.</summary>
    NoCommonAlgorithm,
    /// <summary>The signature could not be made, or is not one of the key: no signature was sent.</summary>
    SigningFailed,
    /// <summary>The host abandoned the method, or let its decision expire.</summary>
    Abandoned,
}

/// <summary>One factor of an authentication that was accepted.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Key">The key that signed, for <c>publickey</c>; null for other methods.</param>
/// <param name="Algorithm">The signature algorithm it signed with, for <c>publickey</c>; null for other methods.</param>
public sealed record AuthFactor(string Method, SshPublicKey? Key = null, string? Algorithm = null);

/// <summary>
/// The next authentication method has to be chosen. A method that the server's list does not have is not sent: the next
/// <see cref="AuthMethodNeeded"/> says so at once (<see cref="AuthRefusal.NotInServersList"/>). Every choice counts
/// towards <see cref="SshLimits.AuthRequests"/>, sent or not.
/// </summary>
public sealed class AuthMethodNeeded : SshDecision
{
    private readonly IAuthMethodSink _sink;

    internal AuthMethodNeeded(IAuthMethodSink sink, IReadOnlyList<string>? allowed, IReadOnlyList<string> succeeded)
    {
        _sink = sink;
        Allowed = allowed;
        Succeeded = succeeded;
    }

    /// <summary>Methods the server said can continue; null before it has said so.</summary>
    public IReadOnlyList<string>? Allowed { get; }

    /// <summary>Methods that have succeeded partially so far, in order.</summary>
    public IReadOnlyList<string> Succeeded { get; }

    /// <summary>The method that just failed; null at first and after a partial success.</summary>
    public string? Failed { get; internal init; }

    /// <summary>Why it failed.</summary>
    public AuthRefusal Refusal { get; internal init; }

    /// <summary>One sentence about a failure on this side; null if there is nothing to add.</summary>
    public string? Detail { get; internal init; }

    /// <summary>
    /// Tries <c>none</c> (RFC 4252 §5.2), by which a client learns what is allowed. It is sent whatever the server's
    /// list has, because no list may have it.
    /// </summary>
    public void TryNone()
    {
        if (TryAnswer())
        {
            _sink.TryNone();
        }
    }

    /// <summary>Tries <c>password</c> (RFC 4252 §8). The bytes are UTF-8; copies made are zeroed once sent.</summary>
    /// <exception cref="ArgumentException">It is longer than 16 KiB.</exception>
    public void TryPassword(ReadOnlySpan<byte> password)
    {
        AuthText.CheckSecret(password, nameof(password));
        if (TryAnswer())
        {
            _sink.TryPassword(password);
        }
    }

    /// <summary>
    /// Tries <c>publickey</c> with a key at hand (RFC 4252 §7). <paramref name="algorithm"/> null: the first of the
    /// settings' signature algorithms that fits the key and, for RSA, is in server-sig-algs if the server sent them.
    /// <paramref name="probeFirst"/>: ask before signing.
    /// </summary>
    /// <exception cref="SshUsageException">The algorithm is not one of the key's, or not in the settings.</exception>
    public void TryPublicKey(SshPrivateKey key, string? algorithm = null, bool probeFirst = false)
    {
        ArgumentNullException.ThrowIfNull(key);
        _sink.CheckAlgorithm(key.PublicKey, algorithm);
        if (TryAnswer())
        {
            _sink.TryPublicKey(key, algorithm, probeFirst);
        }
    }

    /// <summary>
    /// Tries <c>publickey</c> with a key whose private half is elsewhere: <see cref="SignatureNeeded"/> follows, with
    /// <paramref name="probeFirst"/> once the server has said that the key would do.
    /// </summary>
    /// <exception cref="SshUsageException">The algorithm is not one of the key's, or not in the settings.</exception>
    public void TryPublicKey(SshPublicKey key, string? algorithm = null, bool probeFirst = true)
    {
        ArgumentNullException.ThrowIfNull(key);
        _sink.CheckAlgorithm(key, algorithm);
        if (TryAnswer())
        {
            _sink.TryPublicKey(key, algorithm, probeFirst);
        }
    }

    /// <summary>
    /// Tries <c>keyboard-interactive</c> (RFC 4256); <see cref="PromptsReceived"/> follows.
    /// <paramref name="submethods"/> are comma-separated hints, empty as a rule.
    /// </summary>
    /// <exception cref="ArgumentException">The hints are longer than 16 KiB.</exception>
    public void TryKeyboardInteractive(string submethods = "")
    {
        AuthText.CheckText(submethods, nameof(submethods));
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
    private readonly Action<SignatureNeeded, byte[]?> _answer;

    internal SignatureNeeded(SshPublicKey key, string algorithm, ReadOnlyMemory<byte> data, Action<SignatureNeeded, byte[]?> answer)
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

    /// <summary>
    /// Gives the signature blob: string name, string signature. One that does not verify is not sent:
    /// <see cref="AuthMethodNeeded"/> follows with <see cref="AuthRefusal.SigningFailed"/>.
    /// </summary>
    public void Sign(ReadOnlySpan<byte> signatureBlob)
    {
        if (TryAnswer())
        {
            _answer(this, signatureBlob.ToArray());
        }
    }

    /// <summary>Skips this key: the next <see cref="AuthMethodNeeded"/> follows.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(this, null);
        }
    }
}

/// <summary>One prompt of keyboard-interactive (RFC 4256 §3.2).</summary>
/// <param name="Text">The prompt; made printable on a client, line feeds stay.</param>
/// <param name="Echo">Whether the answer may be shown while typed.</param>
public sealed record AuthPrompt(string Text, bool Echo);

/// <summary>The server asks questions (RFC 4256 §3.2).</summary>
public sealed class PromptsReceived : SshDecision
{
    private readonly Action<PromptsReceived, byte[][]?> _answer;

    internal PromptsReceived(string name, string instruction, IReadOnlyList<AuthPrompt> prompts, int round, Action<PromptsReceived, byte[][]?> answer)
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

    /// <summary>Answers in the prompts' order and number. Copies made are zeroed once sent; strings cannot be.</summary>
    /// <exception cref="ArgumentException">The number of answers is not the number of prompts, or they exceed 16 KiB in all.</exception>
    public void Answer(params IReadOnlyList<string> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var encoded = new byte[answers.Count][];
        for (int i = 0; i < encoded.Length; i++)
        {
            encoded[i] = Utf8.Bytes(answers[i]);
        }

        Send(encoded, nameof(answers));
    }

    /// <summary>Answers in UTF-8, in the prompts' order and number. Copies made are zeroed once sent.</summary>
    /// <exception cref="ArgumentException">The number of answers is not the number of prompts, or they exceed 16 KiB in all.</exception>
    public void AnswerUtf8(IReadOnlyList<ReadOnlyMemory<byte>> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var copies = new byte[answers.Count][];
        for (int i = 0; i < copies.Length; i++)
        {
            copies[i] = answers[i].ToArray();
        }

        Send(copies, nameof(answers));
    }

    /// <summary>Abandons the method: the next <see cref="AuthMethodNeeded"/> follows.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(this, null);
        }
    }

    private void Send(byte[][] answers, string argument)
    {
        try
        {
            if (answers.Length != Prompts.Count)
            {
                throw new ArgumentException($"{Prompts.Count} prompts want as many answers; there are {answers.Length}.", argument);
            }

            AuthText.CheckSecrets(answers, argument);
            if (TryAnswer())
            {
                _answer(this, answers);
            }
        }
        finally
        {
            AuthText.Zero(answers);
        }
    }
}

/// <summary>The password has expired (RFC 4252 §8, PASSWD_CHANGEREQ).</summary>
public sealed class PasswordChangeNeeded : SshDecision
{
    private readonly IPasswordChangeSink _sink;

    internal PasswordChangeNeeded(string prompt, int round, IPasswordChangeSink sink)
    {
        Prompt = prompt;
        Round = round;
        _sink = sink;
    }

    /// <summary>The server's text, made printable; line feeds stay.</summary>
    public string Prompt { get; }

    /// <summary>1 for the first request of this attempt; more if a new password did not please the server.</summary>
    public int Round { get; }

    /// <summary>Sends old and new password as UTF-8; copies made are zeroed once sent.</summary>
    /// <exception cref="ArgumentException">One of them is longer than 8 KiB.</exception>
    public void Change(ReadOnlySpan<byte> oldPassword, ReadOnlySpan<byte> newPassword)
    {
        AuthText.CheckSecret(oldPassword, nameof(oldPassword), AuthText.LargestSecret / 2);
        AuthText.CheckSecret(newPassword, nameof(newPassword), AuthText.LargestSecret / 2);
        if (TryAnswer())
        {
            _sink.Change(this, oldPassword, newPassword);
        }
    }

    /// <summary>Does not change it: the next <see cref="AuthMethodNeeded"/> follows.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _sink.Abandon(this);
        }
    }
}

/// <summary>Where the answer to <see cref="PasswordChangeNeeded"/> goes.</summary>
internal interface IPasswordChangeSink
{
    void Change(PasswordChangeNeeded decision, ReadOnlySpan<byte> oldPassword, ReadOnlySpan<byte> newPassword);
    void Abandon(PasswordChangeNeeded decision);
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
    internal Authenticated(string userName, IReadOnlyList<AuthFactor> factors)
    {
        UserName = userName;
        Factors = factors;
    }

    /// <summary>The user.</summary>
    public string UserName { get; }

    /// <summary>The method that completed it.</summary>
    public string Method => Factors[Factors.Count - 1].Method;

    /// <summary>
    /// Every factor that was accepted, in order; the last one completed it. What a key restricts (a forced command, an
    /// address) has to be taken from all of them.
    /// </summary>
    public IReadOnlyList<AuthFactor> Factors { get; }
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
