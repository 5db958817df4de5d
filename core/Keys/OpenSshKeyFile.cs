using SshCore.Buffers;
using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>
/// The body of an <c>OPENSSH PRIVATE KEY</c> block (OpenSSH PROTOCOL.key): magic, cipher, KDF, public key, then a section
/// that is padded and, with a passphrase, encrypted.
/// </summary>
internal static class OpenSshKeyFile
{
    public const string Label = "OPENSSH PRIVATE KEY";
    public const string None = "none";
    public const string Bcrypt = "bcrypt";
    private const string What = "openssh-key-v1 file";

    public static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    public static SshPrivateKey? Read(ReadOnlySpan<byte> body, in KeyFileContext context, out SshError? error)
    {
        if (!body.StartsWith(Magic))
        {
            error = KeyErrors.Damaged(What, "the magic 'openssh-key-v1'");
            return null;
        }

        var reader = new SshReader(body.Slice(Magic.Length));
        string cipherName = reader.ReadName();
        string kdfName = reader.ReadName();
        var kdfOptions = reader.ReadString();
        uint count = reader.ReadUInt32();
        if (!reader.Failed && count != 1)
        {
            error = KeyErrors.Damaged(What, "one key", $"{count}");
            return null;
        }

        var publicBlob = reader.ReadString();
        var section = reader.ReadString();
        var tag = reader.Remaining;
        if (reader.Failed)
        {
            error = KeyErrors.Damaged(What, "cipher, KDF, public key and private section", "fewer bytes");
            return null;
        }

        // The public half is not encrypted: a type that cannot be read is said before any passphrase is asked for.
        if (!SshPublicKey.TryParse(publicBlob, out var publicKey, out error, context.Limits))
        {
            return null;
        }

        using var plain = new SecretBytes(section);
        error = Decrypt(cipherName, kdfName, kdfOptions, plain.Span, tag, context);
        return error is null
            ? OpenSshPrivateSection.Read(plain.Span, publicKey, cipherName == None, context, out error)
            : null;
    }

    /// <summary>Decrypts the section in place, or says why not.</summary>
    private static SshError? Decrypt(
        string cipherName, string kdfName, ReadOnlySpan<byte> kdfOptions, Span<byte> section, ReadOnlySpan<byte> tag, in KeyFileContext context)
    {
        var cipher = OpenSshKeyCipher.Find(cipherName);
        if (cipher is null && cipherName != None)
        {
            return new SshError(SshErrorKind.UnsupportedKey, $"The key file's cipher '{cipherName}' is not supported.");
        }

        if (kdfName is not (None or Bcrypt))
        {
            return new SshError(SshErrorKind.UnsupportedKey, $"The key file's key derivation '{kdfName}' is not supported.");
        }

        if ((cipher is null) != (kdfName == None))
        {
            return KeyErrors.Damaged(What, "a cipher and a KDF, or neither", $"{cipherName} and {kdfName}");
        }

        int block = cipher?.BlockLength ?? OpenSshKeyCipher.PlainBlockLength;
        if (section.Length < block || section.Length % block != 0)
        {
            return KeyErrors.Damaged(What, $"a private section of whole {block}-byte blocks", $"{section.Length} bytes");
        }

        if (tag.Length != (cipher?.TagLength ?? 0))
        {
            return KeyErrors.Damaged(What, $"{cipher?.TagLength ?? 0} bytes after the private section", $"{tag.Length}");
        }

        return cipher is null ? null : Decrypt(cipher, kdfOptions, section, tag, context);
    }

    private static SshError? Decrypt(
        OpenSshKeyCipher cipher, ReadOnlySpan<byte> kdfOptions, Span<byte> section, ReadOnlySpan<byte> tag, in KeyFileContext context)
    {
        var reader = new SshReader(kdfOptions);
        var salt = reader.ReadString();
        uint rounds = reader.ReadUInt32();
        if (!reader.IsComplete || salt.IsEmpty || rounds == 0)
        {
            return KeyErrors.Damaged(What, "a salt and a number of bcrypt rounds");
        }

        if (rounds > (uint)context.Limits.BcryptRounds)
        {
            return new SshError(SshErrorKind.LimitExceeded, "The key file asks for too many bcrypt rounds", $"at most {context.Limits.BcryptRounds}", $"{rounds}");
        }

        if (context.Require(Primitive.BcryptPbkdf, cipher.Primitive) is { } missing)
        {
            return missing;
        }

        if (context.Passphrase.IsEmpty)
        {
            return KeyFileContext.PassphraseNeeded;
        }

        using var key = new SecretBytes(cipher.KeyLength + cipher.IvLength);
        context.Crypto.BcryptPbkdf(context.Passphrase, salt, (int)rounds, key.Span);
        return cipher.TryDecrypt(context.Crypto, key.Span, section, tag) ? null : KeyFileContext.PassphraseWrong;
    }
}
