using NUnit.Framework;
using SshCore.Errors;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Tests.Core.Keys;

public class SignatureTests
{
    private static readonly SshCryptoProvider Crypto = DefaultCrypto.Provider;

    private static readonly (string File, string[] Algorithms)[] Keys =
    [
        ("openssh-ed25519", ["ssh-ed25519"]),
        ("openssh-p256", ["ecdsa-sha2-nistp256"]),
        ("openssh-p384", ["ecdsa-sha2-nistp384"]),
        ("openssh-p521", ["ecdsa-sha2-nistp521"]),
        ("openssh-rsa", ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]),
    ];

    [TestCase("ed25519")]
    [TestCase("p256")]
    [TestCase("p384")]
    [TestCase("p521")]
    [TestCase("rsa")]
    public void VerifiesWhatSshKeygenSigned(string name)
    {
        var (algorithm, data, signature) = SshSig(name);
        var key = SshPublicKey.ParseOpenSsh(Fixture.Text($"openssh-{name}.pub"));
        Assert.That(key.Verify(Crypto, algorithm, data, signature));
        data[^1] ^= 1;
        Assert.That(key.Verify(Crypto, algorithm, data, signature), Is.False);
    }

    [TestCase("ssh-rsa", "rsa-sha1.sig")]
    [TestCase("rsa-sha2-256", "rsa-sha256.sig")]
    public void VerifiesWhatOpensslSigned(string algorithm, string file)
    {
        var key = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-rsa.pub"));
        Assert.That(key.Verify(Crypto, algorithm, Fixture.Bytes("message"), PublicKeyTests.Blob(algorithm, Fixture.Bytes(file))));
    }

    [TestCaseSource(nameof(Keys))]
    public void SignsWithEachOfItsAlgorithms((string File, string[] Algorithms) row)
    {
        using var key = Load(row.File);
        Assert.That(key.PublicKey.SignatureAlgorithms, Is.EqualTo(row.Algorithms));
        foreach (string algorithm in row.Algorithms)
        {
            var signature = key.Sign(algorithm, "data"u8);
            Assert.That(key.PublicKey.Verify(Crypto, algorithm, "data"u8, signature), algorithm);
            Assert.That(key.PublicKey.Verify(Crypto, algorithm, "date"u8, signature), Is.False);
            foreach (var other in SignatureAlgorithm.All)
            {
                if (other.Name != algorithm)
                {
                    Assert.That(key.PublicKey.Verify(Crypto, other.Name, "data"u8, signature), Is.False, other.Name);
                }
            }
        }
    }

    [TestCaseSource(nameof(Keys))]
    public void EveryFlipTruncationAndTrailingByteIsRefused((string File, string[] Algorithms) row)
    {
        using var key = Load(row.File);
        string algorithm = row.Algorithms[0];
        var signature = key.Sign(algorithm, "data"u8);
        for (int i = 0; i < signature.Length; i++)
        {
            Assert.That(key.PublicKey.Verify(Crypto, algorithm, "data"u8, signature.AsSpan(0, i)), Is.False, $"cut at {i}");
            signature[i] ^= 1;
            Assert.That(key.PublicKey.Verify(Crypto, algorithm, "data"u8, signature), Is.False, $"flipped at {i}");
            signature[i] ^= 1;
        }

        Array.Resize(ref signature, signature.Length + 1);
        Assert.That(key.PublicKey.Verify(Crypto, algorithm, "data"u8, signature), Is.False);
    }

    [Test]
    public void EcdsaNumbersAreMinimalPositiveAndFitTheField()
    {
        using var key = Load("openssh-p256");
        var reader = new SshReader(key.Sign("ecdsa-sha2-nistp256", "data"u8));
        reader.ReadString();
        var inner = new SshReader(reader.ReadString());
        var r = inner.ReadMpint().ToArray();
        var s = inner.ReadMpint().ToArray();
        Assert.That(Ecdsa(key, r, s, pad: 0, trail: 0), Is.True, "as signed");
        Assert.That(Ecdsa(key, r, s, pad: 1, trail: 0), Is.False, "a leading zero too many");
        Assert.That(Ecdsa(key, r, s, pad: 0, trail: 1), Is.False, "bytes after s");
        Assert.That(Ecdsa(key, [], s, pad: 0, trail: 0), Is.False, "r = 0");
        Assert.That(Ecdsa(key, r, [], pad: 0, trail: 0), Is.False, "s = 0");
        Assert.That(Ecdsa(key, [1, .. new byte[32]], s, pad: 0, trail: 0), Is.False, "r longer than the field");
    }

    [Test]
    public void RsaSignatureHasExactlyTheModulusLength()
    {
        using var key = Load("openssh-rsa");
        // Look for a signature that begins with a zero byte: without it, it must not pass.
        for (byte i = 0; i < 255; i++)
        {
            var reader = new SshReader(key.Sign("rsa-sha2-256", [i, 3]));
            reader.ReadString();
            var value = reader.ReadString();
            Assert.That(value.Length, Is.EqualTo(256));
            Assert.That(key.PublicKey.Verify(Crypto, "rsa-sha2-256", [i, 3], PublicKeyTests.Blob("rsa-sha2-256", value.Slice(1))), Is.False);
            if (value[0] == 0)
            {
                return;
            }
        }
    }

    [Test]
    public void PointOffTheCurveVerifiesNothing()
    {
        var key = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-p256.pub"));
        var (algorithm, data, signature) = SshSig("p256");
        var blob = key.Blob.ToArray();
        blob[^1] ^= 1;
        Assert.That(SshPublicKey.Parse(blob).Verify(Crypto, algorithm, data, signature), Is.False);
    }

    [Test]
    public void ForeignAlgorithmIsAUsageError()
    {
        using var key = Load("openssh-ed25519");
        Assert.That(() => key.Sign("rsa-sha2-512", []), Throws.TypeOf<SshUsageException>());
        Assert.That(() => key.Sign("nonsense", []), Throws.TypeOf<SshUsageException>());
        Assert.That(key.PublicKey.Verify(Crypto, "nonsense", [], []), Is.False);
    }

    [Test]
    public void DisposedKeyDoesNotSign()
    {
        var key = Load("openssh-ed25519");
        key.Dispose();
        key.Dispose();
        Assert.That(() => key.Sign("ssh-ed25519", []), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => key.WriteOpenSsh(), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void SigningFromManyThreads()
    {
        using var key = Load("openssh-p256");
        System.Threading.Tasks.Parallel.For(0, 40, i =>
        {
            byte[] data = [(byte)i];
            Assert.That(key.PublicKey.Verify(Crypto, "ecdsa-sha2-nistp256", data, key.Sign("ecdsa-sha2-nistp256", data)));
        });
    }

    [Test]
    public void Descriptors()
    {
        Assert.That(SignatureAlgorithm.TryFind("ssh-rsa", out var rsa) && rsa.IsLegacy && rsa.Hash == Primitive.Sha1);
        Assert.That(SignatureAlgorithm.TryFind("rsa-sha2-512", out var rsa512) && !rsa512.IsLegacy && rsa512.KeyType == "ssh-rsa");
        Assert.That(SignatureAlgorithm.TryFind("ssh-dss", out _), Is.False);
        Assert.That(SignatureAlgorithm.ForKeyType("ssh-dss"), Is.Empty);
    }

    private static SshPrivateKey Load(string file) => SshPrivateKey.Parse(Fixture.Bytes(file), default, Crypto);

    private static bool Ecdsa(SshPrivateKey key, byte[] r, byte[] s, int pad, int trail)
    {
        using var writer = new SshWriter();
        writer.WriteString("ecdsa-sha2-nistp256");
        int mark = writer.BeginString();
        if (pad > 0)
        {
            int high = r[0] >> 7;
            writer.WriteUInt32((uint)(r.Length + high + pad));
            writer.WriteBytes(new byte[high + pad]);
            writer.WriteBytes(r);
        }
        else
        {
            writer.WriteMpint(r);
        }

        writer.WriteMpint(s);
        writer.WriteBytes(new byte[trail]);
        writer.EndString(mark);
        return key.PublicKey.Verify(Crypto, "ecdsa-sha2-nistp256", "data"u8, writer.WrittenSpan);
    }

    /// <summary>Takes an SSHSIG apart (OpenSSH PROTOCOL.sshsig) and rebuilds what was signed.</summary>
    private static (string Algorithm, byte[] Data, byte[] Signature) SshSig(string name)
    {
        var pem = new PemReader(Fixture.Bytes($"sshsig-{name}"));
        using var block = pem.Next(out _)!;
        var reader = new SshReader(block.Body.Span);
        var magic = reader.ReadBytes(6).ToArray();
        reader.ReadUInt32();
        reader.ReadString();
        var space = reader.ReadString().ToArray();
        var reserved = reader.ReadString().ToArray();
        string hashName = reader.ReadName();
        var signature = reader.ReadString().ToArray();
        Assert.That(reader.IsComplete);

        using var hash = Crypto.CreateHash(hashName == "sha256" ? Primitive.Sha256 : Primitive.Sha512);
        var digest = new byte[hash.Length];
        hash.Append(Fixture.Bytes("message"));
        hash.Finish(digest);
        using var writer = new SshWriter();
        writer.WriteBytes(magic);
        writer.WriteString(space);
        writer.WriteString(reserved);
        writer.WriteString(hashName);
        writer.WriteString(digest);
        return (new SshReader(signature).ReadName(), writer.ToArray(), signature);
    }
}
