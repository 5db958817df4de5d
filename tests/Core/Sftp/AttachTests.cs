using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Memory;
using SshCore.Sftp;
using SshCore.Tests.Core.Pair;

namespace SshCore.Tests.Core.Sftp;

public sealed class AttachTests
{
    [TestCase(MemoryChunking.Whole)]
    [TestCase(MemoryChunking.Random)]
    public void Requests_and_data_pass_both_ways(MemoryChunking chunking)
    {
        var file = new byte[700_000];
        new TestKit.SeededRandom(5).Fill(file);
        var server = new TinyServer();
        server.Hold(file);
        using var world = new AttachedWorld(new PairPlan { Rekeys = false, Options = new() { Chunking = chunking, Capacity = 64 * 1024 } }, server);
        world.Started();
        var got = new byte[file.Length];
        int count = 0;
        world.OnReply = reply =>
        {
            if (reply.Kind == SftpReplyKind.Data)
            {
                var data = world.Machine.BorrowData(reply);
                Assert.That(data.Length, Is.EqualTo(reply.Length));
                data.CopyTo(got.AsMemory((int)reply.State!));
                count += data.Length;
            }
        };
        SftpHandle handle = new("file"u8);
        for (int at = 0; at < file.Length; at += 100_000)
        {
            world.Machine.Read(handle, (ulong)at, 100_000, at);
        }

        world.Pair.Run();
        Assert.That(count, Is.EqualTo(file.Length));
        Assert.That(got, Is.EqualTo(file));
        Assert.That(world.ClientEvents.Exists(e => e.Kind is SshEventKind.ChannelData or SshEventKind.ChannelWritable), Is.False);

        for (int at = 0; at < file.Length;)
        {
            int taken = world.Machine.Write(handle, (ulong)at, file.AsSpan(at), out _);
            at += taken;
            if (taken == 0)
            {
                world.Pair.Run();
            }
        }

        server.FileLength = 0;
        Array.Clear(server.File);
        world.Pair.Run();
        Assert.That(world.Machine.PendingRequests, Is.Zero);
        Assert.That(server.FileLength, Is.EqualTo(file.Length));
    }

    [Test]
    public void A_machine_that_stops_shuts_the_window_and_other_channels_flow()
    {
        var server = new TinyServer();
        server.Hold(new byte[8 * 1024 * 1024]);
        using var world = new AttachedWorld(new PairPlan { Rekeys = false }, server);
        world.Started();
        var handle = new SftpHandle("file"u8);
        for (int at = 0; at < server.FileLength; at += 261_120)
        {
            world.Machine.Read(handle, (ulong)at, 261_120);
        }

        // The host polls the connection, never the machine.
        var onEvent = world.Pair.OnClientEvent;
        var other = world.Pair.Client.OpenChannel(ChannelOpen.Session());
        int otherBytes = 0;
        int ready = 0;
        world.Pair.OnClientEvent = e =>
        {
            ready += e.Kind == SshEventKind.SftpReady ? 1 : 0;
            if (e.Kind == SshEventKind.ChannelData && e.Channel == other)
            {
                otherBytes += world.Pair.Client.BorrowData(e).Length;
            }
        };
        var onServer = world.Pair.OnServerEvent;
        world.Pair.OnServerEvent = e =>
        {
            onServer!(e);
            if (e.Kind == SshEventKind.OpenRequested)
            {
                world.Pair.Server.Channel(((OpenRequested)e.Body!).Id).Write(new byte[1000]);
            }
        };
        world.Pair.Run();
        Assert.That(ready, Is.GreaterThan(0));
        Assert.That(otherBytes, Is.EqualTo(1000));
        Assert.That(server.HasOutput, Is.True, "the window is shut");

        world.Pair.OnClientEvent = onEvent;
        world.Poll();
        world.Pair.Run();
        Assert.That(world.Machine.PendingRequests, Is.Zero);
        Assert.That(server.HasOutput, Is.False);
    }

    [Test]
    public void Eof_ends_the_machine_after_its_data()
    {
        using var world = new AttachedWorld(new PairPlan { Rekeys = false }, new TinyServer()).Started();
        world.Pair.Run();
        world.Machine.Stat("/a");
        world.Pair.Run();
        world.ServerStalls = true;
        world.Machine.Stat("/b");
        world.EofFromServer();
        world.Pair.Run();
        Assert.That(world.Replies, Does.Contain(SftpReplyKind.Attributes));
        Assert.That(world.Replies[^2], Is.EqualTo(SftpReplyKind.Abandoned));
        Assert.That(world.Replies[^1], Is.EqualTo(SftpReplyKind.Ended));
        Assert.That(world.Machine.Error!.Kind, Is.EqualTo(SshErrorKind.ConnectionLost));
        int ready = world.ClientEvents.FindLastIndex(e => e.Kind == SshEventKind.SftpReady);
        Assert.That(world.ClientEvents[ready + 1].Kind, Is.EqualTo(SshEventKind.ChannelEof));
    }

    [Test]
    public void The_end_of_channel_or_connection_ends_the_machine([Values("close", "cut", "disconnect")] string how)
    {
        using var world = new AttachedWorld(new PairPlan { Rekeys = false }, new TinyServer()).Started();
        world.Pair.Run();
        switch (how)
        {
            case "close":
                world.CloseFromServer();
                break;
            case "cut":
                world.Pair.Cut();
                break;
            default:
                world.Pair.Client.Disconnect();
                break;
        }

        world.Pair.Run();
        Assert.That(world.Replies[^1], Is.EqualTo(SftpReplyKind.Ended));
        Assert.That(world.Machine.Error!.Kind, Is.EqualTo(SshErrorKind.ConnectionLost));
        Assert.That(world.ClientEvents[^1].Kind, Is.EqualTo(how == "close" ? SshEventKind.ChannelClosed : SshEventKind.Closed));
        Assert.That(world.ClientEvents.FindAll(e => e.Kind == SshEventKind.ChannelClosed), Has.Count.EqualTo(1));
        if (how == "close")
        {
            Assert.That(world.Pair.Client.Error, Is.Null);
            Assert.That(() => world.Pair.Client.AttachSftp(world.Channel, new SftpClientMachine()), Throws.TypeOf<SshUsageException>());
        }
    }

    [TestCase(64u, true, 16)] // 8 MiB of READs and their headers, as a power of two
    [TestCase(4u, true, 4)]
    [TestCase(64u, false, 2)]
    public void The_window_grows_to_what_was_asked_for_within_its_bound(uint largest, bool grows, int window)
    {
        var server = new TinyServer { SizeTold = 100_000_000 };
        server.Hold(new byte[1000]);
        server.Intercept = (type, _, _) => type == SftpMessageType.Read;
        using var world = new AttachedWorld(new PairPlan
        {
            Rekeys = false,
            OnlyClient = settings => settings with { GrowWindows = grows, Limits = settings.Limits with { LargestWindow = largest * 1024 * 1024 } },
        }, server).Started();
        var download = world.Machine.Download("/file");
        world.Pair.Run();
        Assert.That(download.BytesInFlight, Is.InRange(8 * 1024 * 1024, (8 * 1024 * 1024) + 261_120));
        string text = world.Pair.Client.Channel(world.Channel).ToString();
        int available = int.Parse(text.Split("window in ")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(available, Is.InRange((window * 1024 * 1024) - 10_000, window * 1024 * 1024));
    }

    [Test]
    public void A_server_whose_client_stopped_reading_hears_of_the_close()
    {
        var files = new TinyServer();
        files.Hold(new byte[16 * 1024 * 1024]);
        using var world = new AttachedWorld(new PairPlan { Rekeys = false }, files) { ServerMachine = new SftpServerMachine() };
        world.Started();
        var handle = new SftpHandle(new byte[8]);
        world.OnReply = reply => handle = reply.Handle ?? handle;
        world.Machine.Open("/file", SftpOpenFlags.Read);
        world.Pair.Run();
        for (int at = 0; at < files.FileLength; at += 261_120)
        {
            world.Machine.Read(handle, (ulong)at, 261_120);
        }

        world.Pair.OnClientEvent = e => { };
        world.Pair.Run();
        Assert.That(world.ServerMachine.HasOutput, Is.True, "the window is shut");
        Assert.That(world.ServerMachine.WantsInput, Is.False, "too much is unsent");

        world.Pair.Client.Channel(world.Channel).Close();
        world.Pair.Run();
        Assert.That(world.ServerMachine.Error?.Kind, Is.EqualTo(SshErrorKind.ConnectionLost));
    }

    [Test]
    public void A_machine_that_was_disposed_of_is_let_go_with_its_channel()
    {
        using var world = new AttachedWorld(new PairPlan { Rekeys = false }, new TinyServer()).Started();
        world.Pair.Run();
        world.Pair.OnClientEvent = e => { };
        world.Machine.Dispose();
        world.CloseFromServer();
        world.Pair.Run();
        var other = world.Pair.Client.OpenChannel(ChannelOpen.Session());
        Assert.That(() => world.Pair.Client.AttachSftp(other, world.Machine), Throws.Nothing, "nothing is joined to it any more");
    }

    [Test]
    public void A_machine_that_gets_free_by_sending_is_told_of_again()
    {
        var files = new TinyServer();
        files.Hold(new byte[8 * 1024 * 1024]);
        using var world = new AttachedWorld(new PairPlan { Rekeys = false }, files) { ServerMachine = new SftpServerMachine() };
        world.Started();
        var handle = new SftpHandle(new byte[8]);
        int count = 0;
        world.OnReply = reply =>
        {
            handle = reply.Handle ?? handle;
            count += reply.Kind == SftpReplyKind.Data ? reply.Length : 0;
        };
        world.Machine.Open("/file", SftpOpenFlags.Read);
        world.Pair.Run();
        for (int at = 0; at < files.FileLength; at += 261_120)
        {
            world.Machine.Read(handle, (ulong)at, 261_120);
        }

        // The host sends between the machine's poll and the connection's next.
        var onEvent = world.Pair.OnServerEvent;
        world.Pair.OnServerEvent = e =>
        {
            onEvent!(e);
            _ = world.Pair.Server.HasOutput;
        };
        world.Pair.Run();
        Assert.That(count, Is.EqualTo(files.FileLength));
    }

    [Test]
    public void A_channel_and_a_machine_are_joined_once()
    {
        using var world = new AttachedWorld(new PairPlan { Rekeys = false }, new TinyServer()).Started();
        using var second = new SftpClientMachine();
        Assert.That(() => world.Pair.Client.AttachSftp(world.Channel, second), Throws.TypeOf<SshUsageException>());
        var other = world.Pair.Client.OpenChannel(ChannelOpen.Session());
        Assert.That(() => world.Pair.Client.AttachSftp(other, world.Machine), Throws.TypeOf<SshUsageException>());
        var manual = world.Pair.Client.OpenChannel(new ChannelOpen("session") { ManualWindow = true });
        Assert.That(() => world.Pair.Client.AttachSftp(manual, second), Throws.TypeOf<SshUsageException>());
    }

    [Test]
    public void Disposing_of_the_connection_aborts_the_machine()
    {
        using var world = new AttachedWorld(new PairPlan { Rekeys = false }, new TinyServer()).Started();
        world.Pair.Client.Dispose();
        Assert.That(world.Machine.Error!.Kind, Is.EqualTo(SshErrorKind.HostFailure));
    }
}
