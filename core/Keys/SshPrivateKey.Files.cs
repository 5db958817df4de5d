using System.Diagnostics.CodeAnalysis;
using SshCore.Errors;
using SshCore.Security;

namespace SshCore.Keys;

public abstract partial class SshPrivateKey
{
    /// <summary>
    /// Reads a private key file: openssh-key-v1, or PEM with a PKCS#1, SEC1 or PKCS#8 key, each with or without a
    /// passphrase. Text around the key is skipped. A passphrase for a file that is not encrypted is ignored.
    /// </summary>
    /// <param name="file">The bytes of the file; the caller zeroes them.</param>
    /// <param name="passphrase">The passphrase, or empty if there is none.</param>
    /// <param name="crypto">Decrypts now and signs later.</param>
    /// <param name="limits">Bounds on file size, KDF rounds and RSA size.</param>
    /// <param name="key">The key, to be disposed by the caller.</param>
    /// <param name="error">
    /// Kinds: <see cref="SshErrorKind.PassphraseNeeded"/>, <see cref="SshErrorKind.PassphraseWrong"/>,
    /// <see cref="SshErrorKind.UnknownFormat"/>, <see cref="SshErrorKind.UnsupportedKey"/> (DSA, an unknown cipher …),
    /// <see cref="SshErrorKind.LimitExceeded"/>, and <see cref="SshErrorKind.InvalidMessage"/> for a damaged file.
    /// </param>
    /// <returns>False, never an exception, for every file that is no good key.</returns>
    public static bool TryParse(
        ReadOnlySpan<byte> file,
        ReadOnlySpan<byte> passphrase,
        SshCryptoProvider crypto,
        SshLimits limits,
        [NotNullWhen(true)] out SshPrivateKey? key,
        [NotNullWhen(false)] out SshError? error)
    {
        ArgumentNullException.ThrowIfNull(crypto);
        ArgumentNullException.ThrowIfNull(limits);
        key = PrivateKeyFile.Read(file, new KeyFileContext(crypto, limits, passphrase), out error);
        error = key is null ? error ?? KeyErrors.Damaged("private") : null;
        return key is not null;
    }

    /// <summary>Reads a private key file or throws <see cref="SshKeyException"/>; see <see cref="TryParse"/>.</summary>
    public static SshPrivateKey Parse(
        ReadOnlySpan<byte> file, ReadOnlySpan<byte> passphrase, SshCryptoProvider crypto, SshLimits? limits = null) =>
        TryParse(file, passphrase, crypto, limits ?? SshLimits.Default, out var key, out var error) ? key : throw new SshKeyException(error);
}
