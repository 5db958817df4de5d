using System.Linq;
using NUnit.Framework;
using SshCore.Events;
using SshCore.Interop.BouncyCastle;
using SshCore.Memory;

namespace SshCore.Tests.Core.Pair;

/// <summary>How bytes are cut on the way changes nothing: the same output bytes and the same events.</summary>
internal sealed class OracleTests
{
    private static readonly PairPlan Plan = new() { Bytes = 200 * 1024, Crypto = new BouncyCastleProvider(), KeyExchange = "curve25519-sha256" };

    [Test]
    public void AnyCutOfTheInputGivesEqualOutputAndEvents([Values] Role role, [Values(1, 5, 4096, 0)] int size)
    {
        // Room for all output: else what is sent depends on when the host takes it, which is another matter.
        var plan = Plan with { Options = MemoryPairOptions.Default, Both = s => s.WithLimits(l => l with { QueuedDataBytes = 4 * 1024 * 1024 }) };
        var (recording, events) = Record(plan, role);
        SshConnection connection = role == Role.Client ? plan.Client() : plan.Server();
        using (connection)
        {
            var side = new PairSide(connection, plan);
            var replay = Rechunked.Replay(recording, connection, side.On, size, beforeSteps: c => (c as SshClientConnection)?.Authenticate("user"));
            Assert.That(replay, Is.EqualTo(recording.Output()));
            Assert.That(Describe(side.Events), Is.EqualTo(events));
        }
    }

    [Test]
    public void EveryChunkingLeaseAndLatencyCarriesTheSame(
        [Values] MemoryChunking chunking, [Values] bool lease, [Values(0, 20)] int latency)
    {
        var plan = Plan with
        {
            Options = new MemoryPairOptions
            {
                Chunking = chunking,
                LeaseInput = lease,
                LatencyToServer = TimeSpan.FromMilliseconds(latency),
                LatencyToClient = TimeSpan.FromMilliseconds(2 * latency),
                Capacity = 16 * 1024,
            },
        };
        using var world = new PairWorld(plan).RunToTheEnd();
        Assert.That((world.Client.Received, world.Server.Received), Is.EqualTo((plan.Bytes, plan.Bytes)));
        Assert.That(world.Client.CountOf(SshEventKind.KeysChanged), Is.InRange(2, 3));
        Assert.That(world.Pair.Now.SinceOrigin, latency == 0 ? Is.EqualTo(TimeSpan.Zero) : Is.GreaterThan(TimeSpan.FromMilliseconds(4 * 3 * latency)));
    }

    [Test]
    public void BandwidthTakesItsTime()
    {
        var plan = Plan with { Options = new MemoryPairOptions { BytesPerSecond = 100_000 } };
        using var world = new PairWorld(plan).RunToTheEnd();
        Assert.That(world.Pair.Now.SinceOrigin.TotalSeconds, Is.InRange(2.0, 3.0));
    }

    private static (ConnectionRecording Recording, string[] Events) Record(PairPlan plan, Role role)
    {
        using var world = new PairWorld(plan);
        var recorder = new ConnectionRecorder();
        if (role == Role.Client)
        {
            world.Pair.ClientRecorder = recorder;
        }
        else
        {
            world.Pair.ServerRecorder = recorder;
        }

        world.RunToTheEnd();
        return (recorder.ToRecording(), Describe((role == Role.Client ? world.Client : world.Server).Events));
    }

    private static string[] Describe(IEnumerable<SshEvent> events) => [.. events.Select(e => $"{e} {e.Length} {e.Stream}")];
}
