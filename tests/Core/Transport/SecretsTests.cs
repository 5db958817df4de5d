using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Memory;
using SshCore.Security;
using SshCore.TestKit;
using SshCore.Tests.Core.Fakes;
using SshCore.Wire;

namespace SshCore.Tests.Core.Transport;

/// <summary>An ended connection keeps no key, however it ended and whether or not anybody disposes of it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class SecretsTests(Role role)
{
    private readonly CountingProvider _crypto = new(Subjects.Crypto);

    public enum End
    {
        Disconnect,
        Abort,
        PeerDisconnects,
        PeerViolates,
        Garbage,
        StreamEnds,
        Timeout,
    }

    [Test]
    public void KeysAreGoneAtTheEnd([Values] End end, [Values] bool loggedIn, [Values] bool inARekey)
    {
        using var script = Start();
        if (loggedIn)
        {
            script.LogIn();
        }
        else
        {
            script.Handshake();
        }

        Assert.That(_crypto.Live, Is.EqualTo(2), "one key a direction");
        if (inARekey)
        {
            script.ExchangeKexInits();
            if (role == Role.Client)
            {
                script.ReceiveClientValue();
                Assert.That(_crypto.Live, Is.EqualTo(3), "and the private half of the exchange");
            }
        }

        Finish(script, end);
        Assert.That(script.Subject.Error, Is.Not.Null);
        Assert.That(_crypto.Live, Is.Zero);
        script.Subject.Dispose();
        Assert.That(_crypto.Live, Is.Zero);
    }

    [Test]
    public void TheFirstExchangesSecretsAreGoneToo([Values] End end)
    {
        using var script = Start().ExchangeVersions().ExchangeKexInits();
        if (role == Role.Client)
        {
            script.ReceiveClientValue();
        }

        Finish(script, end);
        Assert.That(_crypto.Live, Is.Zero);
        Assert.That(_crypto.Made, Is.EqualTo(role == Role.Client ? 1 : 0));
    }

    [Test]
    public void KeysThatWaitForNewKeysAreGone()
    {
        using var script = Start().ExchangeVersions().ExchangeKexInits().ExchangeValues();
        Assert.That(_crypto.Live, Is.EqualTo(2), "outgoing in use, incoming waiting");
        script.Subject.Disconnect();
        Assert.That(_crypto.Live, Is.Zero);
    }

    [Test]
    public void WhatTheEndHasToSaySealsBeforeThat()
    {
        using var script = Start().LogIn();
        script.Subject.Disconnect(DisconnectReason.ByApplication, "done");
        Assert.That(_crypto.Live, Is.Zero);
        script.ExpectDisconnect(DisconnectReason.ByApplication);
    }

    private PeerScript Start()
    {
        var algorithms = SshAlgorithmPreferences.Default with { KeyExchanges = ["curve25519-sha256"], Ciphers = ["chacha20-poly1305@openssh.com"], HostKeys = ["ssh-ed25519"] };
        var script = Subjects.StartWith(
            role,
            new ScriptKexInit { KeyExchanges = "curve25519-sha256", Ciphers = "chacha20-poly1305@openssh.com", HostKeys = "ssh-ed25519" },
            s => s with { Crypto = _crypto, Algorithms = algorithms });
        return script;
    }

    private static void Finish(PeerScript script, End end)
    {
        switch (end)
        {
            case End.Disconnect:
                script.Subject.Disconnect();
                break;
            case End.Abort:
                script.Subject.Abort("the stream failed");
                break;
            case End.PeerDisconnects:
                script.Send(MessageId.Disconnect, w =>
                {
                    w.WriteUInt32(11);
                    w.WriteString("bye");
                    w.WriteString("");
                });
                break;
            case End.PeerViolates:
                script.Send(MessageId.UserAuthSuccess);
                break;
            case End.Garbage:
                script.SendRaw(new byte[100]);
                break;
            case End.StreamEnds:
                script.EndStream();
                break;
            default:
                script.Advance(TimeSpan.FromMinutes(3));
                script.Subject.Disconnect(); // an idle connection has no deadline
                break;
        }
    }
}

/// <summary>A client gives its passwords away at once; at a server they wait until the host has judged them.</summary>
internal sealed class WaitingPasswordTests
{
    [Test]
    public void PasswordsThatWaitForTheHostAreZeroed()
    {
        using var script = Subjects.Start(Role.Server).Handshake();
        PasswordAttempt? attempt = null;
        ReadOnlyMemory<byte> password = default;
        script.OnEvent = e =>
        {
            if (e.Body is PasswordAttempt asked)
            {
                attempt = asked;
                password = asked.Password;
            }
            else
            {
                AcceptAll.Answer(e);
            }
        };
        script.Send(MessageId.ServiceRequest, w => w.WriteString("ssh-userauth"));
        script.Expect(MessageId.ServiceAccept);
        script.Send(MessageId.UserAuthRequest, w =>
        {
            w.WriteString("user");
            w.WriteString("ssh-connection");
            w.WriteString("password");
            w.WriteBoolean(false);
            w.WriteString("secret");
        });
        script.Pump();
        Assert.That(attempt, Is.Not.Null);
        Assert.That(password.ToArray(), Is.EqualTo("secret"u8.ToArray()));
        script.Subject.Disconnect();
        Assert.That(password.ToArray(), Is.All.Zero);
    }
}
