using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Hosts;

namespace SshCore.Tests.Hosts;

[TestFixtureSource(typeof(CommandTests), nameof(CommandTests.Hosts))]
internal sealed class TransferTests(Host clientHost, Host serverHost, Link link)
{
    private HostPair _pair = null!;
    private TestClient _client = null!;

    [SetUp]
    public async Task Connect()
    {
        _pair = await HostPair.ConnectAsync(clientHost, serverHost, link);
        _client = _pair.Client;
    }

    [TearDown]
    public async Task Close() => await _pair.DisposeAsync();

    [Test]
    public async Task Sixteen_mebibytes_go_and_come_back_over_two_rekeys()
    {
        using var session = await _client.OpenSessionAsync();
        await session.ExecAsync("cat", Subjects.Bounded());

        var receiving = ReadToEnd(session);
        var random = new Random(1);
        var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[100_000];
        for (int i = 0; i < 168; i++)
        {
            random.NextBytes(block);
            sent.AppendData(block);
            await Write(session, block);
            if (i is 50 or 120)
            {
                await _client.RekeyAsync();
            }
        }

        session.SendEof();
        var (length, hash) = await receiving;

        Assert.That(length, Is.EqualTo(168L * block.Length));
        Assert.That(hash, Is.EqualTo(sent.GetHashAndReset()));
        Assert.That((await session.ExitAsync(Subjects.Bounded())).IsSuccess);
    }

    [Test]
    public async Task Twenty_channels_carry_their_own_data_at_once()
    {
        var all = Enumerable.Range(0, 20).Select(async i =>
        {
            using var channel = await _client.OpenChannelAsync(new ChannelOpen("echo@test"));
            var data = new byte[200_000 + i];
            new Random(i).NextBytes(data);
            var reading = ReadToEnd(channel);
            await Write(channel, data);
            channel.SendEof();
            var (length, hash) = await reading;
            Assert.That(length, Is.EqualTo((long)data.Length));
            Assert.That(hash, Is.EqualTo(SHA256.HashData(data)));
        });

        await Task.WhenAll(all).WaitAsync(Subjects.Patience);
    }

    [Test]
    public async Task A_channel_that_is_not_read_does_not_hold_up_another()
    {
        using var unread = await _client.OpenSessionAsync();
        await unread.ExecAsync("flood", Subjects.Bounded());

        var input = new byte[3_000_000];
        new Random(2).NextBytes(input);
        var result = await _client.RunAsync("cat", input);

        Assert.That(result.Output.Span.SequenceEqual(input));
        Assert.That(unread.Available, Is.GreaterThan(0));
    }

    [Test]
    public async Task Writes_of_several_threads_follow_each_other_whole()
    {
        using var session = await _client.OpenSessionAsync();
        await session.ExecAsync("cat", Subjects.Bounded());
        const int Size = 300_000;
        var received = new System.IO.MemoryStream();
        var reading = Task.Run(() => session.CopyOutputAsync(received, null, Subjects.Bounded()).AsTask());

        await Task.WhenAll(Enumerable.Range(1, 6).Select(i => Write(session, Enumerable.Repeat((byte)i, Size).ToArray()))).WaitAsync(Subjects.Patience);
        session.SendEof();
        await reading;

        var bytes = received.ToArray();
        Assert.That(bytes, Has.Length.EqualTo(6 * Size));
        for (int start = 0; start < bytes.Length; start += Size)
        {
            Assert.That(bytes.AsSpan(start, Size).IndexOfAnyExcept(bytes[start]), Is.EqualTo(-1));
        }
    }

    // The client's own way: await in the async host, a blocked thread in the other.
    private Task Write(SshChannelStream stream, byte[] data) => clientHost == Host.Async
        ? stream.WriteAsync(data, Subjects.Bounded()).AsTask()
        : TestClient.OnThread(() =>
        {
            stream.Write(data);
            return true;
        });

    private Task<(long Length, byte[] Hash)> ReadToEnd(SshChannelStream stream)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[50_000];
        long length = 0;
        return clientHost == Host.Async ? Task.Run(async () =>
        {
            while (await stream.ReadAsync(buffer, Subjects.Bounded()) is var count and > 0)
            {
                hash.AppendData(buffer, 0, count);
                length += count;
            }

            return (length, hash.GetHashAndReset());
        }) : TestClient.OnThread(() =>
        {
            while (stream.Read(buffer) is var count and > 0)
            {
                hash.AppendData(buffer, 0, count);
                length += count;
            }

            return (length, hash.GetHashAndReset());
        });
    }
}
