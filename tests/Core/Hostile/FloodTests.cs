using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>Peers that make us answer without reading (CVE-2025-26466), and other floods: bounded by count and by bytes.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class FloodTests(Role role)
{
    public enum Flood
    {
        Ping,
        Unknown,
        GlobalRequest,
        ChannelOpen,
    }

    [Test]
    public void PeerThatDoesNotReadIsStoppedThenEnded([Values] Flood flood)
    {
        using var script = Start();
        script.Reads = false;
        long sent = 0;
        int packets = 0;
        while (packets < 10_000)
        {
            byte[] packet = script.Seal(Make(flood, 40));
            int taken = script.SendRaw(packet);
            sent += taken;
            packets++;
            if (taken < packet.Length)
            {
                break;
            }
        }

        Assert.That(script.Error, Is.Null, "it is stopped before it is ended");
        Assert.That(script.Subject.WantsInput, Is.False);
        Assert.That(packets, Is.LessThanOrEqualTo(SshLimits.Default.QueuedControlPackets));
        script.Advance(SshLimits.Default.StalledOutputTimeout);
        script.ExpectClosed(SshErrorKind.Flooded, disconnect: false);
    }

    [Test]
    public void PeerThatReadsIsServedOn([Values(Flood.Ping, Flood.Unknown, Flood.GlobalRequest)] Flood flood)
    {
        using var script = Start();
        for (int i = 0; i < 5000; i++)
        {
            script.Send(Make(flood, 40));
        }

        Assert.That(script.Error, Is.Null);
        Assert.That(script.Subject.WantsInput);
    }

    [Test]
    public void SlowReaderIsNotEnded()
    {
        using var script = Start();
        script.Reads = false;
        byte[] rest = [];
        for (int round = 0; round < 3; round++)
        {
            while (script.Subject.WantsInput && rest.Length == 0)
            {
                byte[] packet = script.Seal(Make(Flood.Ping, 40));
                rest = packet[script.SendRaw(packet)..];
            }

            script.Advance(SshLimits.Default.StalledOutputTimeout - TimeSpan.FromSeconds(1));
            script.Reads = true;
            script.Pump();
            script.SendRaw(rest);
            rest = [];
            script.Reads = false;
        }

        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void BytesBoundUnreadAnswersToo()
    {
        using var script = Start();
        script.Reads = false;
        int packets = 0;
        byte[] packet;
        do
        {
            packet = script.Seal(Make(Flood.Ping, 60_000));
            packets++;
        }
        while (script.SendRaw(packet) == packet.Length && packets < 1000);

        long unsent = 0;
        Assert.That(packets * 60_000L, Is.LessThanOrEqualTo(SshLimits.Default.QueuedControlBytes + 60_000));
        script.Reads = true;
        int before = script.OutputLength;
        script.Pump();
        unsent = script.OutputLength - before;
        Assert.That(unsent, Is.LessThanOrEqualTo(SshLimits.Default.QueuedControlBytes + 60_000));
    }

    [Test]
    public void CommandsOfTheHostAreNoFloodOfThePeer([Values] bool inAnExchange)
    {
        using var script = Start();
        var subject = script.Subject;
        if (inAnExchange)
        {
            subject.StartRekey();
        }

        for (int i = 0; i < 5000; i++)
        {
            subject.SendIgnore(1000);
            subject.SendGlobalRequest(new GlobalRequest("x@example.com"));
        }

        Assert.That(subject.Error, Is.Null);
        Assert.That(subject.WantsInput, "the peer is still heard");
        if (inAnExchange)
        {
            script.Rekey();
        }

        script.Pump();
        script.Advance(SshLimits.Default.StalledOutputTimeout);
        Assert.That(subject.Error, Is.Null);
    }

    [Test]
    public void CommandsOfTheHostHaveABoundOfTheirOwn([Values] bool inAnExchange)
    {
        using var script = Start(l => l with { QueuedCommandPackets = 100 });
        var subject = script.Subject;
        script.Pump();
        if (inAnExchange)
        {
            subject.StartRekey();
        }

        for (int i = 0; i < 100; i++)
        {
            subject.SendIgnore(1);
        }

        foreach (var command in (Action[])
        [
            () => subject.SendIgnore(1), () => subject.SendDebug("x"), () => subject.SendGlobalRequest(new GlobalRequest("x@example.com")),
            () => subject.OpenChannel(ChannelOpen.Session()),
        ])
        {
            Assert.That(() => command(), Throws.TypeOf<SshUsageException>().With.Message.Contains("QueuedCommandPackets"));
        }

        Assert.That(subject.Error, Is.Null);
        if (inAnExchange)
        {
            script.Rekey();
        }

        script.Pump();
        subject.SendIgnore(1);
    }

    [Test]
    public void CommandsOfTheHostAreBoundedByBytesToo()
    {
        using var script = Start(l => l with { QueuedCommandBytes = 100_000 });
        Assert.That(() => Repeat(10, () => script.Subject.SendIgnore(32_000)), Throws.TypeOf<SshUsageException>());
        Assert.That(script.Subject.Error, Is.Null);
        script.Pump();
        script.Subject.SendIgnore(32_000);
    }

    /// <summary>During our own exchange answers have to wait: there the bound is N, and N + 1 ends it.</summary>
    [Test]
    public void AnswersHeldDuringAnExchangeAreBoundedByCount()
    {
        using var script = Start();
        script.Subject.StartRekey();
        script.Pump();
        for (int i = 0; i < SshLimits.Default.QueuedControlPackets; i++)
        {
            script.Send(Make(Flood.Ping, 1));
        }

        Assert.That(script.Error, Is.Null);
        script.Send(Make(Flood.Ping, 1));
        script.ExpectClosed(SshErrorKind.Flooded);
    }

    [Test]
    public void AnswersHeldDuringAnExchangeAreBoundedByBytes()
    {
        using var script = Start();
        script.Subject.StartRekey();
        script.Pump();
        int size = 64 * 1024 - 5;
        for (int i = 0; i < SshLimits.Default.QueuedControlBytes / (64 * 1024); i++)
        {
            script.Send(Make(Flood.Ping, size));
        }

        Assert.That(script.Error, Is.Null);
        script.Send(Make(Flood.Ping, 1));
        script.ExpectClosed(SshErrorKind.Flooded);
    }

    [Test]
    public void HeldAnswersLeaveInOrderAfterTheExchange()
    {
        using var script = Start();
        script.Subject.StartRekey();
        script.Pump();
        for (int i = 0; i < 100; i++)
        {
            script.Send(MessageId.Ping, w => w.WriteString([0, 0, 0, (byte)i]));
        }

        script.Rekey();
        for (int i = 0; i < 100; i++)
        {
            var reader = new SshReader(script.Expect(MessageId.Pong).AsSpan(1));
            reader.ReadUInt32();
            Assert.That(reader.ReadUInt32(), Is.EqualTo((uint)i));
        }
    }

    [Test]
    public void IgnoreAndDebugFloodsCostNothing()
    {
        using var script = Start();
        script.OnEvent = _ => { };
        script.Reads = false;
        for (int i = 0; i < 5000; i++)
        {
            script.Send(MessageId.Ignore, w => w.WriteString(new byte[100]));
        }

        Assert.That(script.Subject.HasOutput, Is.False);
        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void PacketsBeforeLogInAreBounded()
    {
        using var script = Subjects.Start(role).Handshake();
        int before = script.PacketsSent;
        for (int i = before; i < SshLimits.Default.PacketsBeforeAuth; i++)
        {
            script.Send(MessageId.Ignore, w => w.WriteString(""u8));
        }

        Assert.That(script.Error, Is.Null);
        script.Send(MessageId.Ignore, w => w.WriteString(""u8));
        script.ExpectClosed(SshErrorKind.LimitExceeded);
    }

    [Test]
    public void BytesBeforeLogInAreBounded()
    {
        using var script = Subjects.Start(role).Handshake();
        long limit = SshLimits.Default.BytesBeforeAuth;
        byte[] big = PeerScript.Message(MessageId.Ignore, w => w.WriteString(new byte[60_000]));
        while (script.BytesSent + 60_100 < limit)
        {
            script.Send(big);
        }

        Assert.That(script.Error, Is.Null);
        byte[] last = script.Seal(big);
        int fits = (int)(limit - script.BytesSent);
        script.SendRaw(last.AsSpan(0, fits));
        Assert.That(script.Error, Is.Null);
        script.SendRaw(last.AsSpan(fits, 1));
        script.ExpectClosed(SshErrorKind.LimitExceeded);
    }

    [Test]
    public void ExchangesBeforeLogInAreBounded()
    {
        using var script = Subjects.Start(role).Handshake();
        for (int i = 1; i < SshLimits.Default.ExchangesBeforeAuth; i++)
        {
            script.Rekey();
        }

        Assert.That(script.Error, Is.Null);
        script.SendKexInit();
        script.ExpectClosed(SshErrorKind.LimitExceeded);
    }

    [Test]
    public void IdleRekeysOfThePeerAreBoundedPerMinute()
    {
        using var script = Start();
        for (int i = 0; i < SshLimits.Default.PeerRekeysPerMinute; i++)
        {
            script.Rekey();
        }

        Assert.That(script.Error, Is.Null);
        script.SendKexInit();
        script.ExpectClosed(SshErrorKind.LimitExceeded);
    }

    /// <summary>With one byte of traffic less than the limit an exchange counts as idle.</summary>
    [Test]
    public void TrafficDecidesWhetherARekeyIsIdle()
    {
        long traffic = RekeyAfterLogIn(trafficLimit: 0).Traffic;
        Assert.That(RekeyAfterLogIn(traffic).Error, Is.Null);
        Assert.That(RekeyAfterLogIn(traffic + 1).Error?.Kind, Is.EqualTo(SshErrorKind.LimitExceeded));
    }

    [Test]
    public void IdleRekeysAreAllowedAgainAfterAMinute()
    {
        using var script = Start();
        for (int i = 0; i < 3 * SshLimits.Default.PeerRekeysPerMinute; i++)
        {
            script.Rekey();
            script.Advance(TimeSpan.FromSeconds(60.0 / SshLimits.Default.PeerRekeysPerMinute));
        }

        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void RekeysThatTrafficPaysForAreNotBounded()
    {
        using var script = Start();
        for (int i = 0; i < 30; i++)
        {
            for (long bytes = 0; bytes < SshLimits.Default.RekeyTrafficBytes; bytes += 30_000)
            {
                script.Send(MessageId.Ignore, w => w.WriteString(new byte[30_000]));
            }

            script.Rekey();
        }

        Assert.That(script.Error, Is.Null);
        Assert.That(script.CountEvents(SshEventKind.KeysChanged), Is.EqualTo(31));
    }

    // Traffic: the bytes under keys in both directions, the peer's KEXINIT included.
    private (long Traffic, SshError? Error) RekeyAfterLogIn(long trafficLimit)
    {
        using var script = Subjects.Start(
            role,
            s => s.WithLimits(l => l with { PeerRekeysPerMinute = 0, RekeyTrafficBytes = trafficLimit }),
            o => o with { ExtInfo = false }).Handshake();
        long before = script.BytesSent + script.OutputLength;
        script.LogIn();
        long sent = script.OutputLength;
        script.SendKexInit();
        return (script.BytesSent + sent - before, script.Error);
    }

    private static byte[] Make(Flood flood, int size) => flood switch
    {
        Flood.Ping => PeerScript.Message(MessageId.Ping, w => w.WriteString(new byte[size])),
        Flood.Unknown => PeerScript.Message((MessageId)200, w => w.WriteBytes(new byte[size])),
        Flood.GlobalRequest => PeerScript.Message(MessageId.GlobalRequest, w =>
        {
            w.WriteString("foo@example.com");
            w.WriteBoolean(true);
        }),
        _ => PeerScript.Message(MessageId.ChannelOpen, w =>
        {
            w.WriteString("foo@example.com");
            w.WriteUInt32(1);
            w.WriteUInt32(1);
            w.WriteUInt32(1);
        }),
    };

    private static void Repeat(int times, Action action)
    {
        for (int i = 0; i < times; i++)
        {
            action();
        }
    }

    private PeerScript Start(Func<SshLimits, SshLimits>? limits = null) =>
        Subjects.Start(role, s => limits is null ? s : s.WithLimits(limits)).LogIn();
}
