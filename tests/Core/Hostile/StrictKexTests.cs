using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>OpenSSH PROTOCOL §1.10: what strict key exchange forbids, and what is allowed without it (CVE-2023-48795).</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class StrictKexTests(Role role)
{
    public enum Moment
    {
        BeforeKexInit,
        AfterKexInit,
        AfterTheValue,
        BeforeNewKeys,
    }

    public enum Noise
    {
        Ignore,
        Debug,
        Unimplemented,
        Unknown,
    }

    [Test]
    public void NoiseInTheFirstExchangeEnds([Values] Moment moment, [Values] Noise noise)
    {
        using var script = Subjects.Start(role).ExchangeVersions();
        if (moment == Moment.BeforeKexInit)
        {
            Make(script, noise);
            script.SendKexInit();
        }
        else
        {
            Handshake(script, moment, noise);
        }

        script.ExpectClosed(SshErrorKind.ProtocolViolation, DisconnectReason.ProtocolError);
        Assert.That(script.HasEvent(SshEventKind.KeysChanged), Is.False);
    }

    [Test]
    public void WithoutStrictKexNoiseChangesNothing([Values] Moment moment, [Values] Noise noise)
    {
        using var script = Subjects.Start(role, script: o => o with { StrictKex = false }).ExchangeVersions();
        script.PassOver.Add(MessageId.Unimplemented);
        if (moment == Moment.BeforeKexInit)
        {
            Make(script, noise);
            script.ExchangeKexInits().ExchangeValues().SendNewKeys().ReceiveNewKeys();
        }
        else
        {
            Handshake(script, moment, noise);
            script.ReceiveNewKeys();
        }

        script.LogIn();
        Assert.That(script.Subject.Algorithms!.StrictKex, Is.False);
    }

    [Test]
    public void SequenceNumbersRestartAtEveryNewKeys()
    {
        using var script = Subjects.Start(role).LogIn();
        Assert.That(script.Subject.Algorithms!.StrictKex);
        script.Rekey();
        Assert.That(script.OutSequence, Is.Zero);
        script.Send(MessageId.Ping, w => w.WriteString("a"u8));
        script.Expect(MessageId.Pong);
        Assert.That((script.OutSequence, script.InSequence), Is.EqualTo((1u, 1u)));
    }

    [Test]
    public void SequenceNumbersGoOnWithoutStrictKex()
    {
        using var script = Subjects.Start(role, script: o => o with { StrictKex = false }).LogIn();
        script.Rekey();
        script.Send(MessageId.Ping, w => w.WriteString("a"u8));
        script.Expect(MessageId.Pong);
        Assert.That(script.OutSequence, Is.GreaterThan(7u));
    }

    [Test]
    public void NoiseInARekeyIsAllowed()
    {
        using var script = Subjects.Start(role).LogIn();
        script.SendKexInit();
        Make(script, Noise.Ignore);
        Make(script, Noise.Debug);
        script.ReceiveKexInit();
        script.Exchange.Negotiate();
        script.ExchangeValues().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.CountEvents(SshEventKind.KeysChanged), Is.EqualTo(2));
    }

    [Test]
    public void MarkersInARekeyCountForNothing()
    {
        using var script = Subjects.Start(role, script: o => o with { StrictKex = false }).LogIn();
        string markers = ",kex-strict-c-v00@openssh.com,kex-strict-s-v00@openssh.com";
        var init = script.MakeKexInit();
        script.ExchangeKexInits(init with { KeyExchanges = init.KeyExchanges + markers }).ExchangeValues().SendNewKeys().ReceiveNewKeys();
        Assert.That(script.Subject.Algorithms!.StrictKex, Is.False);
        script.Send(MessageId.Ping, w => w.WriteString("a"u8));
        script.Expect(MessageId.Pong);
    }

    [Test]
    public void MarkerOfTheWrongRoleCountsForNothing()
    {
        using var script = Subjects.Start(role, script: o => o with { StrictKex = false }).ExchangeVersions();
        string own = role == Role.Client ? "c" : "s";
        var init = script.MakeKexInit();
        script.SendKexInit(init with { KeyExchanges = init.KeyExchanges + $",kex-strict-{own}-v00@openssh.com" });
        Make(script, Noise.Ignore);
        Assert.That(script.Error, Is.Null);
    }

    private static void Handshake(PeerScript script, Moment moment, Noise noise)
    {
        script.ExchangeKexInits();
        Make(script, noise, moment == Moment.AfterKexInit);
        if (script.IsServer)
        {
            script.ReceiveClientValue().Respond().SendReply();
        }
        else if (moment == Moment.AfterTheValue || script.Error is null)
        {
            script.SendClientValue();
            Make(script, noise, moment == Moment.AfterTheValue);
            script.ReceiveReply();
        }

        Make(script, noise, moment is Moment.BeforeNewKeys || (script.IsServer && moment == Moment.AfterTheValue));
        script.SendNewKeys();
    }

    private static void Make(PeerScript script, Noise noise, bool really = true)
    {
        if (!really)
        {
            return;
        }

        switch (noise)
        {
            case Noise.Ignore:
                script.Send(MessageId.Ignore, w => w.WriteString("x"u8));
                break;
            case Noise.Debug:
                script.Send(MessageId.Debug, w =>
                {
                    w.WriteBoolean(true);
                    w.WriteString("x"u8);
                    w.WriteString(""u8);
                });
                break;
            case Noise.Unimplemented:
                script.Send(MessageId.Unimplemented, w => w.WriteUInt32(0));
                break;
            default:
                script.Send([19]);
                break;
        }
    }
}
