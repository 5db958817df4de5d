using NUnit.Framework;
using SshCore.Errors;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Transport;

/// <summary>Keepalive: counted requests that find a dead peer, or IGNORE.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class KeepAliveTests(Role role)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [Test]
    public void DeadPeerIsFoundAfterMaxUnanswered([Values(1, 3, 5)] int most)
    {
        using var script = Start(most);
        for (int i = 1; i <= most; i++)
        {
            script.Advance(Interval);
            ExpectKeepAlive(script);
        }

        script.Advance(Interval - TimeSpan.FromTicks(1));
        Assert.That(script.Error, Is.Null);
        script.Advance(TimeSpan.FromTicks(1));
        script.ExpectClosed(SshErrorKind.Timeout, DisconnectReason.ConnectionLost);
    }

    [Test]
    public void AnyAnswerCounts([Values] bool success)
    {
        using var script = Start(3);
        for (int i = 0; i < 20; i++)
        {
            script.Advance(Interval);
            ExpectKeepAlive(script);
            script.Send(success ? MessageId.RequestSuccess : MessageId.RequestFailure);
        }

        Assert.That(script.Error, Is.Null);
        Assert.That(script.CountEvents(SshCore.Events.SshEventKind.GlobalReplied), Is.Zero, "keepalives are the core's own");
    }

    [Test]
    public void TrafficOfThePeerPutsItOff()
    {
        using var script = Start(1);
        for (int i = 0; i < 50; i++)
        {
            script.Advance(Interval - TimeSpan.FromSeconds(1));
            script.Send(MessageId.Ignore, w => w.WriteString(""u8));
        }

        script.ExpectNothing();
        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void WithZeroItIsAnIgnoreThatNeverGivesUp()
    {
        using var script = Start(0);
        script.PassOver.Clear();
        for (int i = 0; i < 50; i++)
        {
            script.Advance(Interval);
            script.Expect(MessageId.Ignore);
        }

        script.ExpectNothing();
        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void OffIsOff()
    {
        using var script = Subjects.Start(role).LogIn();
        script.Advance(TimeSpan.FromMinutes(59));
        script.ExpectNothing();
        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void KeepAliveOfThePeerIsAnswered()
    {
        using var script = Subjects.Start(role).LogIn();
        script.OnEvent = _ => { };
        script.Send(MessageId.GlobalRequest, w =>
        {
            w.WriteString("keepalive@openssh.com");
            w.WriteBoolean(true);
        });
        byte[]? answer = script.TryNext();
        while (answer is not null && answer[0] is not ((byte)MessageId.RequestSuccess or (byte)MessageId.RequestFailure))
        {
            answer = script.TryNext();
        }

        Assert.That(answer, Is.Not.Null);
    }

    [Test]
    public void DuringARekeyThePeerIsWatchedByTheRekeysDeadline()
    {
        using var script = Start(3);
        script.SendKexInit().ReceiveKexInit();
        script.Advance(SshLimits.Default.RekeyTimeout);
        script.ExpectClosed(SshErrorKind.Timeout);
    }

    [Test]
    public void WhatCannotLeaveDuringARekeyDoesNotCountAgainstThePeer()
    {
        using var script = Start(1);
        script.Subject.StartRekey();
        script.Advance(SshLimits.Default.RekeyTimeout - TimeSpan.FromSeconds(1));
        Assert.That(script.Error, Is.Null);
        script.Rekey();
        script.ExpectNothing();
        script.Advance(Interval);
        ExpectKeepAlive(script);
    }

    [Test]
    public void TheIntervalCanBeChangedWhileItRuns()
    {
        using var script = Subjects.Start(role).LogIn();
        while (script.TryNext() is not null)
        {
            // Whatever belongs to the log-in.
        }

        script.Advance(TimeSpan.FromMinutes(5));
        script.ExpectNothing();
        script.Subject.KeepAlive = new KeepAlive { Interval = Interval, MaxUnanswered = 2 };
        script.ExpectNothing();
        script.Advance(Interval - TimeSpan.FromTicks(1));
        script.ExpectNothing();
        script.Advance(TimeSpan.FromTicks(1));
        ExpectKeepAlive(script);

        // Longer, and what was unanswered counts no more.
        script.Subject.KeepAlive = new KeepAlive { Interval = 2 * Interval, MaxUnanswered = 1 };
        script.Advance(Interval);
        script.ExpectNothing();
        script.Advance(Interval);
        ExpectKeepAlive(script);

        script.Subject.KeepAlive = KeepAlive.Off;
        script.Advance(TimeSpan.FromMinutes(10));
        script.ExpectNothing();
        Assert.That(script.Error, Is.Null);
        Assert.That(script.Subject.KeepAlive, Is.SameAs(KeepAlive.Off));
    }

    [Test]
    public void SetBeforeTheFirstKeysItHoldsFromThere()
    {
        using var script = Subjects.Start(role);
        script.Subject.KeepAlive = new KeepAlive { Interval = Interval };
        script.LogIn();
        while (script.TryNext() is not null)
        {
            // Whatever belongs to the log-in.
        }

        script.Advance(Interval);
        ExpectKeepAlive(script);
    }

    private static void ExpectKeepAlive(PeerScript script)
    {
        var reader = new SshReader(script.Expect(MessageId.GlobalRequest).AsSpan(1));
        Assert.That(reader.ReadText(), Is.EqualTo("keepalive@openssh.com"));
        Assert.That(reader.ReadBoolean());
        Assert.That(reader.IsComplete);
        script.ExpectNothing();
    }

    private PeerScript Start(int most)
    {
        var script = Subjects.Start(role, s => s with { KeepAlive = new KeepAlive { Interval = Interval, MaxUnanswered = most } }).LogIn();
        while (script.TryNext() is not null)
        {
            // Whatever belongs to the log-in.
        }

        return script;
    }
}
