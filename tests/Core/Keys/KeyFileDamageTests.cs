using System.Text;
using NUnit.Framework;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Tests.Core.Keys;

/// <summary>Every cut and every changed byte of a key file ends in an error or in the same key, never in an exception.</summary>
public class KeyFileDamageTests
{
    private static readonly SshCryptoProvider Crypto = DefaultCrypto.Provider;
    private static readonly byte[] Passphrase = Encoding.UTF8.GetBytes("correct horse");
    private static readonly SshLimits Limits = SshLimits.Default with { BcryptRounds = 2, Pbkdf2Iterations = 1100 };

    [TestCase("openssh-ed25519", true)]
    [TestCase("openssh-ed25519-one-round", true, 3)]
    [TestCase("openssh-ed25519-aes256-ctr", true, 19)]
    [TestCase("openssh-ed25519-aes256-gcm", true, 19)]
    [TestCase("openssh-p256", true)]
    [TestCase("openssh-p521", true)]
    [TestCase("openssh-rsa", true)]
    [TestCase("openssh-dsa", true)]
    [TestCase("pem-p256", true)]
    [TestCase("pem-p256-with-parameters", true)]
    [TestCase("pem-p256-des3", true)]
    [TestCase("pem-rsa", true)]
    [TestCase("pem-rsa-encrypted", true)]
    [TestCase("pkcs8-p256", true)]
    [TestCase("pkcs8-rsa", true)]
    [TestCase("pkcs8-ed25519", false)]
    [TestCase("pkcs8-ed25519-sha256-aes-256-cbc", false)]
    [TestCase("pkcs8-ed25519-scrypt", false)]
    [TestCase("putty-ed25519.ppk", false)]
    public void Survives(string file, bool hasBothHalves, int step = 1)
    {
        var bytes = Fixture.Bytes(file);
        SshPublicKey? original = Read(bytes);
        for (int i = 0; i < bytes.Length; i += step)
        {
            Check(Read(bytes.AsSpan(0, i)), i);
            foreach (byte mask in new byte[] { 0x01, 0x80 })
            {
                bytes[i] ^= mask;
                Check(Read(bytes), i);
                bytes[i] ^= mask;
            }
        }

        void Check(SshPublicKey? key, int at)
        {
            if (hasBothHalves && key is not null)
            {
                Assert.That(key, Is.EqualTo(original), $"at {at}");
            }
        }
    }

    [Test]
    public void BodiesOfEverySingleByteChange()
    {
        // Below base64: all of the DER around the smallest key, each byte set to each value.
        var pem = new PemReader(Fixture.Bytes("pkcs8-ed25519"));
        using var block = pem.Next(out _)!;
        var body = block.Body.Span;
        for (int i = 0; i < body.Length - 32; i++)
        {
            byte old = body[i];
            for (int value = 0; value < 256; value++)
            {
                body[i] = (byte)value;
                Read(PemWriter.Write("PRIVATE KEY", "", body, 64));
            }

            body[i] = old;
        }

        Assert.That(Read(PemWriter.Write("PRIVATE KEY", "", body, 64)), Is.Not.Null);
    }

    [TestCase(new byte[] { 0x30, 0x80, 0x00, 0x00 }, Description = "indefinite length")]
    [TestCase(new byte[] { 0x30, 0x84, 0xff, 0xff, 0xff, 0xff }, Description = "length of four octets")]
    [TestCase(new byte[] { 0x30, 0x83, 0x7f, 0xff, 0xff }, Description = "length beyond the end")]
    [TestCase(new byte[] { 0x30, 0x81, 0x01, 0x00 }, Description = "length not in the fewest octets")]
    [TestCase(new byte[] { 0x30, 0x82, 0x00, 0x81 }, Description = "length with a leading zero")]
    [TestCase(new byte[] { 0x30 }, Description = "no length")]
    [TestCase(new byte[0], Description = "nothing")]
    public void DerLengths(byte[] body)
    {
        foreach (string label in new[] { "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY" })
        {
            Assert.That(Read(PemWriter.Write(label, "", body, 64)), Is.Null);
        }
    }

    private static SshPublicKey? Read(ReadOnlySpan<byte> file)
    {
        if (!SshPrivateKey.TryParse(file, Passphrase, Crypto, Limits, out var key, out var error))
        {
            Assert.That(error, Is.Not.Null);
            return null;
        }

        using (key)
        {
            // A key that was accepted works.
            string algorithm = key.PublicKey.SignatureAlgorithms[^1];
            Assert.That(key.PublicKey.Verify(Crypto, algorithm, "x"u8, key.Sign(algorithm, "x"u8)));
            return key.PublicKey;
        }
    }
}
