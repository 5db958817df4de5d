using SshCore.Buffers;
using SshCore.Errors;
using SshCore.Security;

namespace SshCore.Keys;

/// <summary>EncryptedPrivateKeyInfo (RFC 5208 §6) under PBES2 (RFC 8018 §6.2): PBKDF2 and a CBC cipher.</summary>
internal static class Pbes2
{
    private const string What = "encrypted PKCS#8 key";
    private const int SaltLength = 16;
    private const int KeyLength = 32;
    private const int AesBlock = 16;

    /// <summary>Replaces the body of <paramref name="block"/> by the PrivateKeyInfo inside, or says why not.</summary>
    public static SshError? Decrypt(PemBlock block, in KeyFileContext context, out bool encrypted)
    {
        encrypted = true;
        var outer = new DerReader(block.Body.Span);
        var reader = outer.Enter(DerReader.Sequence);
        var algorithm = reader.Enter(DerReader.Sequence);
        var data = reader.Read(DerReader.OctetString);
        var scheme = algorithm.Read(DerReader.ObjectIdentifier);
        if (!reader.IsComplete || !outer.IsComplete || algorithm.Failed)
        {
            encrypted = false;
            return KeyErrors.Damaged(What, "an encryption scheme and encrypted bytes");
        }

        if (!scheme.SequenceEqual(Oid.Pbes2))
        {
            return Unsupported("encryption scheme", "PBES2", scheme);
        }

        var parameters = algorithm.Enter(DerReader.Sequence);
        var derivation = parameters.Enter(DerReader.Sequence);
        var cipher = parameters.Enter(DerReader.Sequence);
        var kdf = derivation.Read(DerReader.ObjectIdentifier);
        var cipherOid = cipher.Read(DerReader.ObjectIdentifier);
        var iv = cipher.Read(DerReader.OctetString);
        if (!parameters.IsComplete || !algorithm.IsComplete || !cipher.IsComplete || derivation.Failed)
        {
            encrypted = false;
            return KeyErrors.Damaged(What, "a key derivation and a cipher with its IV");
        }

        if (!kdf.SequenceEqual(Oid.Pbkdf2))
        {
            return Unsupported("key derivation", "PBKDF2", kdf);
        }

        var (primitive, keyLength, blockLength) = Cipher(cipherOid);
        if (keyLength == 0)
        {
            return Unsupported("cipher", "AES or 3DES in CBC mode", cipherOid);
        }

        if (iv.Length != blockLength)
        {
            encrypted = false;
            return KeyErrors.Damaged(What, $"an IV of {blockLength} bytes", $"{iv.Length}");
        }

        using var key = new SecretBytes(keyLength);
        if (Derive(ref derivation, key.Span, primitive, context, ref encrypted) is { } error)
        {
            return error;
        }

        using var plain = new SecretBytes(data);
        if (!CbcFile.TryDecrypt(context.Crypto, primitive, key.Span, iv, plain))
        {
            return KeyFileContext.PassphraseWrong;
        }

        block.Body.Set(plain.Span);
        return null;
    }

    /// <summary>Wraps a PrivateKeyInfo: PBKDF2 with HMAC-SHA256 and AES-256-CBC.</summary>
    public static byte[] Encrypt(
        SshCryptoProvider crypto, RandomSource random, ReadOnlySpan<byte> passphrase, int iterations, ReadOnlySpan<byte> privateKeyInfo)
    {
        var salt = new byte[SaltLength];
        var iv = new byte[AesBlock];
        random.Fill(salt);
        random.Fill(iv);
        using var key = new SecretBytes(KeyLength);
        Pbkdf2.Derive(crypto, Primitive.HmacSha256, passphrase, salt, iterations, key.Span);

        using var writer = new DerWriter();
        int outer = writer.Begin(DerReader.Sequence);
        int algorithm = writer.Begin(DerReader.Sequence);
        writer.Write(DerReader.ObjectIdentifier, Oid.Pbes2);
        int parameters = writer.Begin(DerReader.Sequence);
        int derivation = writer.Begin(DerReader.Sequence);
        writer.Write(DerReader.ObjectIdentifier, Oid.Pbkdf2);
        int pbkdf2 = writer.Begin(DerReader.Sequence);
        writer.Write(DerReader.OctetString, salt);
        writer.WriteInteger(iterations);
        int prf = writer.Begin(DerReader.Sequence);
        writer.Write(DerReader.ObjectIdentifier, Oid.HmacSha256);
        writer.Write(DerReader.Null, default);
        writer.End(prf);
        writer.End(pbkdf2);
        writer.End(derivation);
        int cipher = writer.Begin(DerReader.Sequence);
        writer.Write(DerReader.ObjectIdentifier, Oid.Aes256Cbc);
        writer.Write(DerReader.OctetString, iv);
        writer.End(cipher);
        writer.End(parameters);
        writer.End(algorithm);
        writer.Write(DerReader.OctetString, CbcFile.Encrypt(crypto, Primitive.AesCbc, key.Span, iv, privateKeyInfo));
        writer.End(outer);
        return writer.ToArray();
    }

    /// <summary>Reads PBKDF2-params (RFC 8018 §A.2) and derives the key.</summary>
    private static SshError? Derive(ref DerReader derivation, Span<byte> key, Primitive cipher, in KeyFileContext context, ref bool encrypted)
    {
        var reader = derivation.Enter(DerReader.Sequence);
        var salt = reader.Read(DerReader.OctetString);
        int iterations = reader.ReadSmallInteger();
        int length = reader.PeekTag() == DerReader.Integer ? reader.ReadSmallInteger() : key.Length;
        var prf = Primitive.HmacSha1;
        if (reader.PeekTag() == DerReader.Sequence)
        {
            var function = reader.Enter(DerReader.Sequence);
            var oid = function.Read(DerReader.ObjectIdentifier);
            if (function.PeekTag() == DerReader.Null)
            {
                function.Read(DerReader.Null);
            }

            if (function.IsComplete && !TryPrf(oid, out prf))
            {
                return Unsupported("PBKDF2 function", "HMAC with SHA-1 or SHA-2", oid);
            }

            if (!function.IsComplete)
            {
                reader.Fail();
            }
        }

        if (!reader.IsComplete || !derivation.IsComplete || salt.IsEmpty || iterations == 0 || length != key.Length)
        {
            encrypted = false;
            return KeyErrors.Damaged(What, $"a salt, a number of iterations and a key length of {key.Length}");
        }

        if (iterations > context.Limits.Pbkdf2Iterations)
        {
            return new SshError(
                SshErrorKind.LimitExceeded, "The key file asks for too many PBKDF2 iterations", $"at most {context.Limits.Pbkdf2Iterations}", $"{iterations}");
        }

        if (context.Require(prf, cipher) is { } missing)
        {
            return missing;
        }

        if (context.Passphrase.IsEmpty)
        {
            return KeyFileContext.PassphraseNeeded;
        }

        Pbkdf2.Derive(context.Crypto, prf, context.Passphrase, salt, iterations, key);
        return null;
    }

    private static bool TryPrf(ReadOnlySpan<byte> oid, out Primitive prf)
    {
        Primitive? found = oid.SequenceEqual(Oid.HmacSha256) ? Primitive.HmacSha256
            : oid.SequenceEqual(Oid.HmacSha1) ? Primitive.HmacSha1
            : oid.SequenceEqual(Oid.HmacSha512) ? Primitive.HmacSha512
            : oid.SequenceEqual(Oid.HmacSha384) ? Primitive.HmacSha384
            : null;
        prf = found ?? Primitive.HmacSha1;
        return found is not null;
    }

    private static (Primitive Primitive, int KeyLength, int BlockLength) Cipher(ReadOnlySpan<byte> oid) =>
        oid.SequenceEqual(Oid.Aes256Cbc) ? (Primitive.AesCbc, 32, AesBlock)
        : oid.SequenceEqual(Oid.Aes192Cbc) ? (Primitive.AesCbc, 24, AesBlock)
        : oid.SequenceEqual(Oid.Aes128Cbc) ? (Primitive.AesCbc, 16, AesBlock)
        : oid.SequenceEqual(Oid.TripleDesCbc) ? (Primitive.TripleDesCbc, 24, 8)
        : default;

    private static SshError Unsupported(string what, string expected, ReadOnlySpan<byte> oid) =>
        new(SshErrorKind.UnsupportedKey, $"The key file's {what} is not supported", expected, Oid.Text(oid));
}
