using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Auth;

/// <summary>Bytes of a peer never throw: cut, trailed, flipped and random messages in each state of both roles.</summary>
public class HostileBytesTests
{
    private static readonly AuthPrompt Prompt = new("Password: ", false);

    private static readonly (string State, byte[] Message)[] ForClient =
    [
        ("service", AuthWire.ServiceAccept()),
        ("choosing", AuthWire.Banner("text", "en")),
        ("password", AuthWire.Failure("publickey,password")),
        ("password", AuthWire.Success),
        ("password", AuthWire.ChangeRequest("prompt")),
        ("interactive", AuthWire.InfoRequest("name", "instruction", Prompt, Prompt)),
        ("probe", AuthWire.PkOk(AuthWire.KeyA.PublicKey)),
    ];

    private static readonly (string State, byte[] Message)[] ForServer =
    [
        ("start", AuthWire.ServiceRequest()),
        ("service", AuthWire.Request("alice", "none")),
        ("known", AuthWire.Request("alice", "none")),
        ("known", AuthWire.Password("alice", "secret")),
        ("known", AuthWire.Password("alice", "secret", "new")),
        ("known", AuthWire.Probe("alice", AuthWire.KeyA.PublicKey)),
        ("known", AuthWire.Proof("alice", AuthWire.KeyA, [1, 2, 3, 4])),
        ("known", AuthWire.Interactive("alice", "pam")),
        ("challenged", AuthWire.InfoResponse("a", "b")),
    ];

    [TestCaseSource(nameof(ForClient))]
    public void ClientEndsOnEveryCutAndOnTrailingBytes((string State, byte[] Message) valid)
    {
        for (int length = 1; length < valid.Message.Length; length++)
        {
            Ends(valid.Message[..length], $"cut at {length}");
        }

        Ends([.. valid.Message, 0], "trailed");
        var whole = ClientServiceTests.InState(valid.State);
        whole.Receive(valid.Message);
        Assert.That(whole.Error, Is.Null, "whole");

        void Ends(byte[] message, string what)
        {
            var rig = ClientServiceTests.InState(valid.State);
            int events = rig.Port.Events.Count;
            rig.Receive(message);
            Assert.That(rig.Error?.Kind, Is.EqualTo(SshErrorKind.InvalidMessage), what);
            Assert.That(rig.Port.Events, Has.Count.EqualTo(events), what);
            Assert.That(rig.Port.Sent, Is.Empty, what);
        }
    }

    [TestCaseSource(nameof(ForServer))]
    public void ServerEndsOnEveryCutAndOnTrailingBytes((string State, byte[] Message) valid)
    {
        for (int length = 1; length < valid.Message.Length; length++)
        {
            Ends(valid.Message[..length], $"cut at {length}");
        }

        if (valid.State != "service")
        {
            Ends([.. valid.Message, 0], "trailed");
        }

        Assert.That(ServerServiceTests.InState(valid.State).Receive(valid.Message).Error, Is.Null, "whole");

        void Ends(byte[] message, string what)
        {
            var rig = ServerServiceTests.InState(valid.State).Receive(message);
            Assert.That(rig.Error?.Kind, Is.EqualTo(SshErrorKind.InvalidMessage), what);
            Assert.That(rig.Port.Events, Is.Empty, what);
            Assert.That(rig.Port.Sent, Is.Empty, what);
        }
    }

    /// <summary>Lengths that lie: every 32-bit field of every message, too long by one and as large as can be.</summary>
    [Test]
    public void LengthsAreNotTrusted()
    {
        foreach (var (state, message) in ForServer)
        {
            for (int at = 1; at + 4 <= message.Length; at++)
            {
                var changed = (byte[])message.Clone();
                changed.AsSpan(at, 4).Fill(0xff);
                var rig = ServerServiceTests.InState(state).Receive(changed);
                Assert.That(rig.Auth.IsAuthenticated, Is.False);
            }
        }

        foreach (var (state, message) in ForClient)
        {
            for (int at = 1; at + 4 <= message.Length; at++)
            {
                var changed = (byte[])message.Clone();
                changed.AsSpan(at, 4).Fill(0xff);
                var rig = ClientServiceTests.InState(state);
                rig.Receive(changed);
                Assert.That(rig.Auth.IsAuthenticated, Is.False);
            }
        }
    }

    [Test]
    public void RandomChangesNeverThrowAndLetNobodyIn()
    {
        var random = new SeededRandom(42);
        for (int i = 0; i < 20_000; i++)
        {
            var (state, message) = ForServer[random.Next(ForServer.Length)];
            var server = ServerServiceTests.InState(state).Receive(Changed(message, random));
            Assert.That(server.Auth.IsAuthenticated, Is.False);
            Assert.That(server.Error is not null || server.Port.Events.Count + server.Port.Sent.Count > 0, "one outcome");

            (state, message) = ForClient[random.Next(ForClient.Length)];
            var client = ClientServiceTests.InState(state);
            client.Receive(Changed(message, random));
            Assert.That(client.Error is not null || client.Port.Events.Count > 0 || client.Port.Sent.Count > 0, "one outcome");
        }
    }

    /// <summary>A few bytes of the body overwritten, cut out or doubled.</summary>
    private static byte[] Changed(byte[] message, SeededRandom random)
    {
        var bytes = new List<byte>(message);
        for (int changes = 1 + random.Next(3); changes > 0; changes--)
        {
            int at = 1 + random.Next(Math.Max(bytes.Count - 1, 1));
            switch (at < bytes.Count ? random.Next(3) : 3)
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.Insert(Math.Min(at, bytes.Count), (byte)random.Next(256));
                    break;
            }
        }

        return [.. bytes];
    }
}
