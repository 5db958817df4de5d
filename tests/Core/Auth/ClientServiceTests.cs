using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Tests.Core.Auth;

/// <summary>Begin, end and time of a client's log-in, and what a server may say when.</summary>
public class ClientServiceTests
{
    [Test]
    public void RequestsTheServiceAndThenAsksTheHost()
    {
        var rig = new ClientRig();
        rig.Auth.Begin("alice");
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.ServiceRequest()));
        Assert.That(rig.Port.Events, Is.Empty);
        rig.Receive(AuthWire.ServiceAccept());
        var choice = rig.Port.Next<AuthMethodNeeded>();
        Assert.Multiple(() =>
        {
            Assert.That(rig.Port.Sent, Is.Empty, "nothing is tried that the host did not choose");
            Assert.That(choice.Allowed, Is.Null);
            Assert.That(choice.Succeeded, Is.Empty);
            Assert.That(choice.Failed, Is.Null);
            Assert.That(choice.Refusal, Is.EqualTo(AuthRefusal.None));
            Assert.That(rig.Auth.IsActive);
            Assert.That(rig.Auth.UserName, Is.EqualTo("alice"));
        });
    }

    [Test]
    public void ServiceRequestedByTheCallerIsNotRequestedAgain()
    {
        var rig = new ClientRig();
        rig.Auth.Begin("alice", serviceAlreadyRequested: true);
        Assert.That(rig.Port.Sent, Is.Empty);
        rig.Receive(AuthWire.ServiceAccept());
        rig.Port.Next<AuthMethodNeeded>();
    }

    [Test]
    public void AnotherServiceThanRequestedEnds()
    {
        var rig = new ClientRig();
        rig.Auth.Begin("alice");
        rig.Receive(AuthWire.ServiceAccept("ssh-connection"));
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
        Assert.That(rig.Error.Got, Is.EqualTo("ssh-connection"));
        Assert.That(rig.Auth.IsActive, Is.False);
    }

    [Test]
    public void BeginTwiceIsAMistakeOfTheCaller()
    {
        var rig = new ClientRig();
        rig.Auth.Begin("alice");
        Assert.That(() => rig.Auth.Begin("alice"), Throws.TypeOf<SshUsageException>());
        rig.Receive(AuthWire.ServiceAccept());
        rig.Port.Next<AuthMethodNeeded>().TryNone();
        rig.Receive(AuthWire.Success);
        Assert.That(rig.Auth.IsAuthenticated);
        Assert.That(() => rig.Auth.Begin("alice"), Throws.TypeOf<SshUsageException>());
        rig.Auth.Lapse();
        Assert.That(() => rig.Auth.Begin("alice"), Throws.TypeOf<SshUsageException>());
    }

    [TestCase(256, false)]
    [TestCase(257, true)]
    public void UserNameIsBounded(int length, bool refused)
    {
        var rig = new ClientRig();
        if (refused)
        {
            Assert.That(() => rig.Auth.Begin(new string('a', length)), Throws.ArgumentException);
            Assert.That(rig.Port.Sent, Is.Empty);
        }
        else
        {
            rig.Auth.Begin(new string('a', length));
            Assert.That(rig.Port.Sent, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public void GivenUpLogInCanBeginAgainWithoutTheService()
    {
        var rig = new ClientRig();
        rig.LogInKnowing("publickey").Deny();
        var failed = rig.Port.Next<AuthFailed>();
        Assert.That(failed.Tried, Is.EqualTo(new[] { "none" }));
        Assert.That(failed.Allowed, Is.EqualTo(new[] { "publickey" }));
        Assert.That(rig.Auth.IsActive, Is.False);
        Assert.That(rig.Auth.NextTimeout, Is.Null, "the time runs only while a log-in is under way");

        rig.Auth.Begin("alice");
        Assert.That(rig.Port.Sent, Is.Empty);
        Assert.That(rig.Port.Next<AuthMethodNeeded>().Allowed, Is.EqualTo(new[] { "publickey" }), "the server still knows this user");
    }

    [Test]
    public void AnotherUserStartsFromNothing()
    {
        var rig = new ClientRig();
        var choice = rig.LogIn();
        choice.TryPassword("secret"u8);
        rig.Receive(AuthWire.Failure("publickey", partial: true));
        rig.Port.Next<AuthPartial>();
        choice = rig.Port.Next<AuthMethodNeeded>();
        Assert.That(choice.Succeeded, Is.EqualTo(new[] { "password" }));
        choice.Deny();
        rig.Port.Next<AuthFailed>();
        rig.Auth.Begin("bob");
        choice = rig.Port.Next<AuthMethodNeeded>();
        Assert.That(choice.Succeeded, Is.Empty);
        Assert.That(choice.Allowed, Is.Null);
    }

    [Test]
    public void TimeOfALogInIsNotExtendedByTraffic()
    {
        var rig = new ClientRig(SshLimits.Default with { AuthTimeout = TimeSpan.FromSeconds(20) });
        var choice = rig.LogIn();
        Assert.That(rig.Auth.NextTimeout, Is.EqualTo(new SshInstant(TimeSpan.FromSeconds(20))));
        for (int i = 0; i < 19; i++)
        {
            rig.Advance(TimeSpan.FromSeconds(1));
            choice.TryNone();
            rig.Receive(AuthWire.Failure("password"));
            choice = rig.Port.Next<AuthMethodNeeded>();
            Assert.That(rig.Error, Is.Null);
        }

        rig.Advance(TimeSpan.FromSeconds(1));
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.Timeout));
    }

    [Test]
    public void TimeStopsWithSuccess()
    {
        var rig = new ClientRig();
        rig.LogIn().TryNone();
        rig.Receive(AuthWire.Success);
        Assert.That(rig.Auth.NextTimeout, Is.Null);
        rig.Advance(TimeSpan.FromDays(1));
        Assert.That(rig.Error, Is.Null);
    }

    [Test]
    public void ExpiredChoiceGivesUp()
    {
        var rig = new ClientRig();
        var choice = rig.LogIn();
        Assert.That(choice.Deadline, Is.EqualTo(new SshInstant(SshLimits.Default.DecisionTimeout)));
        choice.Expire();
        rig.Port.Next<AuthFailed>();
        choice.TryPassword("secret"u8);
        Assert.That(rig.Port.Sent, Is.Empty, "a late answer has no effect");
    }

    [Test]
    public void AnswerAfterTheEndHasNoEffect()
    {
        var rig = new ClientRig();
        var choice = rig.LogIn();
        rig.Auth.Lapse();
        Assert.That(choice.IsAnswered);
        choice.TryPassword("secret"u8);
        Assert.That(rig.Port.Sent, Is.Empty);
        Assert.That(rig.Port.Events, Is.Empty);
    }

    [Test]
    public void AnswerBetweenTheErrorAndItsHandlingHasNoEffect()
    {
        var rig = new ClientRig();
        var choice = rig.LogIn();
        rig.Port.Fail(new SshError(SshErrorKind.ConnectionLost, "cut"));
        choice.TryPassword("secret"u8);
        Assert.That(rig.Port.Sent, Is.Empty);
        rig.Receive(AuthWire.Success);
        Assert.That(rig.Auth.IsAuthenticated, Is.False);
    }

    [Test]
    public void AnswersBetweenTheErrorAndItsHandlingSendNothing()
    {
        (string State, Action<SshEventBody> Answer)[] all =
        [
            ("prompts", e => ((PromptsReceived)e).Answer("secret")),
            ("change", e => ((PasswordChangeNeeded)e).Change("old"u8, "new"u8)),
            ("signature", e => ((SignatureNeeded)e).Sign(AuthWire.KeyA.Sign("ssh-ed25519", ((SignatureNeeded)e).Data.Span))),
            ("prompts", e => ((SshDecision)e).Deny()),
            ("change", e => ((SshDecision)e).Deny()),
            ("signature", e => ((SshDecision)e).Deny()),
            ("choosing", e => ((SshDecision)e).Deny()),
        ];
        foreach (var (state, answer) in all)
        {
            var rig = InState(state);
            var decision = rig.Port.NextEvent().Body!;
            rig.Port.Fail(new SshError(SshErrorKind.ConnectionLost, "cut"));
            answer(decision);
            Assert.That(rig.Port.Sent, Is.Empty, state);
            Assert.That(rig.Port.Events, Is.Empty, state);
        }
    }

    [Test]
    public void ChoiceIsMadeOnce()
    {
        var rig = new ClientRig();
        var choice = rig.LogIn();
        choice.TryNone();
        Assert.That(choice.TryNone, Throws.TypeOf<SshUsageException>());
    }

    /// <summary>Success and failure count only while a request is out; the secret of the next request is not sent after.</summary>
    [TestCase("idle")]
    [TestCase("service")]
    [TestCase("choosing")]
    [TestCase("prompts")]
    [TestCase("change")]
    [TestCase("signature")]
    [TestCase("authenticated")]
    [TestCase("given up")]
    public void VerdictsOutOfTurnEnd(string state)
    {
        byte[][] messages =
        [
            AuthWire.Success, AuthWire.Failure("password"), AuthWire.Failure("password", true), AuthWire.ChangeRequest("new"),
            AuthWire.InfoRequest("", ""), AuthWire.PkOk(AuthWire.KeyA.PublicKey), AuthWire.InfoResponse(),
        ];
        foreach (var message in messages)
        {
            var rig = InState(state);
            int events = rig.Port.Events.Count;
            bool authenticated = rig.Auth.IsAuthenticated;
            rig.Receive(message);
            Assert.That(rig.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation), $"{state}: {message[0]}");
            Assert.That(rig.Port.Events, Has.Count.EqualTo(events));
            Assert.That(rig.Port.Sent, Is.Empty);
            Assert.That(rig.Auth.IsAuthenticated, Is.EqualTo(authenticated));
        }
    }

    /// <summary>Numbers that no server sends during authentication, in each state.</summary>
    [TestCase("service")]
    [TestCase("choosing")]
    [TestCase("password")]
    [TestCase("prompts")]
    [TestCase("authenticated")]
    public void MessagesOfNoServerEnd(string state)
    {
        for (int number = 54; number < 80; number++)
        {
            if (number != 60)
            {
                var rig = InState(state);
                rig.Receive([(byte)number, 0, 0, 0, 0, 0, 0, 0, 0]);
                Assert.That(rig.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation), $"{state}: {number}");
            }
        }

        var other = InState(state);
        other.Receive(AuthWire.Request("alice", "none"));
        Assert.That(other.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation), "USERAUTH_REQUEST to a client");
    }

    [TestCase("idle", false)]
    [TestCase("service", false)]
    [TestCase("choosing", true)]
    [TestCase("password", true)]
    [TestCase("prompts", true)]
    [TestCase("given up", true)]
    [TestCase("authenticated", false)]
    public void BannerComesBetweenServiceAndSuccess(string state, bool allowed)
    {
        var rig = InState(state);
        rig.Port.Events.Clear();
        rig.Receive(AuthWire.Banner("Hello\r\n\tyou\u001b[31m", "en"));
        Assert.That(rig.Error is null, Is.EqualTo(allowed));
        if (allowed)
        {
            var banner = rig.Port.Next<BannerReceived>();
            Assert.That(banner.Message, Is.EqualTo("Hello\n\tyou?[31m"), "terminal control is not passed on");
            Assert.That(banner.Language, Is.EqualTo("en"));
        }
    }

    [Test]
    public void ServiceAcceptIsTakenOnce()
    {
        foreach (string state in new[] { "idle", "choosing", "password", "authenticated" })
        {
            var rig = InState(state);
            rig.Receive(AuthWire.ServiceAccept());
            Assert.That(rig.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation), state);
        }
    }

    internal static ClientRig InState(string state)
    {
        var rig = new ClientRig();
        var one = new AuthPrompt("Password: ", false);
        switch (state)
        {
            case "idle":
                break;
            case "service":
                rig.Auth.Begin("alice");
                break;
            case "choosing":
                rig.Port.Raise(new SshEvent(SshEventKind.AuthMethodNeeded, body: rig.LogIn()));
                break;
            case "password":
                rig.LogIn().TryPassword("secret"u8);
                break;
            case "interactive":
                rig.LogIn().TryKeyboardInteractive();
                break;
            case "prompts":
                rig.LogIn().TryKeyboardInteractive();
                rig.Receive(AuthWire.InfoRequest("", "", one));
                break;
            case "change":
                rig.LogIn().TryPassword("secret"u8);
                rig.Receive(AuthWire.ChangeRequest("new"));
                break;
            case "probe":
                rig.LogIn().TryPublicKey(AuthWire.KeyA, probeFirst: true);
                break;
            case "signature":
                rig.LogIn().TryPublicKey(AuthWire.KeyA.PublicKey, probeFirst: false);
                break;
            case "authenticated":
                rig.LogIn().TryNone();
                rig.Receive(AuthWire.Success);
                break;
            case "given up":
                rig.LogIn().Deny();
                break;
            default:
                throw new ArgumentException(state);
        }

        rig.Port.Sent.Clear();
        return rig;
    }
}
