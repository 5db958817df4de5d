using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>Finds out what a private key file is, and has it read.</summary>
internal static class PrivateKeyFile
{
    public static SshPrivateKey? Read(ReadOnlySpan<byte> file, in KeyFileContext context, out SshError? error)
    {
        if (file.Length > context.Limits.KeyFileLength)
        {
            error = new SshError(SshErrorKind.LimitExceeded, "The key file is too long", $"at most {context.Limits.KeyFileLength} bytes", $"{file.Length}");
            return null;
        }

        var pem = new PemReader(file);
        string other = "";
        while (pem.Next(out error) is { } found)
        {
            using var block = found;
            if (block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                return ReadBlock(block, context, out error);
            }

            // What openssl writes before or after a key (EC PARAMETERS, certificates) is not our business.
            other = block.Label;
        }

        error ??= Unknown(file, other);
        return null;
    }

    private static SshPrivateKey? ReadBlock(PemBlock block, in KeyFileContext context, out SshError? error)
    {
        bool encrypted = false;
        error = block.Label switch
        {
            Pkcs1Key.Label or Sec1Key.Label => LegacyPemCipher.Decrypt(block, context, out encrypted),
            Pkcs8Key.EncryptedLabel => Pbes2.Decrypt(block, context, out encrypted),
            _ => null,
        };
        if (error is not null)
        {
            return null;
        }

        var body = block.Body.Span;
        var key = block.Label switch
        {
            OpenSshKeyFile.Label => OpenSshKeyFile.Read(body, context, out error),
            Pkcs1Key.Label => Pkcs1Key.Read(body, context, out error),
            Sec1Key.Label => Sec1Key.Read(body, null, context, out error),
            Pkcs8Key.Label or Pkcs8Key.EncryptedLabel => Pkcs8Key.Read(body, context, out error),
            _ => Unsupported(block.Label, out error),
        };

        // These ciphers have no check of their own: a wrong passphrase shows as rubbish inside.
        if (key is null && encrypted && error is { Kind: SshErrorKind.InvalidMessage })
        {
            error = KeyFileContext.PassphraseWrong;
        }

        return key;
    }

    private static SshPrivateKey? Unsupported(string label, out SshError? error)
    {
        error = label == "DSA PRIVATE KEY"
            ? KeyErrors.UnsupportedType("ssh-dss")
            : new SshError(SshErrorKind.UnsupportedKey, $"A '{Utf8.Printable(label, maxLength: 64)}' block is not supported.");
        return null;
    }

    private static SshError Unknown(ReadOnlySpan<byte> file, string label)
    {
        string message =
            label.Length > 0 ? $"The file has a '{Utf8.Printable(label, maxLength: 64)}' block and no private key."
            : file.StartsWith("PuTTY-User-Key-File-"u8) ? "The file is a PuTTY key; 'puttygen -O private-openssh-new' converts it."
            : file.StartsWith("ssh-"u8) || file.StartsWith("ecdsa-"u8) ? "The file is a public key, not a private one."
            : "The file is not a private key in a known format.";
        return new SshError(SshErrorKind.UnknownFormat, message, "an OpenSSH or PEM private key");
    }
}
