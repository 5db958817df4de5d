using System.Diagnostics.CodeAnalysis;
using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>
/// A public key: immutable, compared by its wire blob. A key that exists is well-formed; whether an ECDSA point lies on
/// its curve is a provider's knowledge and is checked by <see cref="Verify"/>.
/// </summary>
public abstract class SshPublicKey : IEquatable<SshPublicKey>
{
    private readonly byte[] _blob;

    private protected SshPublicKey(string keyType, byte[] blob)
    {
        KeyType = keyType;
        _blob = blob;
        var names = new List<string>();
        foreach (var algorithm in SignatureAlgorithm.ForKeyType(keyType))
        {
            names.Add(algorithm.Name);
        }

        SignatureAlgorithms = names;
    }

    /// <summary>The type name, such as <c>ssh-ed25519</c>, <c>ecdsa-sha2-nistp256</c> or <c>ssh-rsa</c>.</summary>
    public string KeyType { get; }

    /// <summary>The wire form (RFC 4253 §6.6): what is sent, stored and fingerprinted.</summary>
    public ReadOnlyMemory<byte> Blob => _blob;

    /// <summary>Significant bits: of the field for curves, of the modulus for RSA.</summary>
    public abstract int Bits { get; }

    /// <summary>Names of the algorithms that this key can sign with, the preferred first; <c>ssh-rsa</c> (SHA-1) comes last.</summary>
    public IReadOnlyList<string> SignatureAlgorithms { get; }

    /// <summary>True if both are the same key or both are null.</summary>
    public static bool operator ==(SshPublicKey? a, SshPublicKey? b) => a is null ? b is null : a.Equals(b);

    /// <summary>True if they are different keys.</summary>
    public static bool operator !=(SshPublicKey? a, SshPublicKey? b) => !(a == b);

    /// <summary>
    /// Reads a wire blob; trailing bytes are refused. Never throws. Error kinds: <see cref="SshErrorKind.InvalidMessage"/>,
    /// <see cref="SshErrorKind.UnsupportedKey"/> for a type that this library does not have, and
    /// <see cref="SshErrorKind.LimitExceeded"/> for an RSA size outside <paramref name="limits"/>.
    /// </summary>
    public static bool TryParse(
        ReadOnlySpan<byte> blob,
        [NotNullWhen(true)] out SshPublicKey? key,
        [NotNullWhen(false)] out SshError? error,
        SshLimits? limits = null)
    {
        key = null;
        var reader = new SshReader(blob);
        string type = reader.ReadName();
        if (reader.Failed)
        {
            error = new SshError(SshErrorKind.InvalidMessage, "The public key has no type name.");
            return false;
        }

        if (string.Equals(type, SignatureAlgorithm.Ed25519.KeyType, StringComparison.Ordinal))
        {
            key = Ed25519PublicKey.Read(ref reader, blob, out error);
        }
        else if (string.Equals(type, SignatureAlgorithm.RsaSha1Legacy.KeyType, StringComparison.Ordinal))
        {
            key = RsaPublicKey.Read(ref reader, blob, limits ?? SshLimits.Default, out error);
        }
        else if (EcdsaCurve.ForKeyType(type) is { } curve)
        {
            key = EcdsaPublicKey.Read(ref reader, blob, curve, out error);
        }
        else
        {
            error = KeyErrors.UnsupportedType(type);
        }

        if (key is not null && !reader.IsComplete)
        {
            key = null;
            error = new SshError(SshErrorKind.InvalidMessage, $"The {type} public key is followed by other bytes.");
        }

        error = key is null ? error ?? KeyErrors.Damaged(type) : null;
        return key is not null;
    }

    /// <summary>Reads a wire blob or throws <see cref="SshKeyException"/>.</summary>
    public static SshPublicKey Parse(ReadOnlySpan<byte> blob, SshLimits? limits = null) =>
        TryParse(blob, out var key, out var error, limits) ? key : throw new SshKeyException(error);

    /// <summary>Reads <c>type base64 [comment]</c>, one line of a <c>.pub</c> file; see <see cref="TryParse"/> for the errors.</summary>
    public static bool TryParseOpenSsh(
        string line,
        [NotNullWhen(true)] out SshPublicKey? key,
        out string comment,
        [NotNullWhen(false)] out SshError? error,
        SshLimits? limits = null) =>
        OpenSshKeyLine.TryParse(line ?? throw new ArgumentNullException(nameof(line)), out key, out comment, out error, limits);

    /// <summary>Reads <c>type base64 [comment]</c> or throws <see cref="SshKeyException"/>.</summary>
    public static SshPublicKey ParseOpenSsh(string line, SshLimits? limits = null) =>
        TryParseOpenSsh(line, out var key, out _, out var error, limits) ? key : throw new SshKeyException(error);

    /// <summary>
    /// Whether <paramref name="signatureBlob"/> (RFC 4253 §6.6: name and value) is this key's signature over
    /// <paramref name="data"/> by <paramref name="algorithm"/>. False for every other blob, for an algorithm that is not
    /// this key's, and for a key that is no valid point; never throws on foreign bytes.
    /// </summary>
    public bool Verify(SshCryptoProvider crypto, string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signatureBlob)
    {
        ArgumentNullException.ThrowIfNull(crypto);

        if (!SignatureAlgorithm.TryFind(algorithm, out var descriptor)
            || !string.Equals(descriptor.KeyType, KeyType, StringComparison.Ordinal))
        {
            return false;
        }

        // RFC 8332 §3.2: the signature names its algorithm itself; another one than agreed is no signature.
        var reader = new SshReader(signatureBlob);
        bool named = string.Equals(reader.ReadName(), descriptor.Name, StringComparison.Ordinal);
        var value = reader.ReadString();
        return named && reader.IsComplete && VerifyValue(crypto, descriptor, data, value);
    }

    /// <summary>The fingerprint as OpenSSH prints it, for a person to compare.</summary>
    public string Fingerprint(SshCryptoProvider crypto, SshFingerprintKind kind = SshFingerprintKind.Sha256) =>
        KeyFingerprint.Of(crypto ?? throw new ArgumentNullException(nameof(crypto)), _blob, kind);

    /// <summary>The wire blob in base64, on one line.</summary>
    public string ToBase64() => Base64.Encode(_blob);

    /// <summary>The line of a <c>.pub</c> file, without a line end: type, base64 and, unless empty, the comment.</summary>
    public string ToOpenSshString(string comment = "") =>
        string.IsNullOrEmpty(comment) ? $"{KeyType} {ToBase64()}" : $"{KeyType} {ToBase64()} {OpenSshKeyLine.OneLine(comment)}";

    /// <inheritdoc/>
    public bool Equals(SshPublicKey? other) => other is not null && _blob.AsSpan().SequenceEqual(other._blob);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SshPublicKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        uint hash = 2166136261;
        foreach (byte b in _blob)
        {
            hash = unchecked((hash ^ b) * 16777619);
        }

        return unchecked((int)hash);
    }

    /// <summary>Type and base64.</summary>
    public override string ToString() => ToOpenSshString();

    /// <summary>Verifies the value inside the signature blob.</summary>
    private protected abstract bool VerifyValue(
        SshCryptoProvider crypto, SignatureAlgorithm algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> value);
}
