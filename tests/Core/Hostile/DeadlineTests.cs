using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>"One deadline per phase, on the wall, that traffic doesn't extend."</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class DeadlineTests(Role role)
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Test]
    public void HandshakeHasADeadline([Range(0, 3)] int step)
    {
        using var script = Subjects.Start(role, script: o => o with { StrictKex = false }).ExchangeVersions();
        if (step > 0)
        {
            script.ExchangeKexInits();
        }

        if (step > 1)
        {
            script.ExchangeValues();
        }

        // Our NEWKEYS is missing to the end; noise does not help.
        TimeSpan limit = SshLimits.Default.HandshakeTimeout;
        for (int second = 1; second < limit.TotalSeconds; second++)
        {
            script.Advance(TimeSpan.FromSeconds(1));
            if (step == 3)
            {
                script.Send(MessageId.Ignore, w => w.WriteString(""u8));
            }
        }

        script.Advance(TimeSpan.FromSeconds(1) - Tick);
        Assert.That(script.Error, Is.Null);
        script.Advance(Tick);
        script.ExpectClosed(SshErrorKind.Timeout, DisconnectReason.ConnectionLost);
    }

    [Test]
    public void HandshakeDeadlineIsLiftedByNewKeys()
    {
        using var script = Subjects.Start(role).Handshake();
        script.Advance(SshLimits.Default.HandshakeTimeout + TimeSpan.FromSeconds(1));
        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void RekeyHasADeadline([Values] bool byUs, [Values] bool withTraffic)
    {
        using var script = Subjects.Start(role).LogIn();
        if (byUs)
        {
            script.Subject.StartRekey();
            script.Pump();
        }
        else
        {
            script.SendKexInit();
        }

        TimeSpan limit = SshLimits.Default.RekeyTimeout;
        for (int second = 1; second < limit.TotalSeconds; second++)
        {
            script.Advance(TimeSpan.FromSeconds(1));
            if (withTraffic)
            {
                script.Send(MessageId.Ignore, w => w.WriteString(""u8));
            }
        }

        script.Advance(TimeSpan.FromSeconds(1) - Tick);
        Assert.That(script.Error, Is.Null);
        script.Advance(Tick);
        script.ExpectClosed(SshErrorKind.Timeout);
    }

    [Test]
    public void RekeyWithoutNewKeysOfThePeerHasADeadline()
    {
        using var script = Subjects.Start(role).LogIn();
        script.ExchangeKexInits().ExchangeValues();
        script.Advance(SshLimits.Default.RekeyTimeout);
        script.ExpectClosed(SshErrorKind.Timeout);
    }

    [Test]
    public void FinishedRekeyHasNone()
    {
        using var script = Subjects.Start(role).LogIn();
        script.Rekey();
        script.Advance(SshLimits.Default.RekeyTimeout * 2);
        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void ExtraAndLateTicksAreHarmless()
    {
        using var script = Subjects.Start(role);
        for (int i = 0; i < 100; i++)
        {
            script.Subject.Tick(script.Now);
        }

        script.Subject.Tick(default);
        script.LogIn();
        script.Subject.Tick(new SshInstant(TimeSpan.FromMinutes(30)));
        script.Subject.Tick(new SshInstant(TimeSpan.FromMinutes(20)));
        script.Pump();
        Assert.That(script.Error, Is.Null);
    }

    [Test]
    public void IdleConnectionWaitsForTheAgeOfItsKeysAlone()
    {
        using var script = Subjects.Start(role).LogIn();
        Assert.That(script.Subject.NextTimeout, Is.EqualTo(new SshInstant(TimeSpan.FromHours(1))));
    }
}

/// <summary>A server's login grace: 120 s in all, whatever the client sends.</summary>
internal sealed class LoginGraceTests
{
    [Test]
    public void LoginGraceIsNotExtendedByTraffic([Values] bool withTraffic)
    {
        using var script = Subjects.Start(Role.Server).Handshake();
        for (int second = 1; second < 120; second++)
        {
            script.Advance(TimeSpan.FromSeconds(1));
            if (withTraffic)
            {
                script.Send(MessageId.Ignore, w => w.WriteString(""u8));
            }
        }

        Assert.That(script.Error, Is.Null);
        script.Advance(TimeSpan.FromSeconds(1));
        script.ExpectClosed(SshErrorKind.Timeout);
    }
}
