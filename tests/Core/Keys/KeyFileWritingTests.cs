using System.Text;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;
using SshCore.TestKit;

namespace SshCore.Tests.Core.Keys;

public class KeyFileWritingTests
{
    private static readonly SshCryptoProvider Crypto = DefaultCrypto.Provider;
    private static readonly byte[] Passphrase = Encoding.UTF8.GetBytes("correct horse");
    private static readonly string[] Files = ["openssh-ed25519", "openssh-p256", "openssh-p384", "openssh-p521", "openssh-rsa"];

    private static readonly string[] Ciphers =
    [
        "aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc",
        "aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com",
    ];

    [Test, Combinatorial]
    public void OpenSshRoundTrip([ValueSource(nameof(Files))] string file, [Values("", "correct horse")] string passphrase)
    {
        using var key = Load(file);
        var bytes = Encoding.UTF8.GetBytes(passphrase);
        var text = key.WriteOpenSsh(bytes, rounds: 1, comment: "written");
        using var again = SshPrivateKey.Parse(text, bytes, Crypto);
        AssertSame(key, again);
        Assert.That(again.Comment, Is.EqualTo("written"));
    }

    [TestCaseSource(nameof(Ciphers))]
    public void EveryCipher(string cipher)
    {
        using var key = Load("openssh-p521");
        var text = key.WriteOpenSsh(Passphrase, cipher, rounds: 1);
        using var again = SshPrivateKey.Parse(text, Passphrase, Crypto);
        AssertSame(key, again);
        Assert.That(again.Comment, Is.EqualTo("p521 key"));
        Assert.That(SshPrivateKey.TryParse(text, "wrong"u8, Crypto, SshLimits.Default, out _, out var error), Is.False);
        Assert.That(error!.Kind, Is.EqualTo(SshErrorKind.PassphraseWrong));
    }

    [TestCaseSource(nameof(Files))]
    public void PlainFilesAreThoseOfOpenSsh(string file)
    {
        // Nothing in a plain file is random but the check numbers, which come twice before the key type.
        using var key = Load(file);
        var expected = Body(Fixture.Bytes(file));
        var written = Body(key.WriteOpenSsh());
        int check = written.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(key.PublicKey.KeyType)) - 12;
        written.AsSpan(check, 8).Clear();
        expected.AsSpan(check, 8).Clear();
        Assert.That(written, Is.EqualTo(expected));
    }

    [Test, Combinatorial]
    public void Pkcs8RoundTrip([ValueSource(nameof(Files))] string file, [Values("", "correct horse")] string passphrase)
    {
        using var key = Load(file);
        var bytes = Encoding.UTF8.GetBytes(passphrase);
        using var again = SshPrivateKey.Parse(key.WritePkcs8(bytes, iterations: 10), bytes, Crypto);
        AssertSame(key, again);
    }

    [Test, Combinatorial]
    public void LegacyPemRoundTrip(
        [Values("openssh-p256", "openssh-p384", "openssh-p521", "openssh-rsa")] string file, [Values("", "correct horse")] string passphrase)
    {
        using var key = Load(file);
        var bytes = Encoding.UTF8.GetBytes(passphrase);
        using var again = SshPrivateKey.Parse(key.WriteLegacyPem(bytes), bytes, Crypto);
        AssertSame(key, again);
    }

    // What openssl writes from the same key is what we write.
    [TestCase("openssh-p256", "pkcs8-p256")]
    [TestCase("openssh-p384", "pkcs8-p384")]
    [TestCase("openssh-p521", "pkcs8-p521")]
    [TestCase("openssh-rsa", "pkcs8-rsa")]
    [TestCase("pkcs8-ed25519", "pkcs8-ed25519")]
    public void PlainPkcs8IsThatOfOpenssl(string file, string expected)
    {
        using var key = Load(file);
        Assert.That(Encoding.ASCII.GetString(key.WritePkcs8()), Is.EqualTo(Fixture.Text(expected)));
    }

    [TestCase("openssh-p256", "pem-p256")]
    [TestCase("openssh-p384", "pem-p384")]
    [TestCase("openssh-p521", "pem-p521")]
    [TestCase("openssh-rsa", "pem-rsa")]
    public void PlainPemIsThatOfOpenSsh(string file, string expected)
    {
        using var key = Load(file);
        Assert.That(Encoding.ASCII.GetString(key.WriteLegacyPem()), Is.EqualTo(Fixture.Text(expected)));
    }

    // The files were read with `ssh-keygen -y` and `openssl pkey -check` when they were committed.
    [TestCaseSource(nameof(Ciphers))]
    public void EncryptedOpenSshFilesStayWhatSshKeygenRead(string cipher)
    {
        using var key = Load("openssh-p256");
        var text = key.WriteOpenSsh(Passphrase, cipher, rounds: 1, random: new SeededRandom(1));
        Assert.That(Encoding.ASCII.GetString(text), Is.EqualTo(Fixture.Text("written-openssh-" + cipher.Split('@')[0])));
    }

    [Test]
    public void EncryptedPemFilesStayWhatOpensslRead()
    {
        using var key = Load("openssh-p256");
        var pkcs8 = key.WritePkcs8(Passphrase, iterations: 1000, random: new SeededRandom(1));
        var pem = key.WriteLegacyPem(Passphrase, new SeededRandom(1));
        Assert.That(Encoding.ASCII.GetString(pkcs8), Is.EqualTo(Fixture.Text("written-pkcs8")));
        Assert.That(Encoding.ASCII.GetString(pem), Is.EqualTo(Fixture.Text("written-pem")));
    }

    [TestCase(SshKeyKind.Ed25519, "ssh-ed25519", 256)]
    [TestCase(SshKeyKind.EcdsaP256, "ecdsa-sha2-nistp256", 256)]
    [TestCase(SshKeyKind.EcdsaP384, "ecdsa-sha2-nistp384", 384)]
    [TestCase(SshKeyKind.EcdsaP521, "ecdsa-sha2-nistp521", 521)]
    [TestCase(SshKeyKind.Rsa, "ssh-rsa", 2048)]
    public void Generates(SshKeyKind kind, string type, int bits)
    {
        using var key = SshPrivateKey.Generate(Crypto, kind, rsaBits: 2048, comment: "fresh");
        Assert.That(key.PublicKey.KeyType, Is.EqualTo(type));
        Assert.That(key.PublicKey.Bits, Is.EqualTo(bits));
        using var again = SshPrivateKey.Parse(key.WriteOpenSsh(), default, Crypto);
        AssertSame(key, again);
        Assert.That(again.Comment, Is.EqualTo("fresh"));
        using var other = SshPrivateKey.Generate(Crypto, kind, rsaBits: 2048);
        Assert.That(other.PublicKey, Is.Not.EqualTo(key.PublicKey));
    }

    [TestCase(SshKeyKind.Ed25519)]
    [TestCase(SshKeyKind.EcdsaP256)]
    [TestCase(SshKeyKind.EcdsaP521)]
    public void OneSeedGivesOneKey(SshKeyKind kind)
    {
        var crypto = new SshCore.Interop.BouncyCastle.BouncyCastleProvider(null);
        using var a = SshPrivateKey.Generate(crypto, kind, random: new SeededRandom(7));
        using var b = SshPrivateKey.Generate(crypto, kind, random: new SeededRandom(7));
        Assert.That(a.PublicKey, Is.EqualTo(b.PublicKey));
    }

    [Test]
    public void MistakesOfTheCaller()
    {
        using var key = Load("openssh-ed25519");
        Assert.That(() => SshPrivateKey.Generate(Crypto, SshKeyKind.Rsa, rsaBits: 2047), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => SshPrivateKey.Generate(Crypto, SshKeyKind.Rsa, rsaBits: 16385), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => key.WriteOpenSsh(Passphrase, "none"), Throws.TypeOf<SshUsageException>());
        Assert.That(() => key.WriteOpenSsh(Passphrase, rounds: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => key.WriteLegacyPem(), Throws.TypeOf<SshUsageException>());
        Assert.That(key.ToString(), Does.Not.Contain("PRIVATE"));
    }

    private static SshPrivateKey Load(string file) => SshPrivateKey.Parse(Fixture.Bytes(file), default, Crypto);

    private static byte[] Body(byte[] file)
    {
        var pem = new PemReader(file);
        using var block = pem.Next(out _)!;
        return block.Body.Span.ToArray();
    }

    private static void AssertSame(SshPrivateKey key, SshPrivateKey again)
    {
        Assert.That(again.PublicKey, Is.EqualTo(key.PublicKey));
        string algorithm = key.PublicKey.SignatureAlgorithms[0];
        Assert.That(key.PublicKey.Verify(Crypto, algorithm, "proof"u8, again.Sign(algorithm, "proof"u8)));
    }
}
