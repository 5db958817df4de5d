using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Memory;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Auth;

/// <summary>Authentication inside whole connections: two of ours over memory, and one of ours against a scripted peer.</summary>
public class ConnectionTests
{
    [TestCase(MemoryChunking.Whole)]
    [TestCase(MemoryChunking.OneByte)]
    public void LogInByEachMethodWithAKeyExchangeInTheMiddle(MemoryChunking chunking)
    {
        foreach (string method in new[] { "none", "password", "publickey", "keyboard-interactive" })
        {
            using var pair = new MemoryPair(
                (SshClientConnection)Subjects.Connection(Role.Client),
                (SshServerConnection)Subjects.Connection(Role.Server, s => ((SshServerSettings)s) with { Banner = "Hello" }),
                MemoryPairOptions.Default with { Chunking = chunking });
            Authenticated? server = null;
            Authenticated? client = null;
            var banners = new List<string>();
            pair.OnServerEvent = e =>
            {
                switch (e.Body)
                {
                    case InteractiveAttempt attempt:
                        pair.Server.StartRekey();
                        attempt.Challenge("", "", new AuthPrompt("Password: ", false));
                        break;
                    case PasswordAttempt attempt when Utf8.Decode(attempt.Password.Span) != "secret":
                        attempt.Deny();
                        break;
                    case InteractiveResponse response when response.Answers[0] != "secret":
                        response.Deny();
                        break;
                    case Authenticated done:
                        server = done;
                        break;
                    default:
                        AcceptAll.Answer(e);
                        break;
                }
            };
            pair.OnClientEvent = e =>
            {
                switch (e.Body)
                {
                    case AuthMethodNeeded { Failed: not null } again:
                        again.Deny();
                        break;
                    case AuthMethodNeeded choice:
                        pair.Client.StartRekey();
                        Try(choice, method);
                        break;
                    case PromptsReceived prompts:
                        prompts.Answer("secret");
                        break;
                    case BannerReceived banner:
                        banners.Add(banner.Message);
                        break;
                    case Authenticated done:
                        client = done;
                        break;
                    default:
                        AcceptAll.Answer(e);
                        break;
                }
            };
            pair.Client.Authenticate("alice");
            pair.Run();
            Assert.That(pair.Client.Error ?? pair.Server.Error, Is.Null, method);
            Assert.That(pair.Client.IsAuthenticated && pair.Server.IsAuthenticated, method);
            Assert.That(client!.Method, Is.EqualTo(method));
            Assert.That(server!.Factors, Is.EqualTo(client.Factors));
            Assert.That(pair.Server.UserName, Is.EqualTo("alice"));
            Assert.That(pair.Client.UserName, Is.EqualTo("alice"));
            Assert.That(banners, Is.EqualTo(new[] { "Hello" }));
        }

        static void Try(AuthMethodNeeded choice, string method)
        {
            switch (method)
            {
                case "password":
                    choice.TryPassword("secret"u8);
                    break;
                case "publickey":
                    choice.TryPublicKey(AuthWire.KeyA, probeFirst: true);
                    break;
                case "keyboard-interactive":
                    choice.TryKeyboardInteractive();
                    break;
                default:
                    choice.TryNone();
                    break;
            }
        }
    }

    /// <summary>CVE-2018-10933, CVE-2018-1000805: a client that says SUCCESS has said it to itself.</summary>
    [TestCase((byte)6)]
    [TestCase((byte)51)]
    [TestCase((byte)52)]
    [TestCase((byte)53)]
    [TestCase((byte)60)]
    public void ServersMessagesFromAClientEnd(byte number)
    {
        foreach (bool requested in new[] { false, true })
        {
            using var script = Subjects.Start(Role.Server).Handshake();
            if (requested)
            {
                script.Send(AuthWire.ServiceRequest());
                script.Expect(MessageId.ServiceAccept);
            }

            script.Send([number]);
            script.ExpectClosed(SshErrorKind.ProtocolViolation, DisconnectReason.ProtocolError);
            Assert.That(script.Subject.IsAuthenticated, Is.False);
            Assert.That(script.HasEvent(SshEventKind.Authenticated), Is.False);
        }
    }

    [TestCase((byte)5)]
    [TestCase((byte)50)]
    [TestCase((byte)61)]
    public void ClientsMessagesFromAServerEnd(byte number)
    {
        using var script = Subjects.Start(Role.Client).Handshake();
        script.Send([number]);
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void SuccessBeforeAnythingWasAskedEnds()
    {
        using var script = Subjects.Start(Role.Client).Handshake();
        script.Send(AuthWire.Success);
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
        Assert.That(script.HasEvent(SshEventKind.Authenticated), Is.False);
    }

    [Test]
    public void ServiceRequestLeavesWithNewKeys()
    {
        using var script = Subjects.Start(Role.Client);
        ((SshClientConnection)script.Subject).Authenticate("alice");
        script.Handshake();
        Assert.That(script.Expect(MessageId.ServiceRequest), Is.EqualTo(AuthWire.ServiceRequest()));
    }

    [Test]
    public void UserNameIsCheckedBeforeItIsNeeded()
    {
        using var client = (SshClientConnection)Subjects.Connection(Role.Client);
        Assert.That(() => client.Authenticate(new string('u', 257)), Throws.ArgumentException);
        Assert.That(() => client.Authenticate(null!), Throws.ArgumentNullException);
        client.Authenticate(new string('u', 256));
        Assert.That(() => client.Authenticate("u"), Throws.TypeOf<SshUsageException>());
    }

    [Test]
    public void ReasonsOfTheEnd()
    {
        (byte[] Message, DisconnectReason Reason)[] all =
        [
            (AuthWire.ServiceRequest("ssh-connection"), DisconnectReason.ServiceNotAvailable),
            (AuthWire.Request("alice", "none", service: "shell"), DisconnectReason.ServiceNotAvailable),
            (AuthWire.Request(new string('u', 257), "none"), DisconnectReason.IllegalUserName),
            (AuthWire.Request("u\n", "none"), DisconnectReason.IllegalUserName),
        ];
        foreach (var (message, reason) in all)
        {
            using var script = Subjects.Start(Role.Server).Handshake();
            script.Send(AuthWire.ServiceRequest());
            script.Expect(MessageId.ServiceAccept);
            script.Send(message);
            script.Pump();
            script.ExpectClosed(script.Error!.Kind, reason);
        }
    }

    [Test]
    public void GuessingEndsWithNoMoreMethods()
    {
        using var script = Subjects.Start(Role.Server);
        script.OnEvent = e =>
        {
            if (e.Body is AuthAttempt attempt)
            {
                attempt.Deny();
            }
            else
            {
                AcceptAll.Answer(e);
            }
        };
        script.Handshake();
        script.Send(AuthWire.ServiceRequest());
        script.Expect(MessageId.ServiceAccept);
        for (int i = 0; i < 5; i++)
        {
            script.Send(AuthWire.Password("alice", "guess"));
            script.Expect(MessageId.UserAuthFailure);
        }

        script.Send(AuthWire.Password("alice", "guess"));
        script.ExpectClosed(SshErrorKind.AuthenticationFailed, DisconnectReason.NoMoreAuthMethodsAvailable);
    }

    [Test]
    public void LoginGraceRunsFromTheFirstTickWhateverTheClientDoes()
    {
        using var script = Subjects.Start(Role.Server).Handshake();
        script.Send(AuthWire.ServiceRequest());
        script.Expect(MessageId.ServiceAccept);
        for (int i = 0; i < 11; i++)
        {
            script.Advance(TimeSpan.FromSeconds(10));
            script.Send(MessageId.Ignore, w => w.WriteString("still here"));
        }

        Assert.That(script.Error, Is.Null);
        script.Advance(TimeSpan.FromSeconds(9.9));
        Assert.That(script.Error, Is.Null);
        script.Advance(TimeSpan.FromSeconds(0.1));
        script.ExpectClosed(SshErrorKind.Timeout);
    }

    [Test]
    public void ClientsLogInHasATimeWhateverTheServerDoes()
    {
        using var script = Subjects.Start(Role.Client).Handshake();
        script.Advance(TimeSpan.FromMinutes(10));
        Assert.That(script.Error, Is.Null, "nobody logs in");
        ((SshClientConnection)script.Subject).Authenticate("alice");
        script.Expect(MessageId.ServiceRequest);
        script.Send(AuthWire.ServiceAccept());
        script.Expect(MessageId.UserAuthRequest);
        for (int i = 0; i < 11; i++)
        {
            script.Advance(TimeSpan.FromSeconds(10));
            script.Send(AuthWire.Banner("wait"));
        }

        Assert.That(script.Error, Is.Null);
        script.Advance(TimeSpan.FromSeconds(10));
        script.ExpectClosed(SshErrorKind.Timeout);
    }

    [Test]
    public void UnansweredAttemptIsRefusedAtItsDeadline()
    {
        var limits = SshLimits.Default with { DecisionTimeout = TimeSpan.FromSeconds(20) };
        using var script = Subjects.Start(Role.Server, s => s with { Limits = limits });
        PasswordAttempt? open = null;
        script.OnEvent = e =>
        {
            open = e.Body as PasswordAttempt ?? open;
            if (e.Body is not PasswordAttempt)
            {
                AcceptAll.Answer(e);
            }
        };
        script.Handshake();
        script.Send(AuthWire.ServiceRequest());
        script.Expect(MessageId.ServiceAccept);
        script.Send(AuthWire.Password("alice", "secret"));
        script.ExpectNothing();
        script.Advance(TimeSpan.FromSeconds(19));
        script.ExpectNothing();
        script.Advance(TimeSpan.FromSeconds(1));
        script.Expect(MessageId.UserAuthFailure);
        open!.Accept();
        script.ExpectNothing();
        Assert.That(script.Subject.IsAuthenticated, Is.False);
    }

    [Test]
    public void ServerSigAlgsChooseTheSignature()
    {
        using var script = Subjects.Start(Role.Client);
        script.OnEvent = e =>
        {
            if (e.Body is AuthMethodNeeded choice)
            {
                choice.TryPublicKey(AuthWire.Rsa, probeFirst: true);
            }
            else
            {
                AcceptAll.Answer(e);
            }
        };
        script.Handshake();
        script.Send(MessageId.ExtInfo, w =>
        {
            w.WriteUInt32(1);
            w.WriteString("server-sig-algs");
            w.WriteString("ssh-ed25519,rsa-sha2-256");
        });
        ((SshClientConnection)script.Subject).Authenticate("alice");
        script.Expect(MessageId.ServiceRequest);
        script.Send(AuthWire.ServiceAccept());
        Assert.That(script.Expect(MessageId.UserAuthRequest), Is.EqualTo(AuthWire.Probe("alice", AuthWire.Rsa.PublicKey, "rsa-sha2-256")));
    }

    [Test]
    public void RequestsAfterSuccessAreIgnored()
    {
        using var script = Subjects.Start(Role.Server).LogIn("alice");
        for (int i = 0; i < 10; i++)
        {
            script.Send(AuthWire.Password("mallory", "secret"));
        }

        script.ExpectNothing();
        Assert.That(script.Error, Is.Null);
        Assert.That(((SshServerConnection)script.Subject).UserName, Is.EqualTo("alice"));
    }

    [Test]
    public void AnswerAfterTheEndOfTheStreamHasNoEffect()
    {
        using var script = Subjects.Start(Role.Server);
        PasswordAttempt? open = null;
        script.OnEvent = e =>
        {
            open = e.Body as PasswordAttempt ?? open;
            if (e.Body is not PasswordAttempt)
            {
                AcceptAll.Answer(e);
            }
        };
        script.Handshake();
        script.Send(AuthWire.ServiceRequest());
        script.Send(AuthWire.Password("alice", "secret"));
        Assert.That(open!.Password.ToArray(), Is.EqualTo("secret"u8.ToArray()));
        script.EndStream();
        Assert.That(open.Password.ToArray(), Is.All.Zero);
        open.Accept();
        Assert.That(script.Subject.IsAuthenticated, Is.False);
        Assert.That(script.HasEvent(SshEventKind.Authenticated), Is.False);
    }
}
