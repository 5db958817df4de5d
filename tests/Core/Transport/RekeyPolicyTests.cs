using System.Reflection;
using NUnit.Framework;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Transport;

/// <summary>When this side starts a key exchange by itself (RFC 4253 §9, RFC 4344 §3).</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class RekeyPolicyTests(Role role)
{
    private static readonly RekeyPolicy Never = new() { Bytes = long.MaxValue, Packets = long.MaxValue, Age = null };

    [Test]
    public void ByBytesReceived()
    {
        using var script = Start(Never with { Bytes = 200_000 });
        int sent = 0;
        while (!IsRekeying(script))
        {
            script.Send(MessageId.Ignore, w => w.WriteString(new byte[10_000]));
            sent += 10_000;
        }

        Assert.That(sent, Is.InRange(180_000, 210_000));
        Finish(script);
    }

    [Test]
    public void ByBytesSent()
    {
        using var script = Start(Never with { Bytes = 200_000 });
        int sent = 0;
        while (!IsRekeying(script))
        {
            script.Subject.SendIgnore(10_000);
            sent += 10_000;
            script.Pump();
        }

        Assert.That(sent, Is.InRange(180_000, 220_000));
        Finish(script);
    }

    [Test]
    public void ByPacketsReceived()
    {
        using var script = Start(Never with { Packets = 100 });
        int sent = 0;
        while (!IsRekeying(script))
        {
            script.Send(MessageId.Ignore, w => w.WriteString(""u8));
            sent++;
        }

        Assert.That(sent, Is.InRange(90, 100));
        Finish(script);
    }

    [Test]
    public void ByPacketsSent()
    {
        using var script = Start(Never with { Packets = 100 });
        int sent = 0;
        while (!IsRekeying(script))
        {
            script.Subject.SendIgnore(0);
            sent++;
            script.Pump();
        }

        Assert.That(sent, Is.InRange(90, 101));
        Finish(script);
    }

    [Test]
    public void ByAge()
    {
        using var script = Start(Never with { Age = TimeSpan.FromMinutes(10) });
        script.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.That(IsRekeying(script), Is.False);
        script.Advance(TimeSpan.FromTicks(1));
        Assert.That(IsRekeying(script));
        Finish(script);
        script.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.That(script.CountEvents(SshEventKind.KexStarted), Is.EqualTo(2));
    }

    [Test]
    public void OnCommandOnceAtATime()
    {
        using var script = Start(Never);
        script.Subject.StartRekey();
        script.Subject.StartRekey();
        script.Pump();
        Assert.That(IsRekeying(script));
        Finish(script);
        script.ExpectNothing();
        Assert.That(script.CountEvents(SshEventKind.KexStarted), Is.EqualTo(2));
    }

    [Test]
    public void NotBeforeTheFirstExchangeIsDone()
    {
        using var script = Subjects.Start(role);
        script.Subject.StartRekey();
        script.Handshake();
        Assert.That(script.CountEvents(SshEventKind.KexStarted), Is.EqualTo(1));
    }

    [Test]
    public void SessionIdStays()
    {
        using var script = Start(Never);
        byte[] id = script.SessionId;
        Assert.That(script.Subject.SessionId.ToArray(), Is.EqualTo(id));
        script.Rekey();
        Assert.That(script.Exchange.Hash, Is.Not.EqualTo(id));
        Assert.That(script.Subject.SessionId.ToArray(), Is.EqualTo(id));
    }

    [Test]
    public void BothSidesAtOnce()
    {
        using var script = Start(Never);
        script.Subject.StartRekey();
        script.SendKexInit();
        script.ReceiveKexInit();
        script.Exchange.Negotiate();
        script.ExchangeValues().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.CountEvents(SshEventKind.KexStarted), Is.EqualTo(2));
        Assert.That(script.CountEvents(SshEventKind.KeysChanged), Is.EqualTo(2));
        script.Send(MessageId.Ping, w => w.WriteString("x"u8));
        script.Expect(MessageId.Pong);
    }

    [Test]
    public void MessagesThatWereUnderWayAreTakenAfterOurKexInit()
    {
        using var script = Start(Never);
        script.Subject.StartRekey();
        script.Pump();
        script.Send(MessageId.Debug, w =>
        {
            w.WriteBoolean(false);
            w.WriteString("under way"u8);
            w.WriteString(""u8);
        });
        Assert.That(script.HasEvent(SshEventKind.DebugReceived));
        Finish(script);
    }

    [Test]
    public void OtherAlgorithmsMayBeChosenInARekey()
    {
        using var script = Start(Never);
        Assert.That(script.Subject.Algorithms!.CipherIn, Is.EqualTo("chacha20-poly1305@openssh.com"));
        script.ExchangeKexInits(new ScriptKexInit { KeyExchanges = "ecdh-sha2-nistp256", CiphersToServer = "aes128-ctr", CiphersToClient = "aes256-gcm@openssh.com" });
        script.ExchangeValues().SendNewKeys().ReceiveNewKeys();
        var now = script.Subject.Algorithms;
        Assert.That(role == Role.Server ? (now.CipherIn, now.CipherOut) : (now.CipherOut, now.CipherIn), Is.EqualTo(("aes128-ctr", "aes256-gcm@openssh.com")));
        script.Send(MessageId.Ping, w => w.WriteString("x"u8));
        script.Expect(MessageId.Pong);
    }

    /// <summary>RFC 4344 §3: what one key may protect is bounded, whatever the policy says.</summary>
    [Test]
    public void LimitsOfTheCipherHoldWhateverThePolicySays(
        [Values("_writer", "_reader")] string direction,
        [Values("Packets", "Bytes")] string what,
        [Values("chacha20-poly1305@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr")] string cipher)
    {
        long limit = what == "Packets" ? 1L << 31 : cipher[0] == 'c' ? 1L << 30 : 1L << 36;
        using var script = Subjects.StartWith(role, new ScriptKexInit { Ciphers = cipher }, s => s with { Rekey = Never }).LogIn();
        SetUsed(script, direction, what, limit - 2000);
        script.Send(MessageId.Ping, w => w.WriteString("x"u8));
        Assert.That(IsRekeying(script), Is.False);
        SetUsed(script, direction, what, limit);
        script.Send(MessageId.Ping, w => w.WriteString("x"u8));
        Assert.That(IsRekeying(script));
        script.Expect(MessageId.Pong);
        script.Rekey();
        script.Expect(MessageId.Pong);
        Assert.That(IsRekeying(script), Is.False);
    }

    /// <summary>A peer that does not follow ends with the exchange's deadline, long before the numbers wrap.</summary>
    [Test]
    public void PeerThatNeverRekeysIsEnded()
    {
        using var script = Start(Never with { Packets = 100 });
        while (!IsRekeying(script))
        {
            script.Send(MessageId.Ignore, w => w.WriteString(""u8));
        }

        for (int i = 0; i < 59; i++)
        {
            script.Advance(TimeSpan.FromSeconds(1));
            script.Send(MessageId.Ignore, w => w.WriteString(""u8));
        }

        script.Advance(TimeSpan.FromSeconds(1));
        script.ExpectClosed(SshCore.Errors.SshErrorKind.Timeout);
    }

    // 2³¹ packets cannot be sent in a test: the counter is put there.
    private static void SetUsed(PeerScript script, string direction, string what, long value)
    {
        object counted = typeof(SshConnection).GetField(direction, BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(script.Subject)!;
        counted.GetType().GetProperty(what)!.SetValue(counted, value);
    }

    private static bool IsRekeying(PeerScript script)
    {
        script.Pump();
        return script.CountEvents(SshEventKind.KexStarted) > script.CountEvents(SshEventKind.KeysChanged);
    }

    private static void Finish(PeerScript script)
    {
        script.Rekey();
        Assert.That(IsRekeying(script), Is.False);
        Assert.That(script.Error, Is.Null);
    }

    private PeerScript Start(RekeyPolicy policy) => Subjects.Start(role, s => s with { Rekey = policy }).LogIn();
}
