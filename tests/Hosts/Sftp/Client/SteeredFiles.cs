using System.Threading;
using System.Threading.Tasks;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Tests.Hosts.Sftp.Client;

/// <summary>Files of one size whose reads and writes are answered when the test says so. Each byte is the number of its block of 1 KiB.</summary>
internal sealed class SteeredFiles(long size, params string[] names) : SftpFileSystem
{
    /// <summary>Path and offset of a READ; what it gives is answered instead, unless it is Ok.</summary>
    public Func<string, long, Task<SftpStatus>> OnRead { get; set; } = (_, _) => Task.FromResult(SftpStatus.Ok);

    /// <summary>Path and offset of a WRITE, and what is answered.</summary>
    public Func<string, long, Task<SftpStatus>> OnWrite { get; set; } = (_, _) => Task.FromResult(SftpStatus.Ok);

    /// <summary>Offset of the READ that failed by <see cref="FailSecondRead"/>; -1 before.</summary>
    public long FailedAt { get; private set; } = -1;

    public static byte At(long offset) => (byte)(offset >> 10);

    /// <summary>The second READ fails, once two behind it have come: what they bring lies behind a hole.</summary>
    public void FailSecondRead()
    {
        int asked = 0;
        var others = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnRead = async (_, offset) =>
        {
            await Task.Yield(); // from the first on that is not read at once the server lets reads overlap
            int number = Interlocked.Increment(ref asked);
            if (number == 4)
            {
                others.SetResult();
            }

            if (number == 2)
            {
                FailedAt = offset;
                await others.Task;
                return SftpStatusCode.Failure;
            }

            return SftpStatus.Ok;
        };
    }

    protected override SftpResult<ISftpFile> Open(SftpPath path, SftpOpenFlags flags, SftpAttributes attributes) =>
        new(new SteeredFile(this, path.ToString(), size));

    protected override SftpResult<IReadOnlyList<SftpFileName>> ListFolder(SftpPath path) =>
        new([.. Array.ConvertAll(names, name => new SftpFileName(name, "", new SftpAttributes { Size = (ulong)size, Permissions = 0x81A4 }))]);

    protected override SftpResult<SftpAttributes> Stat(SftpPath path) =>
        new SftpAttributes { Size = (ulong)size, Permissions = path == "/" ? 0x41EDu : 0x81A4u };

    private sealed class SteeredFile(SteeredFiles files, string path, long size) : SftpFile
    {
        public override bool OverlapsReads => true;

        public override async ValueTask<SftpResult<int>> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            var status = await files.OnRead(path, offset).ConfigureAwait(false);
            if (!status.IsOk)
            {
                return status;
            }

            int count = (int)Math.Max(0, Math.Min(buffer.Length, size - offset));
            for (int i = 0; i < count; i++)
            {
                buffer.Span[i] = At(offset + i);
            }

            return count;
        }

        public override async ValueTask<SftpStatus> WriteAsync(long offset, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
            await files.OnWrite(path, offset).ConfigureAwait(false);

        protected override SftpResult<SftpAttributes> Stat() => new SftpAttributes { Size = (ulong)size };
    }
}
