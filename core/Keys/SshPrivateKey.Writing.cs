using System.Buffers.Binary;
using SshCore.Buffers;
using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

public abstract partial class SshPrivateKey
{
    private const int OpenSshWidth = 70;
    private const int PemWidth = 64;
    private const int SaltLength = 16;

    /// <summary>Writes an openssh-key-v1 file, the format to take.</summary>
    /// <param name="passphrase">Encrypts the file; empty leaves it plain.</param>
    /// <param name="cipher">A name that <c>ssh-keygen -Z</c> knows; without a passphrase it is not used.</param>
    /// <param name="rounds">Rounds of bcrypt, 1 to <see cref="SshLimits.BcryptRounds"/>.</param>
    /// <param name="comment">Replaces <see cref="Comment"/> unless null.</param>
    /// <param name="random">Where the salt comes from; the provider's own source if null.</param>
    /// <returns>ASCII text; the caller zeroes it after use.</returns>
    /// <exception cref="SshUsageException">An unknown cipher.</exception>
    public byte[] WriteOpenSsh(
        ReadOnlySpan<byte> passphrase = default,
        string cipher = "aes256-ctr",
        int rounds = 24,
        string? comment = null,
        RandomSource? random = null)
    {
        ThrowIfDisposed();
        if (rounds < 1 || rounds > SshLimits.Default.BcryptRounds)
        {
            throw new ArgumentOutOfRangeException(nameof(rounds));
        }

        random ??= Crypto.Random;
        var chosen = passphrase.IsEmpty ? null : OpenSshKeyCipher.Find(cipher)
            ?? throw new SshUsageException($"Key files cannot be encrypted with '{cipher}'.");
        var check = new byte[4];
        random.Fill(check);
        using var section = new SshWriter(4096);
        OpenSshPrivateSection.Write(
            section, this, comment ?? Comment, BinaryPrimitives.ReadUInt32BigEndian(check), chosen?.BlockLength ?? OpenSshKeyCipher.PlainBlockLength);

        using var body = new SshWriter(8192);
        body.WriteBytes(OpenSshKeyFile.Magic);
        body.WriteString(chosen?.Name ?? OpenSshKeyFile.None);
        body.WriteString(chosen is null ? OpenSshKeyFile.None : OpenSshKeyFile.Bcrypt);
        using var data = new SecretBytes(section.WrittenSpan);
        var tag = new byte[chosen?.TagLength ?? 0];
        if (chosen is null)
        {
            body.WriteString("");
        }
        else
        {
            var salt = new byte[SaltLength];
            random.Fill(salt);
            int options = body.BeginString();
            body.WriteString(salt);
            body.WriteUInt32((uint)rounds);
            body.EndString(options);
            using var key = new SecretBytes(chosen.KeyLength + chosen.IvLength);
            Crypto.BcryptPbkdf(passphrase, salt, rounds, key.Span);
            chosen.Encrypt(Crypto, key.Span, data.Span, tag);
        }

        body.WriteUInt32(1);
        body.WriteString(PublicKey.Blob.Span);
        body.WriteString(data.Span);
        body.WriteBytes(tag);
        return PemWriter.Write(OpenSshKeyFile.Label, "", body.WrittenSpan, OpenSshWidth);
    }

    /// <summary>
    /// Writes the old PEM form for programs that read nothing newer: PKCS#1 for RSA, SEC1 for ECDSA. A passphrase encrypts
    /// with AES-128-CBC under a single MD5, which is weak against guessing. Comments are lost.
    /// </summary>
    /// <returns>ASCII text; the caller zeroes it after use.</returns>
    /// <exception cref="SshUsageException">An Ed25519 key: it has no such form.</exception>
    public byte[] WriteLegacyPem(ReadOnlySpan<byte> passphrase = default, RandomSource? random = null)
    {
        ThrowIfDisposed();
        using var writer = new DerWriter();
        string label = WriteLegacyBody(writer);
        if (passphrase.IsEmpty)
        {
            return PemWriter.Write(label, "", writer.WrittenSpan, PemWidth);
        }

        var encrypted = LegacyPemCipher.Encrypt(Crypto, random ?? Crypto.Random, passphrase, writer.WrittenSpan, out string headers);
        return PemWriter.Write(label, headers, encrypted, PemWidth);
    }

    /// <summary>
    /// Writes PKCS#8 (RFC 5208). A passphrase encrypts with PBES2: PBKDF2 over HMAC-SHA256 and AES-256-CBC. Comments are lost.
    /// </summary>
    /// <param name="passphrase">Encrypts the file; empty leaves it plain.</param>
    /// <param name="iterations">Iterations of PBKDF2, 1 to <see cref="SshLimits.Pbkdf2Iterations"/>.</param>
    /// <param name="random">Where salt and IV come from; the provider's own source if null.</param>
    /// <returns>ASCII text; the caller zeroes it after use.</returns>
    public byte[] WritePkcs8(ReadOnlySpan<byte> passphrase = default, int iterations = 600_000, RandomSource? random = null)
    {
        ThrowIfDisposed();
        if (iterations < 1 || iterations > SshLimits.Default.Pbkdf2Iterations)
        {
            throw new ArgumentOutOfRangeException(nameof(iterations));
        }

        using var writer = new DerWriter();
        WritePkcs8Body(writer);
        return passphrase.IsEmpty
            ? PemWriter.Write(Pkcs8Key.Label, "", writer.WrittenSpan, PemWidth)
            : PemWriter.Write(
                Pkcs8Key.EncryptedLabel, "", Pbes2.Encrypt(Crypto, random ?? Crypto.Random, passphrase, iterations, writer.WrittenSpan), PemWidth);
    }

    /// <summary>The fields of this key in the private section of an openssh-key-v1 file, after the type name.</summary>
    internal abstract void WriteOpenSshFields(SshWriter writer);

    /// <summary>Writes the DER of the old PEM form and returns its label.</summary>
    private protected abstract string WriteLegacyBody(DerWriter writer);

    /// <summary>Writes a PrivateKeyInfo.</summary>
    private protected abstract void WritePkcs8Body(DerWriter writer);
}
