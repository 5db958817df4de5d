using System.Linq;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>EXT_INFO (RFC 8308): where it may come, how often, and what is in ours.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class ExtInfoTests(Role role)
{
    [Test]
    public void OursComesFirstBehindNewKeys()
    {
        using var script = Subjects.Start(role);
        script.PassOver.Clear();
        script.Handshake();
        var extensions = Parse(script.Expect(MessageId.ExtInfo));
        Assert.That(extensions.ContainsKey("ping@openssh.com"));
        Assert.That(extensions["ping@openssh.com"], Is.EqualTo("0"));
        Assert.That(extensions.ContainsKey("server-sig-algs"), Is.EqualTo(role == Role.Server));
        if (role == Role.Server)
        {
            Assert.That(extensions["server-sig-algs"].Split(','), Is.EqualTo(SshCore.Security.SshAlgorithms.DefaultSignatures));
        }
    }

    [Test]
    public void OursIsNotSentToAPeerThatDoesNotTakeIt()
    {
        using var script = Subjects.Start(role, script: o => o with { ExtInfo = false });
        script.PassOver.Clear();
        script.Handshake();
        script.ExpectNothing();
    }

    [Test]
    public void OursIsNotSentAgainInARekey()
    {
        using var script = Subjects.Start(role).LogIn();
        script.Rekey();
        script.Send(MessageId.Ping, w => w.WriteString(""u8));
        script.Expect(MessageId.Pong);
        Assert.That(script.Passed.Count(p => p[0] == (byte)MessageId.ExtInfo), Is.EqualTo(1));
    }

    [Test]
    public void TheirsIsReported()
    {
        using var script = Subjects.Start(role).Handshake();
        script.Send(ExtInfo(("server-sig-algs", "rsa-sha2-512,ssh-ed25519"), ("foo@example.com", "\0\u0001")));
        var info = script.ExpectEvent<ExtInfoReceived>(SshEventKind.ExtInfoReceived);
        Assert.That(info.Extensions.Select(e => e.Key), Is.EqualTo((string[])["server-sig-algs", "foo@example.com"]));
        Assert.That(info.ServerSigAlgs, role == Role.Client ? Is.EqualTo((string[])["rsa-sha2-512", "ssh-ed25519"]) : Is.Null);
        if (script.Subject is SshClientConnection client)
        {
            Assert.That(client.ServerSigAlgs, Is.EqualTo((string[])["rsa-sha2-512", "ssh-ed25519"]));
        }
    }

    [Test]
    public void BeforeNewKeysItEnds([Values] bool strict, [Values] bool beforeKexInit)
    {
        using var script = Subjects.Start(role, script: o => o with { StrictKex = strict }).ExchangeVersions();
        if (!beforeKexInit)
        {
            script.ExchangeKexInits();
        }

        script.Send(ExtInfo(("server-sig-algs", "ssh-ed25519")));
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void AfterLogInItEnds()
    {
        using var script = Subjects.Start(role).LogIn();
        script.Send(ExtInfo());
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void InARekeyItEnds()
    {
        using var script = Subjects.Start(role).Handshake();
        script.SendKexInit();
        script.Send(ExtInfo());
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void MessagesAreBounded()
    {
        int allowed = role == Role.Server ? 1 : 2;
        using var script = Subjects.Start(role).Handshake();
        for (int i = 0; i < allowed; i++)
        {
            script.Send(ExtInfo());
        }

        Assert.That(script.Error, Is.Null);
        script.Send(ExtInfo());
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void EntriesAreBounded([Values(64, 65)] int count)
    {
        using var script = Subjects.Start(role).Handshake();
        script.Send(ExtInfo([.. Enumerable.Range(0, count).Select(i => ($"x{i}@example.com", ""))]));
        if (count <= SshLimits.Default.ExtInfoEntries)
        {
            Assert.That(script.ExpectEvent<ExtInfoReceived>(SshEventKind.ExtInfoReceived).Extensions, Has.Count.EqualTo(count));
        }
        else
        {
            script.ExpectClosed(SshErrorKind.LimitExceeded);
        }
    }

    [Test]
    public void TruncationAtEveryByteEnds()
    {
        byte[] whole = ExtInfo(("server-sig-algs", "ssh-ed25519"), ("a", "b"));
        for (int length = 1; length < whole.Length; length++)
        {
            using var script = Subjects.Start(role).Handshake();
            script.Send(whole.AsSpan(0, length));
            script.ExpectClosed(SshErrorKind.InvalidMessage);
        }
    }

    [Test]
    public void LyingCountEnds([Values(1u, 3u, 64u)] uint count)
    {
        using var script = Subjects.Start(role).Handshake();
        byte[] message = ExtInfo(("a", "b"), ("c", "d"));
        message[4] = (byte)count;
        script.Send(message);
        script.ExpectClosed(SshErrorKind.InvalidMessage);
    }

    [TestCase("ssh-ed25519,,x")]
    [TestCase("a b")]
    public void MalformedServerSigAlgsEnd(string list)
    {
        using var script = Subjects.Start(role).Handshake();
        script.Send(ExtInfo(("server-sig-algs", list)));
        if (role == Role.Client)
        {
            script.ExpectClosed(SshErrorKind.InvalidMessage);
        }
        else
        {
            Assert.That(script.Error, Is.Null);
        }
    }

    [Test]
    public void RepeatedServerSigAlgsCountOnce()
    {
        using var script = Subjects.Start(role).Handshake();
        script.Send(ExtInfo(("server-sig-algs", "ssh-ed25519,rsa-sha2-256,ssh-ed25519")));
        var info = script.ExpectEvent<ExtInfoReceived>(SshEventKind.ExtInfoReceived);
        Assert.That(info.ServerSigAlgs, role == Role.Client ? Is.EqualTo(new[] { "ssh-ed25519", "rsa-sha2-256" }) : Is.Null);
    }

    [Test]
    public void NameLengthIsBounded([Values(64, 65)] int length)
    {
        using var script = Subjects.Start(role).Handshake();
        script.Send(ExtInfo((new string('n', length), "")));
        if (length <= SshLimits.Default.NameLength)
        {
            Assert.That(script.HasEvent(SshEventKind.ExtInfoReceived));
        }
        else
        {
            script.ExpectClosed(SshErrorKind.InvalidMessage);
        }
    }

    internal static byte[] ExtInfo(params (string Name, string Value)[] extensions) => PeerScript.Message(MessageId.ExtInfo, w =>
    {
        w.WriteUInt32((uint)extensions.Length);
        foreach (var (name, value) in extensions)
        {
            w.WriteString(name);
            w.WriteString(value);
        }
    });

    private static Dictionary<string, string> Parse(byte[] payload)
    {
        var reader = new SshReader(payload.AsSpan(1));
        uint count = reader.ReadUInt32();
        var found = new Dictionary<string, string>();
        for (uint i = 0; i < count; i++)
        {
            found.Add(reader.ReadText(), reader.ReadText());
        }

        Assert.That(reader.IsComplete);
        return found;
    }
}

/// <summary>RFC 8308 §2.4: a client's EXT_INFO is "the next packet following the client's first SSH_MSG_NEWKEYS".</summary>
internal sealed class ClientExtInfoPlaceTests
{
    [Test]
    public void LaterItEnds()
    {
        using var script = Subjects.Start(Role.Server).Handshake();
        script.Send(MessageId.ServiceRequest, w => w.WriteString("ssh-userauth"));
        script.Send(ExtInfoTests.ExtInfo());
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }
}

/// <summary>
/// RFC 8308 §2.4: a server's second EXT_INFO is the message "immediately preceding the server's SSH_MSG_USERAUTH_SUCCESS".
/// </summary>
internal sealed class LaterServerExtInfoTests
{
    [Test]
    public void ASecondOneIsFollowedBySuccessOrTheEnd([Values] bool first, [Values(51, 53, 2, 4, 7, 20, 192)] int next)
    {
        using var script = Tried(first);
        script.Send(ExtInfoTests.ExtInfo(("server-sig-algs", "ssh-ed25519")));
        Assert.That(script.Error, Is.Null);
        script.Send([(byte)next, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        script.ExpectClosed(SshErrorKind.ProtocolViolation);
    }

    [Test]
    public void RightBeforeSuccessItIsTaken([Values] bool first)
    {
        using var script = Tried(first);
        script.Send(ExtInfoTests.ExtInfo(("server-sig-algs", "rsa-sha2-512")));
        script.Send(MessageId.UserAuthSuccess);
        Assert.That(script.Subject.IsAuthenticated);
        Assert.That(((SshClientConnection)script.Subject).ServerSigAlgs, Is.EqualTo((string[])["rsa-sha2-512"]));
        script.Send(MessageId.Ignore, w => w.WriteString(""u8));
        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void ADisconnectBehindTheSecondOneIsHeard()
    {
        using var script = Tried(first: true);
        script.Send(ExtInfoTests.ExtInfo());
        script.Send(MessageId.Disconnect, w =>
        {
            w.WriteUInt32(11);
            w.WriteString("bye");
            w.WriteString("");
        });
        script.ExpectClosed(SshErrorKind.PeerDisconnected, disconnect: false);
    }

    /// <summary>A client that has tried to log in, with or without an EXT_INFO directly behind NEWKEYS.</summary>
    private static PeerScript Tried(bool first)
    {
        var script = Subjects.Start(Role.Client).Handshake();
        if (first)
        {
            script.Send(ExtInfoTests.ExtInfo());
        }

        ((SshClientConnection)script.Subject).Authenticate("user");
        script.Expect(MessageId.ServiceRequest);
        script.Send(MessageId.ServiceAccept, w => w.WriteString("ssh-userauth"));
        script.Expect(MessageId.UserAuthRequest);
        return script;
    }
}
