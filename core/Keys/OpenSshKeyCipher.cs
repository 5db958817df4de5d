using SshCore.Security;

namespace SshCore.Keys;

/// <summary>The ciphers of openssh-key-v1 files (<c>ssh-keygen -Z</c>): key and IV come one after the other from bcrypt_pbkdf.</summary>
internal sealed class OpenSshKeyCipher
{
    private OpenSshKeyCipher(string name, Primitive primitive, int keyLength, int ivLength, int blockLength, int tagLength = 0)
    {
        Name = name;
        Primitive = primitive;
        KeyLength = keyLength;
        IvLength = ivLength;
        BlockLength = blockLength;
        TagLength = tagLength;
    }

    /// <summary>The cipher of files without a passphrase: sections are padded to 8 bytes.</summary>
    public const int PlainBlockLength = 8;

    public static IReadOnlyList<OpenSshKeyCipher> All { get; } =
    [
        new("aes256-ctr", Primitive.AesCtr, 32, 16, 16),
        new("aes192-ctr", Primitive.AesCtr, 24, 16, 16),
        new("aes128-ctr", Primitive.AesCtr, 16, 16, 16),
        new("aes256-cbc", Primitive.AesCbc, 32, 16, 16),
        new("aes192-cbc", Primitive.AesCbc, 24, 16, 16),
        new("aes128-cbc", Primitive.AesCbc, 16, 16, 16),
        new("3des-cbc", Primitive.TripleDesCbc, 24, 8, 8),
        new("aes256-gcm@openssh.com", Primitive.AesGcm, 32, SshAead.NonceLength, 16, SshAead.TagLength),
        new("aes128-gcm@openssh.com", Primitive.AesGcm, 16, SshAead.NonceLength, 16, SshAead.TagLength),
        new("chacha20-poly1305@openssh.com", Primitive.ChaCha20Poly1305, SshChaChaPoly.KeyLength, 0, 8, SshChaChaPoly.TagLength),
    ];

    public string Name { get; }

    public Primitive Primitive { get; }

    public int KeyLength { get; }

    public int IvLength { get; }

    public int BlockLength { get; }

    /// <summary>Bytes of the tag that follows the encrypted section.</summary>
    public int TagLength { get; }

    public static OpenSshKeyCipher? Find(string name)
    {
        foreach (var cipher in All)
        {
            if (string.Equals(cipher.Name, name, StringComparison.Ordinal))
            {
                return cipher;
            }
        }

        return null;
    }

    /// <summary>Encrypts in place; <paramref name="keyAndIv"/> has both lengths.</summary>
    public void Encrypt(SshCryptoProvider crypto, ReadOnlySpan<byte> keyAndIv, Span<byte> data, Span<byte> tag)
    {
        var key = keyAndIv.Slice(0, KeyLength);
        var iv = keyAndIv.Slice(KeyLength, IvLength);
        if (Primitive == Primitive.AesGcm)
        {
            using var aead = crypto.CreateAead(Primitive, key);
            aead.Seal(iv, default, data, tag);
        }
        else if (Primitive == Primitive.ChaCha20Poly1305)
        {
            using var chacha = crypto.CreateChaChaPoly(key);
            chacha.SealBody(0, data, tag);
        }
        else
        {
            using var cipher = crypto.CreateCipher(Primitive, key, iv, encrypt: true);
            cipher.Transform(data);
        }
    }

    /// <summary>Decrypts in place; false if there is a tag and it is wrong.</summary>
    public bool TryDecrypt(SshCryptoProvider crypto, ReadOnlySpan<byte> keyAndIv, Span<byte> data, ReadOnlySpan<byte> tag)
    {
        var key = keyAndIv.Slice(0, KeyLength);
        var iv = keyAndIv.Slice(KeyLength, IvLength);
        if (Primitive == Primitive.AesGcm)
        {
            using var aead = crypto.CreateAead(Primitive, key);
            return aead.TryOpen(iv, default, data, tag);
        }

        if (Primitive == Primitive.ChaCha20Poly1305)
        {
            using var chacha = crypto.CreateChaChaPoly(key);
            return chacha.TryOpenBody(0, data, tag);
        }

        using var cipher = crypto.CreateCipher(Primitive, key, iv, encrypt: false);
        cipher.Transform(data);
        return true;
    }
}
