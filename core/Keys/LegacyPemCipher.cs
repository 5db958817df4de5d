using SshCore.Buffers;
using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>
/// The old encryption of PEM keys: <c>Proc-Type: 4,ENCRYPTED</c> and <c>DEK-Info: CIPHER,IV</c> (RFC 1421 §4.6), with
/// OpenSSL's key derivation, one round of MD5. Weak against guessing: read for old files, written only when asked for by name.
/// </summary>
internal static class LegacyPemCipher
{
    private const string What = "encrypted PEM key";
    private const string WrittenCipher = "AES-128-CBC";

    /// <summary>Decrypts the body of <paramref name="block"/> if its headers say that it is encrypted.</summary>
    public static SshError? Decrypt(PemBlock block, in KeyFileContext context, out bool encrypted)
    {
        string processing = block.Header("Proc-Type");
        encrypted = processing.EndsWith("ENCRYPTED", StringComparison.Ordinal);
        if (!encrypted)
        {
            return null;
        }

        string info = block.Header("DEK-Info");
        int comma = info.IndexOf(',');
        string name = comma < 0 ? info : info.Substring(0, comma);
        var (primitive, keyLength, ivLength) = Cipher(name);
        if (comma > 0 && keyLength == 0)
        {
            return new SshError(SshErrorKind.UnsupportedKey, $"The key file's cipher '{Utf8.Printable(name, maxLength: 64)}' is not supported.");
        }

        var iv = new byte[ivLength];
        if (comma < 0 || !Hex.TryDecode(info.Substring(comma + 1).Trim().AsSpan(), iv))
        {
            encrypted = false;
            return KeyErrors.Damaged(What, "'DEK-Info: CIPHER,IV'");
        }

        if (context.Require(Primitive.Md5, primitive) is { } missing)
        {
            return missing;
        }

        if (context.Passphrase.IsEmpty)
        {
            return KeyFileContext.PassphraseNeeded;
        }

        using var key = new SecretBytes(keyLength);
        Derive(context.Crypto, context.Passphrase, iv, key.Span);
        return CbcFile.TryDecrypt(context.Crypto, primitive, key.Span, iv, block.Body) ? null : KeyFileContext.PassphraseWrong;
    }

    /// <summary>Encrypts with AES-128-CBC; <paramref name="headers"/> go before the body, each with its line end.</summary>
    public static byte[] Encrypt(
        SshCryptoProvider crypto, RandomSource random, ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> data, out string headers)
    {
        var iv = new byte[16];
        random.Fill(iv);
        using var key = new SecretBytes(16);
        Derive(crypto, passphrase, iv, key.Span);
        headers = $"Proc-Type: 4,ENCRYPTED\nDEK-Info: {WrittenCipher},{Hex.Encode(iv)}\n";
        return CbcFile.Encrypt(crypto, Primitive.AesCbc, key.Span, iv, data);
    }

    /// <summary>D_i = MD5(D_(i-1) ‖ passphrase ‖ first 8 bytes of the IV), one after the other until the key is full.</summary>
    private static void Derive(SshCryptoProvider crypto, ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> iv, Span<byte> key)
    {
        using var md5 = crypto.CreateHash(Primitive.Md5);
        using var digest = new SecretBytes(md5.Length);
        for (bool first = true; !key.IsEmpty; first = false)
        {
            md5.Append(first ? default : digest.Span);
            md5.Append(passphrase);
            md5.Append(iv.Slice(0, 8));
            md5.Finish(digest.Span);
            int taken = Math.Min(key.Length, digest.Length);
            digest.Span.Slice(0, taken).CopyTo(key);
            key = key.Slice(taken);
        }
    }

    private static (Primitive Primitive, int KeyLength, int IvLength) Cipher(string name) => name switch
    {
        "AES-128-CBC" => (Primitive.AesCbc, 16, 16),
        "AES-192-CBC" => (Primitive.AesCbc, 24, 16),
        "AES-256-CBC" => (Primitive.AesCbc, 32, 16),
        "DES-EDE3-CBC" => (Primitive.TripleDesCbc, 24, 8),
        _ => default,
    };
}
