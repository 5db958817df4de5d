using System.IO;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Async;
using SshCore.Hosts.Sftp;
using SshCore.Memory;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp.Client;

/// <summary>What one caller of a client may not do to another, and what a failure may not leave behind.</summary>
internal sealed class StallTests
{
    private const int Size = 8 * 1024 * 1024;

    private SftpClient _client = null!;
    private SteeredFiles _files = null!;
    private string _local = null!;

    [SetUp]
    public void Prepare()
    {
        _files = new SteeredFiles(Size);
        _local = Path.Combine(Path.GetTempPath(), "sshcore-" + Guid.NewGuid().ToString("N"));
    }

    [TearDown]
    public async Task Close()
    {
        await _client.DisposeAsync();
        File.Delete(_local);
    }

    [Test]
    public async Task A_download_that_failed_leaves_no_hole_to_be_resumed_behind()
    {
        _files.FailSecondRead();
        await ConnectAsync();

        await Assert.ThatAsync(() => _client.GetAsync("/file", _local, null, null, Subjects.Bounded()).AsTask(), Throws.InstanceOf<SftpException>());
        Assert.That(new FileInfo(_local).Length, Is.LessThanOrEqualTo(_files.FailedAt), "What lies behind a hole counts as there when it is resumed.");

        _files.OnRead = (_, _) => Task.FromResult(SftpStatus.Ok);
        await _client.GetAsync("/file", _local, new SftpTransferOptions { Resume = true }, null, Subjects.Bounded());
        byte[] bytes = await File.ReadAllBytesAsync(_local);
        Assert.That(bytes, Has.Length.EqualTo(Size));
        for (int i = 0; i < Size; i += 1024)
        {
            Assert.That(bytes[i], Is.EqualTo(SteeredFiles.At(i)));
        }
    }

    [Test]
    public async Task A_file_of_a_tree_that_failed_has_no_hole()
    {
        _files = new SteeredFiles(Size, "file");
        _files.FailSecondRead();
        await ConnectAsync();
        try
        {
            var result = await _client.GetTreeAsync("/", _local, new SftpTreeOptions { ContinueOnError = true }, cancellationToken: Subjects.Bounded());
            Assert.That(result.Failures, Has.Count.EqualTo(1));
            Assert.That(_files.FailedAt, Is.Positive);
            Assert.That(new FileInfo(Path.Combine(_local, "file")).Length, Is.LessThanOrEqualTo(_files.FailedAt));
        }
        finally
        {
            Directory.Delete(_local, recursive: true);
        }
    }

    [Test]
    public async Task A_download_whose_target_is_slow_does_not_hold_up_another()
    {
        await ConnectAsync();
        using var slow = new SlowStream();
        var first = _client.GetAsync("/slow", slow, null, null, Subjects.Bounded()).AsTask();
        await slow.IsStuck.Task.WaitAsync(Subjects.Patience);

        using var other = new MemoryStream();
        Assert.That(await _client.GetAsync("/other", other, null, null, Subjects.Bounded()), Is.EqualTo(Size));

        slow.Goes.SetResult();
        Assert.That(await first, Is.EqualTo(Size));
    }

    [Test]
    public async Task Many_small_writes_wait_for_their_turn()
    {
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _files.OnWrite = async (_, _) =>
        {
            await answers.Task;
            return SftpStatus.Ok;
        };
        await ConnectAsync(SftpLimits.Default with { PendingRequests = 8 });
        await using var file = await _client.OpenAsync("/file", FileMode.Create, FileAccess.Write, default, Subjects.Bounded());

        var writing = WriteSingleBytes(file, 100);
        answers.SetResult();
        await writing;
        await file.FlushAsync(Subjects.Bounded());
        Assert.That(file.Position, Is.EqualTo(100));
    }

    [Test]
    public async Task A_write_waits_for_room_that_others_take()
    {
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _files.OnWrite = async (_, _) =>
        {
            await answers.Task;
            return SftpStatus.Ok;
        };
        await ConnectAsync(SftpLimits.Default with { QueuedOutput = 1024 });
        await using var greedy = await _client.OpenAsync("/greedy", FileMode.Create, FileAccess.Write, default, Subjects.Bounded());
        await using var modest = await _client.OpenAsync("/modest", FileMode.Create, FileAccess.Write, default, Subjects.Bounded());

        // It is in the way of all output for as long as the server takes nothing.
        var much = greedy.WriteAsync(new byte[4 * 1024 * 1024], Subjects.Bounded()).AsTask();
        var little = modest.WriteAsync(new byte[10], Subjects.Bounded()).AsTask();
        answers.SetResult();
        await Task.WhenAll(much, little).WaitAsync(Subjects.Patience);
        await modest.FlushAsync(Subjects.Bounded());
    }

    private static async Task WriteSingleBytes(SftpFileStream file, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await file.WriteAsync(new byte[1], Subjects.Bounded());
        }
    }

    private async Task ConnectAsync(SftpLimits? limits = null)
    {
        var (client, server) = MemoryDuplexStream.CreatePair();
        _ = Task.Run(() => new SftpServer(_files).RunAsync(server, Subjects.Bounded()).AsTask());
        _client = await SftpClient.CreateAsync(client, client, new SftpClientOptions { Limits = limits ?? SftpLimits.Default, OperationTimeout = TimeSpan.FromSeconds(5) }, cancellationToken: Subjects.Bounded());
    }

    /// <summary>Takes nothing until it is told to.</summary>
    private sealed class SlowStream : MemoryStream
    {
        public TaskCompletionSource IsStuck { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Goes { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            IsStuck.TrySetResult();
            await Goes.Task;
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
