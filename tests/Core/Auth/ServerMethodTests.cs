using System.Linq;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Tests.Core.Auth;

/// <summary>A server's methods except publickey: what the host is asked, what it is not, and what is counted.</summary>
public class ServerMethodTests
{
    [Test]
    public void NoneIsRefusedUnlessThePolicySaysOtherwise()
    {
        var rig = new ServerRig().Open().Receive(AuthWire.Request("alice", "none"));
        rig.Port.Next<UserPresented>().Deny();
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey,password,keyboard-interactive", false)));
        Assert.That(rig.Port.Events, Is.Empty);

        rig = new ServerRig().Open().Receive(AuthWire.Request("guest", "none"));
        rig.Port.Next<UserPresented>().Allow("none", "password");
        var attempt = rig.Port.Next<NoneAttempt>();
        Assert.That(attempt.Method, Is.EqualTo("none"));
        Assert.That(attempt.Service, Is.EqualTo("ssh-connection"));
        attempt.Deny();
        Assert.That(rig.NextFailure(), Is.EqualTo(("password", false)));
        rig.Receive(AuthWire.Request("guest", "none"));
        rig.Port.Next<NoneAttempt>().Accept();
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Success));
        Assert.That(rig.Port.Next<Authenticated>().Method, Is.EqualTo("none"));
    }

    [TestCase("hostbased")]
    [TestCase("gssapi-with-mic")]
    [TestCase("Password")]
    [TestCase("none@example.com")]
    [TestCase("")]
    public void UnknownMethodsAreRefusedAndNothingElse(string method)
    {
        var rig = new ServerRig().Open().Receive(AuthWire.Request("alice", method));
        rig.Port.Next<UserPresented>().Allow("none", "password", "publickey", "keyboard-interactive");
        Assert.That(rig.NextFailure(), Is.EqualTo(("password,publickey,keyboard-interactive", false)));
        Assert.That(rig.Port.Events, Is.Empty, "it is not taken for another one");
    }

    [Test]
    public void MethodsThatMayNotContinueAreRefusedWithoutAsking()
    {
        var rig = new ServerRig().Present("alice", "publickey");
        rig.Receive(AuthWire.Password("alice", "secret"));
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey", false)));
        rig.Receive(AuthWire.Interactive("alice"));
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey", false)));
        rig.Receive(AuthWire.Request("alice", "none"));
        Assert.That(rig.NextFailure(), Is.EqualTo(("publickey", false)));
        Assert.That(rig.Port.Events, Is.Empty);
    }

    [Test]
    public void PasswordIsDecidedByTheHostAndThenForgotten()
    {
        var rig = new ServerRig().Present("alice", "password").Receive(AuthWire.Password("alice", "p\u00e4ss"));
        var attempt = rig.Port.Next<PasswordAttempt>();
        Assert.That(attempt.UserName, Is.EqualTo("alice"));
        Assert.That(attempt.Password.ToArray(), Is.EqualTo("p\u00e4ss"u8.ToArray()));
        Assert.That(attempt.NewPassword, Is.Null);
        Assert.That(rig.Port.Sent, Is.Empty);
        attempt.Deny();
        Assert.That(rig.NextFailure(), Is.EqualTo(("password", false)));
        Assert.That(attempt.Password.ToArray(), Is.All.Zero);
    }

    [Test]
    public void PasswordThatIsNotUtf8IsPassedOnAsItIs()
    {
        var rig = new ServerRig().Present("alice", "password").Receive(AuthWire.Request("alice", "password", w =>
        {
            w.WriteBoolean(false);
            w.WriteString([0xff, 0x00, 0xfe]);
        }));
        Assert.That(rig.Port.Next<PasswordAttempt>().Password.ToArray(), Is.EqualTo(new byte[] { 0xff, 0, 0xfe }));
    }

    [Test]
    public void PasswordIsForgottenWhenTheConnectionEnds()
    {
        var rig = new ServerRig().Present("alice", "password").Receive(AuthWire.Password("alice", "old", "new"));
        var attempt = rig.Port.Next<PasswordAttempt>();
        Assert.That(attempt.NewPassword!.Value.ToArray(), Is.EqualTo("new"u8.ToArray()));
        rig.Auth.Lapse();
        Assert.That(attempt.Password.ToArray(), Is.All.Zero);
        Assert.That(attempt.NewPassword!.Value.ToArray(), Is.All.Zero);
    }

    [Test]
    public void ExpiredAttemptIsRefused()
    {
        var rig = new ServerRig().Present("alice", "password").Receive(AuthWire.Password("alice", "secret"));
        var attempt = rig.Port.Next<PasswordAttempt>();
        Assert.That(attempt.Deadline, Is.Not.Null);
        attempt.Expire();
        Assert.That(rig.NextFailure(), Is.EqualTo(("password", false)));
        attempt.Accept();
        Assert.That(rig.Auth.IsAuthenticated, Is.False, "an answer after the deadline lets nobody in");
        Assert.That(rig.Port.Sent, Is.Empty);
    }

    [TestCase(1024, false)]
    [TestCase(1025, true)]
    public void PasswordIsBounded(int length, bool refused)
    {
        foreach (var message in new[] { AuthWire.Password("alice", new string('p', length)), AuthWire.Password("alice", "x", new string('p', length)) })
        {
            var rig = new ServerRig().Present("alice", "password").Receive(message);
            Assert.That(rig.Error, Is.Null);
            Assert.That(rig.Port.Events, Has.Count.EqualTo(refused ? 0 : 1));
            if (refused)
            {
                Assert.That(rig.NextFailure(), Is.EqualTo(("password", false)));
            }
        }
    }

    [Test]
    public void PasswordChange()
    {
        var rig = new ServerRig().Present("alice", "password").Receive(AuthWire.Password("alice", "old"));
        rig.Port.Next<PasswordAttempt>().RequestChange("Too old");
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.ChangeRequest("Too old")));
        rig.Receive(AuthWire.Password("alice", "old", "new"));
        var change = rig.Port.Next<PasswordAttempt>();
        Assert.That(change.Password.ToArray(), Is.EqualTo("old"u8.ToArray()));
        Assert.That(change.NewPassword!.Value.ToArray(), Is.EqualTo("new"u8.ToArray()));
        change.Accept();
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Success));
    }

    [Test]
    public void PartialSuccessLeavesOnlyWhatRemains()
    {
        var rig = new ServerRig().Present("alice", "password", "publickey").Receive(AuthWire.Password("alice", "secret"));
        rig.Port.Next<PasswordAttempt>().AcceptPartially("keyboard-interactive");
        Assert.That(rig.NextFailure(), Is.EqualTo(("keyboard-interactive", true)));
        Assert.That(rig.Auth.IsAuthenticated, Is.False);
        rig.Receive(AuthWire.Password("alice", "secret"));
        Assert.That(rig.NextFailure(), Is.EqualTo(("keyboard-interactive", false)), "the same factor again is no second one");
        rig.Receive(AuthWire.Interactive("alice"));
        var attempt = rig.Port.Next<InteractiveAttempt>();
        Assert.That(attempt.Accepted, Is.EqualTo(new[] { new AuthFactor("password") }));
        attempt.Accept();
        var done = rig.Port.Next<Authenticated>();
        Assert.That(done.Factors.Select(f => f.Method), Is.EqualTo(new[] { "password", "keyboard-interactive" }));
    }

    [TestCase(5, false)]
    [TestCase(6, true)]
    public void FailuresAreBounded(int failures, bool ends)
    {
        var rig = new ServerRig().Present("alice", "password");
        for (int i = 0; i < failures; i++)
        {
            rig.Receive(AuthWire.Password("alice", "guess"));
            rig.Port.Next<PasswordAttempt>().Deny();
        }

        Assert.That(rig.Port.Sent, Has.Count.EqualTo(5));
        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.AuthenticationFailed) : Is.Null);
        if (ends)
        {
            Assert.That(rig.Error!.Reason, Is.EqualTo(DisconnectReason.NoMoreAuthMethodsAvailable));
        }
    }

    [Test]
    public void FailuresOfEveryMethodAreCounted()
    {
        var rig = new ServerRig().Present("alice", "password", "publickey", "keyboard-interactive");
        rig.Receive(AuthWire.Password("alice", "guess"));
        rig.Port.Next<PasswordAttempt>().Deny();
        rig.Receive(AuthWire.Proof("alice", AuthWire.KeyA, rig.Port.Session, signer: AuthWire.KeyB));
        rig.Receive(AuthWire.Interactive("alice"));
        rig.Port.Next<InteractiveAttempt>().Deny();
        rig.Receive(AuthWire.Request("alice", "nonsense"));
        rig.Receive(AuthWire.Request("alice", "none"));
        Assert.That(rig.Error, Is.Null);
        rig.Receive(AuthWire.Password("alice", new string('x', 2000)));
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.AuthenticationFailed));
    }

    [Test]
    public void FirstNoneAndPartialSuccessAreNoFailures()
    {
        var rig = new ServerRig(SshLimits.Default with { AuthFailures = 1 }).Open().Receive(AuthWire.Request("alice", "none"));
        rig.Port.Next<UserPresented>().Deny();
        Assert.That(rig.Error, Is.Null);
        for (int i = 0; i < 3; i++)
        {
            rig.Receive(AuthWire.Password("alice", "secret"));
            rig.Port.Next<PasswordAttempt>().AcceptPartially("password");
            Assert.That(rig.Error, Is.Null);
        }

        rig.Receive(AuthWire.Request("alice", "none"));
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.AuthenticationFailed));
    }

    [Test]
    public void FirstNoneThatThePolicyRefusesIsNoFailure()
    {
        var rig = new ServerRig(SshLimits.Default with { AuthFailures = 1 }).Open().Receive(AuthWire.Request("alice", "none"));
        rig.Port.Next<UserPresented>().Allow("none", "password");
        rig.Port.Next<NoneAttempt>().Deny();
        Assert.That(rig.Error, Is.Null);
        rig.Receive(AuthWire.Request("alice", "none"));
        rig.Port.Next<NoneAttempt>().Deny();
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.AuthenticationFailed));
    }

    [TestCase(64, false)]
    [TestCase(65, true)]
    public void RequestsOfAnyOutcomeAreBounded(int requests, bool ends)
    {
        var rig = new ServerRig().Open();
        for (int i = 1; i <= requests; i++)
        {
            rig.Receive(AuthWire.Password("alice", "secret"));
            if (i == 1)
            {
                rig.Port.Next<UserPresented>().Deny();
            }

            if (rig.Error is null)
            {
                rig.Port.Next<PasswordAttempt>().AcceptPartially("password");
            }
        }

        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.LimitExceeded) : Is.Null);
        Assert.That(rig.Port.Sent, Has.Count.EqualTo(64));
    }

    [Test]
    public void InteractiveRoundsUntilTheVerdict()
    {
        var rig = new ServerRig().Present("alice", "keyboard-interactive").Receive(AuthWire.Interactive("alice", "otp\u001b"));
        var attempt = rig.Port.Next<InteractiveAttempt>();
        Assert.That(attempt.Submethods, Is.EqualTo("otp?"));
        attempt.Challenge("Title", "Please", new AuthPrompt("Password: ", false), new AuthPrompt("Code: ", true));
        Assert.That(
            rig.Port.NextSent(),
            Is.EqualTo(AuthWire.InfoRequest("Title", "Please", new AuthPrompt("Password: ", false), new AuthPrompt("Code: ", true))));
        Assert.That(rig.Port.Events, Is.Empty);
        rig.Receive(AuthWire.InfoResponse("s\u00e9cret", ""));
        var response = rig.Port.Next<InteractiveResponse>();
        Assert.That(response.Round, Is.EqualTo(1));
        Assert.That(response.Answers, Is.EqualTo(new[] { "s\u00e9cret", "" }));
        Assert.That(response.AnswersUtf8[0].ToArray(), Is.EqualTo("s\u00e9cret"u8.ToArray()));
        response.Challenge("", "Nothing to ask");
        Assert.That(response.AnswersUtf8[0].ToArray(), Is.All.Zero);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.InfoRequest("", "Nothing to ask")));
        rig.Receive(AuthWire.InfoResponse());
        response = rig.Port.Next<InteractiveResponse>();
        Assert.That(response.Round, Is.EqualTo(2));
        Assert.That(response.Answers, Is.Empty);
        response.Accept();
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Success));
    }

    [Test]
    public void AnswersInAnotherNumberFail()
    {
        byte[][] wrong = [AuthWire.InfoResponse("a"), AuthWire.InfoResponse("a", "b", "c"), AuthWire.InfoResponse()];
        foreach (var message in wrong)
        {
            var rig = ServerServiceTests.InState("challenged").Receive(message);
            Assert.That(rig.Error, Is.Null);
            Assert.That(rig.NextFailure(), Is.EqualTo(("keyboard-interactive", false)), "RFC 4256 §3.4");
            Assert.That(rig.Port.Events, Is.Empty);
            rig.Receive(AuthWire.InfoResponse("a", "b"));
            Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation), "the attempt is over");
        }
    }

    [Test]
    public void AnswerCountIsNotTrusted()
    {
        var rig = ServerServiceTests.InState("challenged").Receive(AuthWire.Message(MessageId.UserAuth61, w => w.WriteUInt32(uint.MaxValue)));
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.InvalidMessage));
    }

    [TestCase(64, false)]
    [TestCase(65, true)]
    public void AnswersAndHintsAreBounded(int length, bool refused)
    {
        var limits = SshLimits.Default with { AuthTextLength = 64 };
        var rig = new ServerRig(limits).Present("alice", "keyboard-interactive").Receive(AuthWire.Interactive("alice", new string('s', length)));
        Assert.That(rig.Port.Events, Has.Count.EqualTo(refused ? 0 : 1));

        rig = new ServerRig(limits).Present("alice", "keyboard-interactive").Receive(AuthWire.Interactive("alice"));
        rig.Port.Next<InteractiveAttempt>().Challenge("", "", new AuthPrompt("p", true));
        rig.Port.Sent.Clear();
        rig.Receive(AuthWire.InfoResponse(new string('a', length)));
        Assert.That(rig.Error, Is.Null);
        Assert.That(rig.Port.Events, Has.Count.EqualTo(refused ? 0 : 1));
        Assert.That(rig.Port.TakeSentIds(), Is.EqualTo(refused ? new[] { MessageId.UserAuthFailure } : []));
    }

    [Test]
    public void UnaskedAnswersEnd()
    {
        foreach (string state in new[] { "service", "known", "probe accepted", "partial" })
        {
            var rig = ServerServiceTests.InState(state).Receive(AuthWire.InfoResponse("x"));
            Assert.That(rig.Error?.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation), state);
            Assert.That(rig.Port.Events, Is.Empty);
        }
    }

    [Test]
    public void SecondAnswerToOneQuestionEnds()
    {
        var rig = ServerServiceTests.InState("challenged");
        rig.Receive(AuthWire.InfoResponse("a", "b"));
        rig.Receive(AuthWire.InfoResponse("c", "d"));
        rig.Port.Next<InteractiveResponse>().Deny();
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.ProtocolViolation));
        Assert.That(rig.Port.Events, Is.Empty);
    }

    [Test]
    public void AnotherRequestAbortsTheQuestionsSilentlyButCounts()
    {
        var rig = new ServerRig(SshLimits.Default with { AuthFailures = 2 }).Present("alice", "keyboard-interactive", "password");
        rig.Receive(AuthWire.Interactive("alice"));
        rig.Port.Next<InteractiveAttempt>().Challenge("", "", new AuthPrompt("p", false));
        rig.Port.Sent.Clear();
        rig.Receive(AuthWire.Password("alice", "secret"));
        Assert.That(rig.Port.Sent, Is.Empty, "RFC 4252 §5.1: no FAILURE for an aborted method");
        rig.Port.Next<PasswordAttempt>().AcceptPartially("keyboard-interactive");
        rig.Port.Sent.Clear();
        rig.Receive(AuthWire.Interactive("alice"));
        rig.Port.Next<InteractiveAttempt>().Challenge("", "", new AuthPrompt("p", false));
        rig.Receive(AuthWire.Interactive("alice"));
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.AuthenticationFailed));
        Assert.That(rig.Port.Events, Is.Empty);
    }

    [TestCase(10, false)]
    [TestCase(11, true)]
    public void InteractiveRoundsAreBounded(int challenges, bool refused)
    {
        var rig = new ServerRig().Present("alice", "keyboard-interactive").Receive(AuthWire.Interactive("alice"));
        rig.Port.Next<InteractiveAttempt>().Challenge("", "", new AuthPrompt("p", true));
        for (int i = 2; i <= challenges; i++)
        {
            rig.Receive(AuthWire.InfoResponse("x"));
            rig.Port.Next<InteractiveResponse>().Challenge("", "", new AuthPrompt("p", true));
        }

        var ids = rig.Port.TakeSentIds();
        Assert.That(ids.Count(id => id == MessageId.UserAuth60), Is.EqualTo(10));
        Assert.That(ids.Count(id => id == MessageId.UserAuthFailure), Is.EqualTo(refused ? 1 : 0));
    }

    [Test]
    public void ChallengesThatFitNoMessageAreMistakesOfTheCaller()
    {
        var rig = new ServerRig().Present("alice", "keyboard-interactive").Receive(AuthWire.Interactive("alice"));
        var attempt = rig.Port.Next<InteractiveAttempt>();
        var one = new AuthPrompt("p", true);
        Assert.That(() => attempt.Challenge("", "", [.. Enumerable.Repeat(one, 33)]), Throws.ArgumentException);
        Assert.That(() => attempt.Challenge("", "", new AuthPrompt("", true)), Throws.ArgumentException);
        Assert.That(() => attempt.Challenge("", new string('i', 17_000), one), Throws.ArgumentException);
        Assert.That(() => attempt.Challenge(new string('n', 9_000), new string('i', 9_000), one), Throws.ArgumentException);
        Assert.That(attempt.IsAnswered, Is.False);
        attempt.Challenge("", "", [.. Enumerable.Repeat(one, 32)]);
        Assert.That(rig.Port.TakeSentIds(), Is.EqualTo(new[] { MessageId.UserAuth60 }));
    }
}
