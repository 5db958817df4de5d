using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts.Sftp;
using SshCore.Memory;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp.Client;

/// <summary>Many files at once, whose owners say what happens on this side.</summary>
internal sealed class ManyFilesTests
{
    private static readonly int[] Sizes = [0, 1, 65_536, 65_537, 300_000, 3_000_001];

    private TaskCompletionSource<SftpStatus> _held = null!;

    [SetUp]
    public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task With(ISftpFileSystem files, Func<SshCore.Async.SftpClient, Task> use, SftpClientOptions? options = null)
    {
        var (near, far) = MemoryDuplexStream.CreatePair(1 << 20);
        var serving = Task.Run(() => new SftpServer(files).RunAsync(far, Subjects.Bounded()).AsTask());
        await using (var client = await SshCore.Async.SftpClient.CreateAsync(near, near, options, cancellationToken: Subjects.Bounded()))
        {
            await use(client).WaitAsync(Subjects.Patience);
            _held.TrySetResult(SftpStatus.Ok);
        }

        await Task.WhenAny(serving).WaitAsync(Subjects.Patience);
    }

    private static byte[] Pattern(int length)
    {
        var data = new byte[length];
        for (int i = 0; i < length; i++)
        {
            data[i] = (byte)((i * 31) ^ (i >> 9));
        }

        return data;
    }

    private static async IAsyncEnumerable<SftpFileTransfer> Sequence(IEnumerable<SftpFileTransfer> files)
    {
        foreach (var file in files)
        {
            await Task.Yield();
            yield return file;
        }
    }

    [Test]
    public Task Files_of_all_sizes_go_both_ways_by_await() => With(new MemoryFileSystem(), async sftp =>
    {
        var puts = Sizes.Select(size => new Put($"/{size}", Pattern(size))).ToArray();
        await sftp.TransferAsync(Sequence(puts), Subjects.Bounded());
        foreach (var put in puts)
        {
            Assert.That((put.Ends.Count, put.End.Failure, put.End.Length, put.End.Whole), Is.EqualTo((1, null as Exception, (long)put.Data.Length, (long)put.Data.Length)));
        }

        var gets = Sizes.Select(size => new Get($"/{size}")).ToArray();
        await sftp.TransferAsync(Sequence(gets), Subjects.Bounded());
        for (int i = 0; i < Sizes.Length; i++)
        {
            Assert.That(gets[i].Data, Is.EqualTo(Pattern(Sizes[i])));
            Assert.That((gets[i].Ends.Count, gets[i].End.Failure, gets[i].End.Length, gets[i].End.Whole, gets[i].Progress), Is.EqualTo((1, null as Exception, (long)Sizes[i], (long)Sizes[i], (long)Sizes[i])));
        }
    });

    [Test]
    public async Task Both_ways_at_once_by_blocking_while_the_sequence_lists()
    {
        var (near, far) = MemoryDuplexStream.CreatePair(1 << 20);
        var serving = Task.Factory.StartNew(() => new SftpServer(new MemoryFileSystem()).Run(far), TaskCreationOptions.LongRunning);
        var puts = Sizes.Select(size => new Put($"/put{size}", Pattern(size))).ToArray();
        var gets = new List<Get>();
        await Task.Factory.StartNew(
            () =>
            {
                using var client = SshCore.Blocking.SftpClient.Create(near, near);
                foreach (int size in Sizes)
                {
                    client.Put(new MemoryStream(Pattern(size)), $"/{size}");
                }

                client.Transfer(Mixed(client));
            },
            TaskCreationOptions.LongRunning).WaitAsync(Subjects.Patience);

        // The client does not wait for the last answers; a server that still gives some says that it can't.
        await Task.WhenAny(serving).WaitAsync(Subjects.Patience);
        Assert.That(gets, Has.Count.EqualTo(Sizes.Length));
        Assert.That(gets.Select(get => get.Data.Length), Is.EquivalentTo(Sizes));
        Assert.That(gets.All(get => get.Data.AsSpan().SequenceEqual(Pattern(get.Data.Length))));
        Assert.That(puts.All(put => put.End.Failure is null));

        IEnumerable<SftpFileTransfer> Mixed(SshCore.Blocking.SftpClient client)
        {
            int i = 0;
            foreach (var entry in client.ListDirectory("/").Where(entry => entry.Name != "." && entry.Name != "..").ToArray())
            {
                yield return puts[i++];
                gets.Add(new Get("/" + entry.Name));
                Assert.That(client.Exists("/" + entry.Name));
                yield return gets[^1];
            }
        }
    }

    [Test]
    public Task What_fails_is_told_its_owner_and_the_rest_goes_on() => With(new MemoryFileSystem(), async sftp =>
    {
        await sftp.PutAsync(new MemoryStream(Pattern(1000)), "/there", cancellationToken: Subjects.Bounded());
        var missing = new Get("/missing");
        var full = new Get("/there") { OnWrite = _ => throw new IOException("full") };
        var nowhere = new Put("/no/where", Pattern(10));
        var broken = new Put("/broken", Pattern(10)) { OnRead = _ => throw new InvalidDataException("broken") };
        var late = new Put("/late", Pattern(1_000_000)) { OnRead = ThrowLate };
        var impossible = new Get("/a\0b");
        var good = new Get("/there");
        await sftp.TransferAsync(Sequence([missing, full, nowhere, broken, late, impossible, good]), Subjects.Bounded());
        Assert.That((missing.End.Refused, StatusOf(missing.End)), Is.EqualTo((SftpRequestKind.Open, SftpStatusCode.NoSuchFile)));
        Assert.That((full.End.Refused, full.End.Whole), Is.EqualTo((SftpRequestKind.None, 0L)));
        Assert.That(full.End.Failure, Is.InstanceOf<IOException>().With.Message.EqualTo("full"));
        Assert.That((nowhere.End.Refused, StatusOf(nowhere.End)), Is.EqualTo((SftpRequestKind.Open, SftpStatusCode.NoSuchFile)));
        foreach (var (put, why) in ((Put, string)[])[(broken, "broken"), (late, "late")])
        {
            Assert.That(put.End.Refused, Is.EqualTo(SftpRequestKind.None));
            Assert.That(put.End.Failure, Is.InstanceOf<InvalidDataException>().With.Message.EqualTo(why));
        }

        Assert.That(impossible.End.Failure, Is.InstanceOf<ArgumentException>());
        Assert.That((good.End.Failure, good.Data), Is.EqualTo((null as Exception, Pattern(1000))));
        Assert.That(await sftp.ExistsAsync("/broken", Subjects.Bounded()), Is.False, "what can't be read is not begun");
    });

    [Test]
    public Task Reads_and_writes_are_as_long_as_asked_for()
    {
        var lengths = new System.Collections.Concurrent.ConcurrentBag<(bool, long)>();
        var files = new SteeredFiles(100_000)
        {
            OnRead = (_, offset) =>
            {
                lengths.Add((true, offset));
                return Task.FromResult(SftpStatus.Ok);
            },
            OnWrite = (_, offset) =>
            {
                lengths.Add((false, offset));
                return Task.FromResult(SftpStatus.Ok);
            },
        };
        return With(files, async sftp =>
        {
            var get = new Get("/file", new SftpDownloadOptions { ReadLength = 40_000 });
            var put = new Put("/file", Pattern(100_000), new SftpUploadOptions { WriteLength = 40_000 });
            await sftp.TransferAsync(Sequence([get, put]), Subjects.Bounded());
            Assert.That(lengths.Where(one => one.Item1 && one.Item2 < 100_000).Select(one => one.Item2), Is.EquivalentTo((long[])[0, 40_000, 80_000]));
            Assert.That(lengths.Where(one => !one.Item1).Select(one => one.Item2), Is.EquivalentTo((long[])[0, 40_000, 65_537]));
        });
    }

    [Test]
    public Task No_more_files_are_taken_than_may_be_under_way() => With(
        new MemoryFileSystem(),
        async sftp =>
        {
            int open = 0;
            int most = 0;
            await sftp.TransferAsync(Sequence(Enumerable.Range(0, 20).Select(i =>
            {
                most = Math.Max(most, ++open);
                return new Put($"/{i}", Pattern(i * 1000)) { OnEnd = () => open-- };
            })), Subjects.Bounded());
            Assert.That((most, open), Is.EqualTo((3, 0)));
        },
        new SftpClientOptions { FilesInFlight = 3 });

    [Test]
    public Task A_file_that_failed_says_what_is_whole()
    {
        const int Size = 8 * 1024 * 1024;
        var files = new SteeredFiles(Size);
        files.FailSecondRead();
        return With(files, async sftp =>
        {
            var get = new Get("/file");
            await sftp.TransferAsync(Sequence([get]), Subjects.Bounded());
            Assert.That(get.End.Refused, Is.EqualTo(SftpRequestKind.Read));
            Assert.That(get.End.Whole, Is.LessThanOrEqualTo(files.FailedAt));
        });
    }

    [Test]
    public Task What_the_sequence_throws_ends_all_and_each_is_told() => With(new SteeredFiles(1000) { OnRead = (_, _) => _held.Task }, async sftp =>
    {
        var files = new[] { new Get("/a"), new Get("/b") };
        await Assert.ThatAsync(() => sftp.TransferAsync(Throwing(), Subjects.Bounded()).AsTask(), Throws.InstanceOf<InvalidDataException>());
        Assert.That(files.Select(file => (file.Ends.Count, file.End.Failure is InvalidDataException, file.End.Whole)), Is.All.EqualTo((1, true, 0L)));
        Assert.That(sftp.IsOpen);

        async IAsyncEnumerable<SftpFileTransfer> Throwing()
        {
            yield return files[0];
            yield return files[1];
            await Task.Yield();
            throw new InvalidDataException();
        }
    });

    [Test]
    public Task An_owner_can_cancel_all() => With(new MemoryFileSystem(), async sftp =>
    {
        var first = new Put("/first", Pattern(100)) { OnRead = _ => throw new OperationCanceledException() };
        var second = new Put("/second", Pattern(100));
        await Assert.ThatAsync(() => sftp.TransferAsync(Sequence([first, second]), Subjects.Bounded()).AsTask(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((first.Ends.Count, second.Ends.Count, first.End.Failure is OperationCanceledException), Is.EqualTo((1, 0, true)));
    });

    [Test]
    public Task The_end_of_the_session_is_told_once_to_each_and_thrown()
    {
        int asked = 0;
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var steered = new SteeredFiles(1000)
        {
            OnRead = (_, _) =>
            {
                if (Interlocked.Increment(ref asked) == 1)
                {
                    first.SetResult();
                }

                return _held.Task;
            },
        };
        return With(steered, async sftp =>
        {
            var files = new[] { new Get("/a"), new Get("/b") };
            var moving = sftp.TransferAsync(Sequence(files), Subjects.Bounded()).AsTask();
            await first.Task.WaitAsync(Subjects.Patience);
            await sftp.DisposeAsync();
            await Assert.ThatAsync(() => moving, Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(files[0].Ends, Has.Count.EqualTo(1));
            Assert.That(files[0].End.Failure, Is.InstanceOf<ObjectDisposedException>());
            Assert.That(files[1].Ends, Has.Count.LessThanOrEqualTo(1), "it may not have been taken");
        });
    }

    private static SftpStatusCode StatusOf(SftpFileEnd end) => end.Failure is SftpException failure ? failure.Status : SftpStatusCode.Ok;

    private static void ThrowLate(long offset)
    {
        if (offset > 100_000)
        {
            throw new InvalidDataException("late");
        }
    }

    private sealed class Get(SftpPath path, SftpDownloadOptions? options = null) : SftpFileDownload(path, options)
    {
        private readonly MemoryStream _data = new();

        public Action<long> OnWrite { get; init; } = _ => { };

        public List<SftpFileEnd> Ends { get; } = [];

        public SftpFileEnd End => Ends[0];

        public byte[] Data => _data.ToArray();

        public long Progress { get; private set; }

        protected internal override void OnProgress(long bytes) => Progress = bytes;

        protected internal override void Write(long offset, ReadOnlyMemory<byte> data)
        {
            OnWrite(offset);
            _data.Position = offset;
            _data.Write(data.Span);
        }

        protected internal override void OnEnded(SftpFileEnd end) => Ends.Add(end);
    }

    private sealed class Put(SftpPath path, byte[] data, SftpUploadOptions? options = null) : SftpFileUpload(path, options)
    {
        public Action<long> OnRead { get; init; } = _ => { };

        public Action OnEnd { get; init; } = () => { };

        public List<SftpFileEnd> Ends { get; } = [];

        public SftpFileEnd End => Ends[0];

        public byte[] Data => data;

        protected internal override int Read(long offset, Memory<byte> buffer)
        {
            OnRead(offset);
            int count = (int)Math.Min(buffer.Length, data.Length - offset);
            data.AsMemory((int)offset, count).CopyTo(buffer);
            return count;
        }

        protected internal override void OnEnded(SftpFileEnd end)
        {
            Ends.Add(end);
            OnEnd();
        }
    }
}
