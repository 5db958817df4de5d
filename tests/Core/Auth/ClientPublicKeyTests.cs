using System.Linq;
using NUnit.Framework;
using SshCore.Auth;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Keys;
using SshCore.Security;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Auth;

/// <summary>Publickey of a client: queries, signatures here and elsewhere, and the choice of the algorithm.</summary>
public class ClientPublicKeyTests
{
    [Test]
    public void SignsAtOnce()
    {
        var rig = new ClientRig();
        rig.LogIn().TryPublicKey(AuthWire.KeyA);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Proof("alice", AuthWire.KeyA, rig.Port.Session)));
        rig.Receive(AuthWire.Success);
        var done = rig.Port.Next<Authenticated>();
        Assert.That(done.Factors.Single(), Is.EqualTo(new AuthFactor("publickey", AuthWire.KeyA.PublicKey, "ssh-ed25519")));
    }

    [Test]
    public void AsksAndThenSigns()
    {
        var rig = new ClientRig();
        rig.LogIn().TryPublicKey(AuthWire.KeyA, probeFirst: true);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Probe("alice", AuthWire.KeyA.PublicKey)));
        rig.Receive(AuthWire.PkOk(AuthWire.KeyA.PublicKey));
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Proof("alice", AuthWire.KeyA, rig.Port.Session)));
        rig.Receive(AuthWire.Success);
        rig.Port.Next<Authenticated>();
    }

    [Test]
    public void RefusedQueryIsNotSigned()
    {
        var rig = ClientServiceTests.InState("probe");
        rig.Receive(AuthWire.Failure("publickey"));
        Assert.That(rig.Port.Sent, Is.Empty);
        Assert.That(rig.Port.Next<AuthMethodNeeded>().Failed, Is.EqualTo("publickey"));
    }

    [Test]
    public void SuccessOfAQueryIsOutOfTurn()
    {
        foreach (var message in new[] { AuthWire.Success, AuthWire.Failure("password", partial: true) })
        {
            var rig = ClientServiceTests.InState("probe");
            rig.Receive(message);
            Assert.That(rig.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation), "nothing was proven");
            Assert.That(rig.Auth.IsAuthenticated, Is.False);
            Assert.That(rig.Port.Events, Is.Empty);
        }
    }

    [Test]
    public void PkOkNamesWhatWasAsked()
    {
        byte[][] wrong =
        [
            AuthWire.PkOk(AuthWire.KeyB.PublicKey),
            AuthWire.PkOk(AuthWire.KeyA.PublicKey, "ecdsa-sha2-nistp256"),
            AuthWire.PkOk(AuthWire.KeyA.PublicKey, "ssh-ed25519 "),
        ];
        foreach (var message in wrong)
        {
            var rig = ClientServiceTests.InState("probe");
            rig.Receive(message);
            Assert.That(rig.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
            Assert.That(rig.Port.Sent, Is.Empty, "nothing is signed");
        }
    }

    [Test]
    public void SecondPkOkIsOutOfTurn()
    {
        var rig = ClientServiceTests.InState("probe");
        rig.Receive(AuthWire.PkOk(AuthWire.KeyA.PublicKey));
        rig.Receive(AuthWire.PkOk(AuthWire.KeyA.PublicKey));
        Assert.That(rig.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
        Assert.That(rig.Port.Sent, Has.Count.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void KeyElsewhereSignsByDecision(bool probeFirst)
    {
        var rig = new ClientRig();
        rig.LogIn().TryPublicKey(AuthWire.KeyA.PublicKey, probeFirst: probeFirst);
        if (probeFirst)
        {
            Assert.That(rig.Port.Events, Is.Empty, "an agent is not troubled before the server wants the key");
            rig.Port.NextSent();
            rig.Receive(AuthWire.PkOk(AuthWire.KeyA.PublicKey));
        }

        var needed = rig.Port.Next<SignatureNeeded>();
        Assert.That(needed.Key, Is.EqualTo(AuthWire.KeyA.PublicKey));
        Assert.That(needed.Algorithm, Is.EqualTo("ssh-ed25519"));
        Assert.That(needed.Data.ToArray(), Is.EqualTo(SignedBlob.Create(rig.Port.Session, "alice"u8, "ssh-ed25519", AuthWire.KeyA.PublicKey.Blob.Span)));
        Assert.That(rig.Port.Sent, Is.Empty);
        needed.Sign(AuthWire.KeyA.Sign("ssh-ed25519", needed.Data.Span));
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Proof("alice", AuthWire.KeyA, rig.Port.Session)));
        rig.Receive(AuthWire.Success);
        rig.Port.Next<Authenticated>();
    }

    [Test]
    public void SignatureThatIsNotOfTheKeyIsNotSent()
    {
        var data = SignedBlob.Create([1, 2, 3, 4], "alice"u8, "ssh-ed25519", AuthWire.KeyA.PublicKey.Blob.Span);
        byte[][] wrong = [[], [1, 2, 3], AuthWire.KeyB.Sign("ssh-ed25519", data), AuthWire.KeyA.Sign("ssh-ed25519", "other"u8)];
        foreach (var signature in wrong)
        {
            var rig = ClientServiceTests.InState("signature");
            rig.Port.Next<SignatureNeeded>().Sign(signature);
            Assert.That(rig.Port.Sent, Is.Empty);
            var choice = rig.Port.Next<AuthMethodNeeded>();
            Assert.That(choice.Refusal, Is.EqualTo(AuthRefusal.SigningFailed));
            choice.TryPublicKey(AuthWire.KeyA);
            Assert.That(rig.Port.Sent, Has.Count.EqualTo(1), "another key can follow");
        }
    }

    [Test]
    public void SignatureMayBeDeclined()
    {
        var rig = ClientServiceTests.InState("signature");
        rig.Port.Next<SignatureNeeded>().Deny();
        Assert.That(rig.Port.Next<AuthMethodNeeded>().Refusal, Is.EqualTo(AuthRefusal.Abandoned));
        Assert.That(rig.Port.Sent, Is.Empty);
    }

    [Test]
    public void DisposedKeyIsSkipped()
    {
        var key = SshPrivateKey.Generate(AuthWire.Crypto, SshKeyKind.Ed25519, random: new SeededRandom(9));
        var rig = new ClientRig();
        rig.LogIn().TryPublicKey(key, probeFirst: true);
        rig.Port.NextSent();
        key.Dispose();
        rig.Receive(AuthWire.PkOk(key.PublicKey));
        Assert.That(rig.Port.Sent, Is.Empty);
        Assert.That(rig.Port.Next<AuthMethodNeeded>().Refusal, Is.EqualTo(AuthRefusal.SigningFailed));
    }

    [TestCase(null, "rsa-sha2-512", TestName = "RsaWithoutServerSigAlgs")]
    [TestCase("rsa-sha2-256,rsa-sha2-512", "rsa-sha2-512", TestName = "RsaBestOfBoth")]
    [TestCase("ssh-ed25519,rsa-sha2-256", "rsa-sha2-256", TestName = "RsaWhatTheServerHas")]
    [TestCase("ssh-ed25519,ssh-rsa", null, TestName = "RsaSha1IsNotFallenBackTo")]
    [TestCase("ssh-ed25519", null, TestName = "RsaNotServed")]
    public void RsaAlgorithm(string? served, string? chosen)
    {
        var rig = new ClientRig();
        if (served is not null)
        {
            rig.Auth.OnServerSigAlgs(served.Split(','));
        }

        rig.LogIn().TryPublicKey(AuthWire.Rsa);
        if (chosen is null)
        {
            Assert.That(rig.Port.Sent, Is.Empty);
            Assert.That(rig.Port.Next<AuthMethodNeeded>().Refusal, Is.EqualTo(AuthRefusal.NoCommonAlgorithm));
        }
        else
        {
            Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Proof("alice", AuthWire.Rsa, rig.Port.Session, chosen)));
        }
    }

    [Test]
    public void RsaSha1OnlyWhereItIsNamed()
    {
        var settings = new SshClientSettings(AuthWire.Crypto) { Algorithms = SshAlgorithmPreferences.Default.AllowLegacy("ssh-rsa") };
        var rig = new ClientRig(settings: settings);
        rig.Auth.OnServerSigAlgs(["ssh-rsa"]);
        rig.LogIn().TryPublicKey(AuthWire.Rsa);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Proof("alice", AuthWire.Rsa, rig.Port.Session, "ssh-rsa")));

        rig = new ClientRig(settings: settings);
        rig.LogIn().TryPublicKey(AuthWire.Rsa);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Proof("alice", AuthWire.Rsa, rig.Port.Session, "rsa-sha2-512")), "SHA-2 comes first");

        var choice = new ClientRig().LogIn();
        Assert.That(() => choice.TryPublicKey(AuthWire.Rsa, "ssh-rsa"), Throws.TypeOf<SshUsageException>());
        Assert.That(choice.IsAnswered, Is.False);
    }

    [Test]
    public void OtherKeysGoByTheirOneAlgorithm()
    {
        foreach (var key in new[] { AuthWire.KeyA, AuthWire.Ecdsa })
        {
            var rig = new ClientRig();
            rig.Auth.OnServerSigAlgs(["rsa-sha2-256", "rsa-sha2-512"]);
            rig.LogIn().TryPublicKey(key, probeFirst: true);
            Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Probe("alice", key.PublicKey)), "OpenSSH 7.2 lists RSA only and takes the others");
        }
    }

    [Test]
    public void CallerMayNameTheAlgorithm()
    {
        var rig = new ClientRig();
        rig.LogIn().TryPublicKey(AuthWire.Rsa, "rsa-sha2-256");
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Proof("alice", AuthWire.Rsa, rig.Port.Session, "rsa-sha2-256")));

        var choice = new ClientRig().LogIn();
        Assert.That(() => choice.TryPublicKey(AuthWire.KeyA, "rsa-sha2-256"), Throws.TypeOf<SshUsageException>());
        Assert.That(() => choice.TryPublicKey(AuthWire.KeyA.PublicKey, "nonsense"), Throws.TypeOf<SshUsageException>());
    }

    [Test]
    public void AlgorithmOfTheSettingsOnly()
    {
        var settings = new SshClientSettings(AuthWire.Crypto) { Algorithms = SshAlgorithmPreferences.Default with { Signatures = ["rsa-sha2-256"] } };
        var rig = new ClientRig(settings: settings);
        rig.LogIn().TryPublicKey(AuthWire.KeyA);
        Assert.That(rig.Port.Sent, Is.Empty);
        rig.Port.Next<AuthMethodNeeded>().TryPublicKey(AuthWire.Rsa);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Proof("alice", AuthWire.Rsa, rig.Port.Session, "rsa-sha2-256")));
    }
}
