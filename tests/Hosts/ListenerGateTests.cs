using System.Net;
using NUnit.Framework;
using SshCore.Hosts;

namespace SshCore.Tests.Hosts;

internal sealed class ListenerGateTests
{
    private SshInstant _now = new(TimeSpan.FromHours(1));

    [Test]
    public void Half_open_connections_are_bounded_in_all()
    {
        var gate = new SshListenerGate(new SshListenerLimits { HalfOpen = 3 });
        var first = Admit(gate, "10.0.0.1");
        Admit(gate, "10.0.0.2");
        Admit(gate, "10.0.0.3");

        Assert.That(Try(gate, "10.0.0.4"), Is.EqualTo(SshAdmission.TooManyHalfOpen));
        gate.LoggedIn(first);
        Assert.That((Try(gate, "10.0.0.4"), gate.HalfOpen, gate.Connections), Is.EqualTo((SshAdmission.Admitted, 3, 4)));
    }

    [Test]
    public void The_default_is_a_hundred_and_ten_per_source()
    {
        var gate = new SshListenerGate(SshListenerLimits.Default);
        for (int i = 0; i < 100; i++)
        {
            Assert.That(Try(gate, $"10.0.{i / 10}.1"), Is.EqualTo(SshAdmission.Admitted), $"{i}");
        }

        Assert.That(Try(gate, "10.0.0.1"), Is.EqualTo(SshAdmission.TooManyHalfOpen));

        gate = new SshListenerGate(SshListenerLimits.Default);
        for (int i = 0; i < 10; i++)
        {
            Admit(gate, "10.0.0.1");
        }

        Assert.That(Try(gate, "10.0.0.1"), Is.EqualTo(SshAdmission.TooManyOfSource));
        Assert.That(Try(gate, "10.0.0.2"), Is.EqualTo(SshAdmission.Admitted));
    }

    [TestCase("10.0.0.1", "10.0.0.2", false)]
    [TestCase("::ffff:10.0.0.1", "10.0.0.1", true)]
    [TestCase("2001:db8:0:1::1", "2001:db8:0:2::1", true)]
    [TestCase("2001:db8:0:ff::1", "2001:db8:0:100::1", false)]
    [TestCase("::1", "0.0.0.1", false)]
    public void A_source_is_an_address_or_a_56_bit_prefix(string one, string other, bool same)
    {
        var gate = new SshListenerGate(new SshListenerLimits { HalfOpenPerSource = 1 });
        Admit(gate, one);
        Assert.That(Try(gate, other), Is.EqualTo(same ? SshAdmission.TooManyOfSource : SshAdmission.Admitted));
    }

    [Test]
    public void Connections_are_bounded_if_asked_for()
    {
        var gate = new SshListenerGate(new SshListenerLimits { Connections = 1 });
        var ticket = Admit(gate, "10.0.0.1");
        gate.LoggedIn(ticket);
        Assert.That(Try(gate, "10.0.0.2"), Is.EqualTo(SshAdmission.TooManyConnections));
        gate.Close(ticket, SshConnectionOutcome.Harmless, _now);
        gate.Close(ticket, SshConnectionOutcome.Crashed, _now);
        Assert.That((gate.Connections, gate.HalfOpen, gate.PenalisedSources), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public void A_crash_is_refused_at_once_for_its_ninety_seconds()
    {
        var gate = new SshListenerGate(SshListenerLimits.Default);
        gate.Close(Admit(gate, "10.0.0.1"), SshConnectionOutcome.Crashed, _now);

        Assert.That(Try(gate, "10.0.0.1"), Is.EqualTo(SshAdmission.Penalised));
        Assert.That(Try(gate, "10.0.0.2"), Is.EqualTo(SshAdmission.Admitted));
        _now += TimeSpan.FromSeconds(89.9);
        Assert.That(Try(gate, "10.0.0.1"), Is.EqualTo(SshAdmission.Penalised));
        _now += TimeSpan.FromSeconds(0.1);
        Assert.That(Try(gate, "10.0.0.1"), Is.EqualTo(SshAdmission.Admitted));
    }

    [TestCase(SshConnectionOutcome.AuthFailed, 3)]
    [TestCase(SshConnectionOutcome.GraceExceeded, 2)]
    [TestCase(SshConnectionOutcome.NoAuth, 15)]
    [TestCase(SshConnectionOutcome.Crashed, 1)]
    public void Penalties_add_up_to_the_threshold(SshConnectionOutcome outcome, int times)
    {
        var gate = new SshListenerGate(SshListenerLimits.Default);
        for (int i = 0; i < times; i++)
        {
            gate.Close(Admit(gate, "10.0.0.1"), outcome, _now);
        }

        Assert.That(Try(gate, "10.0.0.1"), Is.EqualTo(SshAdmission.Penalised));
    }

    [Test]
    public void Penalties_pass_with_time_and_are_bounded()
    {
        var gate = new SshListenerGate(SshListenerLimits.Default);
        for (int i = 0; i < 10; i++)
        {
            gate.Close(Admit(gate, "10.0.0.1"), SshConnectionOutcome.AuthFailed, _now);
            _now += TimeSpan.FromSeconds(5);
        }

        Assert.That(Try(gate, "10.0.0.1"), Is.EqualTo(SshAdmission.Admitted));

        var tickets = new List<SshListenerTicket>();
        for (int i = 0; i < 9; i++)
        {
            tickets.Add(Admit(gate, "10.0.0.1"));
        }

        tickets.ForEach(t => gate.Close(t, SshConnectionOutcome.Crashed, _now));
        _now += TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1);
        Assert.That(Try(gate, "10.0.0.1"), Is.EqualTo(SshAdmission.Penalised));
        _now += TimeSpan.FromTicks(1);
        Assert.That(Try(gate, "10.0.0.1"), Is.EqualTo(SshAdmission.Admitted));
    }

    [Test]
    public void Penalised_sources_are_bounded_and_forgotten()
    {
        var gate = new SshListenerGate(new SshListenerLimits { PenalisedSources = 100 });
        for (int i = 0; i < 101; i++)
        {
            gate.Close(Admit(gate, $"10.0.{i}.1"), SshConnectionOutcome.Crashed, _now);
        }

        Assert.That(gate.PenalisedSources, Is.EqualTo(100));
        Assert.That(Try(gate, "10.0.0.1"), Is.EqualTo(SshAdmission.Admitted));
        Assert.That(Try(gate, "10.0.1.1"), Is.EqualTo(SshAdmission.Penalised));

        _now += TimeSpan.FromMinutes(2);
        gate.Close(Admit(gate, "10.1.0.1"), SshConnectionOutcome.NoAuth, _now);
        Assert.That(gate.PenalisedSources, Is.EqualTo(1));
    }

    [Test]
    public void One_source_that_fails_for_ever_takes_no_memory()
    {
        var gate = new SshListenerGate(new SshListenerLimits { PenalisedSources = 10, PenaltyThreshold = TimeSpan.FromDays(1) });
        for (int i = 0; i < 10_000; i++)
        {
            gate.Close(Admit(gate, "10.0.0.1"), SshConnectionOutcome.Crashed, _now);
            _now += TimeSpan.FromMilliseconds(1);
        }

        Assert.That(gate.PenalisedSources, Is.EqualTo(1));
    }

    private SshListenerTicket Admit(SshListenerGate gate, string address)
    {
        Assert.That(gate.Admit(IPAddress.Parse(address), _now, out var ticket), Is.EqualTo(SshAdmission.Admitted));
        return ticket;
    }

    private SshAdmission Try(SshListenerGate gate, string address) => gate.Admit(IPAddress.Parse(address), _now, out _);
}
