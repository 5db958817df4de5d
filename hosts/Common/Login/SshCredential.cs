using System.IO;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Events;
using SshCore.Keys;
using SshCore.Wire;

namespace SshCore.Hosts;

/// <summary>
/// Something to log in with. A log-in goes through a list of them in order, tries each that the server allows, and goes on
/// with the rest after a partial success. Secrets that a credential holds live as long as it does; those that callbacks
/// return are zeroed after use.
/// </summary>
public abstract partial class SshCredential
{
    private protected SshCredential(string method) => Method = method;

    /// <summary>The method it is for (RFC 4252).</summary>
    public string Method { get; }

    /// <summary>A name for logs and errors; never a secret.</summary>
    public abstract string Description { get; }

    /// <summary>Method <c>none</c>: for servers that let a user in without proof.</summary>
    public static SshCredential None() => new NoneCredential();

    /// <summary>A password as text; it is sent as UTF-8.</summary>
    /// <param name="password">The password.</param>
    /// <param name="interactiveFallback">
    /// Where the server has only keyboard-interactive, answers a single prompt without echo with it, and nothing else.
    /// </param>
    public static SshCredential Password(string password, bool interactiveFallback = true)
    {
        ArgumentNullException.ThrowIfNull(password);
        return Password(System.Text.Encoding.UTF8.GetBytes(password).AsSpan(), interactiveFallback);
    }

    /// <summary>A password as UTF-8 bytes, which are copied. See <see cref="Password(string, bool)"/>.</summary>
    public static SshCredential Password(ReadOnlySpan<byte> password, bool interactiveFallback = true)
    {
        byte[] copy = password.ToArray();
        return new PasswordCredential((query, _) => new(query.Attempt == 1 && query.ChangePrompt is null ? (byte[])copy.Clone() : null), interactiveFallback);
    }

    /// <summary>
    /// A password that is asked for when it is needed, and again when it was wrong, until the callback returns null. Also
    /// asked for a new one when the old one has expired. The bytes are UTF-8 and zeroed after use.
    /// </summary>
    public static SshCredential Password(Func<SshPasswordQuery, byte[]?> ask, bool interactiveFallback = true) =>
        new PasswordCredential((query, _) => new(ask(query)), interactiveFallback);

    /// <summary>As <see cref="Password(Func{SshPasswordQuery, byte[]}, bool)"/> without blocking.</summary>
    public static SshCredential Password(Func<SshPasswordQuery, CancellationToken, ValueTask<byte[]?>> ask, bool interactiveFallback = true) =>
        new PasswordCredential(ask, interactiveFallback);

    /// <summary>A private key at hand. Whoever made the key disposes it, after the log-in.</summary>
    /// <param name="key">The key.</param>
    /// <param name="algorithm">The signature algorithm; null: the best one that both sides know.</param>
    /// <param name="probeFirst">Asks whether the key would do before it signs.</param>
    public static SshCredential Key(SshPrivateKey key, string? algorithm = null, bool probeFirst = false) =>
        new PrivateKeyCredential(key, algorithm, probeFirst);

    /// <summary>
    /// A private key file, read when its turn comes. <paramref name="passphrase"/> is asked only if the file is encrypted and
    /// the server would take the key, as far as its public half can be had without (the file is in OpenSSH's format, or a
    /// .pub file is beside it); the bytes it returns are zeroed after use; null skips the key.
    /// </summary>
    public static SshCredential KeyFile(string path, Func<string, byte[]?>? passphrase = null) =>
        new KeyFileCredential(path, passphrase is null ? null : (file, _) => new(passphrase(file)));

    /// <summary>As <see cref="KeyFile(string, Func{string, byte[]})"/>, asking without blocking.</summary>
    public static SshCredential KeyFile(string path, Func<string, CancellationToken, ValueTask<byte[]?>> passphrase) =>
        new KeyFileCredential(path, passphrase);

    /// <summary>
    /// The user's own keys where OpenSSH keeps them, as far as they exist: <c>id_ed25519</c>, <c>id_ecdsa</c> and
    /// <c>id_rsa</c> in <c>.ssh</c> of the home folder. Each counts as an attempt; a server cuts off after some.
    /// </summary>
    public static IReadOnlyList<SshCredential> UserKeyFiles(Func<string, byte[]?>? passphrase = null)
    {
        string folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh");
        var found = new List<SshCredential>();
        foreach (string name in (string[])["id_ed25519", "id_ecdsa", "id_rsa"])
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                found.Add(KeyFile(path, passphrase));
            }
        }

        return found;
    }

    /// <summary>
    /// A key whose private half is elsewhere, as in an agent or an HSM. <paramref name="sign"/> returns the signature blob
    /// of RFC 4253 §6.6 or null to skip the key; it is asked only after the server has said that the key would do.
    /// </summary>
    public static SshCredential Signer(SshPublicKey key, Func<SshSignatureQuery, byte[]?> sign) =>
        new SignerCredential(key, (query, _) => new(sign(query)));

    /// <summary>As <see cref="Signer(SshPublicKey, Func{SshSignatureQuery, byte[]})"/> without blocking.</summary>
    public static SshCredential Signer(SshPublicKey key, Func<SshSignatureQuery, CancellationToken, ValueTask<byte[]?>> sign) =>
        new SignerCredential(key, sign);

    /// <summary>
    /// Keyboard-interactive (RFC 4256): the callback answers each round of questions, in their order and number, or gives
    /// up by null.
    /// </summary>
    public static SshCredential Interactive(Func<SshPrompts, IReadOnlyList<string>?> answer, string submethods = "") =>
        new InteractiveCredential((prompts, _) => new(answer(prompts)), submethods);

    /// <summary>As <see cref="Interactive(Func{SshPrompts, IReadOnlyList{string}}, string)"/> without blocking.</summary>
    public static SshCredential Interactive(Func<SshPrompts, CancellationToken, ValueTask<IReadOnlyList<string>?>> answer, string submethods = "") =>
        new InteractiveCredential(answer, submethods);

    /// <summary>The description.</summary>
    public override string ToString() => Description;

    /// <summary>Whether one more attempt with it makes sense, given the methods that can continue (null: not known yet).</summary>
    internal abstract bool CanTry(LoginState state, IReadOnlyList<string>? allowed);

    /// <summary>Prepares an attempt, off the gate, and returns how to make it; null: the credential has nothing to try.</summary>
    internal abstract ValueTask<Action?> PrepareAsync(LoginState state, AuthMethodNeeded needed, CancellationToken cancellationToken);

    /// <summary>Answers questions that its attempt led to; null gives up.</summary>
    internal virtual ValueTask<IReadOnlyList<string>?> AnswerAsync(LoginState state, SshPrompts prompts, CancellationToken cancellationToken) => new((IReadOnlyList<string>?)null);

    /// <summary>Signs what its attempt led to; null gives up.</summary>
    internal virtual ValueTask<byte[]?> SignAsync(SshSignatureQuery query, CancellationToken cancellationToken) => new((byte[]?)null);

    /// <summary>Gives a new password, and the old one with it; null does not change it.</summary>
    internal virtual ValueTask<(byte[] Old, byte[] New)?> ChangePasswordAsync(LoginState state, string prompt, CancellationToken cancellationToken) => new(((byte[], byte[])?)null);

    private protected static bool Allows(IReadOnlyList<string>? allowed, string method)
    {
        if (allowed is null)
        {
            return true;
        }

        foreach (string name in allowed)
        {
            if (string.Equals(name, method, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
