using System.IO;
using System.Security.Cryptography;
using System.Text;
using SshCore.Cli.Arguments;
using SshCore.Config;
using SshCore.Keys;

namespace SshCore.Cli.Serve;

/// <summary>
/// Who may log in: names with perhaps a password, and keys that are good for each of them. All of them get the account
/// that this process runs as.
/// </summary>
internal sealed class ServedUsers
{
    private readonly Dictionary<string, byte[]?> _passwords = new(StringComparer.Ordinal);
    private readonly List<AuthorizedKeys> _keys = [];
    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _nobody;

    internal ServedUsers() => _nobody = RandomNumberGenerator.GetBytes(32);

    /// <summary>Adds <c>NAME</c> or <c>NAME:PASSWORD</c>.</summary>
    /// <exception cref="UsageException">The name is empty or was there before.</exception>
    internal void Add(string text)
    {
        int colon = text.IndexOf(':');
        string name = colon < 0 ? text : text[..colon];
        if (name.Length == 0)
        {
            throw new UsageException("--user wants NAME or NAME:PASSWORD");
        }

        if (colon >= 0 && colon + 1 == text.Length)
        {
            throw new UsageException($"--user {name}: the password is empty");
        }

        if (!_passwords.TryAdd(name, colon < 0 ? null : Digest(Encoding.UTF8.GetBytes(text[(colon + 1)..]))))
        {
            throw new UsageException($"--user {name} is given twice");
        }
    }

    /// <summary>Adds a file of authorized keys; lines that can't be honoured are reported and authorise nobody.</summary>
    /// <exception cref="UsageException">The file can't be read.</exception>
    internal void AddKeys(string path, Action<string> report, bool keysSetEnvironment = true)
    {
        AuthorizedKeys keys;
        try
        {
            keys = AuthorizedKeys.Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(e.Message, e);
        }

        foreach (TextProblem problem in keys.Problems)
        {
            report(problem.ToString());
        }

        foreach (AuthorizedKey key in keysSetEnvironment ? [] : keys.Entries)
        {
            if (key.Environment.Count > 0)
            {
                report($"{path}:{key.LineNumber}: environment= is ignored, for --permit-user-environment is off; the key is good without it");
            }
        }

        _keys.Add(keys);
    }

    internal IReadOnlyCollection<string> Names => _passwords.Keys;

    /// <summary>Whether some user has a password.</summary>
    internal bool HasPasswords
    {
        get
        {
            foreach (byte[]? password in _passwords.Values)
            {
                if (password is not null)
                {
                    return true;
                }
            }

            return false;
        }
    }

    internal bool HasKeys => _keys.Exists(static file => file.Entries.Count > 0);

    /// <summary>
    /// Whether it is the user's password. Digests of a length are compared in constant time, for users without a password
    /// and for names that aren't there too, so that time tells nothing.
    /// </summary>
    internal bool IsPassword(string user, ReadOnlySpan<byte> password)
    {
        byte[]? expected = _passwords.GetValueOrDefault(user);
        bool equal = CryptographicOperations.FixedTimeEquals(Digest(password), expected ?? _nobody);
        return equal & expected is not null;
    }

    /// <summary>The line that lets this key in for this user from this address; null if none does.</summary>
    internal AuthorizedKey? FindKey(string user, SshPublicKey key, string address)
    {
        AuthorizedKey? found = null;
        foreach (AuthorizedKeys file in _keys)
        {
            if (found is null && file.TryFind(key, address, out AuthorizedKey? entry))
            {
                found = entry;
            }
        }

        return _passwords.ContainsKey(user) ? found : null;
    }

    private byte[] Digest(ReadOnlySpan<byte> password) => HMACSHA256.HashData(_seed, password);
}
