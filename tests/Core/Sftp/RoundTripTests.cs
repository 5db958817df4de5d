using NUnit.Framework;
using SshCore.Events;
using SshCore.Memory;
using SshCore.Sftp;
using SshCore.Tests.Core.Pair;

namespace SshCore.Tests.Core.Sftp;

/// <summary>A long fast path in virtual time, over the whole stack: transfers must keep it full.</summary>
public sealed class RoundTripTests
{
    private const int Size = 100 * 1024 * 1024;
    private static readonly TimeSpan Trip = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] File = TransferRig.Random(Size);

    /// <summary>Open and first answer cost a round trip each; the rest is the size over the rate.</summary>
    private static TimeSpan Ideal(long bytesPerSecond, int roundTrips = 2, long bytes = Size) =>
        TimeSpan.FromSeconds((double)bytes / bytesPerSecond) + (Trip * roundTrips);

    [TestCase(10 * 1024 * 1024, false, true)]
    [TestCase(40 * 1024 * 1024, false, false)]
    [TestCase(125_000_000, false, false)]
    [TestCase(125_000_000, true, true)]
    public void A_get_of_100_MiB_takes_the_ideal_and_a_tenth(long bytesPerSecond, bool inOrder, bool ownServer)
    {
        var server = new TinyServer();
        server.Hold(File);
        using var world = World(bytesPerSecond, server, ownServer);
        var start = world.Pair.Now;
        long got = 0;
        bool same = true;
        world.OnReply = reply =>
        {
            if (reply.Kind == SftpReplyKind.TransferData)
            {
                got += reply.Length;
                same &= world.Machine.BorrowData(reply).Span.SequenceEqual(File.AsSpan((int)reply.Offset, reply.Length));
            }
        };
        var download = world.Machine.Download("/file", new SftpDownloadOptions { InOrder = inOrder });
        Assert.That(world.Pair.RunUntil(() => download.IsEnded), Is.True);
        var took = world.Pair.Now - start;
        TestContext.Out.WriteLine($"{took.TotalMilliseconds:0} ms, ideal {Ideal(bytesPerSecond).TotalMilliseconds:0} ms, window {world.Machine.TransferWindow}");
        Assert.That(download.Failure, Is.Null);
        Assert.That(got, Is.EqualTo(Size));
        Assert.That(same, Is.True);
        Assert.That(took, Is.LessThanOrEqualTo(Ideal(bytesPerSecond) * 1.1));
    }

    [TestCase(10 * 1024 * 1024)]
    [TestCase(40 * 1024 * 1024)]
    [TestCase(125_000_000)]
    public void A_put_of_100_MiB_takes_the_ideal_and_a_tenth(long bytesPerSecond)
    {
        var server = new TinyServer { File = new byte[Size] };
        using var world = World(bytesPerSecond, server, ownServer: true);
        var start = world.Pair.Now;
        world.OnReply = reply =>
        {
            if (reply.Kind == SftpReplyKind.TransferRoom)
            {
                var upload = (SftpUpload)reply.Transfer!;
                while (upload.Position < Size && upload.TryReserve(Size - (int)upload.Position, out var room))
                {
                    File.AsSpan((int)upload.Position, room.Span.Length).CopyTo(room.Span);
                    room.Commit(room.Span.Length);
                }

                if (upload.Position == Size)
                {
                    upload.Complete();
                }
            }
        };
        var upload = world.Machine.Upload("/file");
        Assert.That(world.Pair.RunUntil(() => upload.IsEnded), Is.True);
        var took = world.Pair.Now - start;
        TestContext.Out.WriteLine($"{took.TotalMilliseconds:0} ms, ideal {Ideal(bytesPerSecond).TotalMilliseconds:0} ms");
        Assert.That(upload.Failure, Is.Null);
        Assert.That(server.FileLength, Is.EqualTo(Size));
        Assert.That(server.File.AsSpan().SequenceEqual(File), Is.True);
        Assert.That(took, Is.LessThanOrEqualTo(Ideal(bytesPerSecond) * 1.1));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Two_thousand_small_files_cost_the_round_trips_of_sixty_four_at_a_time(bool put)
    {
        const int Files = 2000;
        var server = new TinyServer();
        server.Hold(File.AsSpan(0, 4096).ToArray());
        using var world = World(125_000_000, server);
        var start = world.Pair.Now;
        int started = 0;
        int ended = 0;
        void Next()
        {
            started++;
            _ = put ? (SftpTransfer)world.Machine.Upload("/file") : world.Machine.Download("/file", new SftpDownloadOptions { ExpectedSize = 4096 });
        }

        world.OnReply = reply =>
        {
            switch (reply.Kind)
            {
                case SftpReplyKind.TransferRoom:
                    var upload = (SftpUpload)reply.Transfer!;
                    upload.Write(File.AsSpan(0, 4096));
                    upload.Complete();
                    break;
                case SftpReplyKind.TransferEnded:
                    Assert.That(reply.Transfer!.Failure, Is.Null);
                    ended++;
                    if (started < Files)
                    {
                        Next();
                    }

                    break;
            }
        };
        for (int i = 0; i < 64; i++)
        {
            Next();
        }

        Assert.That(world.Pair.RunUntil(() => ended == Files), Is.True);
        int rounds = ((Files + 63) / 64) * 2;
        Assert.That(world.Pair.Now - start, Is.LessThanOrEqualTo(Ideal(125_000_000, rounds, Files * 4096L) * 1.1));
    }

    [Test]
    public void The_window_follows_the_path()
    {
        var server = new TinyServer();
        server.Hold(File);
        using var slow = World(4 * 1024 * 1024, server);
        var download = slow.Machine.Download("/file", new SftpDownloadOptions { Length = 40 * 1024 * 1024 });
        Assert.That(slow.Pair.RunUntil(() => download.IsEnded), Is.True);
        Assert.That(slow.Machine.TransferWindow, Is.EqualTo(2 * 1024 * 1024), "what the path carries in a round trip is less");

        server = new TinyServer();
        server.Hold(File);
        using var fast = World(500_000_000, server);
        download = fast.Machine.Download("/file");
        Assert.That(fast.Pair.RunUntil(() => download.IsEnded), Is.True);
        Assert.That(fast.Machine.TransferWindow, Is.GreaterThan(30 * 1024 * 1024));
    }

    private static AttachedWorld World(long bytesPerSecond, TinyServer server, bool ownServer = false)
    {
        var options = new MemoryPairOptions { LatencyToServer = Trip / 2, LatencyToClient = Trip / 2, BytesPerSecond = bytesPerSecond, Capacity = 128 * 1024 * 1024 };
        var plan = new PairPlan
        {
            Rekeys = false,
            Options = options,
            Both = settings => settings with { Limits = settings.Limits with { QueuedDataBytes = 1024 * 1024 } },
        };
        var world = new AttachedWorld(plan, server) { ServerMachine = ownServer ? new SftpServerMachine() : null }.Started();
        world.Pair.Run();
        return world;
    }
}
