using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Config;

/// <summary>A hashed name of known_hosts: <c>|1|salt|hash</c>, the hash being HMAC-SHA1 of the name under the salt.</summary>
public sealed class HashedHostName
{
    private const string Prefix = "|1|";
    private const int Length = 20;

    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private HashedHostName(byte[] salt, byte[] hash)
    {
        _salt = salt;
        _hash = hash;
    }

    /// <summary>Hashes a name under a fresh salt.</summary>
    /// <param name="crypto">Does HMAC-SHA1.</param>
    /// <param name="host">Name or address.</param>
    /// <param name="port">The port; one other than 22 becomes part of the name.</param>
    /// <param name="random">Where the salt comes from; the provider's own source if null.</param>
    public static HashedHostName Create(SshCryptoProvider crypto, string host, int port = 22, RandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(crypto);
        var salt = new byte[Length];
        (random ?? crypto.Random).Fill(salt);
        return new HashedHostName(salt, Hash(crypto, salt, HostName.Canonical(host, port)));
    }

    /// <summary>Hashes a name under the salt of another hashed name, or any of 20 bytes.</summary>
    /// <exception cref="ArgumentException">The salt is not 20 bytes long.</exception>
    public static HashedHostName Create(SshCryptoProvider crypto, string host, int port, ReadOnlySpan<byte> salt)
    {
        ArgumentNullException.ThrowIfNull(crypto);
        return salt.Length == Length
            ? new HashedHostName(salt.ToArray(), Hash(crypto, salt, HostName.Canonical(host, port)))
            : throw new ArgumentException($"A salt has {Length} bytes.", nameof(salt));
    }

    /// <summary>Reads <c>|1|salt|hash</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out HashedHostName? name)
    {
        ArgumentNullException.ThrowIfNull(text);
        name = null;
        var parts = text.Split('|');
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || parts.Length != 4
            || !TryBytes(parts[2], out var salt) || !TryBytes(parts[3], out var hash))
        {
            return false;
        }

        name = new HashedHostName(salt, hash);
        return true;
    }

    /// <summary>Whether this is the hash of that name.</summary>
    public bool Matches(SshCryptoProvider crypto, string host, int port = 22)
    {
        ArgumentNullException.ThrowIfNull(crypto);
        return MatchesCanonical(crypto, HostName.Canonical(host, port));
    }

    internal bool MatchesCanonical(SshCryptoProvider crypto, string canonicalName) =>
        CryptographicOperations.FixedTimeEquals(_hash, Hash(crypto, _salt, canonicalName));

    /// <summary>The salt, 20 bytes.</summary>
    public ReadOnlyMemory<byte> Salt => _salt;

    /// <summary><c>|1|salt|hash</c>.</summary>
    public override string ToString() => $"{Prefix}{Base64.Encode(_salt)}|{Base64.Encode(_hash)}";

    private static byte[] Hash(SshCryptoProvider crypto, ReadOnlySpan<byte> salt, string canonicalName)
    {
        using var mac = crypto.CreateMac(Primitive.HmacSha1, salt);
        var hash = new byte[Length];
        mac.Append(Utf8.Bytes(canonicalName));
        mac.Finish(hash);
        return hash;
    }

    private static bool TryBytes(string base64, out byte[] bytes)
    {
        bool decoded = Base64.TryDecode(Utf8.Bytes(base64), skipBlanks: false, out var secret);
        bytes = secret.Span.ToArray();
        return decoded && bytes.Length == Length;
    }
}
