using System.Linq;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Tests.Core.Fakes;
using SshCore.Wire;

namespace SshCore.Tests.Core.Auth;

/// <summary>Service, users, order, time and end of a server's side, and what a client may send when.</summary>
public class ServerServiceTests
{
    [Test]
    public void AcceptsTheServiceAsOftenAsAsked()
    {
        var rig = new ServerRig();
        rig.Receive(AuthWire.ServiceRequest());
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.ServiceAccept()));
        rig.Receive(AuthWire.ServiceRequest());
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.ServiceAccept()), "some clients ask before each attempt");
        Assert.That(rig.Port.Events, Is.Empty);
        Assert.That(rig.Error, Is.Null);
    }

    [TestCase("ssh-connection")]
    [TestCase("ssh-userauth@example.com")]
    [TestCase("")]
    public void OtherServicesAreNotAvailable(string name)
    {
        var rig = new ServerRig().Receive(AuthWire.ServiceRequest(name));
        Assert.That(rig.Error!.Reason, Is.EqualTo(DisconnectReason.ServiceNotAvailable));
        Assert.That(rig.Port.Sent, Is.Empty);
    }

    [TestCase(64, false)]
    [TestCase(65, true)]
    public void ServiceRequestsAreBounded(int count, bool ends)
    {
        var rig = new ServerRig();
        for (int i = 0; i < count; i++)
        {
            rig.Receive(AuthWire.ServiceRequest());
        }

        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.LimitExceeded) : Is.Null);
        Assert.That(rig.Port.Sent, Has.Count.EqualTo(64));
    }

    [Test]
    public void NothingBeforeTheService()
    {
        foreach (var message in new[] { AuthWire.Request("alice", "none"), AuthWire.Password("alice", "secret"), AuthWire.InfoResponse("x") })
        {
            var rig = new ServerRig().Receive(message);
            Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
            Assert.That(rig.Port.Events, Is.Empty);
            Assert.That(rig.Port.Sent, Is.Empty);
        }
    }

    [Test]
    public void RequestForAnotherServiceIsNotAvailable()
    {
        var rig = new ServerRig().Open();
        rig.Receive(AuthWire.Request("alice", "none", service: "ssh-userauth"));
        Assert.That(rig.Error!.Reason, Is.EqualTo(DisconnectReason.ServiceNotAvailable));
        Assert.That(rig.Port.Events, Is.Empty);
    }

    /// <summary>USERAUTH_SUCCESS and its like from a client let nobody in (CVE-2018-10933, CVE-2018-1000805).</summary>
    [TestCase("start")]
    [TestCase("service")]
    [TestCase("presented")]
    [TestCase("deciding")]
    [TestCase("probe accepted")]
    [TestCase("challenged")]
    [TestCase("partial")]
    [TestCase("authenticated")]
    public void ServersMessagesFromAClientEnd(string state)
    {
        for (int number = 50; number < 80; number++)
        {
            if (number is not (50 or 61))
            {
                var rig = InState(state);
                bool before = rig.Auth.IsAuthenticated;
                rig.Receive(number == 52 ? AuthWire.Success : [(byte)number, 0, 0, 0, 0, 0]);
                Assert.That(rig.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation), $"{state}: {number}");
                Assert.That(rig.Auth.IsAuthenticated, Is.EqualTo(before));
                Assert.That(rig.Port.Sent, Is.Empty);
                Assert.That(rig.Port.Events.All(e => e.Kind != SshEventKind.Authenticated));
            }
        }

        var accept = InState(state).Receive(AuthWire.ServiceAccept());
        Assert.That(accept.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation), "SERVICE_ACCEPT");
    }

    [Test]
    public void PendingDecisionHasNoEffectAfterTheEnd()
    {
        var rig = new ServerRig().Present("alice", "password").Receive(AuthWire.Password("alice", "secret"));
        var attempt = rig.Port.Next<PasswordAttempt>();
        rig.Receive(AuthWire.Success);
        attempt.Accept();
        Assert.That(rig.Auth.IsAuthenticated, Is.False);
        Assert.That(rig.Port.Sent, Is.Empty);
        Assert.That(rig.Port.Events, Is.Empty);
    }

    [Test]
    public void AnswerBetweenTheErrorAndItsHandlingHasNoEffect()
    {
        var rig = new ServerRig().Present("alice", "password").Receive(AuthWire.Password("alice", "secret"));
        var attempt = rig.Port.Next<PasswordAttempt>();
        rig.Port.Fail(new SshError(SshErrorKind.ConnectionLost, "cut"));
        attempt.Accept();
        Assert.That(rig.Auth.IsAuthenticated, Is.False);

        rig = new ServerRig().Open().Receive(AuthWire.Request("alice", "none"));
        rig.Port.Fail(new SshError(SshErrorKind.ConnectionLost, "cut"));
        rig.Port.Next<UserPresented>().Allow("none");
        Assert.That(rig.Port.Events, Is.Empty);
    }

    [Test]
    public void UserIsPresentedOnceAndNamesTheMethods()
    {
        var rig = new ServerRig().Open().Receive(AuthWire.Request("alice", "none"));
        var presented = rig.Port.Next<UserPresented>();
        Assert.That(presented.UserName, Is.EqualTo("alice"));
        Assert.That(rig.Port.Sent, Is.Empty);
        presented.Allow("publickey", "keyboard-interactive");
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey,keyboard-interactive", false)));
        rig.Receive(AuthWire.Request("alice", "none"));
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey,keyboard-interactive", false)));
        Assert.That(rig.Port.Events, Is.Empty);
    }

    [Test]
    public void UndecidedUserHasTheMethodsOfTheSettings()
    {
        var rig = new ServerRig(settings: s => s with { AuthMethods = ["password", "none"] }).Open().Receive(AuthWire.Request("alice", "hostbased"));
        rig.Port.Next<UserPresented>().Expire();
        Assert.That(rig.NextFailure(), Is.EqualTo(("password", false)), "none is never listed");
    }

    [Test]
    public void ExistingAndMissingUsersLookAlike()
    {
        string Session(string user)
        {
            var rig = new ServerRig(settings: s => s with { Banner = "Hello" }).Open().Receive(AuthWire.Request(user, "none"));
            rig.Port.Next<UserPresented>().Deny();
            rig.Receive(AuthWire.Probe(user, AuthWire.KeyA.PublicKey));
            rig.Port.Next<KeyProbe>().Deny();
            rig.Receive(AuthWire.Proof(user, AuthWire.KeyA, rig.Port.Session, signer: AuthWire.KeyB));
            rig.Receive(AuthWire.Proof(user, AuthWire.KeyA, rig.Port.Session));
            rig.Port.Next<KeyProof>().Deny();
            rig.Receive(AuthWire.Password(user, "secret"));
            rig.Port.Next<PasswordAttempt>().Deny();
            rig.Receive(AuthWire.Interactive(user));
            rig.Port.Next<InteractiveAttempt>().Deny();
            Assert.That(rig.Error, Is.Null);
            return rig.TakeSent();
        }

        Assert.That(Session("alice"), Is.EqualTo(Session("nobody")));
    }

    [Test]
    public void AnotherUserStartsFromNothing()
    {
        var rig = new ServerRig().Present("alice", "password").Receive(AuthWire.Password("alice", "secret"));
        rig.Port.Next<PasswordAttempt>().AcceptPartially("publickey");
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey", true)));

        rig.Receive(AuthWire.Proof("bob", AuthWire.KeyA, rig.Port.Session));
        var presented = rig.Port.Next<UserPresented>();
        Assert.That(presented.UserName, Is.EqualTo("bob"));
        Assert.That(rig.Port.Sent, Is.Empty);
        presented.Allow("publickey", "password");
        var proof = rig.Port.Next<KeyProof>();
        Assert.That(proof.UserName, Is.EqualTo("bob"));
        Assert.That(proof.Accepted, Is.Empty, "what alice gave counts for alice");
        proof.Deny();
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey,password", false)));

        rig.Receive(AuthWire.Proof("alice", AuthWire.KeyA, rig.Port.Session));
        rig.Port.Next<UserPresented>().Allow("publickey");
        Assert.That(rig.Port.Next<KeyProof>().Accepted, Is.Empty, "and is gone once she has gone");
    }

    [Test]
    public void FailuresAreCountedOverAllUsers()
    {
        var rig = new ServerRig().Open();
        for (int i = 1; i <= 6; i++)
        {
            Assert.That(rig.Error, Is.Null);
            rig.Receive(AuthWire.Password($"user{i}", "guess"));
            rig.Port.Next<UserPresented>().Deny();
            rig.Port.Next<PasswordAttempt>().Deny();
        }

        Assert.That(rig.Error!.Reason, Is.EqualTo(DisconnectReason.NoMoreAuthMethodsAvailable));
    }

    [TestCase(256, false)]
    [TestCase(257, true)]
    public void UserNameIsBounded(int length, bool ends)
    {
        var rig = new ServerRig().Open().Receive(AuthWire.Request(new string('u', length), "none"));
        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.LimitExceeded) : Is.Null);
        Assert.That(rig.Port.Events, Has.Count.EqualTo(ends ? 0 : 1));
        if (ends)
        {
            Assert.That(rig.Error!.Reason, Is.EqualTo(DisconnectReason.IllegalUserName));
        }
    }

    [Test]
    public void ControlCharactersAreNoUserName()
    {
        foreach (char control in "\0\n\r\t\u001b\u007f\u0085\u009b")
        {
            var rig = new ServerRig().Open().Receive(AuthWire.Request($"al{control}ice", "none"));
            Assert.That(rig.Error?.Reason, Is.EqualTo(DisconnectReason.IllegalUserName), $"U+{(int)control:X4}");
            Assert.That(rig.Port.Events, Is.Empty);
        }
    }

    [Test]
    public void UserNameIsUtf8()
    {
        var rig = new ServerRig().Open().Receive(AuthWire.Request("bj\u00f6rn", "none"));
        Assert.That(rig.Port.Next<UserPresented>().UserName, Is.EqualTo("bj\u00f6rn"));

        rig = new ServerRig().Open().Receive(AuthWire.Message(MessageId.UserAuthRequest, w =>
        {
            w.WriteString([(byte)'b', 0xf6]);
            w.WriteString("ssh-connection");
            w.WriteString("none");
        }));
        Assert.That(rig.Error!.Reason, Is.EqualTo(DisconnectReason.IllegalUserName));
    }

    [Test]
    public void BannerPrecedesTheFirstAnswerOnce()
    {
        var rig = new ServerRig(settings: s => s with { Banner = "Hello\n" }).Open();
        Assert.That(rig.Port.Sent, Is.Empty);
        rig.Receive(AuthWire.Request("alice", "none"));
        rig.Port.Next<UserPresented>().Deny();
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Banner("Hello\n")));
        Assert.That(rig.Port.TakeSentIds(), Is.EqualTo(new[] { MessageId.UserAuthFailure }));
        rig.Receive(AuthWire.Request("bob", "none"));
        rig.Port.Next<UserPresented>().Deny();
        Assert.That(rig.Port.TakeSentIds(), Is.EqualTo(new[] { MessageId.UserAuthFailure }));
    }

    [Test]
    public void LoginGraceIsNotExtendedByTraffic()
    {
        var rig = new ServerRig(SshLimits.Default with { AuthTimeout = TimeSpan.FromSeconds(30) }).Open();
        Assert.That(rig.Auth.NextTimeout, Is.EqualTo(new SshInstant(TimeSpan.FromSeconds(30))));
        for (int i = 0; i < 29; i++)
        {
            rig.Port.Now += TimeSpan.FromSeconds(1);
            rig.Auth.StartClock(rig.Port.Now);
            rig.Auth.Tick(rig.Port.Now);
            rig.Receive(AuthWire.ServiceRequest());
            Assert.That(rig.Error, Is.Null);
        }

        rig.Port.Now += TimeSpan.FromSeconds(1);
        rig.Auth.Tick(rig.Port.Now);
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.Timeout));
    }

    [Test]
    public void LoginGraceEndsWithSuccess()
    {
        var rig = new ServerRig().LetIn();
        Assert.That(rig.Auth.NextTimeout, Is.Null);
        rig.Auth.Tick(new SshInstant(TimeSpan.FromDays(1)));
        Assert.That(rig.Error, Is.Null);
    }

    [Test]
    public void SuccessIsSentOnceAndSaysWho()
    {
        var rig = new ServerRig().Present("alice", "password");
        Assert.That(rig.Auth.UserName, Is.Null);
        rig.Receive(AuthWire.Password("alice", "secret"));
        Assert.That(rig.Auth.UserName, Is.Null, "nobody is in before the verdict");
        rig.Port.Next<PasswordAttempt>().Accept();
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Success));
        var done = rig.Port.Next<Authenticated>();
        Assert.That(done.UserName, Is.EqualTo("alice"));
        Assert.That(done.Factors, Is.EqualTo(new[] { new AuthFactor("password") }));
        Assert.That(rig.Auth.UserName, Is.EqualTo("alice"));
    }

    [Test]
    public void RequestsAfterSuccessAreIgnored()
    {
        var rig = new ServerRig().LetIn();
        for (int i = 0; i < 100; i++)
        {
            rig.Receive(AuthWire.Password("mallory", "secret"));
            rig.Receive([50]);
        }

        Assert.That(rig.Error, Is.Null);
        Assert.That(rig.Port.Sent, Is.Empty);
        Assert.That(rig.Port.Events, Is.Empty);
        Assert.That(rig.Auth.UserName, Is.EqualTo("alice"));
    }

    [Test]
    public void OtherMessagesAfterSuccessEnd()
    {
        foreach (var message in new[] { AuthWire.InfoResponse("x"), AuthWire.ServiceRequest() })
        {
            Assert.That(new ServerRig().LetIn().Receive(message).Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
        }
    }

    [Test]
    public void WaitingRequestsAreAnsweredInOrder()
    {
        var rig = new ServerRig().Open();
        rig.Receive(AuthWire.Password("alice", "1"));
        rig.Receive(AuthWire.ServiceRequest());
        rig.Receive(AuthWire.Password("alice", "2"));
        rig.Receive(AuthWire.Request("alice", "nonsense"));
        rig.Receive(AuthWire.Password("bob", "3"));
        rig.Port.Next<UserPresented>().Deny();
        Assert.That(rig.Port.Sent, Is.Empty);
        Assert.That(rig.Port.Events, Has.Count.EqualTo(1), "one decision at a time");
        var first = rig.Port.Next<PasswordAttempt>();
        Assert.That(first.Password.ToArray(), Is.EqualTo("1"u8.ToArray()));
        first.Deny();
        Assert.That(rig.Port.TakeSentIds(), Is.EqualTo(new[] { MessageId.UserAuthFailure, MessageId.ServiceAccept }));
        var second = rig.Port.Next<PasswordAttempt>();
        Assert.That(second.Password.ToArray(), Is.EqualTo("2"u8.ToArray()));
        second.Deny();
        Assert.That(rig.Port.TakeSentIds(), Is.EqualTo(new[] { MessageId.UserAuthFailure, MessageId.UserAuthFailure }));
        Assert.That(rig.Port.Next<UserPresented>().UserName, Is.EqualTo("bob"));
        Assert.That(rig.Port.Events, Is.Empty);
    }

    [Test]
    public void WaitingRequestsAreDroppedAtSuccess()
    {
        var rig = new ServerRig().Present("alice", "password").Receive(AuthWire.Password("alice", "1"));
        rig.Receive(AuthWire.Password("mallory", "2"));
        rig.Port.Next<PasswordAttempt>().Accept();
        Assert.That(rig.Port.TakeSentIds(), Is.EqualTo(new[] { MessageId.UserAuthSuccess }));
        Assert.That(rig.Port.TakeEventKinds(), Is.EqualTo(new[] { SshEventKind.Authenticated }));
        Assert.That(rig.Auth.UserName, Is.EqualTo("alice"));
    }

    [TestCase(4, false)]
    [TestCase(5, true)]
    public void WaitingRequestsAreBounded(int waiting, bool ends)
    {
        var rig = new ServerRig().Open().Receive(AuthWire.Request("alice", "none"));
        for (int i = 0; i < waiting; i++)
        {
            rig.Receive(AuthWire.Request("alice", "none"));
        }

        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.LimitExceeded) : Is.Null);
    }

    [Test]
    public void BadSettingsAreMistakesOfTheCaller()
    {
        Assert.That(() => new ServerRig(settings: s => s with { AuthMethods = ["pasword"] }), Throws.TypeOf<SshUsageException>());
        Assert.That(() => new ServerRig(settings: s => s with { AuthMethods = ["password", "password"] }), Throws.TypeOf<SshUsageException>());
        Assert.That(() => new ServerRig(settings: s => s with { Banner = new string('b', 20_000) }), Throws.TypeOf<SshUsageException>());
    }

    [Test]
    public void BadListsAreMistakesOfTheCaller()
    {
        var rig = new ServerRig().Open().Receive(AuthWire.Password("alice", "secret"));
        var presented = rig.Port.Next<UserPresented>();
        Assert.That(() => presented.Allow("gssapi"), Throws.ArgumentException);
        Assert.That(presented.IsAnswered, Is.False);
        presented.Allow("password");
        var attempt = rig.Port.Next<PasswordAttempt>();
        Assert.That(() => attempt.AcceptPartially(), Throws.ArgumentException);
        Assert.That(() => attempt.AcceptPartially("two words"), Throws.ArgumentException);
        Assert.That(attempt.IsAnswered, Is.False);
        attempt.Accept();
        Assert.That(attempt.Deny, Throws.TypeOf<SshUsageException>());
    }

    internal static ServerRig InState(string state)
    {
        var rig = new ServerRig();
        switch (state)
        {
            case "start":
                break;
            case "service":
                rig.Open();
                break;
            case "presented":
                rig.Open().Receive(AuthWire.Request("alice", "none"));
                break;
            case "known":
                rig.Present("alice", "password", "publickey", "keyboard-interactive", "none");
                rig.Port.Next<NoneAttempt>().Deny();
                break;
            case "deciding":
                rig.Present("alice", "password").Receive(AuthWire.Password("alice", "secret"));
                break;
            case "probe accepted":
                rig.Present("alice", "publickey").Receive(AuthWire.Probe("alice", AuthWire.KeyA.PublicKey));
                rig.Port.Next<KeyProbe>().Accept();
                break;
            case "challenged":
                rig.Present("alice", "keyboard-interactive").Receive(AuthWire.Interactive("alice"));
                rig.Port.Next<InteractiveAttempt>().Challenge("", "", new AuthPrompt("Password: ", false), new AuthPrompt("Code: ", true));
                break;
            case "partial":
                rig.Present("alice", "password").Receive(AuthWire.Password("alice", "secret"));
                rig.Port.Next<PasswordAttempt>().AcceptPartially("publickey");
                break;
            case "authenticated":
                rig.LetIn();
                break;
            default:
                throw new ArgumentException(state);
        }

        rig.Port.Sent.Clear();
        return rig;
    }
}
