using NUnit.Framework;
using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Tests.Core.Transport;

/// <summary>The host's clock has any origin, and its first reading may come late.</summary>
[TestFixture]
internal sealed class ClockTests
{
    [TestCase(-1_000_000)]
    [TestCase(0)]
    [TestCase(1_000_000)]
    public void DeadlinesCountFromTheFirstTick(int seconds)
    {
        using var connection = Subjects.Connection(Role.Server);
        var start = new SshInstant(TimeSpan.FromSeconds(seconds));
        connection.Tick(start);
        while (connection.TryPollEvent(out _))
        {
        }

        Assert.That(connection.NextTimeout, Is.EqualTo(start + SshLimits.Default.IdentificationTimeout));
        connection.Tick(start + SshLimits.Default.IdentificationTimeout);
        Assert.That(connection.Error?.Kind, Is.EqualTo(SshErrorKind.Timeout));
    }

    [Test]
    public void DisconnectBeforeTheFirstTickHasItsTime()
    {
        using var connection = Subjects.Connection(Role.Server);
        connection.Receive(Utf8.Bytes("SSH-2.0-Peer\r\n"));
        while (connection.TryPollEvent(out _))
        {
        }

        connection.Disconnect();
        while (connection.TryPollEvent(out _))
        {
        }

        var start = new SshInstant(TimeSpan.FromDays(1));
        connection.Tick(start);
        Assert.That(connection.HasOutput);
        Assert.That(connection.NextTimeout, Is.EqualTo(start + SshLimits.Default.CloseTimeout));
        connection.Tick(start + SshLimits.Default.CloseTimeout);
        Assert.That(connection.HasOutput, Is.False);
    }

    [Test]
    public void TheFarFutureDoesNotOverflow()
    {
        var late = new SshInstant(TimeSpan.MaxValue);
        Assert.That(late + TimeSpan.FromSeconds(1), Is.EqualTo(late));
        Assert.That(new SshInstant(TimeSpan.MinValue) + TimeSpan.FromTicks(1), Is.EqualTo(new SshInstant(TimeSpan.MinValue + TimeSpan.FromTicks(1))));
    }
}
