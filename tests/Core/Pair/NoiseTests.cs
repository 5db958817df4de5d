using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Memory;

namespace SshCore.Tests.Core.Pair;

/// <summary>Noise, rekeys and cuts while data flow.</summary>
internal sealed class NoiseTests
{
    [Test]
    public void IgnoreDebugAndPingBetweenDataChangeNothing([Values] bool rekeys)
    {
        var plan = new PairPlan { Rekeys = rekeys, Bytes = 512 * 1024 };
        using var world = new PairWorld(plan);
        int pings = 0;
        world.Client.Also = e => Noise(e, world.Pair.Client, ref pings);
        world.Server.Also = e => Noise(e, world.Pair.Server, ref pings);
        world.RunToTheEnd();
        world.Pair.Run();
        Assert.That((world.Client.Received, world.Server.Received), Is.EqualTo((plan.Bytes, plan.Bytes)));
        Assert.That(pings, Is.GreaterThan(10));
        Assert.That(world.Client.CountOf(SshEventKind.PongReceived) + world.Server.CountOf(SshEventKind.PongReceived), Is.EqualTo(pings));
        Assert.That(world.Client.CountOf(SshEventKind.DebugReceived), Is.GreaterThan(5));
    }

    [Test]
    public void BothSidesRekeyAtOnceAgainAndAgain([Values(0, 30)] int latency)
    {
        var plan = new PairPlan
        {
            Rekeys = false,
            Options = new MemoryPairOptions
            {
                Capacity = 64 * 1024,
                LatencyToServer = TimeSpan.FromMilliseconds(latency),
                LatencyToClient = TimeSpan.FromMilliseconds(latency),
            },
            Both = s => s with { Rekey = new RekeyPolicy { Bytes = 100_000 } },
        };
        using var world = new PairWorld(plan);
        byte[]? session = null;
        world.Client.Also = e =>
        {
            if (e.Kind == SshEventKind.KeysChanged)
            {
                session ??= world.Pair.Client.SessionId.ToArray();
                Assert.That(world.Pair.Client.SessionId.ToArray(), Is.EqualTo(session));
            }
        };
        world.RunToTheEnd();
        Assert.That(world.Client.CountOf(SshEventKind.KeysChanged), Is.InRange(5, 60));
        Assert.That(world.Client.CountOf(SshEventKind.KeysChanged), Is.EqualTo(world.Server.CountOf(SshEventKind.KeysChanged)));
        Assert.That(world.Pair.Client.SessionId.ToArray(), Is.EqualTo(world.Pair.Server.SessionId.ToArray()));
    }

    [Test]
    public void RekeyOnCommandFromBothSidesInOneMoment()
    {
        using var world = new PairWorld(new PairPlan { Rekeys = false });
        world.LogIn();
        world.Pair.Client.StartRekey();
        world.Pair.Server.StartRekey();
        world.RunToTheEnd();
        Assert.That(world.Client.CountOf(SshEventKind.KeysChanged), Is.EqualTo(2));
        Assert.That(world.Server.CountOf(SshEventKind.KeysChanged), Is.EqualTo(2));
    }

    [Test]
    public void CutAnywhereEndsBothSidesOnce([Values] bool toServer, [Range(0, 60)] int step)
    {
        using var world = new PairWorld(new PairPlan { Bytes = 20_000 });
        (toServer ? world.Pair.ToServer : world.Pair.ToClient).CutAfter(step * 200);
        world.Pair.RunUntil(() => world.Pair.Client.IsFinished && world.Pair.Server.IsFinished, TimeSpan.FromMinutes(10));
        foreach (var (side, connection) in new (PairSide, SshConnection)[] { (world.Client, world.Pair.Client), (world.Server, world.Pair.Server) })
        {
            if (side.CountOf(SshEventKind.Closed) == 0)
            {
                // The side whose stream was not cut may wait for ever for one that answers nothing.
                Assert.That(connection.Error, Is.Null);
                continue;
            }

            Assert.That(side.CountOf(SshEventKind.Closed), Is.EqualTo(1));
            Assert.That(connection.Error!.Kind, Is.AnyOf(SshErrorKind.ConnectionLost, SshErrorKind.Timeout, SshErrorKind.PeerDisconnected));
        }

        var cut = toServer ? world.Pair.Server.Error : world.Pair.Client.Error;
        Assert.That(cut?.Kind, Is.AnyOf(SshErrorKind.ConnectionLost, SshErrorKind.Timeout));
    }

    [Test]
    public void StreamAlteredOnTheWayEndsBothSides([Values] bool toServer, [Values(1000, 3000, 10_000, 50_000)] long at)
    {
        using var world = new PairWorld(new PairPlan { Bytes = 100_000 });
        (toServer ? world.Pair.ToServer : world.Pair.ToClient).Tap = (offset, bytes) =>
        {
            long index = at - offset;
            if (index < 0 || index >= bytes.Length)
            {
                return bytes;
            }

            byte[] changed = bytes.ToArray();
            changed[index] ^= 0x10;
            return changed;
        };
        world.Pair.RunUntil(() => world.Pair.Client.IsFinished && world.Pair.Server.IsFinished, TimeSpan.FromMinutes(5));
        var victim = toServer ? (SshConnection)world.Pair.Server : world.Pair.Client;
        Assert.That(victim.Error, Is.Not.Null);
        Assert.That(world.Pair.Client.Error!.Kind, Is.Not.EqualTo(SshErrorKind.LocalDisconnect));
    }

    [Test]
    public void StalledReceiverStopsItsSender()
    {
        using var stalled = new PairWorld(new PairPlan { Bytes = 4 * 1024 * 1024, Rekeys = false, Options = new() { Capacity = 100_000 } });
        Assert.That(stalled.Pair.RunUntil(() => stalled.Server.Received > 0));
        stalled.Pair.ToServer.IsStalled = true;
        stalled.Pair.Run();
        Assert.That(stalled.Pair.ToServer.BytesInFlight, Is.EqualTo(100_000));
        stalled.Pair.ToServer.IsStalled = false;
        stalled.RunToTheEnd();
        Assert.That(stalled.Server.Received, Is.EqualTo(4 * 1024 * 1024));
    }

    /// <summary>The line goes dead without a word: keepalive finds out on both sides, and nothing stays behind.</summary>
    [Test]
    public void DeadLineIsFoundByKeepAlive()
    {
        using var world = new PairWorld(new PairPlan
        {
            Bytes = 1000,
            Both = s => s with { KeepAlive = new KeepAlive { Interval = TimeSpan.FromSeconds(15), MaxUnanswered = 3 } },
        });
        world.LogIn();
        world.Pair.Advance(TimeSpan.FromMinutes(10));
        Assert.That((world.Pair.Client.Error, world.Pair.Server.Error), Is.EqualTo(((SshError?)null, (SshError?)null)));
        var silent = world.Pair.Now;
        world.Pair.ToServer.IsStalled = world.Pair.ToClient.IsStalled = true;
        Assert.That(world.Pair.RunUntil(() => world.Pair.Client.Error is not null && world.Pair.Server.Error is not null, TimeSpan.FromMinutes(5)));
        Assert.That(world.Pair.Now - silent, Is.LessThanOrEqualTo(TimeSpan.FromSeconds(75)));
        Assert.That(world.Pair.Client.Error!.Kind, Is.EqualTo(SshErrorKind.Timeout));
        Assert.That(world.Pair.Server.Error!.Kind, Is.EqualTo(SshErrorKind.Timeout));
    }

    [Test]
    public void InjectedBytesEndTheReceiver()
    {
        using var world = new PairWorld(new PairPlan { Bytes = 1000 });
        world.LogIn();
        world.Pair.Run();
        world.Pair.InjectToClient(new byte[100_000]);
        world.Pair.Run();
        Assert.That(world.Pair.Client.Error!.Kind, Is.EqualTo(SshErrorKind.Corrupted));
        Assert.That(world.Pair.Server.Error!.Kind, Is.EqualTo(SshErrorKind.PeerDisconnected));
        Assert.That(world.Pair.Server.Error.Reason, Is.EqualTo(DisconnectReason.MacError));
    }

    private static void Noise(SshEvent e, SshConnection connection, ref int pings)
    {
        if (e.Kind != SshEventKind.ChannelData)
        {
            return;
        }

        connection.SendIgnore(17);
        connection.SendDebug("noise");
        pings += connection.TrySendPing("ping"u8) ? 1 : 0;
    }
}
