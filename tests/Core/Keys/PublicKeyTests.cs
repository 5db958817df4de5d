using NUnit.Framework;
using SshCore.Errors;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Tests.Core.Keys;

public class PublicKeyTests
{
    private static readonly SshCryptoProvider Crypto = DefaultCrypto.Provider;

    // Fingerprints as `ssh-keygen -lf` and `ssh-keygen -lE md5 -f` print them for the fixtures.
    [TestCase("openssh-ed25519.pub", "ssh-ed25519", 256, "user@host", "SHA256:K+6ATtDtWiJqEKGOe6TFUVriSP4tsxoRwPFkNBwGyws", "MD5:53:2e:a3:f2:62:b9:9f:f5:04:1f:69:68:69:a4:23:3a")]
    [TestCase("openssh-p256.pub", "ecdsa-sha2-nistp256", 256, "p256 key", "SHA256:27SKFIuUjuP/rfJq533J3ixSEg0wh3AeOQLp+wlwyVo", "MD5:d1:cd:52:53:51:97:97:1e:8e:f8:54:ef:8e:39:d8:e6")]
    [TestCase("openssh-p384.pub", "ecdsa-sha2-nistp384", 384, "p384 key", "SHA256:HBDuJkTdz1fEo0uTjLz8HuBqcVks461RUbx4Ue0Q/W4", "MD5:b5:e1:57:e9:6c:06:5f:2f:e3:37:35:ce:d7:cc:a5:92")]
    [TestCase("openssh-p521.pub", "ecdsa-sha2-nistp521", 521, "p521 key", "SHA256:2Hr5LPrHrNE9e0YcqmevX/TiBFD1uR0/TkV1mTHqUSw", "MD5:a2:cd:a1:3d:1a:44:53:d4:2b:49:8d:06:e2:5a:5e:63")]
    [TestCase("openssh-rsa.pub", "ssh-rsa", 2048, "rsa key", "SHA256:dwNyuDlp1GvTT1jao5L25R5m+PR4ko3vP/XDA9nsRXg", "MD5:48:b4:a3:a6:b7:6d:e7:4a:cd:51:04:4e:68:fa:d9:37")]
    public void ReadsWhatOpenSshWrites(string file, string type, int bits, string comment, string sha256, string md5)
    {
        string line = Fixture.Text(file);
        Assert.That(SshPublicKey.TryParseOpenSsh(line, out var key, out string read, out _));
        Assert.Multiple(() =>
        {
            Assert.That(key!.KeyType, Is.EqualTo(type));
            Assert.That(key.Bits, Is.EqualTo(bits));
            Assert.That(read, Is.EqualTo(comment));
            Assert.That(key.Fingerprint(Crypto), Is.EqualTo(sha256));
            Assert.That(key.Fingerprint(Crypto, SshFingerprintKind.Md5), Is.EqualTo(md5));
            Assert.That(key.ToOpenSshString(comment), Is.EqualTo(line.Trim()));
            Assert.That(SshPublicKey.Parse(key.Blob.Span), Is.EqualTo(key));
            Assert.That(SshPublicKey.Parse(key.Blob.Span).GetHashCode(), Is.EqualTo(key.GetHashCode()));
        });
    }

    [Test]
    public void ComparesByBlob()
    {
        var a = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-ed25519.pub"));
        var b = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-p256.pub"));
        Assert.That(a == b, Is.False);
        Assert.That(a != b, Is.True);
        Assert.That(a == SshPublicKey.Parse(a.Blob.Span), Is.True);
        Assert.That(a == null, Is.False);
    }

    [TestCase("openssh-ed25519.pub")]
    [TestCase("openssh-p256.pub")]
    [TestCase("openssh-p384.pub")]
    [TestCase("openssh-p521.pub")]
    [TestCase("openssh-rsa.pub")]
    public void EveryTruncationAndExtensionIsRefused(string file)
    {
        var blob = SshPublicKey.ParseOpenSsh(Fixture.Text(file)).Blob.ToArray();
        for (int length = 0; length < blob.Length; length++)
        {
            Assert.That(SshPublicKey.TryParse(blob.AsSpan(0, length), out _, out var error), Is.False, $"{length}");
            Assert.That(error, Is.Not.Null);
        }

        Array.Resize(ref blob, blob.Length + 1);
        Assert.That(SshPublicKey.TryParse(blob, out _, out _), Is.False);
    }

    [TestCase("openssh-ed25519.pub")]
    [TestCase("openssh-p256.pub")]
    [TestCase("openssh-p521.pub")]
    [TestCase("openssh-rsa.pub")]
    public void FlippedBytesNeverThrow(string file)
    {
        var blob = SshPublicKey.ParseOpenSsh(Fixture.Text(file)).Blob.ToArray();
        for (int i = 0; i < blob.Length; i++)
        {
            blob[i] ^= 0x55;
            if (SshPublicKey.TryParse(blob, out var key, out var error))
            {
                string algorithm = key.SignatureAlgorithms[0];
                Assert.That(key.Verify(Crypto, algorithm, "x"u8, Blob(algorithm, Plausible(key))), Is.False);
            }
            else
            {
                Assert.That(error, Is.Not.Null);
            }

            blob[i] ^= 0x55;
        }
    }

    [Test]
    public void NamesDsaClearly()
    {
        using var writer = new SshWriter();
        writer.WriteString("ssh-dss");
        writer.WriteMpint([1]);
        Assert.That(SshPublicKey.TryParse(writer.WrittenSpan, out _, out var error), Is.False);
        Assert.That(error!.Kind, Is.EqualTo(SshErrorKind.UnsupportedKey));
        Assert.That(error.Message, Does.Contain("DSA"));
    }

    [TestCase(2047, 65537, false)]
    [TestCase(2048, 65537, true)]
    [TestCase(2049, 65537, true)]
    [TestCase(16384, 65537, true)]
    [TestCase(16385, 65537, false)]
    [TestCase(2048, 1, false)]
    [TestCase(2048, 2, false)]
    [TestCase(2048, 3, true)]
    [TestCase(2048, 4, false)]
    [TestCase(2048, 0xffffffff, true)]
    [TestCase(2048, 0x100000001, false)]
    public void RsaLimits(int bits, long exponent, bool accepted)
    {
        var modulus = new byte[(bits + 7) / 8];
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        modulus[^1] |= 1;
        Assert.That(SshPublicKey.TryParse(RsaBlob(modulus, exponent), out var key, out _), Is.EqualTo(accepted));
        Assert.That(key?.Bits ?? bits, Is.EqualTo(bits));
    }

    [Test]
    public void LimitsCanBeTightened()
    {
        var limits = SshLimits.Default with { SmallestRsaBits = 3072 };
        var blob = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-rsa.pub")).Blob;
        Assert.That(SshPublicKey.TryParse(blob.Span, out _, out var error, limits), Is.False);
        Assert.That(error!.Kind, Is.EqualTo(SshErrorKind.LimitExceeded));
    }

    [Test]
    public void EvenModulusIsRefused()
    {
        var modulus = new byte[256];
        modulus[0] = 0x80;
        Assert.That(SshPublicKey.TryParse(RsaBlob(modulus, 3), out _, out _), Is.False);
    }

    [TestCase("")]
    [TestCase("ssh-ed25519")]
    [TestCase("ssh-ed25519 ")]
    [TestCase("ssh-ed25519 !!!!")]
    [TestCase("ssh-ed25519 AAAA")]
    [TestCase("ssh-rsa {0}")]
    [TestCase("ssh-ed25519 {0}\nssh-ed25519 {0}")]
    [TestCase("ssh-ed25519 {0}=")]
    public void BadLinesAreRefused(string line)
    {
        string base64 = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-ed25519.pub")).ToBase64();
        Assert.That(SshPublicKey.TryParseOpenSsh(line.Replace("{0}", base64), out _, out _, out var error), Is.False);
        Assert.That(error, Is.Not.Null);
        Assert.That(() => SshPublicKey.ParseOpenSsh(line), Throws.TypeOf<SshKeyException>());
    }

    [Test]
    public void TabsAndSpacesSeparate()
    {
        string base64 = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-ed25519.pub")).ToBase64();
        Assert.That(SshPublicKey.TryParseOpenSsh($" \tssh-ed25519\t  {base64}  two words \r\n", out _, out string comment, out _));
        Assert.That(comment, Is.EqualTo("two words"));
    }

    /// <summary>A value that has the right form for the key, so that the mathematics is reached.</summary>
    private static byte[] Plausible(SshPublicKey key)
    {
        if (key is not EcdsaPublicKey)
        {
            var value = new byte[key is RsaPublicKey rsa ? rsa.Modulus.Length : 64];
            value.AsSpan().Fill(0x07);
            return value;
        }

        using var writer = new SshWriter();
        writer.WriteMpint("some number"u8);
        writer.WriteMpint("another number"u8);
        return writer.ToArray();
    }

    internal static byte[] Blob(string name, ReadOnlySpan<byte> value)
    {
        using var writer = new SshWriter();
        writer.WriteString(name);
        writer.WriteString(value);
        return writer.ToArray();
    }

    private static byte[] RsaBlob(byte[] modulus, long exponent)
    {
        using var writer = new SshWriter();
        writer.WriteString("ssh-rsa");
        var e = BitConverter.GetBytes(exponent);
        Array.Reverse(e);
        writer.WriteMpint(e);
        writer.WriteMpint(modulus);
        return writer.ToArray();
    }
}
