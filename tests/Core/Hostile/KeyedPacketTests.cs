using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Security;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>Packets under keys that are not what the peer sealed: one error for all of them, and nothing acted on.</summary>
[TestFixture(Role.Client, "chacha20-poly1305@openssh.com", "")]
[TestFixture(Role.Server, "chacha20-poly1305@openssh.com", "")]
[TestFixture(Role.Client, "aes128-gcm@openssh.com", "")]
[TestFixture(Role.Server, "aes256-gcm@openssh.com", "")]
[TestFixture(Role.Client, "aes128-ctr", "hmac-sha2-256-etm@openssh.com")]
[TestFixture(Role.Server, "aes256-ctr", "hmac-sha2-512-etm@openssh.com")]
[TestFixture(Role.Client, "aes192-ctr", "hmac-sha2-512")]
[TestFixture(Role.Server, "aes256-ctr", "hmac-sha2-256")]
[TestFixture(Role.Server, "aes128-ctr", "hmac-sha1")]
[TestFixture(Role.Client, "aes128-ctr", "hmac-sha1-etm@openssh.com")]
internal sealed class KeyedPacketTests(Role role, string cipher, string mac)
{
    // Everything wrong under keys must look alike: this is what it looks like.
    private const string OneError = "A packet is corrupted: its length or its authentication is wrong.";

    [Test]
    public void OneFlippedBitAnywhereEnds()
    {
        int length = Start().Seal(Ping()).Length;
        for (int i = 0; i < length; i++)
        {
            using var script = Start();
            byte[] packet = script.Seal(Ping());
            packet[i] ^= (byte)(1 << (i % 8));
            script.SendRaw(packet);
            if (script.Error is null)
            {
                // A length that has grown within bounds: it is found out when the bytes are there.
                script.SendRaw(new byte[300 * 1024]);
            }

            ExpectCorrupted(script);
        }
    }

    [Test]
    public void ReplayedPacketEnds()
    {
        using var script = Start();
        byte[] packet = script.Seal(Ping());
        script.SendRaw(packet);
        script.Expect(MessageId.Pong);
        Corrupt(script, packet);
    }

    [Test]
    public void DroppedPacketEnds()
    {
        using var script = Start();
        script.Seal(Ping());
        Corrupt(script, script.Seal(Ping()));
    }

    [Test]
    public void ReorderedPacketsEnd()
    {
        using var script = Start();
        byte[] first = script.Seal(Ping());
        Corrupt(script, [.. script.Seal(Ping()), .. first]);
    }

    [Test]
    public void PacketOfTheOtherDirectionEnds()
    {
        // Its own packet sent back: other keys, other direction.
        using var script = Start();
        int before = script.OutputLength;
        script.Subject.SendIgnore(40);
        script.Pump();
        Corrupt(script, script.Output(before));
    }

    [TestCase(0u)]
    [TestCase(4u)]
    [TestCase(0x0001_0010u)]
    [TestCase(0x0100_0000u)]
    [TestCase(0x7FFF_FFF0u)]
    [TestCase(0xFFFF_FFF0u)]
    [TestCase(0xFFFF_FFFFu)]
    public void LengthOutOfRangeEnds(uint length)
    {
        using var script = Start();
        Corrupt(script, script.Seal(Ping(), packetLength: length));
    }

    [Test]
    public void LengthThatIsNoMultipleOfTheBlockEnds([Values(-1, 1, 3, 4)] int change)
    {
        using var script = Start();
        byte[] frame = script.Frame(Ping());
        Corrupt(script, script.Seal(Ping(), packetLength: (uint)(frame.Length - 4 + change)));
    }

    [Test]
    public void CutInsideAPacketIsALoss()
    {
        int length = Start().Seal(Ping()).Length;
        for (int i = 1; i < length; i++)
        {
            using var script = Start();
            script.SendRaw(script.Seal(Ping()).AsSpan(0, i));
            script.EndStream();
            script.ExpectClosed(SshErrorKind.ConnectionLost, disconnect: false);
            Assert.That(script.CountEvents(SshEventKind.Closed), Is.EqualTo(1));
        }
    }

    [Test]
    public void WrongPaddingWithARightTagEnds([Values(0, 3, 200)] int padding)
    {
        using var script = Start();
        byte[] frame = script.Frame(Ping());
        frame[4] = (byte)padding;
        script.SendRaw(script.SealFrame(frame));
        script.ExpectClosed(SshErrorKind.InvalidMessage);
    }

    [Test]
    public void EmptyPayloadWithARightTagEnds()
    {
        using var script = Start();
        byte[] frame = script.Frame(Ping());
        frame[4] = (byte)(frame.Length - 5);
        script.SendRaw(script.SealFrame(frame));
        script.ExpectClosed(SshErrorKind.InvalidMessage);
    }

    [Test]
    public void LargestPacketIsTheLimit([Values] bool loggedIn, [Values] bool fits)
    {
        int limit = loggedIn ? SshLimits.Default.PacketLength : SshLimits.Default.PacketLengthBeforeAuth;
        using var script = Start();
        if (loggedIn)
        {
            script.LogIn();
        }

        byte[] frame;
        int size = limit - 100;
        do
        {
            frame = script.Frame(new byte[++size]);
        }
        while (frame.Length - 4 + script.BlockLength <= limit || script.Frame(new byte[size + 1]).Length == frame.Length);

        size += fits ? 0 : 1;
        byte[] payload = PeerScript.Message(MessageId.Ignore, w => w.WriteString(new byte[size - 5]));
        Assert.That(script.Frame(payload).Length - 4, fits ? Is.LessThanOrEqualTo(limit) : Is.GreaterThan(limit));
        script.Send(payload);
        if (fits)
        {
            Assert.That(script.Error, Is.Null);
        }
        else
        {
            ExpectCorrupted(script);
        }
    }

    [Test]
    public void GarbageEnds([Range(0, 9)] int seed)
    {
        using var script = Start();
        var garbage = new byte[400 * 1024];
        new SeededRandom((ulong)seed).Fill(garbage);
        Corrupt(script, garbage);
    }

    private static byte[] Ping() => PeerScript.Message(MessageId.Ping, w => w.WriteString("0123456789abcdef"u8));

    private PeerScript Start()
    {
        var offer = new ScriptKexInit { Ciphers = cipher, Macs = mac.Length == 0 ? "hmac-sha2-256" : mac };
        var script = Subjects.StartWith(role, offer, s => mac.Contains("sha1", StringComparison.Ordinal) ? s with { Algorithms = s.Algorithms.AllowLegacy(mac) } : s);
        script.Handshake();
        Assert.That(script.Subject.Algorithms!.CipherIn, Is.EqualTo(cipher));
        Assert.That(script.Subject.Algorithms.MacIn, Is.EqualTo(mac));
        return script;
    }

    private static void Corrupt(PeerScript script, byte[] bytes)
    {
        script.SendRaw(bytes);
        if (script.Error is null)
        {
            script.SendRaw(new byte[300 * 1024]);
        }

        ExpectCorrupted(script);
    }

    private static void ExpectCorrupted(PeerScript script)
    {
        var error = script.ExpectClosed(SshErrorKind.Corrupted, DisconnectReason.MacError);
        Assert.That(error.ToString(), Is.EqualTo(OneError));
    }
}
