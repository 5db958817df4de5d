using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Keys;
using SshCore.TestKit;

namespace SshCore.Tests.Core.Transport;

/// <summary>A server's own host key: here or elsewhere, nothing wrong leaves under it, and its failure is no exception.</summary>
[TestFixture]
internal sealed class OwnHostKeyTests
{
    [Test]
    public void SignatureFromElsewhereIsUsed()
    {
        using var script = Start(out var key, elsewhere: true);
        Answer(script, needed => needed.Sign(key.Sign(needed.Algorithm, needed.Data.Span)));
        script.Handshake();
        Assert.That(script.Exchange.HostKey, Is.EqualTo(key.PublicKey.Blob.ToArray()));
    }

    [Test]
    public void WrongSignatureFromElsewhereIsNotSent([Values] bool ofOtherData)
    {
        using var script = Start(out var key, elsewhere: true);
        Answer(script, needed => needed.Sign(ofOtherData ? key.Sign(needed.Algorithm, "other"u8) : new byte[100]));
        ExpectNoReply(script);
    }

    [Test]
    public void KeyThatCannotSignEndsTheConnection()
    {
        using var script = Start(out var key, elsewhere: false);
        key.Dispose();
        ExpectNoReply(script);
    }

    [Test]
    public void TimeOfTheHostIsNotThePeers()
    {
        using var script = Start(out var key, elsewhere: true);
        HostSignatureNeeded? waiting = null;
        Answer(script, needed => waiting = needed);
        script.ExchangeVersions().ExchangeKexInits().SendClientValue();
        script.Advance(SshLimits.Default.HandshakeTimeout + TimeSpan.FromSeconds(30));
        Assert.That(script.Error, Is.Null);

        waiting!.Sign(key.Sign(waiting.Algorithm, waiting.Data.Span));
        script.Pump();
        Assert.That(script.Error, Is.Null);
        script.Advance(SshLimits.Default.HandshakeTimeout);
        Assert.That(script.Error?.Kind, Is.EqualTo(SshErrorKind.Timeout), "the peer's NEWKEYS is missing");
    }

    [Test]
    public void SignatureThatNeverComesEndsTheConnection()
    {
        using var script = Start(out _, elsewhere: true);
        Answer(script, _ => { });
        script.ExchangeVersions().ExchangeKexInits().SendClientValue();
        script.Advance(SshLimits.Default.DecisionTimeout);
        script.ExpectClosed(SshErrorKind.KeyExchangeFailed);
    }

    private static PeerScript Start(out SshPrivateKey key, bool elsewhere)
    {
        var made = SshPrivateKey.Generate(Subjects.Crypto, SshKeyKind.Ed25519);
        key = made;
        var host = elsewhere ? new SshHostKey(made.PublicKey) : new SshHostKey(made);
        return Subjects.Start(Role.Server, s => (SshServerSettings)s with { HostKeys = [host] });
    }

    private static void Answer(PeerScript script, Action<HostSignatureNeeded> answer) => script.OnEvent = e =>
    {
        if (e.Body is HostSignatureNeeded needed)
        {
            answer(needed);
        }
    };

    private static void ExpectNoReply(PeerScript script)
    {
        script.ExchangeVersions().ExchangeKexInits().SendClientValue();
        script.ExpectClosed(SshErrorKind.KeyExchangeFailed);
        Assert.That(script.Subject.SessionId.IsEmpty);
    }
}
