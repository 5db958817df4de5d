using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.RealPeers.Tests;

/// <content>Whole files.</content>
public sealed partial class SftpAgainstServers
{
    private sealed class Reports : IProgress<SftpProgress>
    {
        public List<SftpProgress> All { get; } = [];

        public void Report(SftpProgress value) => All.Add(value);
    }

    [Test]
    public async Task AQuarterOfAGibibyteThereAndBack()
    {
        int size = (peer == "sshd" ? 256 : 24) * 1024 * 1024;
        string source = Local("source");
        await using (var file = File.Create(source))
        {
            var block = new byte[1024 * 1024];
            for (int i = 0; i < size; i += block.Length)
            {
                RandomNumberGenerator.Fill(block);
                await file.WriteAsync(block, Limit);
            }
        }

        var put = new Reports();
        var there = await Sftp.PutAsync(source, Local("there"), progress: put, cancellationToken: Limit);
        Assert.That(there.Size, Is.EqualTo((ulong)size));
        Assert.That(put.All[^1].Bytes, Is.EqualTo(size));
        var got = new Reports();
        Assert.That(await Sftp.GetAsync(Local("there"), Local("back"), progress: got, cancellationToken: Limit), Is.EqualTo(size));
        Assert.That(got.All[^1], Is.EqualTo(new SftpProgress(Local("there"), size, size)));
        Assert.That(await Hash(Local("back")), Is.EqualTo(await Hash(source)));
    }

    private async Task<byte[]> Hash(string path)
    {
        await using var file = File.OpenRead(path);
        return await SHA256.HashDataAsync(file, Limit);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(32 * 1024)]
    [TestCase(300_000)]
    public async Task StreamsAndSizes(int size)
    {
        byte[] data = RandomNumberGenerator.GetBytes(size);
        using var source = new MemoryStream(data);
        Assert.That((await Sftp.PutAsync(source, Local("file"), cancellationToken: Limit)).Size, Is.EqualTo((ulong)size));
        using var target = new MemoryStream();
        Assert.That(await Sftp.GetAsync(Local("file"), target, cancellationToken: Limit), Is.EqualTo(size));
        Assert.That(target.ToArray(), Is.EqualTo(data));
        Assert.That(await Sftp.GetAsync(Local("file"), Local("copy"), cancellationToken: Limit), Is.EqualTo(size));
        Assert.That(await File.ReadAllBytesAsync(Local("copy"), Limit), Is.EqualTo(data));
    }

    [Test]
    public async Task ResumedTransfersGoOn()
    {
        byte[] data = RandomNumberGenerator.GetBytes(700_000);
        await File.WriteAllBytesAsync(Local("whole"), data, Limit);
        await File.WriteAllBytesAsync(Local("part"), data[..123_456], Limit);
        var resume = SftpTransferOptions.Default with { Resume = true };
        await Sftp.GetAsync(Local("whole"), Local("part"), resume, cancellationToken: Limit);
        Assert.That(await File.ReadAllBytesAsync(Local("part"), Limit), Is.EqualTo(data));
        await File.WriteAllBytesAsync(Local("up"), data[..600_001], Limit);
        await Sftp.PutAsync(Local("whole"), Local("up"), resume, cancellationToken: Limit);
        Assert.That(await File.ReadAllBytesAsync(Local("up"), Limit), Is.EqualTo(data));
        await File.WriteAllBytesAsync(Local("longer"), new byte[700_001], Limit);
        await Assert.ThrowsAsync<SftpException>(async () => await Sftp.GetAsync(Local("whole"), Local("longer"), resume, cancellationToken: Limit));
        await Assert.ThrowsAsync<SftpException>(async () => await Sftp.PutAsync(Local("whole"), Local("longer"), resume, cancellationToken: Limit));
    }

    [Test]
    public async Task AtomicTransfersReplaceOrLeaveAlone()
    {
        var atomic = new SftpTransferOptions { Atomic = true };
        await File.WriteAllTextAsync(Local("new"), "new", Limit);
        await File.WriteAllTextAsync(Local("old"), "old", Limit);
        await Sftp.GetAsync(Local("new"), Local("old"), atomic, cancellationToken: Limit);
        Assert.That(await File.ReadAllTextAsync(Local("old"), Limit), Is.EqualTo("new"));
        await Assert.ThrowsAsync<SftpException>(async () => await Sftp.GetAsync(Local("missing"), Local("old"), atomic, cancellationToken: Limit));
        Assert.That(await File.ReadAllTextAsync(Local("old"), Limit), Is.EqualTo("new"));
        await File.WriteAllTextAsync(Local("old"), "old", Limit);
        if (Sftp.Supports(SftpExtensionNames.PosixRename))
        {
            await Sftp.PutAsync(Local("new"), Local("old"), atomic, cancellationToken: Limit);
            Assert.That(await File.ReadAllTextAsync(Local("old"), Limit), Is.EqualTo("new"));
        }

        await Sftp.PutAsync(Local("new"), Local("fresh"), atomic, cancellationToken: Limit);
        Assert.That(Directory.GetFiles(_folder!.Path, ".*"), Is.Empty, "no temporary file is left");
    }

    [Test]
    public async Task TimesAndPermissionsAreKept()
    {
        var time = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        await File.WriteAllTextAsync(Local("script"), "x", Limit);
        File.SetUnixFileMode(Local("script"), UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.SetUser);
        File.SetLastWriteTimeUtc(Local("script"), time);
        var keep = new SftpTransferOptions { KeepTimes = true, KeepPermissions = true };
        await Sftp.PutAsync(Local("script"), Local("up"), keep, cancellationToken: Limit);
        await Sftp.GetAsync(Local("script"), Local("down"), keep, cancellationToken: Limit);
        foreach (string copy in (string[])["up", "down"])
        {
            Assert.That(File.GetUnixFileMode(Local(copy)), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserExecute), copy);
            Assert.That(File.GetLastWriteTimeUtc(Local(copy)), Is.EqualTo(time), copy);
        }
    }

    [Test]
    public async Task BrokenTransfersSayWhy()
    {
        await Assert.ThrowsAsync<SftpException>(async () => await Sftp.GetAsync(Local("none"), Local("nothing"), cancellationToken: Limit));
        Assert.That(File.Exists(Local("nothing")), Is.False);
        await File.WriteAllTextAsync(Local("source"), "x", Limit);
        await Assert.ThrowsAsync<SftpException>(async () => await Sftp.PutAsync(Local("source"), Local("no/folder"), cancellationToken: Limit));
        await File.WriteAllBytesAsync(Local("big"), new byte[32 * 1024 * 1024], Limit);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Limit);
        await Assert.CatchAsync<OperationCanceledException>(async () => await Sftp.GetAsync(Local("big"), Local("copy"), null, new Cancelling(cancel), cancel.Token));
        Assert.That((await Sftp.StatAsync(Local("big"), Limit)).Size, Is.EqualTo(32 * 1024 * 1024), "the session goes on");
        await Assert.ThrowsAsync<SshConnectionException>(async () => await Sftp.GetAsync(Local("big"), Local("copy"), null, new Ending(_client!), Limit));
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<SftpProgress>
    {
        public void Report(SftpProgress value) => source.Cancel();
    }

    private sealed class Ending(SshCore.Async.SshClient client) : IProgress<SftpProgress>
    {
        public void Report(SftpProgress value) => client.DisposeAsync().AsTask().Wait();
    }

    [Test]
    public async Task TheBlockingClientDoesTheSame()
    {
        byte[] data = RandomNumberGenerator.GetBytes(5_000_000);
        await File.WriteAllBytesAsync(Local("source"), data, Limit);
        await Task.Run(
            () =>
            {
                using var client = SshCore.Blocking.SshClient.Connect(Options());
                using var sftp = client.OpenSftp();
                sftp.Put(Local("source"), Local("there"));
                Assert.That(sftp.Get(Local("there"), Local("back")), Is.EqualTo(data.Length));
                using (var file = sftp.Open(Local("there"), FileMode.Open, FileAccess.ReadWrite))
                {
                    var read = new byte[data.Length];
                    file.ReadExactly(read);
                    Assert.That(read, Is.EqualTo(data));
                    file.Write([1, 2, 3]);
                    file.Flush();
                    Assert.That(file.Length, Is.EqualTo(data.Length + 3));
                    file.Position = data.Length;
                    file.ReadExactly(read, 0, 3);
                    Assert.That(read[2], Is.EqualTo(3));
                    Assert.That(file.Read(read, 0, 1), Is.Zero);
                }

                sftp.Mkdir(Local("folder"));
                Assert.That(sftp.ListDirectory(Local("folder")), Is.Empty);
                sftp.Rename(Local("there"), Local("folder/moved"));
                foreach (var file in sftp.ListDirectory(Local("folder")))
                {
                    Assert.That(file.Name.ToString(), Is.EqualTo("moved"));
                }

                var error = Assert.Throws<SftpException>(() => sftp.Stat(Local("there")));
                Assert.That(error!.Status, Is.EqualTo(SftpStatusCode.NoSuchFile));
            },
            Limit);
        Assert.That(await File.ReadAllBytesAsync(Local("back"), Limit), Is.EqualTo(data));
    }
}
