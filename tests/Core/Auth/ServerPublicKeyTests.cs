using System.Linq;
using NUnit.Framework;
using SshCore.Auth;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Keys;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Tests.Core.Auth;

/// <summary>Publickey on a server: what a query is worth, and what exactly a signature counts for.</summary>
public class ServerPublicKeyTests
{
    [Test]
    public void QueryIsAnsweredWithWhatWasAsked()
    {
        var rig = Rig().Receive(AuthWire.Probe("alice", AuthWire.Rsa.PublicKey, "rsa-sha2-256"));
        var probe = rig.Port.Next<KeyProbe>();
        Assert.That(probe.UserName, Is.EqualTo("alice"));
        Assert.That(probe.Key, Is.EqualTo(AuthWire.Rsa.PublicKey));
        Assert.That(probe.Algorithm, Is.EqualTo("rsa-sha2-256"));
        probe.Accept();
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.PkOk(AuthWire.Rsa.PublicKey, "rsa-sha2-256")));
        Assert.That(rig.Auth.IsAuthenticated, Is.False);
        Assert.That(rig.Port.Events, Is.Empty);
    }

    [Test]
    public void PartialAnswerToAQueryIsJustPkOk()
    {
        var rig = Rig().Receive(AuthWire.Probe("alice", AuthWire.KeyA.PublicKey));
        rig.Port.Next<KeyProbe>().AcceptPartially("password");
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.PkOk(AuthWire.KeyA.PublicKey)));
        rig.Receive(AuthWire.Proof("alice", AuthWire.KeyA, rig.Port.Session));
        Assert.That(rig.Port.Next<KeyProof>().Accepted, Is.Empty);
    }

    [Test]
    public void SignatureIsVerifiedBeforeTheHostIsAsked()
    {
        foreach (var (key, algorithm) in new[]
        {
            (AuthWire.KeyA, "ssh-ed25519"), (AuthWire.Ecdsa, "ecdsa-sha2-nistp256"), (AuthWire.Rsa, "rsa-sha2-256"), (AuthWire.Rsa, "rsa-sha2-512"),
        })
        {
            var rig = Rig().Receive(AuthWire.Proof("alice", key, [1, 2, 3, 4], algorithm));
            var proof = rig.Port.Next<KeyProof>();
            Assert.That(proof.Key, Is.EqualTo(key.PublicKey));
            Assert.That(proof.Algorithm, Is.EqualTo(algorithm));
            Assert.That(rig.Port.Sent, Is.Empty);
            proof.Accept();
            Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Success));
            Assert.That(rig.Port.Next<Authenticated>().Factors.Single(), Is.EqualTo(new AuthFactor("publickey", key.PublicKey, algorithm)));
        }
    }

    /// <summary>The key that was asked about authorises nothing: the policy sees the key that signed (CVE-2024-45337).</summary>
    [Test]
    public void ProbedKeyIsNotTheKeyThatSigned()
    {
        var rig = Rig();
        rig.Receive(AuthWire.Probe("alice", AuthWire.KeyA.PublicKey));
        rig.Port.Next<KeyProbe>().Accept();
        rig.Port.Sent.Clear();
        rig.Receive(AuthWire.Proof("alice", AuthWire.KeyB, rig.Port.Session));
        var proof = rig.Port.Next<KeyProof>();
        Assert.That(proof.Key, Is.EqualTo(AuthWire.KeyB.PublicKey));
        Assert.That(rig.Port.Sent, Is.Empty);
        Assert.That(rig.Auth.IsAuthenticated, Is.False);
        proof.Deny();
        Assert.That(rig.NextFailure().Partial, Is.False);
        rig.Receive(AuthWire.Probe("alice", AuthWire.KeyA.PublicKey));
        rig.Port.Next<KeyProbe>().Accept();
        rig.Port.Sent.Clear();
        rig.Receive(AuthWire.Proof("alice", AuthWire.KeyA, rig.Port.Session, signer: AuthWire.KeyB));
        Assert.That(rig.NextFailure().Partial, Is.False, "key A is asked about, key B signs in its name");
        Assert.That(rig.Port.Events, Is.Empty);
    }

    private static readonly byte[] Session = [1, 2, 3, 4];

    private static readonly (string Name, byte[] Message)[] WrongProofs =
    [
        ("of another session", AuthWire.Proof("alice", AuthWire.KeyA, [1, 2, 3, 5])),
        ("of no session", AuthWire.Proof("alice", AuthWire.KeyA, [])),
        ("of another user", AuthWire.Proof("alice", AuthWire.KeyA, Session, signedUser: "bob")),
        ("by another key", AuthWire.Proof("alice", AuthWire.KeyA, Session, signer: AuthWire.KeyB)),
        ("by a key of another type", AuthWire.Proof("alice", AuthWire.KeyA, Session, signer: AuthWire.Ecdsa)),
        ("for another algorithm", AuthWire.Proof("alice", AuthWire.Rsa, Session, "rsa-sha2-512", signedAlgorithm: "rsa-sha2-256")),
        ("under another algorithm's name", Renamed("rsa-sha2-512", "rsa-sha2-256")),
        ("with SHA-1, which is not in the settings", AuthWire.Proof("alice", AuthWire.Rsa, Session, "ssh-rsa")),
        ("with SHA-1 under a newer name", Renamed("ssh-rsa", "rsa-sha2-256")),
        ("with an algorithm of another key type", AuthWire.Proof("alice", AuthWire.KeyA.PublicKey.Blob.ToArray(), "ecdsa-sha2-nistp256", Signature(AuthWire.KeyA))),
        ("with an unknown algorithm", AuthWire.Proof("alice", AuthWire.KeyA.PublicKey.Blob.ToArray(), "ssh-ed25519@example.com", Signature(AuthWire.KeyA))),
        ("empty", AuthWire.Proof("alice", AuthWire.KeyA.PublicKey.Blob.ToArray(), "ssh-ed25519", [])),
        ("truncated", AuthWire.Proof("alice", AuthWire.KeyA.PublicKey.Blob.ToArray(), "ssh-ed25519", Signature(AuthWire.KeyA)[..^1])),
        ("trailed", AuthWire.Proof("alice", AuthWire.KeyA.PublicKey.Blob.ToArray(), "ssh-ed25519", [.. Signature(AuthWire.KeyA), 0])),
        ("short", AuthWire.Proof("alice", AuthWire.KeyA.PublicKey.Blob.ToArray(), "ssh-ed25519", Resized(63))),
        ("long", AuthWire.Proof("alice", AuthWire.KeyA.PublicKey.Blob.ToArray(), "ssh-ed25519", Resized(65))),
        ("with S not below L", AuthWire.Proof("alice", AuthWire.KeyA.PublicKey.Blob.ToArray(), "ssh-ed25519", PlusOrder(Signature(AuthWire.KeyA)))),
        ("with a key that is followed by bytes", AuthWire.Proof("alice", [.. AuthWire.KeyA.PublicKey.Blob.ToArray(), 0], "ssh-ed25519", Signature(AuthWire.KeyA))),
        ("with no key", AuthWire.Proof("alice", [], "ssh-ed25519", Signature(AuthWire.KeyA))),
        ("with RSA below 2048 bits", AuthWire.Proof("alice", SmallRsa(), "rsa-sha2-256", Signature(AuthWire.Rsa))),
    ];

    [TestCaseSource(nameof(WrongProofs))]
    public void WrongSignatureIsRefusedWithoutAsking((string Name, byte[] Message) wrong)
    {
        var rig = Rig(failures: 2).Receive(wrong.Message);
        Assert.That(rig.Port.Events, Is.Empty);
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey,password", false)));
        rig.Receive(wrong.Message);
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.AuthenticationFailed), "it counts");
    }

    [Test]
    public void EveryFlippedBitOfTheSignatureIsRefused()
    {
        var signature = Signature(AuthWire.KeyA);
        for (int bit = 0; bit < signature.Length * 8; bit++)
        {
            var flipped = (byte[])signature.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var rig = Rig().Receive(AuthWire.Proof("alice", AuthWire.KeyA.PublicKey.Blob.ToArray(), "ssh-ed25519", flipped));
            Assert.That(rig.Port.Events, Is.Empty, $"bit {bit}");
        }
    }

    [Test]
    public void SignatureOfTheUnsignedFormIsRefused()
    {
        // The same fields with FALSE where RFC 4252 §7 has TRUE.
        var data = SignedBlob.Create(Session, "alice"u8, "ssh-ed25519", AuthWire.KeyA.PublicKey.Blob.Span);
        int flag = 4 + 4 + 1 + (4 + 5) + (4 + 14) + (4 + 9);
        Assert.That(data[flag], Is.EqualTo(1));
        data[flag] = 0;
        var rig = Rig().Receive(AuthWire.Proof("alice", AuthWire.KeyA.PublicKey.Blob.ToArray(), "ssh-ed25519", AuthWire.KeyA.Sign("ssh-ed25519", data)));
        Assert.That(rig.Port.Events, Is.Empty);
    }

    [Test]
    public void AlgorithmsAreThoseOfTheSettings()
    {
        var preferences = SshAlgorithmPreferences.Default with { Signatures = ["rsa-sha2-256"] };
        var rig = new ServerRig(settings: s => s with { Algorithms = preferences }).Present("alice", "publickey");
        rig.Receive(AuthWire.Proof("alice", AuthWire.KeyA, rig.Port.Session));
        rig.Receive(AuthWire.Proof("alice", AuthWire.Rsa, rig.Port.Session, "rsa-sha2-512"));
        Assert.That(rig.Port.Events, Is.Empty);
        rig.Receive(AuthWire.Proof("alice", AuthWire.Rsa, rig.Port.Session, "rsa-sha2-256"));
        rig.Port.Next<KeyProof>();

        preferences = SshAlgorithmPreferences.Default.AllowLegacy("ssh-rsa");
        rig = new ServerRig(settings: s => s with { Algorithms = preferences }).Present("alice", "publickey");
        rig.Receive(AuthWire.Proof("alice", AuthWire.Rsa, rig.Port.Session, "ssh-rsa"));
        Assert.That(rig.Port.Next<KeyProof>().Algorithm, Is.EqualTo("ssh-rsa"));
    }

    [Test]
    public void QueriesThatCannotBeRightAreRefusedWithoutAsking()
    {
        byte[][] wrong =
        [
            AuthWire.Probe("alice", AuthWire.Rsa.PublicKey, "ssh-rsa"),
            AuthWire.Probe("alice", AuthWire.KeyA.PublicKey, "rsa-sha2-256"),
            AuthWire.Probe("alice", AuthWire.KeyA.PublicKey, "nonsense"),
            AuthWire.Probe("alice", [], "ssh-ed25519"),
            AuthWire.Probe("alice", SmallRsa(), "rsa-sha2-256"),
        ];
        foreach (var message in wrong)
        {
            var rig = Rig(failures: 1).Receive(message);
            Assert.That(rig.NextFailure(), Is.EqualTo(("publickey,password", false)));
            Assert.That(rig.Port.Events, Is.Empty);
            Assert.That(rig.Error, Is.Null, "a query is no failed attempt");
        }
    }

    [TestCase(15, false)]
    [TestCase(16, true)]
    public void QueriesAreBoundedApartFromFailures(int queries, bool ends)
    {
        var rig = Rig();
        for (int i = 1; i <= queries; i++)
        {
            rig.Receive(AuthWire.Probe("alice", AuthWire.KeyA.PublicKey));
            if (rig.Error is null)
            {
                rig.Port.Next<KeyProbe>().Deny();
            }
        }

        Assert.That(rig.Port.Sent, Has.Count.EqualTo(15));
        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.LimitExceeded) : Is.Null);
        if (ends)
        {
            Assert.That(rig.Error!.Reason, Is.EqualTo(DisconnectReason.NoMoreAuthMethodsAvailable));
        }
    }

    [Test]
    public void OneKeyIsOneFactor()
    {
        var rig = Rig().Receive(AuthWire.Proof("alice", AuthWire.Rsa, Session, "rsa-sha2-256"));
        rig.Port.Next<KeyProof>().AcceptPartially("publickey");
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey", true)));
        rig.Receive(AuthWire.Proof("alice", AuthWire.Rsa, Session, "rsa-sha2-512"));
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey", false)));
        rig.Receive(AuthWire.Probe("alice", AuthWire.Rsa.PublicKey));
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey", false)));
        Assert.That(rig.Port.Events, Is.Empty);
        rig.Receive(AuthWire.Proof("alice", AuthWire.KeyA, Session));
        var proof = rig.Port.Next<KeyProof>();
        Assert.That(proof.Accepted.Single().Key, Is.EqualTo(AuthWire.Rsa.PublicKey));
        proof.Accept();
        Assert.That(rig.Port.Next<Authenticated>().Factors.Select(f => f.Key), Is.EqualTo(new[] { AuthWire.Rsa.PublicKey, AuthWire.KeyA.PublicKey }));
    }

    private static ServerRig Rig(int failures = 6) =>
        new ServerRig(SshLimits.Default with { AuthFailures = failures }).Present("alice", "publickey", "password");

    private static byte[] Signature(SshPrivateKey key) => key.Sign(
        key.PublicKey.SignatureAlgorithms[0],
        SignedBlob.Create(Session, "alice"u8, key.PublicKey.SignatureAlgorithms[0], key.PublicKey.Blob.Span));

    private static byte[] Renamed(string signedWith, string named)
    {
        var data = SignedBlob.Create(Session, "alice"u8, named, AuthWire.Rsa.PublicKey.Blob.Span);
        return AuthWire.Proof("alice", AuthWire.Rsa.PublicKey.Blob.ToArray(), named, AuthWire.Rsa.Sign(signedWith, data));
    }

    private static byte[] Resized(int length)
    {
        var reader = new SshReader(Signature(AuthWire.KeyA));
        reader.ReadString();
        var value = reader.ReadString().ToArray();
        Array.Resize(ref value, length);
        return Blob(value);
    }

    /// <summary>Adds the group's order L to S: the same equation holds, and only the range check of RFC 8032 §5.1.7 refuses it.</summary>
    private static byte[] PlusOrder(byte[] signature)
    {
        byte[] order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        var reader = new SshReader(signature);
        reader.ReadString();
        var value = reader.ReadString().ToArray();
        int carry = 0;
        for (int i = 0; i < 32; i++)
        {
            carry += value[32 + i] + order[i];
            value[32 + i] = (byte)carry;
            carry >>= 8;
        }

        return Blob(value);
    }

    private static byte[] Blob(byte[] value)
    {
        using var writer = new SshWriter();
        writer.WriteString("ssh-ed25519");
        writer.WriteString(value);
        return writer.ToArray();
    }

    /// <summary>A well-formed ssh-rsa key of 2040 bits.</summary>
    private static byte[] SmallRsa()
    {
        var modulus = new byte[255];
        Array.Fill(modulus, (byte)0xff);
        using var writer = new SshWriter();
        writer.WriteString("ssh-rsa");
        writer.WriteMpint([1, 0, 1]);
        writer.WriteMpint(modulus);
        return writer.ToArray();
    }
}
