using System.Linq;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Wire;

namespace SshCore.Tests.Core.Auth;

/// <summary>A client's methods except publickey: what is sent, what follows, and where a server's patience game ends.</summary>
public class ClientMethodTests
{
    [Test]
    public void NoneTellsWhatIsAllowed()
    {
        var rig = new ClientRig();
        rig.LogIn().TryNone();
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Request("alice", "none")));
        rig.Receive(AuthWire.Failure("publickey,password"));
        var choice = rig.Port.Next<AuthMethodNeeded>();
        Assert.That(choice.Allowed, Is.EqualTo(new[] { "publickey", "password" }));
        Assert.That(choice.Failed, Is.EqualTo("none"));
        Assert.That(choice.Refusal, Is.EqualTo(AuthRefusal.ByServer));
        choice.TryNone();
        Assert.That(rig.Port.Sent, Has.Count.EqualTo(1), "no list may have none, so that it may always be asked");
    }

    [Test]
    public void NoneCanSucceed()
    {
        var rig = new ClientRig();
        rig.LogIn().TryNone();
        rig.Receive(AuthWire.Success);
        var done = rig.Port.Next<Authenticated>();
        Assert.That(done.UserName, Is.EqualTo("alice"));
        Assert.That(done.Method, Is.EqualTo("none"));
        Assert.That(rig.Auth.IsAuthenticated);
        Assert.That(rig.Auth.IsActive, Is.False);
    }

    [Test]
    public void PasswordIsSentOnceAndAsGiven()
    {
        var rig = new ClientRig();
        rig.LogIn("bj\u00f6rn").TryPassword("p\u00e4ss"u8);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Password("bj\u00f6rn", "p\u00e4ss")));
        rig.Receive(AuthWire.Failure("password"));
        Assert.That(rig.Port.Sent, Is.Empty, "nothing is sent again by itself");
        var choice = rig.Port.Next<AuthMethodNeeded>();
        Assert.That(choice.Failed, Is.EqualTo("password"));
        choice.TryPassword("other"u8);
        rig.Receive(AuthWire.Success);
        Assert.That(rig.Port.Next<Authenticated>().Method, Is.EqualTo("password"));
    }

    [Test]
    public void MethodThatTheServerDoesNotListIsNotSent()
    {
        var rig = new ClientRig();
        var choice = rig.LogInKnowing("publickey");
        choice.TryPassword("secret"u8);
        Assert.That(rig.Port.Sent, Is.Empty);
        choice = rig.Port.Next<AuthMethodNeeded>();
        Assert.That(choice.Failed, Is.EqualTo("password"));
        Assert.That(choice.Refusal, Is.EqualTo(AuthRefusal.NotInServersList));
        Assert.That(choice.Detail, Does.Contain("password"));
        choice.TryKeyboardInteractive();
        Assert.That(rig.Port.Sent, Is.Empty);
        rig.Port.Next<AuthMethodNeeded>().TryPublicKey(AuthWire.KeyA);
        Assert.That(rig.Port.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public void EmptyListLeavesNothingToTry()
    {
        var rig = new ClientRig();
        var choice = rig.LogInKnowing("");
        Assert.That(choice.Allowed, Is.Empty);
        choice.TryPassword("secret"u8);
        Assert.That(rig.Port.Sent, Is.Empty);
    }

    [Test]
    public void PartialSuccessGoesOnWithTheNewList()
    {
        var rig = new ClientRig();
        rig.LogIn().TryPublicKey(AuthWire.KeyA);
        rig.Receive(AuthWire.Failure("password,keyboard-interactive", partial: true));
        var partial = rig.Port.Next<AuthPartial>();
        Assert.That(partial.Method, Is.EqualTo("publickey"));
        Assert.That(partial.Remaining, Is.EqualTo(new[] { "password", "keyboard-interactive" }));
        var choice = rig.Port.Next<AuthMethodNeeded>();
        Assert.That(choice.Succeeded, Is.EqualTo(new[] { "publickey" }));
        Assert.That(choice.Failed, Is.Null);
        Assert.That(choice.Refusal, Is.EqualTo(AuthRefusal.None));
        choice.TryPassword("secret"u8);
        rig.Receive(AuthWire.Success);
        var done = rig.Port.Next<Authenticated>();
        Assert.That(done.Factors, Is.EqualTo(new[] { new AuthFactor("publickey", AuthWire.KeyA.PublicKey, "ssh-ed25519"), new AuthFactor("password") }));
        Assert.That(done.Method, Is.EqualTo("password"));
    }

    [Test]
    public void ExpiredPasswordIsChanged()
    {
        var rig = new ClientRig();
        rig.LogIn().TryPassword("old"u8);
        rig.Port.NextSent();
        rig.Receive(AuthWire.ChangeRequest("Your password\nhas expired\u0007"));
        var change = rig.Port.Next<PasswordChangeNeeded>();
        Assert.That(change.Prompt, Is.EqualTo("Your password\nhas expired?"));
        Assert.That(change.Round, Is.EqualTo(1));
        change.Change("old"u8, "new"u8);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Password("alice", "old", "new")));
        rig.Receive(AuthWire.ChangeRequest("too short"));
        change = rig.Port.Next<PasswordChangeNeeded>();
        Assert.That(change.Round, Is.EqualTo(2));
        change.Change("old"u8, "newer and longer"u8);
        rig.Receive(AuthWire.Success);
        rig.Port.Next<Authenticated>();
    }

    [Test]
    public void PasswordNeedNotBeChanged()
    {
        var rig = new ClientRig();
        rig.LogIn().TryPassword("old"u8);
        rig.Port.NextSent();
        rig.Receive(AuthWire.ChangeRequest("new"));
        rig.Port.Next<PasswordChangeNeeded>().Deny();
        Assert.That(rig.Port.Sent, Is.Empty);
        Assert.That(rig.Port.Next<AuthMethodNeeded>().Refusal, Is.EqualTo(AuthRefusal.Abandoned));
    }

    [TestCase(3, false)]
    [TestCase(4, true)]
    public void PasswordChangesAreBounded(int rounds, bool ends)
    {
        var rig = new ClientRig();
        rig.LogIn().TryPassword("old"u8);
        for (int i = 1; i <= rounds && rig.Error is null; i++)
        {
            rig.Receive(AuthWire.ChangeRequest("again"));
            if (rig.Error is null)
            {
                rig.Port.Next<PasswordChangeNeeded>().Change("old"u8, "new"u8);
            }
        }

        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.LimitExceeded) : Is.Null);
    }

    [Test]
    public void InteractiveRoundsAreAnswered()
    {
        var rig = new ClientRig();
        rig.LogIn().TryKeyboardInteractive("pam");
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.Interactive("alice", "pam")));
        rig.Receive(AuthWire.InfoRequest("Ti\u001btle", "Two\nlines", new AuthPrompt("Password: ", false), new AuthPrompt("Co\u202ede: ", true)));
        var asked = rig.Port.Next<PromptsReceived>();
        Assert.Multiple(() =>
        {
            Assert.That(asked.Name, Is.EqualTo("Ti?tle"));
            Assert.That(asked.Instruction, Is.EqualTo("Two\nlines"));
            Assert.That(asked.Prompts, Is.EqualTo(new[] { new AuthPrompt("Password: ", false), new AuthPrompt("Co?de: ", true) }));
            Assert.That(asked.Round, Is.EqualTo(1));
            Assert.That(rig.Port.Sent, Is.Empty);
        });
        asked.Answer("s\u00e9cret", "123");
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.InfoResponse("s\u00e9cret", "123")));

        rig.Receive(AuthWire.InfoRequest("", ""));
        asked = rig.Port.Next<PromptsReceived>();
        Assert.That(asked.Round, Is.EqualTo(2));
        asked.AnswerUtf8([]);
        Assert.That(rig.Port.NextSent(), Is.EqualTo(AuthWire.InfoResponse()));
        rig.Receive(AuthWire.Success);
        Assert.That(rig.Port.Next<Authenticated>().Method, Is.EqualTo("keyboard-interactive"));
    }

    [Test]
    public void AnswersMatchThePrompts()
    {
        var rig = ClientServiceTests.InState("prompts");
        var asked = rig.Port.Next<PromptsReceived>();
        Assert.That(() => asked.Answer(), Throws.ArgumentException);
        Assert.That(() => asked.Answer("a", "b"), Throws.ArgumentException);
        Assert.That(() => asked.Answer(new string('x', (16 * 1024) + 1)), Throws.ArgumentException);
        Assert.That(asked.IsAnswered, Is.False, "a mistake does not use the decision up");
        asked.Answer(new string('x', 16 * 1024));
        Assert.That(rig.Port.Sent, Has.Count.EqualTo(1));
        Assert.That(() => asked.Answer("a"), Throws.TypeOf<SshUsageException>());
    }

    [Test]
    public void QuestionsNeedNotBeAnswered()
    {
        var rig = ClientServiceTests.InState("prompts");
        rig.Port.Next<PromptsReceived>().Expire();
        Assert.That(rig.Port.Sent, Is.Empty, "a server that asks gets nothing unless the host answers");
        var choice = rig.Port.Next<AuthMethodNeeded>();
        Assert.That(choice.Failed, Is.EqualTo("keyboard-interactive"));
        Assert.That(choice.Refusal, Is.EqualTo(AuthRefusal.Abandoned));
    }

    [Test]
    public void FailureAndSuccessWithoutQuestionsAreVerdicts()
    {
        var rig = ClientServiceTests.InState("interactive");
        rig.Receive(AuthWire.Failure("keyboard-interactive"));
        rig.Port.Next<AuthMethodNeeded>().TryKeyboardInteractive();
        rig.Receive(AuthWire.Success);
        rig.Port.Next<Authenticated>();
    }

    [TestCase(10, false)]
    [TestCase(11, true)]
    public void InteractiveRoundsAreBounded(int rounds, bool ends)
    {
        var rig = ClientServiceTests.InState("interactive");
        for (int i = 1; i <= rounds && rig.Error is null; i++)
        {
            rig.Receive(AuthWire.InfoRequest("", "", new AuthPrompt("again", true)));
            if (rig.Error is null)
            {
                rig.Port.Next<PromptsReceived>().Answer("x");
            }
        }

        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.LimitExceeded) : Is.Null);
    }

    [Test]
    public void RoundsCountPerAttempt()
    {
        var rig = ClientServiceTests.InState("interactive");
        for (int attempt = 0; attempt < 3; attempt++)
        {
            for (int i = 1; i <= 10; i++)
            {
                rig.Receive(AuthWire.InfoRequest("", "", new AuthPrompt("again", true)));
                rig.Port.Next<PromptsReceived>().Answer("x");
            }

            rig.Receive(AuthWire.Failure("keyboard-interactive"));
            rig.Port.Next<AuthMethodNeeded>().TryKeyboardInteractive();
        }

        Assert.That(rig.Error, Is.Null);
    }

    [TestCase(32, false)]
    [TestCase(33, true)]
    public void PromptsAreBounded(int prompts, bool ends)
    {
        var rig = ClientServiceTests.InState("interactive");
        rig.Receive(AuthWire.InfoRequest("", "", [.. Enumerable.Repeat(new AuthPrompt("p", true), prompts)]));
        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.LimitExceeded) : Is.Null);
    }

    [Test]
    public void PromptCountIsNotTrusted()
    {
        var limits = SshLimits.Default with { InteractivePrompts = int.MaxValue };
        var rig = new ClientRig(limits);
        rig.LogIn().TryKeyboardInteractive();
        rig.Receive(AuthWire.Message(MessageId.UserAuth60, w =>
        {
            w.WriteString("");
            w.WriteString("");
            w.WriteString("");
            w.WriteUInt32(int.MaxValue);
        }));
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.InvalidMessage));
    }

    [TestCase(64, false)]
    [TestCase(65, true)]
    public void TextsAreBounded(int length, bool ends)
    {
        var limits = SshLimits.Default with { AuthTextLength = 64 };
        string text = new('t', length);
        (string State, byte[] Message)[] all =
        [
            ("banner", AuthWire.Banner(text)),
            ("banner", AuthWire.Banner("", text)),
            ("password", AuthWire.ChangeRequest(text)),
            ("interactive", AuthWire.InfoRequest(text, "")),
            ("interactive", AuthWire.InfoRequest("", text)),
            ("interactive", AuthWire.InfoRequest("", "", new AuthPrompt(text, true))),
        ];
        foreach (var (state, message) in all)
        {
            var rig = new ClientRig(limits);
            var choice = rig.LogIn();
            if (state == "password")
            {
                choice.TryPassword("x"u8);
            }
            else if (state == "interactive")
            {
                choice.TryKeyboardInteractive();
            }

            rig.Receive(message);
            Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.LimitExceeded) : Is.Null, state);
        }
    }

    [TestCase(16, false)]
    [TestCase(17, true)]
    public void BannersAreBounded(int banners, bool ends)
    {
        var rig = new ClientRig();
        rig.LogIn();
        for (int i = 0; i < banners; i++)
        {
            rig.Receive(AuthWire.Banner("again"));
        }

        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.LimitExceeded) : Is.Null);
        Assert.That(rig.Port.Events, Has.Count.EqualTo(16));
    }

    [TestCase(64, false)]
    [TestCase(65, true)]
    public void ChoicesAreBounded(int choices, bool ends)
    {
        var rig = new ClientRig();
        var choice = rig.LogIn();
        for (int i = 1; i <= choices; i++)
        {
            choice.TryPassword("secret"u8);
            if (rig.Error is not null)
            {
                break;
            }

            rig.Receive(AuthWire.Failure("password", partial: true));
            rig.Port.Next<AuthPartial>();
            choice = rig.Port.Next<AuthMethodNeeded>();
        }

        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.LimitExceeded) : Is.Null);
        Assert.That(rig.Port.TakeSentIds(), Has.Length.EqualTo(64));
    }

    [Test]
    public void HostThatNeverLearnsIsStoppedWithoutTheServer()
    {
        var rig = new ClientRig();
        var choice = rig.LogInKnowing("publickey");
        int turns = 0;
        while (rig.Error is null)
        {
            choice.TryPassword("secret"u8);
            if (rig.Error is null)
            {
                choice = rig.Port.Next<AuthMethodNeeded>();
            }

            turns++;
        }

        Assert.That(turns, Is.EqualTo(64), "none was the first choice");
        Assert.That(rig.Port.Sent, Is.Empty);
    }

    [TestCase(256, 8, false)]
    [TestCase(257, 8, true)]
    [TestCase(1, 64, false)]
    [TestCase(1, 65, true)]
    public void ServersListIsBounded(int names, int length, bool ends)
    {
        var rig = new ClientRig();
        rig.LogIn().TryNone();
        rig.Receive(AuthWire.Failure(string.Join(',', Enumerable.Range(0, names).Select(i => $"{i}".PadLeft(length, 'm')))));
        Assert.That(rig.Error?.Kind, ends ? Is.EqualTo(SshErrorKind.InvalidMessage) : Is.Null);
    }

    [TestCase(",")]
    [TestCase("password,")]
    [TestCase("pass\u0000word")]
    [TestCase("password,password")]
    public void BadListEnds(string list)
    {
        var rig = new ClientRig();
        rig.LogIn().TryNone();
        rig.Receive(AuthWire.Failure(list));
        Assert.That(rig.Error!.Kind, Is.EqualTo(SshErrorKind.InvalidMessage));
    }

    [Test]
    public void SecretsThatFitNoPacketAreMistakesOfTheCaller()
    {
        var choice = new ClientRig().LogIn();
        Assert.That(() => choice.TryPassword(new byte[(16 * 1024) + 1]), Throws.ArgumentException);
        Assert.That(() => choice.TryKeyboardInteractive(new string('s', (16 * 1024) + 1)), Throws.ArgumentException);
        Assert.That(choice.IsAnswered, Is.False);
    }
}
