using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp.Server;

/// <summary>Files in memory that answer at once, or each time on another thread.</summary>
internal sealed class TestFiles(bool later = false, bool overlaps = true) : SftpFileSystem
{
    public ConcurrentDictionary<string, byte[]> Contents { get; } = new();

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>Reads wait until it is done, and fail if two are in one file that allows one.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public int ReadsWaiting;

    public Func<Exception>? Throws { get; set; }

    public int OpenFiles;

    public override SftpExtensions Extensions => SftpExtensions.All;

    protected override void SessionStarted() => Calls.Enqueue("started");

    protected override void SessionEnded(Exception? error) => Calls.Enqueue(error is null ? "ended" : "ended: " + error.GetType().Name);

    public override async ValueTask<SftpResult<ISftpFile>> OpenAsync(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes, CancellationToken cancellationToken)
    {
        await Later();
        string name = path.ToString();
        if (Throws is { } make)
        {
            throw make();
        }

        if ((flags & SftpOpenFlags.Create) != 0)
        {
            Contents.TryAdd(name, []);
        }

        if (!Contents.ContainsKey(name))
        {
            return SftpStatusCode.NoSuchFile;
        }

        Interlocked.Increment(ref OpenFiles);
        return new SftpResult<ISftpFile>(new File(this, name, overlaps));
    }

    protected override SftpResult<IReadOnlyList<SftpFileName>> ListFolder(SftpPath path) =>
        new(Contents.Keys.Order(StringComparer.Ordinal).Select(name => new SftpFileName(name, default, new SftpAttributes { Size = (ulong)Contents[name].Length, UserId = 7, GroupId = 8, Permissions = 0x81A4 })).ToList());

    protected override SftpResult<SftpAttributes> Stat(SftpPath path) => Throws is { } make ? throw make()
        : Contents.TryGetValue(path.ToString(), out var content) ? new SftpAttributes { Size = (ulong)content.Length, UserId = 3, AccessTime = 9 } : SftpStatusCode.NoSuchFile;

    protected override SftpStatus Remove(SftpPath path) => Contents.TryRemove(path.ToString(), out _) ? SftpStatus.Ok : SftpStatusCode.NoSuchFile;

    protected override string UserName(uint userId)
    {
        Calls.Enqueue($"user {userId}");
        return "user" + userId;
    }

    protected override string GroupName(uint groupId) => groupId == 8 ? "" : "group" + groupId;

    private async ValueTask Later()
    {
        if (later)
        {
            await Task.Yield();
        }
    }

    private sealed class File(TestFiles files, string name, bool overlaps) : SftpFile
    {
        private int _inside;

        public override bool OverlapsReads => overlaps;

        public override async ValueTask<SftpResult<int>> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _inside) > 1 && !overlaps)
            {
                return new SftpStatus(SftpStatusCode.Failure, "two at once");
            }

            Interlocked.Increment(ref files.ReadsWaiting);
            await files.Later();
            await files.Gate.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref files.ReadsWaiting);
            var content = files.Contents[name];
            int count = (int)Math.Clamp(content.Length - offset, 0, buffer.Length);
            if (count > 0)
            {
                content.AsSpan((int)offset, count).CopyTo(buffer.Span);
            }

            Interlocked.Decrement(ref _inside);
            return count;
        }

        public override async ValueTask<SftpStatus> WriteAsync(long offset, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            await files.Later();
            var old = files.Contents[name];
            var content = new byte[Math.Max(old.Length, offset + data.Length)];
            old.CopyTo(content, 0);
            data.Span.CopyTo(content.AsSpan((int)offset));
            files.Contents[name] = content;
            return SftpStatus.Ok;
        }

        protected override SftpResult<SftpAttributes> Stat() => new SftpAttributes { Size = (ulong)files.Contents[name].Length };

        protected override SftpStatus Close()
        {
            files.Calls.Enqueue("close " + name);
            Interlocked.Decrement(ref files.OpenFiles);
            return SftpStatus.Ok;
        }
    }
}
