using NUnit.Framework;
using SshCore.Events;
using SshCore.Keys;

namespace SshCore.Tests.Core.Auth;

/// <summary>Our client's machine against our server's: whole log-ins, message by message.</summary>
public class ExchangeTests
{
    private static readonly SshPrivateKey[] Keys = [AuthWire.KeyA, AuthWire.Ecdsa, AuthWire.Rsa];

    [Test]
    public void Password()
    {
        var both = new Both();
        both.Next<AuthMethodNeeded>().TryPassword("wrong"u8);
        both.Server<UserPresented>().Allow("password");
        both.Server<PasswordAttempt>().Deny();
        both.Next<AuthMethodNeeded>().TryPassword("secret"u8);
        var attempt = both.Server<PasswordAttempt>();
        Assert.That(attempt.Password.ToArray(), Is.EqualTo("secret"u8.ToArray()));
        attempt.Accept();
        both.IsDone("password");
    }

    [Test]
    public void PublicKey([ValueSource(nameof(Keys))] SshPrivateKey key, [Values] bool probeFirst, [Values] bool elsewhere)
    {
        var both = new Both();
        var choice = both.Next<AuthMethodNeeded>();
        if (elsewhere)
        {
            choice.TryPublicKey(key.PublicKey, probeFirst: probeFirst);
        }
        else
        {
            choice.TryPublicKey(key, probeFirst: probeFirst);
        }

        if (elsewhere && !probeFirst)
        {
            Sign(both.Next<SignatureNeeded>());
        }

        both.Server<UserPresented>().Deny();
        if (probeFirst)
        {
            var probe = both.Server<KeyProbe>();
            Assert.That(probe.Key, Is.EqualTo(key.PublicKey));
            probe.Accept();
            if (elsewhere)
            {
                Sign(both.Next<SignatureNeeded>());
            }
        }

        var proof = both.Server<KeyProof>();
        Assert.That(proof.Key, Is.EqualTo(key.PublicKey));
        proof.Accept();
        both.IsDone("publickey");

        void Sign(SignatureNeeded needed) => needed.Sign(key.Sign(needed.Algorithm, needed.Data.Span));
    }

    [Test]
    public void KeyThenQuestionsThenANewPassword()
    {
        var both = new Both();
        both.Next<AuthMethodNeeded>().TryPublicKey(AuthWire.KeyA);
        both.Server<UserPresented>().Allow("publickey");
        both.Server<KeyProof>().AcceptPartially("keyboard-interactive");
        Assert.That(both.Next<AuthPartial>().Remaining, Is.EqualTo(new[] { "keyboard-interactive" }));
        both.Next<AuthMethodNeeded>().TryKeyboardInteractive();
        both.Server<InteractiveAttempt>().Challenge("", "Second factor", new AuthPrompt("Code: ", true));
        var prompts = both.Next<PromptsReceived>();
        Assert.That(prompts.Instruction, Is.EqualTo("Second factor"));
        prompts.Answer("123456");
        var response = both.Server<InteractiveResponse>();
        Assert.That(response.Answers, Is.EqualTo(new[] { "123456" }));
        response.AcceptPartially("password");
        both.Next<AuthPartial>();
        var choice = both.Next<AuthMethodNeeded>();
        Assert.That(choice.Succeeded, Is.EqualTo(new[] { "publickey", "keyboard-interactive" }));
        choice.TryPassword("old"u8);
        both.Server<PasswordAttempt>().RequestChange("Expired");
        both.Next<PasswordChangeNeeded>().Change("old"u8, "new"u8);
        var change = both.Server<PasswordAttempt>();
        Assert.That(change.NewPassword!.Value.ToArray(), Is.EqualTo("new"u8.ToArray()));
        change.Accept();
        both.IsDone("publickey", "keyboard-interactive", "password");
    }

    [Test]
    public void QuestionsAbandonedForAnotherMethod()
    {
        var both = new Both();
        both.Next<AuthMethodNeeded>().TryKeyboardInteractive();
        both.Server<UserPresented>().Deny();
        both.Server<InteractiveAttempt>().Challenge("", "", new AuthPrompt("Password: ", false));
        both.Next<PromptsReceived>().Deny();
        both.Next<AuthMethodNeeded>().TryPassword("secret"u8);
        both.Server<PasswordAttempt>().Accept();
        both.IsDone("password");
    }

    [Test]
    public void GivenUpAndAgainAsSomebodyElse()
    {
        var both = new Both();
        both.Next<AuthMethodNeeded>().TryNone();
        both.Server<UserPresented>().Deny();
        both.Next<AuthMethodNeeded>().Deny();
        both.Next<AuthFailed>();
        both.ClientRig.Auth.Begin("bob");
        both.Next<AuthMethodNeeded>().TryPassword("secret"u8);
        Assert.That(both.Server<UserPresented>().UserName, Is.EqualTo("bob"));
    }

    [Test]
    public void GuessingEndsOnBothSides()
    {
        var both = new Both();
        var choice = both.Next<AuthMethodNeeded>();
        for (int i = 0; ; i++)
        {
            choice.TryPassword("guess"u8);
            if (i == 0)
            {
                both.Server<UserPresented>().Deny();
            }

            both.Server<PasswordAttempt>().Deny();
            if (both.ServerRig.Error is not null)
            {
                Assert.That(i, Is.EqualTo(5));
                break;
            }

            choice = both.Next<AuthMethodNeeded>();
        }

        Assert.That(both.ClientRig.Auth.IsAuthenticated, Is.False);
    }

    /// <summary>The two machines with each other's messages carried by hand.</summary>
    private sealed class Both
    {
        public Both() => ClientRig.Auth.Begin("alice");

        public ClientRig ClientRig { get; } = new();

        public ServerRig ServerRig { get; } = new();

        public T Next<T>()
            where T : SshEventBody
        {
            Carry();
            return ClientRig.Port.Next<T>();
        }

        public T Server<T>()
            where T : SshEventBody
        {
            Carry();
            return ServerRig.Port.Next<T>();
        }

        public void IsDone(params string[] factors)
        {
            var client = Next<Authenticated>();
            var server = Server<Authenticated>();
            Assert.That(ClientRig.Auth.IsAuthenticated && ServerRig.Auth.IsAuthenticated);
            Assert.That(client.Factors, Is.EqualTo(server.Factors));
            Assert.That(Array.ConvertAll([.. server.Factors], (AuthFactor factor) => factor.Method), Is.EqualTo(factors));
            Assert.That(server.UserName, Is.EqualTo("alice"));
            Assert.That(ClientRig.Port.Events.Count + ServerRig.Port.Events.Count, Is.Zero);
            Assert.That(ClientRig.Port.Sent.Count + ServerRig.Port.Sent.Count, Is.Zero);
        }

        private void Carry()
        {
            while (ClientRig.Port.Sent.Count + ServerRig.Port.Sent.Count > 0)
            {
                if (ClientRig.Port.Sent.TryDequeue(out var up))
                {
                    ServerRig.Receive(up);
                }

                if (ServerRig.Port.Sent.TryDequeue(out var down))
                {
                    ClientRig.Receive(down);
                }
            }
        }
    }
}
