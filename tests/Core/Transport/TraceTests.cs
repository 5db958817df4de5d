using System.Linq;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Memory;
using SshCore.TestKit;
using SshCore.Tests.Core.Pair;
using SshCore.Wire;

namespace SshCore.Tests.Core.Transport;

/// <summary>Traces: nothing unless wanted, everything that was done if wanted, and never a secret.</summary>
internal sealed class TraceTests
{
    [Test]
    public void NothingIsTracedByDefault([Values] Role role)
    {
        using var script = Subjects.Start(role).LogIn();
        script.Subject.StartRekey();
        script.Rekey();
        Assert.That(script.CountEvents(SshEventKind.Trace), Is.Zero);
    }

    [Test]
    public void EachAreaIsTracedAlone(
        [Values] Role role,
        [Values(SshTraceAreas.Packets, SshTraceAreas.KeyExchange, SshTraceAreas.Authentication, SshTraceAreas.Timers)] SshTraceAreas area)
    {
        using var script = Subjects.Start(role, s => s with { Trace = area, KeepAlive = new KeepAlive { Interval = TimeSpan.FromSeconds(5) } }).LogIn();
        script.Advance(TimeSpan.FromSeconds(5));
        var traces = Traces(script);
        Assert.That(traces, Is.Not.Empty);
        Assert.That(traces.Select(t => t.Area), Is.All.EqualTo(area));
        Assert.That(traces.Select(t => t.ToString()), Is.All.StartsWith(area + ": "));
    }

    [Test]
    public void EveryPacketIsTracedOnceWithItsNumber([Values] Role role)
    {
        using var script = Subjects.Start(role, s => s with { Trace = SshTraceAreas.Packets }).Handshake();
        int before = Traces(script).Count;
        script.Subject.SendIgnore(5);
        script.Subject.SendDebug("x");
        script.Expect(MessageId.Debug);
        uint sequence = script.OutSequence;
        script.Send(MessageId.Ignore, w => w.WriteString("abc"u8));
        script.Send(MessageId.Disconnect, w =>
        {
            w.WriteUInt32(11);
            w.WriteString("bye");
            w.WriteString("");
        });
        var traces = Traces(script).Skip(before).ToList();
        Assert.That(
            traces.Select(t => (t.Direction, t.MessageName, t.MessageNumber)),
            Is.EqualTo(new[]
            {
                (SshTraceDirection.Out, "Ignore", (byte)2), (SshTraceDirection.Out, "Debug", (byte)4),
                (SshTraceDirection.In, "Ignore", (byte)2), (SshTraceDirection.In, "Disconnect", (byte)1),
            }));
        Assert.That(traces[1].Sequence, Is.EqualTo(traces[0].Sequence + 1));
        Assert.That(traces.Skip(2).Select(t => t.Sequence), Is.EqualTo(new[] { sequence, sequence + 1 }));
        Assert.That(traces.Select(t => t.Length), Is.All.GreaterThan(16).And.All.LessThan(100));
        Assert.That(script.Events.Last().Kind, Is.EqualTo(SshEventKind.Closed), "Closed stays the last event");
    }

    [Test]
    public void OurDisconnectIsTraced([Values] Role role)
    {
        using var script = Subjects.Start(role, s => s with { Trace = SshTraceAreas.All }).Handshake();
        script.Subject.Disconnect();
        script.Pump();
        var last = Traces(script)[^1];
        Assert.That((last.Direction, last.MessageName), Is.EqualTo((SshTraceDirection.Out, "Disconnect")));
    }

    [Test]
    public void DataPacketsAndWindowsAreTraced()
    {
        var plan = new PairPlan { Bytes = 3 * 1024 * 1024, Rekeys = false, Both = s => s with { Trace = SshTraceAreas.Packets | SshTraceAreas.Channels } };
        var (client, server) = RunTraced(plan);
        foreach (var traces in (List<Traced>[])[client, server])
        {
            Assert.That(traces.Count(t => t is { Direction: SshTraceDirection.Out, MessageName: "ChannelData" }), Is.GreaterThan(90));
            Assert.That(traces.Count(t => t is { Direction: SshTraceDirection.In, MessageName: "ChannelData" }), Is.GreaterThan(90));
            Assert.That(traces.Where(t => t.Area == SshTraceAreas.Channels).Select(t => t.Text), Has.Some.Contains("we take").And.Some.Contains("the peer takes"));
        }
    }

    [Test]
    public void TheBytesAreTheSame()
    {
        var plan = new PairPlan { Bytes = 256 * 1024, KeyExchange = "curve25519-sha256", Crypto = new Interop.BouncyCastle.BouncyCastleProvider() };
        Assert.That(Bytes(plan with { Both = s => s with { Trace = SshTraceAreas.All } }), Is.EqualTo(Bytes(plan)));
    }

    [Test]
    public void NoSecretAndNoUserNameIsInATrace()
    {
        using var pair = new MemoryPair(
            (SshClientConnection)Subjects.Connection(Role.Client, s => s with { Trace = SshTraceAreas.All }),
            (SshServerConnection)Subjects.Connection(Role.Server, s => s with { Trace = SshTraceAreas.All }));
        var texts = new List<string>();
        pair.OnServerEvent = e =>
        {
            texts.Add(e.Body is Traced traced ? traced.ToString() : "");
            if (e.Body is not Traced)
            {
                AcceptAll.Answer(e);
            }
        };
        pair.OnClientEvent = e =>
        {
            switch (e.Body)
            {
                case Traced traced:
                    texts.Add(traced.ToString());
                    break;
                case AuthMethodNeeded needed:
                    needed.TryPassword("xyzzy-secret"u8);
                    break;
                default:
                    AcceptAll.Answer(e);
                    break;
            }
        };
        pair.Client.Authenticate("plugh-user");
        Assert.That(pair.RunUntil(() => pair.Client.IsAuthenticated && pair.Server.IsAuthenticated));
        Assert.That(texts, Has.Some.EqualTo("Authentication: trying password").And.Some.EqualTo("Authentication: password accepted: logged in"));
        Assert.That(texts, Has.Some.EqualTo("Authentication: request 1: password").And.Some.EqualTo("Authentication: accepted: logged in"));
        Assert.That(texts, Has.None.Contains("xyzzy").And.None.Contains("plugh"));
    }

    [Test]
    public void ThoseNobodyPollsAreDroppedAndCounted()
    {
        using var script = Subjects.Start(Role.Client, s => s with { Trace = SshTraceAreas.Packets }).Handshake();
        var subject = script.Subject;
        for (int i = 0; i < 3000; i++)
        {
            subject.SendIgnore(0);
            subject.AdvanceOutput(subject.PeekOutput().Length);
        }

        int polled = 0;
        while (subject.TryPollEvent(out _))
        {
            polled++;
        }

        Assert.That(polled, Is.EqualTo(1024));
        subject.SendIgnore(0);
        Assert.That(subject.TryPollEvent(out var e));
        Assert.That(((Traced)e.Body!).Text, Does.StartWith("1976 traces"));
    }

    private static List<Traced> Traces(PeerScript script)
    {
        script.Pump();
        return [.. script.Events.Select(e => e.Body).OfType<Traced>()];
    }

    private static (List<Traced> Client, List<Traced> Server) RunTraced(PairPlan plan)
    {
        var client = new List<Traced>();
        var server = new List<Traced>();
        using var world = new PairWorld(plan);
        world.Pair.OnClientEvent = e => Take(e, client, world.Client);
        world.Pair.OnServerEvent = e => Take(e, server, world.Server);
        world.RunToTheEnd();
        return (client, server);
    }

    private static void Take(SshEvent e, List<Traced> traces, PairSide side)
    {
        if (e.Body is Traced traced)
        {
            traces.Add(traced);
        }
        else
        {
            side.On(e);
        }
    }

    private static (byte[] ToServer, byte[] ToClient) Bytes(PairPlan plan)
    {
        var toServer = new List<byte>();
        var toClient = new List<byte>();
        using var world = new PairWorld(plan);
        world.Pair.ToServer.Tap = (_, bytes) => Add(toServer, bytes);
        world.Pair.ToClient.Tap = (_, bytes) => Add(toClient, bytes);
        world.RunToTheEnd();
        return ([.. toServer], [.. toClient]);
    }

    private static ReadOnlyMemory<byte> Add(List<byte> all, ReadOnlyMemory<byte> bytes)
    {
        all.AddRange(bytes.ToArray());
        return bytes;
    }
}
