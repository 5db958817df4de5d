using NUnit.Framework;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Transport;

/// <summary>A host that feeds and does not poll is stopped; polling frees it.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class UnpolledInputTests(Role role)
{
    private const int Limit = 256 * 1024;
    private const int LargestLease = 512 * 1024;

    [Test]
    public void AHugeSpanIsTakenInPart()
    {
        using var script = Subjects.Start(role).LogIn();
        var stream = Ignores(script, count: 400);
        Assert.That(stream, Has.Length.GreaterThan(8 * 1024 * 1024));
        var subject = script.Subject;
        int taken = subject.Receive(stream);
        Assert.That(taken, Is.InRange(Limit, Limit + LargestLease));
        Assert.That(subject.WantsInput, Is.False);
        Assert.That(subject.Receive(stream.AsSpan(taken)), Is.Zero);
        while (taken < stream.Length)
        {
            while (subject.TryPollEvent(out _))
            {
                // There are none; polling handles the packets.
            }

            Assert.That(subject.WantsInput);
            int more = subject.Receive(stream.AsSpan(taken));
            Assert.That(more, Is.InRange(1, Limit + LargestLease));
            taken += more;
        }

        Assert.That(subject.Error, Is.Null);
    }

    [Test]
    public void ThereIsSomethingToPollThen()
    {
        using var script = Subjects.Start(role).LogIn();
        script.Subject.Receive(Ignores(script, count: 100));
        Assert.That(script.Subject.WantsInput, Is.False);
        Assert.That(script.Subject.NextTimeout, Is.EqualTo(script.Now), "due at once");
    }

    [Test]
    public void APacketLargerThanThatStillComesThrough()
    {
        using var script = Subjects.Start(role, s => s.WithLimits(l => l with { PacketLength = 2 * 1024 * 1024 })).LogIn();
        var packet = script.Seal(Ignore(1024 * 1024));
        int taken = 0;
        while (taken < packet.Length)
        {
            int count = script.Subject.Receive(packet.AsSpan(taken));
            Assert.That(count, Is.Positive);
            taken += count;
            while (script.Subject.TryPollEvent(out _))
            {
                // None of an IGNORE.
            }
        }

        Assert.That(script.Subject.WantsInput);
        Assert.That(script.Subject.Error, Is.Null);
    }

    [Test]
    public void LeasedInputIsStoppedToo()
    {
        using var script = Subjects.Start(role).LogIn();
        byte[] stream = Ignores(script, count: 400);
        int taken = 0;
        while (script.Subject.WantsInput)
        {
            var room = script.Subject.GetReceiveBuffer().Span;
            int count = Math.Min(room.Length, stream.Length - taken);
            stream.AsSpan(taken, count).CopyTo(room);
            script.Subject.CommitReceived(count);
            taken += count;
        }

        Assert.That(taken, Is.InRange(Limit, Limit + LargestLease));
    }

    private static byte[] Ignores(PeerScript script, int count)
    {
        var all = new List<byte>();
        for (int i = 0; i < count; i++)
        {
            all.AddRange(script.Seal(Ignore(32_000)));
        }

        return [.. all];
    }

    private static byte[] Ignore(int size) => PeerScript.Message(MessageId.Ignore, w => w.WriteString(new byte[size]));
}
