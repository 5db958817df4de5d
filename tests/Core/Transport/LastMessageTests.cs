using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Transport;

/// <summary>What leaves at NEWKEYS, in which order, and that nothing follows an end in the middle of it.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class LastMessageTests(Role role)
{
    [Test]
    public void ExtInfoIsDirectlyBehindNewKeysWhateverWaits()
    {
        using var script = Started(limit: 1024, unknown: 3);
        Finish(script);
        Assert.That(Next(script), Is.EqualTo(MessageId.ExtInfo));
        for (int i = 0; i < 3; i++)
        {
            Assert.That(Next(script), Is.EqualTo(MessageId.Unimplemented));
        }
    }

    [Test]
    public void FloodAtNewKeysEndsWithDisconnect()
    {
        using var script = Started(limit: 8, unknown: 8);
        Finish(script);
        script.ExpectClosed(SshErrorKind.Flooded);
        Assert.That(script.Events[^1].Kind, Is.EqualTo(SshEventKind.Closed));
    }

    private PeerScript Started(int limit, int unknown)
    {
        var script = Subjects.Start(
            role,
            s => s.WithLimits(l => l with { QueuedControlPackets = limit }),
            o => o with { StrictKex = false });
        script.ExchangeVersions().ExchangeKexInits();
        for (int i = 0; i < unknown; i++)
        {
            script.Send([8]);
        }

        return script;
    }

    private static void Finish(PeerScript script)
    {
        script.PassOver.Clear();
        script.ExchangeValues();
        while (Next(script) != MessageId.NewKeys)
        {
        }
    }

    private static MessageId Next(PeerScript script) =>
        (MessageId)(script.TryNext() ?? throw new PeerScriptException("The subject sent no more."))[0];
}
