using System.Text;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Tests.Core.Keys;

public class KeyFileReadingTests
{
    private static readonly SshCryptoProvider Crypto = DefaultCrypto.Provider;
    private static readonly byte[] Passphrase = Encoding.UTF8.GetBytes("correct horse");

    private static readonly string[] Plain =
    [
        "openssh-ed25519", "openssh-ed25519-crlf", "openssh-ed25519-puttygen", "openssh-p256", "openssh-p384", "openssh-p521", "openssh-rsa",
        "pem-p256", "pem-p256-with-parameters", "pem-p384", "pem-p521", "pem-rsa", "pem-rsa-puttygen",
        "pkcs8-ed25519", "pkcs8-p256", "pkcs8-p384", "pkcs8-p521", "pkcs8-rsa",
    ];

    private static readonly string[] Encrypted =
    [
        "openssh-ed25519-3des-cbc", "openssh-ed25519-aes128-cbc", "openssh-ed25519-aes192-cbc", "openssh-ed25519-aes256-cbc",
        "openssh-ed25519-aes128-ctr", "openssh-ed25519-aes192-ctr", "openssh-ed25519-aes256-ctr", "openssh-ed25519-aes128-gcm",
        "openssh-ed25519-aes256-gcm", "openssh-ed25519-chacha20-poly1305", "openssh-p256-encrypted", "openssh-p384-encrypted",
        "openssh-p521-encrypted", "openssh-rsa-encrypted",
        "pem-p256-aes128", "pem-p256-aes192", "pem-p256-aes256", "pem-p256-des3", "pem-rsa-aes256", "pem-rsa-des3", "pem-rsa-encrypted",
        "pkcs8-ed25519-sha1-aes-128-cbc", "pkcs8-ed25519-sha256-aes-256-cbc", "pkcs8-ed25519-sha256-des-ede3-cbc",
        "pkcs8-ed25519-sha384-aes-256-cbc", "pkcs8-ed25519-sha512-aes-192-cbc", "pkcs8-p256-encrypted", "pkcs8-p384-encrypted",
        "pkcs8-p521-encrypted", "pkcs8-rsa-encrypted",
    ];

    [TestCaseSource(nameof(Plain))]
    public void ReadsPlainFiles(string file)
    {
        using var key = SshPrivateKey.Parse(Fixture.Bytes(file), default, Crypto);
        AssertIs(key, file);
        // As OpenSSH has it, a passphrase that is not needed is ignored.
        using var again = SshPrivateKey.Parse(Fixture.Bytes(file), Passphrase, Crypto);
        Assert.That(again.PublicKey, Is.EqualTo(key.PublicKey));
    }

    [TestCaseSource(nameof(Encrypted))]
    public void ReadsEncryptedFiles(string file)
    {
        var bytes = Fixture.Bytes(file);
        using var key = SshPrivateKey.Parse(bytes, Passphrase, Crypto);
        AssertIs(key, file);
        Assert.That(ErrorOf(bytes, default).Kind, Is.EqualTo(SshErrorKind.PassphraseNeeded));
        Assert.That(ErrorOf(bytes, "wrong"u8).Kind, Is.EqualTo(SshErrorKind.PassphraseWrong));
    }

    [TestCase("MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCoB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=", true)]
    [TestCase("MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCoB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuI=", false)]
    public void Pkcs8WithAttributesAndPublicKey(string body, bool good)
    {
        // The second example of RFC 8410 §10.3, and the same with another public key.
        var text = Encoding.ASCII.GetBytes($"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        Assert.That(SshPrivateKey.TryParse(text, default, Crypto, SshLimits.Default, out var key, out _), Is.EqualTo(good));
        key?.Dispose();
    }

    [Test]
    public void CommentsOfOpenSshFiles()
    {
        using var plain = SshPrivateKey.Parse(Fixture.Bytes("openssh-p384"), default, Crypto);
        using var encrypted = SshPrivateKey.Parse(Fixture.Bytes("openssh-rsa-encrypted"), Passphrase, Crypto);
        Assert.That(plain.Comment, Is.EqualTo("p384 key"));
        Assert.That(encrypted.Comment, Is.EqualTo("rsa key"));
    }

    [TestCase("openssh-dsa", SshErrorKind.UnsupportedKey, "DSA")]
    [TestCase("pem-dsa", SshErrorKind.UnsupportedKey, "DSA")]
    [TestCase("pkcs8-dsa", SshErrorKind.UnsupportedKey, "DSA")]
    [TestCase("pkcs8-ed448", SshErrorKind.UnsupportedKey, "1.3.101.113")]
    [TestCase("pem-secp256k1", SshErrorKind.UnsupportedKey, "1.3.132.0.10")]
    [TestCase("pem-p256-explicit", SshErrorKind.UnsupportedKey, "curve")]
    [TestCase("pem-p256-des", SshErrorKind.UnsupportedKey, "DES-CBC")]
    [TestCase("pkcs8-ed25519-scrypt", SshErrorKind.UnsupportedKey, "1.3.6.1.4.1.11591.4.11")]
    [TestCase("pkcs8-ed25519-pbes1", SshErrorKind.UnsupportedKey, "1.2.840.113549.1.12.1.3")]
    [TestCase("pem-rsa-1024", SshErrorKind.LimitExceeded, "2048")]
    [TestCase("putty-ed25519.ppk", SshErrorKind.UnknownFormat, "PuTTY")]
    [TestCase("openssh-rsa.pub", SshErrorKind.UnknownFormat, "public key")]
    [TestCase("sshsig-rsa", SshErrorKind.UnknownFormat, "SSH SIGNATURE")]
    [TestCase("message", SshErrorKind.UnknownFormat, "not a private key")]
    public void SaysWhatItCannotRead(string file, SshErrorKind kind, string text)
    {
        var error = ErrorOf(Fixture.Bytes(file), Passphrase);
        Assert.That(error.Kind, Is.EqualTo(kind), error.ToString());
        Assert.That(error.ToString(), Does.Contain(text));
        Assert.That(
            () => SshPrivateKey.Parse(Fixture.Bytes(file), Passphrase, Crypto), Throws.TypeOf<SshKeyException>().With.Property("Error").EqualTo(error));
    }

    [TestCase("{0}", true)]
    [TestCase("# a comment\nanother line: with a colon\n\n{0}\ntrailing text\n", true)]
    [TestCase("\uFEFF{0}", true)]
    [TestCase("{0}{0}", true)]
    [TestCase("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n{0}", true)]
    [TestCase("-----BEGIN CERTIFICATE-----\nAAAA\n-----END TRUST-----\n{0}", false)]
    [TestCase("-----BEGIN CERTIFICATE-----\nA#AA\n-----END CERTIFICATE-----\n{0}", false)]
    public void TextAroundTheKey(string format, bool read)
    {
        var text = format.Replace("{0}", Fixture.Text("openssh-ed25519"));
        Assert.That(SshPrivateKey.TryParse(Encoding.UTF8.GetBytes(text), default, Crypto, SshLimits.Default, out var key, out _), Is.EqualTo(read));
        key?.Dispose();
    }

    [Test]
    public void DamageInsideTheTextIsNamedWithItsLine()
    {
        var lines = Fixture.Text("openssh-ed25519").Split('\n');
        lines[2] = lines[2].Replace(lines[2][5], '*');
        var error = ErrorOf(Encoding.UTF8.GetBytes(string.Join("\n", lines)), default);
        Assert.That(error.Kind, Is.EqualTo(SshErrorKind.InvalidMessage));
        Assert.That(error.ToString(), Does.Contain("line 3"));
    }

    [Test]
    public void TrailingBlanksAndBlankLinesAreTolerated()
    {
        var text = Fixture.Text("openssh-p256").Replace("\n", " \t\r\n").Replace("KEY----- \t\r\n", "KEY-----\n\n");
        using var key = SshPrivateKey.Parse(Encoding.UTF8.GetBytes(text), default, Crypto);
        Assert.That(key.Comment, Is.EqualTo("p256 key"));
    }

    [Test]
    public void LimitsOfSizeAndRounds()
    {
        var bytes = Fixture.Bytes("openssh-ed25519-aes256-ctr");
        Assert.That(Kind(bytes, SshLimits.Default with { BcryptRounds = 1 }), Is.EqualTo(SshErrorKind.LimitExceeded));
        Assert.That(Kind(bytes, SshLimits.Default with { BcryptRounds = 2 }), Is.Null);
        Assert.That(Kind(bytes, SshLimits.Default with { KeyFileLength = bytes.Length - 1 }), Is.EqualTo(SshErrorKind.LimitExceeded));
        Assert.That(Kind(bytes, SshLimits.Default with { KeyFileLength = bytes.Length }), Is.Null);
        var pkcs8 = Fixture.Bytes("pkcs8-p256-encrypted");
        Assert.That(Kind(pkcs8, SshLimits.Default with { Pbkdf2Iterations = 999 }), Is.EqualTo(SshErrorKind.LimitExceeded));
        Assert.That(Kind(pkcs8, SshLimits.Default with { Pbkdf2Iterations = 1000 }), Is.Null);
    }

    private static SshErrorKind? Kind(byte[] file, SshLimits limits)
    {
        if (!SshPrivateKey.TryParse(file, Passphrase, Crypto, limits, out var key, out var error))
        {
            return error.Kind;
        }

        key.Dispose();
        return null;
    }

    private static SshError ErrorOf(byte[] file, ReadOnlySpan<byte> passphrase)
    {
        Assert.That(SshPrivateKey.TryParse(file, passphrase, Crypto, SshLimits.Default, out _, out var error), Is.False);
        return error!;
    }

    /// <summary>The key is the one whose public half OpenSSH or openssl wrote, and it signs.</summary>
    private static void AssertIs(SshPrivateKey key, string file)
    {
        string algorithmPart = file.Split('-')[1];
        string pub = file switch
        {
            "pem-p256-with-parameters" => "pem-p256-with-parameters.pub",
            _ when file.StartsWith("pkcs8-ed25519", StringComparison.Ordinal) => "pkcs8-ed25519.pub",
            _ => $"openssh-{algorithmPart}.pub",
        };
        var expected = SshPublicKey.ParseOpenSsh(Fixture.Text(pub));
        Assert.That(key.PublicKey, Is.EqualTo(expected));
        string algorithm = expected.SignatureAlgorithms[0];
        Assert.That(expected.Verify(Crypto, algorithm, "proof"u8, key.Sign(algorithm, "proof"u8)));
    }
}
